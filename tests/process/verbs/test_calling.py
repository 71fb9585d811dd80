"""Starting a process and waiting for its result (process 8)."""

from __future__ import annotations

from typing import Any

import pytest

from simcore import (
    Behaviour,
    Exit,
    InvalidArgument,
    Options,
    PermissionDenied,
    Process,
    ProcessError,
    Scope,
    allow,
)
from tests.conftest import Make
from tests.worlds import HOST, result_of


async def echo(process: Process, value: Any) -> Any:
    if value == "bad":
        raise RuntimeError("no good")
    return [process.id, value]


def play(make: Make, main: Behaviour, **named: Any) -> Any:
    return result_of(make, main, echo=echo, **named)


@pytest.mark.parametrize("verb", ["call", "exec"])
def test_a_call_answers_with_the_childs_result(make: Make, verb: str) -> None:
    """process 8.1, 8.4, 16: both spellings."""

    async def main(process: Process) -> Any:
        return await getattr(process, verb)("app:echo", HOST, {"n": [1]})

    assert play(make, main) == ["app:echo", {"n": [1]}]


def test_an_error_of_the_child_is_raised_with_its_kind_and_no_exit_comes(make: Make) -> None:
    """process 8.3, 8.4, I67."""

    async def main(process: Process) -> list[Any]:
        events = process.events
        with pytest.raises(ProcessError, match="RuntimeError: no good") as caught:
            await process.call("app:echo", HOST, "bad")
        await process.sleep("1s")
        return [caught.value.kind, process.select_nowait(events=events)]

    assert play(make, main) == ["Unknown", None]


@pytest.mark.parametrize(
    ("id", "host", "fragment"),
    [
        ("", HOST, "process ID required"),
        ("echo", HOST, "invalid process ID format (namespace:name required)"),
        (":echo", HOST, "invalid process ID format"),
        ("app:", HOST, "invalid process ID format"),
        ("app:echo", "", "host ID required"),
    ],
)
def test_arguments_are_checked_more_strictly_than_those_of_a_spawn(
    make: Make, id: str, host: str, fragment: str
) -> None:
    """process 8.2."""

    async def main(process: Process) -> str:
        with pytest.raises(InvalidArgument) as caught:
            await process.call(id, host)
        return caught.value.message

    assert fragment in play(make, main)


def test_a_start_that_fails_keeps_its_kind_behind_exec_failed(make: Make) -> None:
    """process 8.4, O4."""

    async def main(process: Process) -> list[Any]:
        seen = []
        for id, host in (("app:none", HOST), ("app:echo", "app:nowhere"), ("app:echo", "node:control")):
            with pytest.raises(ProcessError) as caught:
                await process.call(id, host, 1)
            seen.append((caught.value.kind, caught.value.message.split(":")[0], caught.value.message.split(": ")[1]))
        return seen

    assert play(make, main) == [
        ("NotFound", "exec failed", "factory not found"),
        ("NotFound", "exec failed", "host not found"),
        ("Internal", "exec failed", "host does not implement process.Host"),
    ]


def test_only_call_and_host_are_asked_for(make: Make) -> None:
    """process 8.8, 12.5: process.spawn is not needed; call and exec are two actions."""

    async def main(process: Process) -> list[str]:
        seen = [(await process.call("app:echo", HOST, 1))[0]]
        for attempt in (process.exec, process.spawn):
            try:
                await attempt("app:echo", HOST, 1)
            except PermissionDenied as denial:
                seen.append(denial.message)
        return seen

    async def no_host(process: Process) -> str:
        with pytest.raises(PermissionDenied) as caught:
            await process.call("app:echo", HOST, 1)
        return caught.value.message

    scope = Scope([allow("process.call", "app:echo"), allow("process.host", HOST)])
    assert play(make, main, scope=scope) == [
        "app:echo",
        "not allowed to exec process: app:echo",
        "not allowed to spawn process: app:echo",
    ]
    assert play(make, no_host, scope=Scope([allow("process.call", "*")])) == f"not allowed to call on host: {HOST}"


def test_other_coroutines_of_the_caller_go_on_meanwhile(make: Make) -> None:
    """process 8.5."""

    async def slow(process: Process) -> str:
        await process.sleep("10s")
        return "late"

    async def main(process: Process) -> list[Any]:
        log: list[Any] = []

        async def beside(process: Process) -> None:
            for _ in range(2):
                await process.sleep("1s")
                log.append(process.now_ns)

        process.go(beside)
        log.append(await process.call("app:slow", HOST))
        return log

    assert play(make, main, slow=slow) == [1_000_000_000, 2_000_000_000, "late"]


@pytest.mark.parametrize("seed", range(20))
def test_a_child_of_an_abandoned_call_reaches_its_own_end(make: Make, seed: int) -> None:
    """process 8.6, I68, N30: the caller's end does not cancel what it called."""

    async def slow(process: Process) -> str:
        await process.registry.register("slow")
        await process.sleep("2s")
        return "done all the same"

    async def caller(process: Process) -> None:
        await process.call("app:slow", HOST)

    async def main(process: Process) -> Any:
        pid = await process.spawn("app:caller", HOST)
        await process.sleep("1s")
        child = await process.registry.lookup("slow")
        await process.monitor(child)
        await process.terminate(pid)
        match await process.events.receive():
            case Exit(sender=sender, value=value):
                return [sender == child, value, process.now_ns]

    assert play(make, main, seed=seed, slow=slow, caller=caller) == [True, "done all the same", 2_000_000_000]


def test_a_child_that_is_terminated_lets_the_call_fail(make: Make) -> None:
    """process 8.7."""

    async def stuck(process: Process) -> None:
        await process.registry.register("stuck")
        await process.inbox.receive()

    async def killer(process: Process) -> None:
        await process.sleep("1s")
        await process.terminate("stuck")

    async def main(process: Process) -> str:
        await process.spawn("app:killer", HOST)
        with pytest.raises(ProcessError) as caught:
            await process.call("app:stuck", HOST)
        return caught.value.message

    assert play(make, main, stuck=stuck, killer=killer) == "process terminated"


@pytest.mark.parametrize("switch", [False, True])
def test_a_callee_can_be_asked_to_end_with_its_caller(make: Make, switch: bool) -> None:
    """process 8.6 and the switch of O20."""

    async def callee(process: Process) -> str:
        case = await process.select(events=process.events, late=process.after("5s"))
        return case.name

    async def caller(process: Process) -> None:
        await process.call("app:callee", HOST)

    async def main(process: Process) -> None:
        pid = await process.spawn("app:caller", HOST)
        await process.sleep("1s")
        await process.terminate(pid)

    options = Options(cancel_call_child_on_caller_exit=switch)
    world = make(options=options, main=main, caller=caller, callee=callee)
    world.spawn("app:main", HOST)
    world.run()
    (called,) = [pid for pid, record in world.runtime.records.items() if record.id == "app:callee"]

    assert world.result(called) == ("events" if switch else "late")
