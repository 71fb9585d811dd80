"""A process ends in stages, each a transition that others may come between (process 2.3, 2.4, 15.1.2)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from simcore import Cancel, Exit, Fifo, InvalidArgument, LinkDown, NotFound, Process, ProcessError, Uniform
from simcore.kernel.action import Action
from simcore.model.errors import ProcessEnded
from tests.conftest import Make
from tests.worlds import HOST


async def child(process: Process) -> None:
    await process.registry.register("child")
    await process.inbox.receive()
    raise RuntimeError("burst")


async def watcher(process: Process, target: str) -> None:
    await process.set_options(trap_links=True)
    await process.monitor(target)
    await process.link(target)
    await process.inbox.receive()


def test_each_stage_of_an_end_is_seen_from_outside(make: Make) -> None:
    """process 15.1.2: *ended*: not alive; *nameless*: no name; *gone*: no edge; then EXIT, then LINK_DOWN."""
    world = make(child=child, watcher=watcher)
    target = world.spawn("app:child", HOST)
    boss = world.spawn("app:watcher", HOST, target)
    world.run(until=1)
    log: list[tuple[str, bool, int, bool, int, int, int]] = []

    def look(action: Action, number: int) -> None:
        verb = action.label().verb

        def see() -> None:
            counts = world.history.count(Exit), world.history.count(LinkDown)
            log.append(
                (
                    verb,
                    world.alive(target),
                    len(world.names),
                    world.graph.linked(boss, target),
                    len(world.graph.monitors()),
                    *counts,
                )
            )

        world.kernel.attend(see)

    world.kernel.on_action = look
    world.send("child", "go")
    world.run()

    assert [entry for entry in log if entry[0] != "step"] == [
        ("end", False, 1, True, 1, 0, 0),
        ("names", False, 0, True, 1, 0, 0),
        ("leave", False, 0, False, 0, 0, 0),
        ("exit", False, 0, False, 0, 1, 0),
        ("down", False, 0, False, 0, 1, 1),
    ]


def test_the_freeing_of_no_name_is_no_action_and_leaving_always_is_one(make: Make) -> None:
    """process 15.1.2, O26."""

    async def nothing(process: Process) -> None: ...

    async def named(process: Process) -> None:
        await process.registry.register("n")

    world = make(nothing=nothing, named=named)
    verbs: list[str] = []
    world.kernel.on_action = lambda action, number: verbs.append(action.label().verb)
    world.spawn("app:nothing", HOST)
    world.run()
    world.spawn("app:named", HOST)
    world.run()

    assert verbs == ["step", "end", "leave", "step", "shared:register", "end", "names", "leave"]


class Hold:
    """What the dying process does comes first, except *verb*, which comes when nothing else is left."""

    name = "hold"

    def __init__(self, verb: str) -> None:
        self._verb = verb

    def begin(self, choices: object) -> None: ...

    def pick(self, ready: list[Action]) -> int:
        def rank(index: int) -> tuple[bool, bool]:
            label = ready[index].label()
            return label.verb == self._verb, "dying" not in label.path

        return min(range(len(ready)), key=rank)


async def dying(process: Process, asking: str) -> None:
    await process.registry.register("dying")
    await process.send(asking, "go")


async def asker(process: Process) -> list[str]:
    await process.inbox.receive()
    log: list[str] = []
    target = process.registry
    for name, call in (
        ("send", lambda: process.send("{app:processes|0x00002}", "t")),
        ("send by name", lambda: process.send("dying", "t")),
        ("lookup", lambda: target.lookup("dying")),
        ("cancel", lambda: process.cancel("{app:processes|0x00002}")),
        ("terminate", lambda: process.terminate("{app:processes|0x00002}")),
        ("monitor", lambda: process.monitor("{app:processes|0x00002}")),
        ("link", lambda: process.link("{app:processes|0x00002}")),
    ):
        try:
            answer = await call()
            log.append(f"{name}: {answer}")
        except ProcessError as error:
            log.append(f"{name}: {error.kind} {error.message.partition(':')[0]}")
    return log


@pytest.mark.parametrize(
    ("held", "expected"),
    [
        (
            "end",
            [
                "send: None",
                "send by name: None",
                "lookup: {app:processes|0x00002}",
                "cancel: None",
                "terminate: None",
                "monitor: None",
                "link: None",
            ],
        ),
        (
            "names",
            [
                "send: NotFound process not found",
                "send by name: NotFound process not found",
                "lookup: {app:processes|0x00002}",
                "cancel: NotFound process not found",
                "terminate: NotFound process not found",
                "monitor: None",
                "link: None",
            ],
        ),
        (
            "nothing",
            [
                "send: NotFound process not found",
                "send by name: NotFound could not resolve 'dying' as PID or registered name",
                "lookup: NotFound name not registered",
                "cancel: NotFound process not found",
                "terminate: NotFound process not found",
                "monitor: NotFound pid not registered",
                "link: NotFound pid not registered",
            ],
        ),
    ],
)
def test_what_can_be_done_to_a_process_depends_on_the_stage_of_its_end(
    make: Make, held: str, expected: list[str]
) -> None:
    """process 15.1.2, 3.3, 5.2, 6.2, 9.1, 11.8: a message to a process whose main has returned is accepted and lost
    (N17)."""
    world = make(strategy=Hold(held), dying=dying, asker=asker)
    asking = world.spawn("app:asker", HOST)
    world.spawn("app:dying", HOST, asking)
    world.run()

    assert world.result(asking) == expected


def end_of(make: Make, behaviour: Callable[..., Any], *args: Any) -> tuple[Any, str | None, str | None]:
    world = make(main=behaviour)
    pid = world.spawn("app:main", HOST, *args)
    world.run()
    outcome = world.outcome(pid)
    assert outcome is not None
    error = outcome.error
    return outcome.payload.value(), error.kind if error else None, error.message if error else None


def test_the_result_is_what_main_returns(make: Make) -> None:
    """process 2.4."""

    async def nothing(process: Process) -> None: ...

    async def value(process: Process) -> tuple[int, str]:
        return 1, "two"

    async def unsendable(process: Process) -> object:
        return object()

    assert end_of(make, nothing) == (None, None, None)
    assert end_of(make, value) == ((1, "two"), None, None)
    _, kind, message = end_of(make, unsendable)
    assert (kind, str(message).partition(";")[0]) == ("Invalid", "an object cannot leave its process")


def test_an_exception_of_any_coroutine_ends_the_process_with_its_text(make: Make) -> None:
    """process 2.4, I10: no other coroutine runs afterwards."""
    log: list[str] = []

    async def other(process: Process) -> None:
        raise KeyError("x")

    async def third(process: Process) -> None:
        log.append("third ran")

    async def main(process: Process) -> None:
        process.go(other)
        process.go(third)
        await process.inbox.receive()

    async def known(process: Process) -> None:
        raise NotFound("it is gone", details={"what": "it"})

    assert end_of(make, main) == (None, "Unknown", "KeyError: 'x'")
    assert end_of(make, known) == (None, "NotFound", "it is gone")
    assert log == []


def test_the_exception_itself_is_the_cause_of_the_error(make: Make) -> None:
    failure = RuntimeError("burst")

    async def main(process: Process) -> None:
        raise failure

    world = make(main=main)
    pid = world.spawn("app:main", HOST)
    world.run()

    with pytest.raises(ProcessError, match="RuntimeError: burst") as caught:
        world.result(pid)
    assert caught.value.__cause__ is failure


def test_when_main_returns_its_other_coroutines_are_closed_and_their_commands_of_that_step_dropped(make: Make) -> None:
    """process 2.4.1: commands of earlier steps have taken effect."""
    log: list[str] = []

    async def receiver(process: Process) -> None:
        while True:
            log.append((await process.inbox.receive()).topic)

    async def sender(process: Process, target: str, topic: str) -> None:
        try:
            await process.send(target, topic)
            await process.inbox.receive()
        finally:
            log.append(f"{topic} closed")

    async def main(process: Process, target: str) -> None:
        done = process.channel()

        async def signal(process: Process) -> None:
            await process.sleep("1s")
            process.go(sender, target, "later")
            await done.send(None)

        process.go(sender, target, "early")
        process.go(signal)
        await done.receive()

    world = make(main=main, receiver=receiver)
    world.spawn("app:main", HOST, world.spawn("app:receiver", HOST))
    world.run()

    assert log == ["early", "early closed", "later closed"]


@pytest.mark.parametrize("who", ["main", "another coroutine"])
def test_where_a_coroutine_raises_the_commands_of_others_in_that_step_are_dropped(make: Make, who: str) -> None:
    """process 15.1.1 rule 1, O31: those of earlier steps have taken effect; it is the same whoever raises."""
    log: list[str] = []

    async def receiver(process: Process) -> None:
        while True:
            log.append((await process.inbox.receive()).topic)

    async def sender(process: Process, target: str, topic: str) -> None:
        await process.send(target, topic)

    async def failing(process: Process) -> None:
        raise RuntimeError("burst")

    async def main(process: Process, target: str) -> None:
        process.go(sender, target, "early")
        await process.sleep("1s")
        process.go(sender, target, "late")
        process.go(spawner, target)
        if who == "main":
            # The others run first, and in this step.
            await process.channel(1).send(None)
            await process.set_options()
            rendezvous = process.channel()
            process.go(meeting, rendezvous)
            await rendezvous.send(None)
            raise RuntimeError("burst")
        process.go(failing)
        await process.inbox.receive()

    async def meeting(process: Process, rendezvous: Any) -> None:
        await rendezvous.receive()

    async def spawner(process: Process, target: str) -> None:
        await process.spawn("app:sender", HOST, target, "of a child")

    world = make(main=main, receiver=receiver, sender=sender)
    pid = world.spawn("app:main", HOST, world.spawn("app:receiver", HOST))
    world.run()

    with pytest.raises(ProcessError, match="burst"):
        world.result(pid)
    assert log == ["early"]


def test_the_coroutines_of_an_ended_process_are_closed_in_the_order_of_their_making(make: Make) -> None:
    """Each by an exception: `finally` runs, and an operation that one tries raises again."""
    log: list[str] = []

    async def other(process: Process, name: str) -> None:
        try:
            await process.inbox.receive()
        except Exception:
            log.append("an end is no exception")
        finally:
            log.append(name)
            try:
                await process.send(process.pid, "late")
            finally:
                log.append(f"{name} again")

    async def stubborn(process: Process) -> None:
        while True:
            try:
                await process.inbox.receive()
            except ProcessEnded:
                log.append("stubborn")
                return

    async def main(process: Process) -> None:
        for name in ("a", "b"):
            process.go(other, name)
        process.go(stubborn)
        await process.sleep("1s")

    world = make(main=main)
    world.spawn("app:main", HOST)
    world.run()

    assert log == ["a", "a again", "b", "b again", "stubborn"]
    assert not world.runtime.routes


def test_an_ended_process_can_do_nothing_more_with_what_it_has_in_hand(make: Make) -> None:
    log: list[str] = []

    async def main(process: Process) -> None:
        try:
            await process.sleep("1s")
        finally:
            attempts: list[Callable[[], object]] = [
                lambda: process.inbox,
                lambda: process.events,
                lambda: process.listen("t"),
                lambda: process.after(1),
            ]
            for attempt in attempts:
                try:
                    attempt()
                except ProcessEnded:
                    log.append("ended")

    async def killer(process: Process) -> None:
        await process.terminate("{app:processes|0x00001}")

    world = make(main=main, killer=killer)
    world.spawn("app:main", HOST)
    world.run(until=1)
    world.spawn("app:killer", HOST)
    world.run()

    assert log == ["ended"] * 4


def test_the_resource_of_an_ended_process_is_released(make: Make) -> None:
    """Whoever holds a SimPy resource in a `with` gives it back when it is terminated."""
    import simpy

    log: list[str] = []

    async def user(process: Process, name: str) -> None:
        with machine.request() as request:
            await process.wait(request)
            log.append(f"{name} at {process.now_ns}")
            await process.sleep("1h")

    async def killer(process: Process, target: str) -> None:
        await process.sleep("5ns")
        await process.terminate(target)

    world = make(user=user, killer=killer)
    machine = simpy.Resource(world.environment, capacity=1)
    first = world.spawn("app:user", HOST, "first")
    world.spawn("app:user", HOST, "second")
    third = world.spawn("app:user", HOST, "third")
    world.spawn("app:killer", HOST, first)
    world.run(until=10)
    world.spawn("app:killer", HOST, third)
    world.run(until=20)

    assert log == ["first at 0", "second at 5"]
    assert (machine.count, len(machine.queue)) == (1, 0)


def test_a_message_of_the_dead_comes_before_the_news_of_their_death(make: Make) -> None:
    """G4, G5."""

    async def leaver(process: Process, boss: str) -> None:
        await process.send(boss, "last words")
        raise RuntimeError("burst")

    async def boss(process: Process) -> list[str]:
        await process.set_options(trap_links=True)
        await process.spawn_linked_monitored("app:leaver", HOST, process.pid)
        inbox, events = process.inbox, process.events
        chosen = [await process.select(events=events, inbox=inbox) for _ in range(3)]
        return [type(each.value).__name__ for each in chosen]

    for strategy in (Fifo(), *(Uniform(seed) for seed in range(30))):
        world = make(strategy=strategy, boss=boss, leaver=leaver)
        pid = world.spawn("app:boss", HOST)
        world.run()
        assert world.result(pid) == ["Message", "Exit", "LinkDown"]


def test_each_watcher_gets_a_result_of_its_own(make: Make) -> None:
    """O25, I34."""

    async def target(process: Process) -> dict[str, list[int]]:
        await process.inbox.receive()
        return {"list": []}

    async def failing(process: Process) -> None:
        await process.inbox.receive()
        raise NotFound("gone", details={"list": []})

    async def watcher(process: Process, target: str) -> list[Any]:
        await process.monitor(target)
        await process.send(target, "go")
        event: Any = await process.events.receive()
        held = event.value if event.error is None else event.error.details
        held["list"].append(process.pid)
        return list(held["list"])

    for name in ("target", "failing"):
        world = make(target=target, failing=failing, watcher=watcher)
        pid = world.spawn(f"app:{name}", HOST)
        watchers = [world.spawn("app:watcher", HOST, pid) for _ in range(2)]
        world.run()
        assert [world.result(each) for each in watchers] == [[each] for each in watchers]


def test_details_that_cannot_leave_the_process_are_told_instead(make: Make) -> None:
    async def main(process: Process) -> None:
        raise ProcessError("odd", details={"f": object()})

    assert end_of(make, main)[1:2] == ("Invalid",)


def test_the_order_of_notices_among_watchers_and_among_peers_is_free(make: Make) -> None:
    """N5, N6, N7: but every EXIT comes before every LINK_DOWN."""
    orders = set()
    for seed in range(80):
        world = make(seed=seed, strategy=Uniform(), child=child, watcher=watcher)
        target = world.spawn("app:child", HOST)
        for _ in range(2):
            world.spawn("app:watcher", HOST, target)
        world.run(until=1)
        notices: list[str] = []

        def note(action: Action, number: int, notices: list[str] = notices) -> None:
            label = action.label()
            if label.verb in ("exit", "down"):
                notices.append(f"{label.verb}{label.receiver[-1]}")

        world.kernel.on_action = note
        world.send("child", "go")
        world.run()
        orders.add(" ".join(notices))

    assert orders == {
        f"{exits} {downs}" for exits in ("exit0 exit1", "exit1 exit0") for downs in ("down0 down1", "down1 down0")
    }


def test_events_say_who_what_and_when(make: Make) -> None:
    """process 4.1."""

    async def target(process: Process) -> None:
        await process.sleep("1s")
        raise NotFound("burst")

    async def boss(process: Process) -> list[Any]:
        await process.set_options(trap_links=True)
        pid = await process.spawn_linked_monitored("app:target", HOST)
        await process.cancel(process.pid, "5s", reason="tired")
        cancel, exit_event, down = [await process.events.receive() for _ in range(3)]
        assert isinstance(cancel, Cancel)
        assert isinstance(exit_event, Exit)
        assert isinstance(down, LinkDown)
        assert exit_event.error is not None
        assert down.error is not None
        return [
            [cancel.sender, cancel.deadline, cancel.deadline_ns, cancel.reason, cancel.at_ns],
            [exit_event.sender == pid, exit_event.value, exit_event.error.message, exit_event.at_ns],
            [down.sender == pid, down.error.kind, down.at_ns],
        ]

    world = make(target=target, boss=boss)
    pid = world.spawn("app:boss", HOST)
    world.run()

    assert world.result(pid) == [
        ["{app:processes|0x00001}", "2024-01-01T00:00:05Z", 5_000_000_000, "tired", 0],
        [True, None, "burst", 1_000_000_000],
        [True, "NotFound", 1_000_000_000],
    ]


def test_an_operation_that_is_never_awaited_fails_the_process_with_its_place(make: Make) -> None:
    """docs/design.md, "Operations are awaitables, not coroutines"."""

    async def main(process: Process) -> None:
        process.send(process.pid, "lost")
        await process.sleep("1s")

    async def at_the_end(process: Process) -> None:
        process.registry.lookup("x")

    with pytest.raises(InvalidArgument, match=r"test_end\.py:\d+: the operation Send was never awaited"):
        raise_of(make, main)
    with pytest.raises(InvalidArgument, match=r"test_end\.py:\d+: the operation Lookup was never awaited"):
        raise_of(make, at_the_end)


def raise_of(make: Make, behaviour: Callable[..., Any]) -> None:
    world = make(main=behaviour)
    pid = world.spawn("app:main", HOST)
    world.run()
    world.result(pid)


def test_awaiting_what_no_process_gives_is_told_with_its_place(make: Make) -> None:
    import asyncio

    async def main(process: Process) -> None:
        await asyncio.sleep(0)

    with pytest.raises(InvalidArgument, match=r"test_end\.py:\d+: asyncio\.sleep needs .*; use process\.sleep"):
        raise_of(make, main)


def test_the_error_of_a_foreign_awaitable_can_be_caught_and_names_no_address(make: Make) -> None:
    """An address in a message would enter the digest."""

    class Foreign:
        def __await__(self) -> Any:
            yield self

    async def main(process: Process) -> None:
        await Foreign()

    with pytest.raises(InvalidArgument) as caught:
        raise_of(make, main)
    assert "0x" not in caught.value.message


def test_a_process_that_waits_for_nothing_at_all_ends_with_a_deadlock(make: Make) -> None:
    """process 2.4, A: no command, no subscription and no channel that anything could come from."""

    async def main(process: Process) -> None:
        await process.select()

    assert end_of(make, main) == (
        None,
        "Internal",
        "deadlock: all coroutines blocked with no pending operations (threads=1)",
    )


def test_a_process_that_waits_on_a_channel_of_its_own_idles(make: Make) -> None:
    """lua 5.5: even where nobody can ever send."""

    async def main(process: Process) -> None:
        await process.channel().receive()

    world = make(main=main)
    pid = world.spawn("app:main", HOST)
    world.run()

    assert world.alive(pid)
