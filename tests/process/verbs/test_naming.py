"""Names: who holds one, and what can come between a look and a leap (process 11)."""

from __future__ import annotations

from typing import Any

import pytest

from simcore import (
    Actor,
    Behaviour,
    Fifo,
    InvalidArgument,
    Options,
    PermissionDenied,
    Pid,
    Process,
    ProcessError,
    Scope,
    Uniform,
    allow,
    deny,
)
from tests.behaviours import gone, sleeper, tried
from tests.conftest import Make
from tests.worlds import HOST, result_of


def play(make: Make, main: Behaviour, **named: Any) -> Any:
    return result_of(make, main, sleeper=sleeper, gone=gone, **named)


def test_registering_looking_up_and_unregistering(make: Make) -> None:
    """process 11.2 to 11.7."""

    async def main(process: Process) -> list[str]:
        names = process.registry
        other = await process.spawn("app:sleeper", HOST)
        return [
            await tried(call)
            for call in (
                names.register("x"),
                names.register("x"),
                names.register("x", process.pid),
                names.register("x", other),
                names.register("y", other),
                names.lookup("x"),
                names.lookup("y"),
                names.lookup("z"),
                names.unregister("y"),
                names.unregister("y"),
                names.register("y"),
                names.lookup("y"),
            )
        ]

    me, other = "{app:processes|0x00001}", "{app:processes|0x00002}"
    taken = "AlreadyExists name already registered: x"
    missing = "NotFound name not registered: z"
    assert play(make, main) == ["None", "None", "None", taken, "None", me, other, missing, "True", "False", "None", me]


def test_a_lookup_answers_a_pid(make: Make) -> None:
    async def main(process: Process) -> bool:
        await process.registry.register("x")
        return isinstance(await process.registry.lookup("x"), Pid)

    assert play(make, main) is True


def test_who_cannot_be_found_alive_cannot_be_registered(make: Make) -> None:
    """process 11.4, 11.12, 11.13 as decided: no binding that nobody would release."""

    async def main(process: Process) -> list[str]:
        dead = await process.spawn("app:gone", HOST)
        await process.sleep("1s")
        names = process.registry
        return [
            await tried(names.register("x", dead)),
            await tried(names.register("x", "{app:processes|0x000ff}")),
            await tried(names.register("x", "no pid")),
            await tried(names.register("")),
            await tried(names.register("{app:processes|0x00001}")),
            await tried(names.lookup("x")),
        ]

    assert play(make, main) == [
        "NotFound pid not found: {app:processes|0x00002}",
        "NotFound pid not found: {app:processes|0x000ff}",
        "Invalid invalid pid: no pid",
        "Invalid name cannot be empty",
        "Invalid name cannot have the shape of a pid: {app:processes|0x00001}",
        "NotFound name not registered: x",
    ]


@pytest.mark.parametrize("arguments", [(7,), ("x", 7), (None,)])
def test_names_and_pids_are_texts(make: Make, arguments: Any) -> None:
    """process 11.1."""

    async def main(process: Process) -> None:
        await process.registry.register(*arguments)

    with pytest.raises(InvalidArgument):
        play(make, main)


def test_the_names_of_the_dead_are_free_when_their_end_is_told(make: Make) -> None:
    """process 11.8, 11.9, I39, I58."""

    async def holder(process: Process) -> None:
        await process.registry.register("x")
        await process.registry.register("y")

    async def main(process: Process) -> list[str]:
        await process.spawn_monitored("app:holder", HOST)
        await process.events.receive()
        return [
            await tried(process.registry.lookup("x")),
            await tried(process.send("y", "t")),
            await tried(process.registry.register("x")),
        ]

    expected = ["NotFound name not registered: x", "NotFound could not resolve 'y' as PID or registered name", "None"]
    for seed in range(20):
        assert play(make, main, holder=holder, seed=seed, strategy=Uniform()) == expected


def test_an_upstart_may_take_the_name_of_another(make: Make) -> None:
    """process 11.7: no ownership check in unregister."""

    async def main(process: Process) -> list[Any]:
        other = await process.spawn("app:sleeper", HOST)
        await process.registry.register("x", other)
        await process.registry.unregister("x")
        await process.registry.register("x")
        return [await process.registry.lookup("x") == process.pid]

    assert play(make, main) == [True]


async def candidate(process: Process) -> str:
    try:
        await process.registry.lookup("leader")
    except ProcessError:
        try:
            await process.registry.register("leader")
        except ProcessError as error:
            return error.kind
        await process.inbox.receive()
    return "follower"


async def latecomer(process: Process) -> str:
    for _ in range(3):
        await process.send(process.pid, "tick")
    return await candidate(process)


def test_between_a_lookup_and_a_register_another_process_can_act(make: Make) -> None:
    """process 15.1.1: the shared register is a point of its own. The oldest first never shows the race, some seed
    does."""

    def late(strategy: Any) -> str:
        world = make(strategy=strategy, candidate=candidate, latecomer=latecomer)
        pids = [world.spawn("app:latecomer", HOST), world.spawn("app:candidate", HOST)]
        world.run()
        results = [outcome.payload.value() for pid in pids if (outcome := world.outcome(pid))]
        assert len(world.names) == 1
        return str(results[0])

    assert late(Fifo()) == "follower"
    assert {late(Uniform(seed)) for seed in range(80)} == {"follower", "AlreadyExists"}


def test_of_several_who_register_one_name_one_wins_under_every_schedule(make: Make) -> None:
    """G15, N19."""

    async def racer(process: Process) -> str:
        answer = await tried(process.registry.register("x"))
        await process.sleep("1s")
        return answer

    winners = set()
    for seed in range(30):
        world = make(seed=seed, strategy=Uniform(), racer=racer)
        pids = [world.spawn("app:racer", HOST) for _ in range(3)]
        world.run()
        answers = [world.result(pid) for pid in pids]
        assert sorted(answers) == ["AlreadyExists name already registered: x"] * 2 + ["None"]
        winners.add(answers.index("None"))
    assert winners == {0, 1, 2}


def test_while_a_shared_operation_waits_the_other_coroutines_of_the_process_do_not_run(make: Make) -> None:
    """process 15.1.1: the same coroutine goes on within the same step."""

    async def main(process: Process) -> list[str]:
        log: list[str] = []

        async def other(process: Process) -> None:
            log.append("other")

        process.go(other)
        await process.registry.register("x")
        log.append("registered")
        await process.registry.lookup("x")
        log.append("looked up")
        await process.send(process.pid, "t")
        return log

    for seed in range(10):
        assert play(make, main, seed=seed, strategy=Uniform()) == ["registered", "looked up", "other"]


def test_a_terminate_that_comes_meanwhile_waits_for_the_end_of_the_step(make: Make) -> None:
    """process A."""
    outcomes = set()

    async def pausing(process: Process) -> None:
        await process.registry.register("one")
        await process.registry.register("two")
        await process.inbox.receive()

    async def main(process: Process) -> str:
        pid = await process.spawn_monitored("app:pausing", HOST)
        await process.terminate(pid)
        event: Any = await process.events.receive()
        return str(event.error)

    for seed in range(40):
        world = make(seed=seed, strategy=Uniform(), main=main, pausing=pausing)
        seen: list[str] = []
        world.kernel.on_action = lambda action, number, seen=seen: seen.append(action.label().verb)
        pid = world.spawn("app:main", HOST)
        world.run()
        assert world.result(pid) == "process terminated"
        outcomes.add(seen.count("shared:register"))
    assert outcomes == {0, 2}


@pytest.mark.parametrize("asked", [False, True])
def test_a_name_for_another_can_be_made_to_need_a_permission_of_its_own(make: Make, asked: bool) -> None:
    """process 11.1, O9: ``process.registry.foreign`` on the pid, before the name, and never for oneself."""

    async def main(process: Process, other: str) -> list[str]:
        seen = []
        for name, pid in (("mine", process.pid), ("theirs", other), ("secret", other)):
            try:
                await process.registry.register(name, pid)
                seen.append(name)
            except PermissionDenied as denial:
                seen.append(denial.message.partition(":")[0])
        return seen

    async def waiting(process: Process) -> None:
        await process.inbox.receive()

    scope = Scope([allow("*", "*"), deny("process.registry.foreign", "*"), deny("process.registry.register", "secret")])
    world = make(options=Options(foreign_register_permission=asked), main=main, waiting=waiting)
    other = world.spawn("app:waiting", HOST)
    pid = world.spawn("app:main", HOST, other, actor=Actor("me"), scope=scope)
    world.run()

    foreign, name = "not allowed to register foreign pid", "not allowed to register name"
    assert world.result(pid) == ["mine", *([foreign, foreign] if asked else ["theirs", name])]
