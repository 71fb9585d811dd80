"""Coroutines of the program's own that are never awaited: nothing in them is done, and that is told with its lines."""

from __future__ import annotations

import gc
import re
import warnings
from collections.abc import Callable
from typing import Any

import pytest

from simcore import Process, ProcessError
from tests.conftest import Make
from tests.worlds import HOST, result_of

HERE = "test_dropped.py"


async def notify(process: Process) -> None:
    """What is forgotten."""
    await process.send(process.pid, "done")


NOTIFY = notify.__code__.co_firstlineno


def error_of(make: Make, main: Callable[..., Any], **behaviours: Any) -> str:
    """Return the message that the process fails with, its lines counted from the first of *main*."""
    with pytest.raises(ProcessError) as caught:
        result_of(make, main, **behaviours)
    first = main.__code__.co_firstlineno
    text = caught.value.message.replace(f"{HERE}:{NOTIFY}", "NOTIFY")
    return re.sub(rf"{HERE}:(\d+)", lambda found: f"+{int(found[1]) - first}", text)


def test_a_coroutine_that_is_let_go_at_once_is_told_in_the_step_that_made_it(make: Make) -> None:
    async def main(process: Process) -> None:
        notify(process)  # type: ignore[unused-coroutine]
        await process.sleep("1h")
        raise AssertionError("the process has gone on")

    assert error_of(make, main) == "+1: the coroutine notify of NOTIFY was never awaited; write `await` before it"


def test_where_the_line_is_over_that_let_go_of_it_the_line_of_the_async_def_is_told(make: Make) -> None:
    async def main(process: Process) -> str:
        held = notify(process)
        await process.sleep("1s")
        return f"{held is None}"

    assert error_of(make, main) == "NOTIFY: the coroutine notify was never awaited; write `await` before it"


def test_a_helper_that_forgets_it_is_told_with_its_own_line(make: Make) -> None:
    def helper(process: Process) -> None:
        notify(process)  # type: ignore[unused-coroutine]

    async def main(process: Process) -> None:
        helper(process)

    line = helper.__code__.co_firstlineno + 1 - main.__code__.co_firstlineno
    assert error_of(make, main).startswith(f"+{line}: the coroutine notify of NOTIFY")


def test_a_coroutine_that_was_started_by_go_may_forget_one_too(make: Make) -> None:
    async def forgetting(process: Process) -> None:
        await process.sleep("1s")
        notify(process)  # type: ignore[unused-coroutine]

    async def main(process: Process) -> None:
        process.go(forgetting)
        await process.sleep("2s")

    assert "the coroutine notify of NOTIFY was never awaited" in error_of(make, main)


def test_the_first_that_was_forgotten_is_told_of_operations_and_coroutines(make: Make) -> None:
    async def main(process: Process) -> None:
        process.sleep("1s")
        notify(process)  # type: ignore[unused-coroutine]

    async def other(process: Process) -> None:
        notify(process)  # type: ignore[unused-coroutine]
        process.sleep("1s")

    assert "the operation Sleep" in error_of(make, main)
    assert "the coroutine notify" in error_of(make, other)


def test_every_run_of_one_line_is_told(make: Make) -> None:
    """Python itself warns once for each line."""

    async def main(process: Process) -> None:
        notify(process)  # type: ignore[unused-coroutine]

    told = [error_of(make, main) for _ in range(3)]

    assert len(set(told)) == 1


def test_a_coroutine_in_a_circle_is_no_part_of_the_run_whenever_it_is_collected(make: Make) -> None:
    """When Python collects differs from run to run; so there it warns as ever."""

    async def main(process: Process) -> str:
        circle: list[Any] = [notify(process)]
        circle.append(circle)
        del circle
        await process.sleep("1s")
        gc.collect()
        return "fine"

    with warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        assert result_of(make, main) == "fine"
    assert [str(each.message) for each in warned] == ["coroutine 'notify' was never awaited"]


def test_one_that_is_awaited_later_or_closed_is_none(make: Make) -> None:
    async def main(process: Process) -> list[Any]:
        later, closed = notify(process), notify(process)
        await process.sleep("1s")
        await later
        closed.close()
        return [(await process.inbox.receive()).topic]

    assert result_of(make, main) == ["done"]


def test_what_a_process_holds_that_is_cut_short_is_not_forgotten(make: Make) -> None:
    """It may have been going to await it; Python's own warning stays."""

    async def main(process: Process) -> None:
        held = notify(process)
        await process.sleep("1h")
        await held

    async def ending(process: Process, pid: str) -> None:
        await process.terminate(pid)

    world = make(main=main, ending=ending)
    pid = world.spawn("app:main", HOST)
    world.run(until="1s")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        world.spawn("app:ending", HOST, pid)
        world.run()

    with pytest.raises(ProcessError, match=r"^process terminated$"):
        world.result(pid)


def test_python_warns_itself_again_when_the_run_is_over(make: Make) -> None:
    before = warnings._warn_unawaited_coroutine  # type: ignore[attr-defined]

    async def main(process: Process) -> None:
        notify(process)  # type: ignore[unused-coroutine]

    error_of(make, main)

    assert warnings._warn_unawaited_coroutine is before  # type: ignore[attr-defined]


def test_a_python_that_asks_nobody_to_warn_runs_worlds_all_the_same(
    make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delattr(warnings, "_warn_unawaited_coroutine")

    async def main(process: Process) -> str:
        await process.sleep("1s")
        return "slept"

    assert result_of(make, main) == "slept"
    assert not hasattr(warnings, "_warn_unawaited_coroutine")
