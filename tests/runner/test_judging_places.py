"""Whoever raised it: the line of the raise is in the message, and the way there in the traceback."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

import pytest

from simcore import Process, ProcessError, World
from simcore.model.outcome import Outcome
from simcore.runner.judging import judge
from tests.worlds import HOST

HERE = "tests/runner/test_judging_places.py"


def outcome_of(world: World, **behaviours: Any) -> Outcome:
    """Let the first of *behaviours* be a process of *world*, and judge what its result raises."""
    for name, behaviour in behaviours.items():
        world.define(f"app:{name}", behaviour)
    try:
        pid = world.spawn(f"app:{next(iter(behaviours))}", HOST)
        world.run()
        world.result(pid)
    except Exception as error:
        return judge(error)
    raise AssertionError("nothing was raised")


def line(function: Any, further: int = 1) -> str:
    """Return the place of a line of *function*, counted from its first."""
    return f"{HERE}:{function.__code__.co_firstlineno + further}"


def ways(outcome: Outcome) -> list[str]:
    """Return the functions on the way to the raise, without those of this file's own helper."""
    told = [each.partition(":")[2].partition(", in ")[2].partition(":")[0] for each in outcome.traceback]
    return [name for name in told if name != "outcome_of"]


def deep(text: str) -> None:
    raise ValueError(text)


async def failing(process: Process) -> None:
    deep("burst")


async def calling(process: Process) -> None:
    await process.call("app:failing", HOST)


async def executing(process: Process) -> None:
    await process.exec("app:failing", HOST)


async def going(process: Process) -> None:
    process.go(failing)
    await process.sleep("1s")


async def upgrading(process: Process) -> None:
    process.upgrade("app:failing")


@pytest.mark.parametrize(
    ("first", "way"),
    [
        (failing, ["failing", "deep"]),
        (calling, ["calling", "failing", "deep"]),
        (executing, ["executing", "failing", "deep"]),
        (going, ["failing", "deep"]),
        (upgrading, ["failing", "deep"]),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_what_a_process_raised_is_told_with_the_line_of_the_raise_and_the_way_there(first: Any, way: list[str]) -> None:
    outcome = outcome_of(World(), first=first, failing=failing)

    assert outcome.message == f"ValueError: burst ({line(deep)})"
    assert outcome.property == "result"
    assert ways(outcome) == way


def test_a_process_that_is_refused_something_is_told_with_the_line_that_asked() -> None:
    async def asking(process: Process) -> None:
        await process.send("nobody", "hello")

    outcome = outcome_of(World(), asking=asking)

    assert outcome.message.endswith(f"({line(asking)})")
    assert ways(outcome) == ["asking"]


def test_a_process_error_of_the_programs_own_is_told_with_its_line() -> None:
    async def raising(process: Process) -> None:
        raise ProcessError("closed", "Unavailable")

    assert outcome_of(World(), raising=raising).message == f"closed ({line(raising)})"


def test_one_error_that_many_processes_raise_is_told_with_the_line_of_each() -> None:
    """Such a constant of a module outlives schedules, and Python keeps every way that it has ever gone."""
    refused = ProcessError("refused")

    async def one(process: Process) -> None:
        raise refused

    async def other(process: Process) -> None:
        raise refused

    for behaviour in (one, other, one):
        outcome = outcome_of(World(), main=behaviour)
        assert (outcome.message, ways(outcome)) == (f"refused ({line(behaviour)})", [behaviour.__name__])


def test_an_error_of_a_class_of_the_programs_own_stays_one() -> None:
    class Refused(ProcessError):
        def __init__(self, what: str, price: int) -> None:
            super().__init__(f"{what} is refused")
            self.price = price

    original = Refused("tea", 3)

    async def raising(process: Process) -> None:
        raise original

    world = World()
    world.define("app:raising", raising)
    pid = world.spawn("app:raising", HOST)
    world.run()

    with pytest.raises(Refused, match="tea is refused") as caught:
        world.result(pid)
    assert caught.value.price == 3
    assert original.raised_at == (), "what the program holds is not touched"


def test_who_reraises_what_it_was_told_of_leads_to_the_first_line() -> None:
    async def watching(process: Process) -> None:
        await process.spawn_monitored("app:failing", HOST)
        event = await process.events.receive()
        raise event.error

    outcome = outcome_of(World(), watching=watching, failing=failing)

    assert outcome.message == f"ValueError: burst ({line(deep)})"
    assert ways(outcome) == ["watching", "failing", "deep"]


def test_what_programs_see_of_an_error_has_no_place() -> None:
    """process 2.4: the error contains the raised text; where it was raised is for people."""
    seen: list[str] = []

    async def watching(process: Process) -> None:
        await process.spawn_monitored("app:failing", HOST)
        event = await process.events.receive()
        seen.append(str(event.error))

    world = World()
    world.define("app:failing", failing)
    world.define("app:watching", watching)
    world.spawn("app:watching", HOST)
    world.run()

    assert seen == ["ValueError: burst"]


def test_arguments_that_do_not_fit_are_told_with_the_line_of_the_behaviour() -> None:
    async def wanting(process: Process, more: int) -> None:
        pass

    assert outcome_of(World(), wanting=wanting).message.endswith(f"'more' ({line(wanting, 0)})")


def test_what_a_simpy_process_raises_is_told_with_its_line() -> None:
    world = World()

    def failing(environment: Any) -> Generator[Any, None, None]:
        yield environment.timeout(5)
        raise RuntimeError("in SimPy")

    async def idle(process: Process) -> None:
        world.environment.process(failing(world.environment))

    assert outcome_of(world, idle=idle).message == f"in SimPy ({line(failing, 2)})"


def test_a_class_that_is_not_built_in_is_named_once() -> None:
    class Wrong(Exception):
        pass

    def raising() -> None:
        raise Wrong("so it is")

    with pytest.raises(Wrong) as caught:
        raising()

    outcome = judge(caught.value)
    assert (outcome.property, outcome.message) == ("Wrong", f"so it is ({line(raising)})")


def test_a_process_error_with_anything_in_the_place_of_its_message_is_told() -> None:
    async def raising(process: Process) -> None:
        raise ProcessError(5)  # type: ignore[arg-type]

    assert outcome_of(World(), raising=raising).message == f"5 ({line(raising)})"


def test_a_recursion_without_end_is_told_in_few_lines() -> None:
    def deeper(depth: int) -> int:
        return deeper(depth + 1)

    async def falling(process: Process) -> None:
        deeper(0)

    outcome = outcome_of(World(), falling=falling)

    assert "RecursionError" in outcome.message
    assert len(outcome.traceback) == 9
