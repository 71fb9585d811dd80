"""Operations that are made and not awaited where they are made: later, twice, never, or by another process."""

from __future__ import annotations

import gc
import re
from collections.abc import Awaitable
from typing import Any

import pytest

from simcore import InvalidArgument, Process, ProcessError, World
from tests.conftest import Make
from tests.worlds import HOST, result_of

HERE = "test_request.py"


def error_of(make: Make, *arguments: Any, **behaviours: Any) -> str:
    """Return the message that the process fails with, its lines counted from that of the first."""
    with pytest.raises(ProcessError) as caught:
        result_of(make, *arguments, **behaviours)
    return relative(caught.value.message)


def relative(text: str) -> str:
    """Return *text* with its line numbers counted from the smallest, which is 0."""
    lines = [int(line) for line in re.findall(rf"{HERE}:(\d+)", text)]
    return re.sub(rf"{HERE}:(\d+)", lambda found: f"+{int(found[1]) - min(lines)}", text)


# -- made first, awaited later


def test_a_list_of_operations_is_awaited_one_by_one(make: Make) -> None:
    async def main(process: Process) -> list[str]:
        for call in [process.send(process.pid, topic) for topic in "abc"]:
            await call
        return [(await process.inbox.receive()).topic for _ in "abc"]

    assert result_of(make, main) == ["a", "b", "c"]


def test_an_operation_that_is_held_may_be_awaited_in_a_later_step(make: Make) -> None:
    async def main(process: Process) -> int:
        call = process.sleep("2s")
        await process.sleep("1s")
        await process.sleep("1s")
        await call
        return process.now_ns

    assert result_of(make, main) == 4_000_000_000


def test_a_receive_may_be_made_before_what_it_is_to_receive_is_sent(make: Make) -> None:
    async def main(process: Process) -> Any:
        answer = process.inbox.receive()
        await process.send(process.pid, "a")
        return (await answer).topic

    assert result_of(make, main) == "a"


def test_another_coroutine_may_await_it(make: Make) -> None:
    async def waiting(process: Process, call: Awaitable[None]) -> None:
        await process.sleep("2s")
        await call

    async def main(process: Process) -> Any:
        process.go(waiting, process.send(process.pid, "late"))
        return [(await process.inbox.receive()).topic, process.now_ns]

    assert result_of(make, main) == ["late", 2_000_000_000]


def test_an_operation_may_be_an_argument_of_what_awaits_something_else_first(make: Make) -> None:
    async def after(first: Awaitable[Any], then: Awaitable[Any]) -> None:
        await first
        await then

    async def main(process: Process) -> int:
        await after(process.sleep("1s"), process.sleep("2s"))
        return process.now_ns

    assert result_of(make, main) == 3_000_000_000


def test_main_may_return_before_another_coroutine_awaits_what_it_holds(make: Make) -> None:
    """It is cut short, as ever; nobody forgot anything."""

    async def waiting(process: Process) -> None:
        call = process.send(process.pid, "never")
        await process.sleep("1h")
        await call

    async def main(process: Process) -> str:
        process.go(waiting)
        await process.sleep("1s")
        return "fine"

    assert result_of(make, main) == "fine"


# -- never awaited


def test_an_operation_that_nobody_holds_is_told_in_the_step_that_made_it(make: Make) -> None:
    async def main(process: Process) -> None:
        process.send(process.pid, "lost")
        await process.sleep("1h")
        raise AssertionError("the process has gone on")

    assert error_of(make, main) == "+0: the operation Send was never awaited; write `await` before it"


@pytest.mark.parametrize("collected", [False, True])
def test_an_operation_that_is_held_is_told_when_the_process_ends(make: Make, *, collected: bool) -> None:
    """Whether it was dropped meanwhile, and whether Python has collected it, makes no difference."""

    async def main(process: Process) -> str:
        circle: list[Any] = [process.send(process.pid, "lost")]
        circle.append(circle)
        await process.sleep("1s")
        del circle
        if collected:
            gc.collect()
        await process.sleep("1s")
        return "fine"

    assert error_of(make, main) == "+0: the operation Send was never awaited; write `await` before it"


def test_an_operation_that_something_outlives_the_process_with_is_told_too(make: Make) -> None:
    held: list[Any] = []

    async def main(process: Process) -> None:
        held.append(process.sleep("1s"))

    assert error_of(make, main) == "+0: the operation Sleep was never awaited; write `await` before it"


def test_an_operation_of_what_was_upgraded_is_told(make: Make) -> None:
    async def main(process: Process) -> None:
        call = process.sleep("1s")
        await process.sleep("1s")
        assert call is not None
        process.upgrade("app:next")

    async def next(process: Process) -> None:
        pass

    assert error_of(make, main, next=next) == "+0: the operation Sleep was never awaited; write `await` before it"


def test_the_first_of_several_is_told(make: Make) -> None:
    async def main(process: Process) -> None:
        process.registry.lookup("a")
        process.sleep("1s")

    assert "the operation Lookup was never awaited" in error_of(make, main)


def test_an_error_of_its_own_counts_before_what_was_never_awaited(make: Make) -> None:
    async def main(process: Process) -> None:
        process.sleep("1s")
        raise RuntimeError("burst")

    assert error_of(make, main) == "RuntimeError: burst"


def test_what_was_forgotten_is_told_beside_the_failure_that_it_leads_to(make: Make) -> None:
    async def main(process: Process) -> None:
        process.registry.register("x")
        await process.registry.lookup("x")

    async def helping(process: Process) -> None:
        pass

    async def calling(process: Process) -> None:
        helping(process)  # type: ignore[unused-coroutine]
        raise RuntimeError("burst")

    for behaviour, text, what in (
        (main, "name not registered: x", "the operation Register"),
        (calling, "RuntimeError: burst", "the coroutine helping of "),
    ):
        with pytest.raises(ProcessError) as caught:
            result_of(make, behaviour)
        assert caught.value.message == text
        (line,) = caught.value.further
        assert line.startswith(f"before that: {HERE}:{behaviour.__code__.co_firstlineno + 1}: {what}")


def test_what_the_program_still_holds_when_it_fails_is_not_told_as_forgotten(make: Make) -> None:
    async def main(process: Process) -> None:
        call = process.sleep("1s")
        raise RuntimeError(str(call is None))

    with pytest.raises(ProcessError) as caught:
        result_of(make, main)
    assert caught.value.further == ()


# -- awaited twice


def test_a_second_await_is_an_error_with_both_lines_and_is_not_performed(make: Make) -> None:
    async def main(process: Process, to: str) -> None:
        payment = process.send(to, "pay", 10)
        await payment
        await payment

    async def till(process: Process) -> None:
        await process.sleep("1h")

    world = make(main=main, till=till)
    to = world.spawn("app:till", HOST)
    pid = world.spawn("app:main", HOST, to)
    world.run(until="1s")

    assert len(world.mailbox(to)) == 1
    with pytest.raises(InvalidArgument) as caught:
        world.result(pid)
    assert relative(caught.value.message) == (
        "+1: the operation Send was awaited already, in +0; make a new one for each `await`"
    )


def test_a_receive_that_is_awaited_twice_takes_no_second_message(make: Make) -> None:
    async def main(process: Process) -> list[str]:
        await process.send(process.pid, "a")
        await process.send(process.pid, "b")
        call = process.inbox.receive()
        log = [(await call).topic]
        try:
            await call
        except InvalidArgument as error:
            log.append(relative(error.message).partition(";")[0])
        return [*log, (await process.inbox.receive()).topic]

    assert result_of(make, main) == ["a", "+2: the operation ChannelReceive was awaited already, in +0", "b"]


def test_two_coroutines_cannot_await_the_same_operation(make: Make) -> None:
    async def waiting(process: Process, call: Awaitable[None]) -> None:
        await call

    async def main(process: Process) -> None:
        call = process.sleep("1s")
        process.go(waiting, call)
        process.go(waiting, call)
        await process.sleep("2s")

    assert error_of(make, main) == (
        "+0: the operation Sleep was awaited already, in +0; make a new one for each `await`"
    )


def test_an_operation_that_was_refused_is_awaited_all_the_same(make: Make) -> None:
    async def main(process: Process) -> list[str]:
        call, log = process.send("nobody", "a"), []
        for _ in range(2):
            try:
                await call
            except ProcessError as error:
                log.append(error.kind)
        return log

    assert result_of(make, main) == ["NotFound", "Invalid"]


# -- of another process


def of_another(world: World) -> str:
    """Run a process that offers what it has to another one, and return how that one ends."""
    world.spawn("app:owner", HOST)
    pid = world.spawn("app:main", HOST)
    world.run(until="1s")
    try:
        world.result(pid)
    except ProcessError as error:
        return relative(error.message)
    return "fine"


def test_an_operation_that_another_process_has_made_is_refused_with_both_lines(make: Make) -> None:
    held: list[Any] = []

    async def owner(process: Process) -> None:
        held.append(process.send(process.pid, "mine"))
        await process.sleep("1h")

    async def main(process: Process) -> None:
        await held[0]

    assert of_another(make(owner=owner, main=main)) == (
        "+4: the operation Send of +0 belongs to another process, {app:processes|0x00001}; "
        "make it with the `process` of the one that awaits it, and send a message to reach another"
    )


def test_a_process_cannot_act_through_the_handle_of_another(make: Make) -> None:
    held: list[Process] = []

    async def owner(process: Process) -> None:
        held.append(process)
        await process.inbox.receive()

    async def main(process: Process) -> None:
        await held[0].sleep("1s")

    world = make(owner=owner, main=main)
    assert of_another(world).startswith("+0: the operation Sleep of +0 belongs to another process, ")
    assert [world.alive(pid) for pid in world.runtime.records] == [True, False], "whose handle it was is not at fault"


def test_what_a_process_tries_when_it_has_ended_is_no_await_of_another(make: Make) -> None:
    log: list[str] = []

    async def dying(process: Process) -> None:
        call = process.send(process.pid, "last")
        try:
            await process.sleep("1h")
        finally:
            log.append("begins")
            await call
            log.append("goes on")

    async def main(process: Process) -> None:
        pid = await process.spawn("app:dying", HOST)
        await process.sleep("1s")
        await process.terminate(pid)
        await process.sleep("1s")

    result_of(make, main, dying=dying)

    assert log == ["begins"]
