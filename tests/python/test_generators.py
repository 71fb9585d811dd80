"""An async generator that is left before its end is closed inside the run, by its own process."""

from __future__ import annotations

import gc
import sys
from collections.abc import AsyncGenerator
from typing import Any

import pytest

from simcore import Process, Uniform
from tests.conftest import Make
from tests.worlds import HOST, result_of


class Numbers:
    """Generators that note when they are closed, and how far they came in it."""

    def __init__(self) -> None:
        self.log: list[str] = []

    async def count(self, process: Process, name: str = "") -> AsyncGenerator[int, None]:
        try:
            for number in range(5):
                await process.sleep("1ms")
                yield number
        finally:
            self.log.append(f"closing{name}")
            await process.sleep("1ms")
            self.log.append(f"closed{name}")


@pytest.mark.parametrize("seed", range(4))
def test_one_that_is_left_by_a_break_is_closed_while_its_process_goes_on(make: Make, seed: int) -> None:
    numbers = Numbers()

    async def main(process: Process) -> list[str]:
        async for number in numbers.count(process):
            if number == 2:
                break
        await process.sleep("10ms")
        return list(numbers.log)

    assert result_of(make, main, seed=seed) == ["closing", "closed"]


def test_one_that_was_read_to_its_end_is_closed_once(make: Make) -> None:
    numbers = Numbers()

    async def main(process: Process) -> list[int]:
        return [number async for number in numbers.count(process)]

    assert result_of(make, main) == [0, 1, 2, 3, 4]
    assert numbers.log == ["closing", "closed"]


def test_the_finally_begins_where_the_process_ends_and_has_nobody_to_ask(make: Make) -> None:
    numbers = Numbers()

    async def main(process: Process) -> str:
        async for _ in numbers.count(process):
            break
        return "fine"

    assert result_of(make, main) == "fine"
    assert numbers.log == ["closing"]


def test_so_it_does_where_the_process_is_terminated_in_it(make: Make) -> None:
    numbers = Numbers()

    async def reader(process: Process) -> None:
        async for _ in numbers.count(process):
            await process.sleep("1h")

    async def main(process: Process) -> None:
        pid = await process.spawn("app:reader", HOST)
        await process.sleep("1s")
        await process.terminate(pid)

    result_of(make, main, reader=reader)

    assert numbers.log == ["closing"]


def test_one_in_a_circle_is_closed_at_the_end_of_its_process_whenever_python_collects(make: Make) -> None:
    logs = []
    for collect in (False, True):
        numbers = Numbers()

        async def main(process: Process, numbers: Numbers = numbers, collect: bool = collect) -> None:
            for name in "ab":
                circle: list[Any] = [numbers.count(process, name)]
                circle.append(circle)
                await anext(circle[0])
                del circle
            if collect:
                gc.collect()
            await process.sleep("1s")
            numbers.log.append("end")

        result_of(make, main)
        logs.append(numbers.log)

    assert logs == [["end", "closinga", "closingb"]] * 2


def test_an_upgrade_closes_those_of_the_old_incarnation(make: Make) -> None:
    numbers = Numbers()

    async def second(process: Process) -> str:
        return "second"

    async def main(process: Process) -> None:
        async for _ in numbers.count(process):
            process.upgrade("app:second")

    assert result_of(make, main, second=second) == "second"
    assert numbers.log == ["closing"]


def test_what_a_closing_generator_raises_ends_its_process(make: Make) -> None:
    async def broken(process: Process) -> AsyncGenerator[int, None]:
        try:
            yield 1
        finally:
            raise ValueError("broken")

    async def main(process: Process) -> None:
        async for _ in broken(process):
            break
        await process.sleep("1s")

    world = make(main=main)
    pid = world.spawn("app:main", HOST)
    world.run()

    outcome = world.outcome(pid)
    assert outcome is not None
    assert outcome.error is not None
    assert "ValueError: broken" in outcome.error.message


def test_a_stubborn_generator_of_an_ended_process_is_given_up(make: Make) -> None:
    async def stubborn(process: Process) -> AsyncGenerator[int, None]:
        while True:
            try:
                yield 1
                await process.sleep("1s")
            except BaseException:
                await process.sleep("1s")

    async def main(process: Process) -> str:
        async for _ in stubborn(process):
            break
        return "fine"

    assert result_of(make, main) == "fine"


@pytest.mark.filterwarnings("error")
def test_the_world_may_be_dropped_with_one_that_is_open(make: Make) -> None:
    numbers = Numbers()

    async def main(process: Process) -> None:
        async for _ in numbers.count(process):
            await process.sleep("1h")

    world = make(strategy=Uniform(), main=main)
    world.spawn("app:main", HOST)
    world.run(until="1s")
    del world
    gc.collect()

    assert numbers.log == ["closing"]


def test_the_hooks_of_the_interpreter_are_those_of_before(make: Make) -> None:
    before = sys.get_asyncgen_hooks()

    async def main(process: Process) -> bool:
        return sys.get_asyncgen_hooks() != before

    assert result_of(make, main) is True
    assert sys.get_asyncgen_hooks() == before
