"""Going on as another definition under the same pid (process 10)."""

from __future__ import annotations

from typing import Any

import pytest

from simcore import Exit, LinkDown, Options, Process, ProcessError, Uniform, World
from tests.conftest import Make
from tests.worlds import HOST


async def old(process: Process, then: str | None, *state: Any) -> None:
    if state and state[0] == "again":
        raise AssertionError("never reached")
    await process.registry.register("me")
    await process.set_options(trap_links=True)
    await process.inbox.receive()
    process.upgrade(then, "state", {"n": 1})


async def new(process: Process, *state: Any) -> list[Any]:
    seen: list[Any] = [process.id, process.pid, list(state), process.get_options()["trap_links"]]
    for _ in range(3):
        message = await process.inbox.receive()
        seen.append(message.payload)
    return seen


def world_of(make: Make, seed: int = 0, options: Options | None = None, **more: Any) -> World:
    return make(seed=seed, strategy=Uniform() if seed else None, options=options, old=old, new=new, **more)


@pytest.mark.parametrize("seed", range(20))
def test_pid_name_monitor_and_unread_messages_survive(make: Make, seed: int) -> None:
    """process 10.2, N23, I3, I69, I70: nothing unread is lost, in whatever place it was."""

    async def main(process: Process) -> list[Any]:
        pid = await process.spawn_monitored("app:old", HOST, "app:new")
        for number in range(4):
            await process.send(pid, "job", number)
        event = await process.events.receive()
        assert isinstance(event, Exit)
        return [event.value, event.value[1] == pid, event.error]

    world = world_of(make, seed, main=main)
    boss = world.spawn("app:main", HOST)
    world.run()
    (id, pid, state, trap, *jobs), same, error = world.result(boss)

    assert (id, state, trap, jobs, same, error) == ("app:new", ["state", {"n": 1}], False, [1, 2, 3], True, None)
    assert pid not in world.names.values()


async def leftover(process: Process) -> list[str]:
    """Return the topics of what is still there."""
    seen: list[str] = []
    while True:
        selected = await process.select(message=process.inbox, end=process.after("1s"))
        if selected.name == "end":
            return seen
        seen.append(selected.value.topic)


@pytest.mark.parametrize("seed", range(40))
def test_what_a_woken_reader_was_handed_is_read_before_the_swap(make: Make, seed: int) -> None:
    """process 10.2, N23: also where main returns in the step in which another coroutine asks for the upgrade."""
    read: list[str] = []

    async def sender(process: Process, receiver: str) -> None:
        for topic in "abc":
            await process.send(receiver, topic)

    async def reader(process: Process, channel: Any, topic: str) -> None:
        await channel.receive()
        read.append(topic)
        if topic == "a":
            process.upgrade("app:leftover")
        await process.sleep("1h")

    async def main(process: Process) -> None:
        a, b, c = (process.listen(topic) for topic in "abc")
        process.go(reader, a, "a")
        await process.spawn("app:sender", HOST, process.pid)
        process.go(reader, c, "c")
        await b.receive()
        read.append("b")
        if "a" not in read:
            await process.sleep("1h")

    world = make(seed=seed, strategy=Uniform(), main=main, sender=sender, leftover=leftover)
    pid = world.spawn("app:main", HOST)
    world.run()

    assert sorted([*read, *world.result(pid)]) == ["a", "b", "c"]


def test_a_value_of_the_programs_own_in_a_listened_channel_is_not_put_back_nor_what_was_read(make: Make) -> None:
    """I18: a message is received once."""

    async def main(process: Process) -> None:
        channel = process.listen("t")
        await process.send(process.pid, "t", "read")
        assert await channel.receive() == "read"
        await channel.send("own")
        process.upgrade("app:leftover")

    world = make(main=main, leftover=leftover)
    pid = world.spawn("app:main", HOST)
    world.run()

    assert world.result(pid) == []


@pytest.mark.parametrize("source", [None, "", 123, [1]])
def test_what_is_no_text_is_the_same_definition(make: Make, source: Any) -> None:
    """process 10.1."""

    async def main(process: Process, again: bool = False) -> str:
        if not again:
            process.upgrade(source, True)
        return process.id

    world = make(main=main)
    pid = world.spawn("app:main", HOST)
    world.run()

    assert world.result(pid) == "app:main"


def test_an_upgrade_that_the_dying_ask_for_is_refused_to_them(make: Make) -> None:
    """What a ``finally`` tries raises again, and nothing of it leaves the process."""

    async def main(process: Process) -> None:
        try:
            await process.inbox.receive()
        finally:
            process.upgrade(None)

    async def killer(process: Process, victim: str) -> None:
        await process.terminate(victim)

    world = make(main=main, killer=killer)
    pid = world.spawn("app:main", HOST)
    world.run()
    world.spawn("app:killer", HOST, pid)
    world.run()

    outcome = world.outcome(pid)
    assert outcome is not None
    assert "process terminated" in str(outcome.error)


def test_nil_is_the_same_definition_with_new_arguments(make: Make) -> None:
    """process 10.1."""

    async def counter(process: Process, count: int) -> Any:
        if count == 3:
            return [process.id, count]
        process.upgrade(None, count + 1)

    world = world_of(make, counter=counter)
    pid = world.spawn("app:counter", HOST, 0)
    world.run()

    assert world.result(pid) == ["app:counter", 3]


@pytest.mark.parametrize("seed", range(10))
def test_a_buffered_value_of_a_listened_topic_goes_back_to_its_place(make: Make, seed: int) -> None:
    """process 10.2: at its original position, before what came later."""

    async def listener(process: Process) -> None:
        process.listen("t")
        await process.inbox.receive()
        process.upgrade("app:reader")

    async def reader(process: Process) -> list[Any]:
        return [(await process.inbox.receive()).payload for _ in range(3)]

    world = world_of(make, seed, listener=listener, reader=reader)
    pid = world.spawn("app:listener", HOST)
    world.run()
    for topic, value in (("t", 1), ("u", 2), ("go", 0), ("u", 3)):
        world.send(pid, topic, value)
    world.run()

    # "u" was the message that woke the old code; what it read is not read again.
    assert world.result(pid) == [1, 0, 3]


@pytest.mark.parametrize("ending", ["unlisten", "close"])
def test_a_buffered_value_of_a_topic_that_was_listened_to_goes_back_too(make: Make, ending: str) -> None:
    """process 3.13, 10.2: it stays readable after the end of the subscription, and nobody has read it."""

    async def listener(process: Process) -> None:
        channels = [process.listen(topic) for topic in "tu"]
        await process.inbox.receive()
        for channel in channels:
            if ending == "unlisten":
                process.unlisten(channel)
            else:
                await channel.close()
        assert await channels[1].receive() == 2
        process.upgrade("app:reader")

    async def reader(process: Process) -> list[Any]:
        return [(await process.inbox.receive()).payload for _ in range(3)]

    world = make(listener=listener, reader=reader)
    pid = world.spawn("app:listener", HOST)
    world.run()
    for topic, value in (("t", 1), ("u", 2), ("v", 3), ("t", 4), ("t", 5)):
        world.send(pid, topic, value)
    world.run()

    # "v" was the message that woke the old code, and 2 is what that has read.
    assert world.result(pid) == [1, 4, 5]


def test_old_coroutines_timers_and_answers_are_gone(make: Make) -> None:
    """process 10.2, I70: their ``finally`` runs, and no completion of an old command resumes new code."""
    log: list[str] = []

    async def busy(process: Process) -> None:
        async def beside(process: Process) -> None:
            try:
                await process.sleep("5s")
            finally:
                log.append(f"closed at {process.now_ns}")

        process.go(beside)
        await process.sleep("1s")
        process.upgrade("app:after")

    async def after(process: Process) -> int:
        await process.sleep("10s")
        return process.now_ns

    world = world_of(make, busy=busy, after=after)
    pid = world.spawn("app:busy", HOST)
    world.run()

    assert log == ["closed at 1000000000"]
    assert world.result(pid) == 11_000_000_000


def test_commands_of_the_same_step_are_dropped(make: Make) -> None:
    """process 10.2, 15.1.1."""

    async def sender(process: Process, target: str) -> None:
        async def beside(process: Process) -> None:
            await process.send(target, "never")

        process.go(beside)
        await process.set_options()
        process.upgrade("app:quiet")

    async def quiet(process: Process) -> None:
        await process.sleep("1s")

    async def target(process: Process) -> Any:
        case = await process.select(inbox=process.inbox, late=process.after("5s"))
        return case.name

    world = world_of(make, sender=sender, quiet=quiet, target=target)
    pid = world.spawn("app:target", HOST)
    world.spawn("app:sender", HOST, pid)
    world.run()

    assert world.result(pid) == "late"


@pytest.mark.parametrize(
    ("source", "fragment"),
    [("app:none", "upgrade: create failed: factory not found"), ("app:strict", "upgrade: init failed")],
)
def test_a_failed_upgrade_is_an_abnormal_end(make: Make, source: str, fragment: str) -> None:
    """process 10.3, I71: watchers get EXIT, peers LINK_DOWN, and there is no way back."""

    async def strict(process: Process) -> None:
        """Takes no arguments, so that the upgrade's cannot be bound."""

    async def main(process: Process) -> list[str]:
        await process.set_options(trap_links=True)
        pid = await process.spawn_linked_monitored("app:old", HOST, source)
        await process.send(pid, "go")
        seen = []
        for _ in range(2):
            match await process.events.receive():
                case Exit(error=ProcessError() as error):
                    seen.append(f"exit {error.message}")
                case LinkDown(error=ProcessError() as error):
                    seen.append(f"link down {error.message}")
        return seen

    world = world_of(make, strict=strict, main=main)
    boss = world.spawn("app:main", HOST)
    world.run()

    assert [fragment in each for each in world.result(boss)] == [True, True]


def test_a_link_down_that_waits_kills_the_new_incarnation_before_its_first_line(make: Make) -> None:
    """process 10.4, 4.6: trap_links is false again, and the waiting event is examined first."""
    log: list[str] = []

    async def peer(process: Process) -> None:
        raise RuntimeError("dies")

    async def upgrader(process: Process) -> None:
        await process.set_options(trap_links=True)
        await process.spawn_linked("app:peer", HOST)
        await process.sleep("1s")
        process.upgrade("app:next")

    async def next_(process: Process) -> None:
        log.append("ran")

    world = world_of(make, peer=peer, upgrader=upgrader)
    world.define("app:next", next_)
    pid = world.spawn("app:upgrader", HOST)
    world.run()

    with pytest.raises(ProcessError, match="linked process failed"):
        world.result(pid)
    assert log == []
