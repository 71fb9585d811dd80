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
        event: Any = await process.events.receive()
        raise event.error

    outcome = outcome_of(World(), watching=watching, failing=failing)

    assert outcome.message == f"ValueError: burst ({line(deep)})"
    assert ways(outcome) == ["watching", "failing", "deep"]


def test_what_programs_see_of_an_error_has_no_place() -> None:
    """process 2.4: the error contains the raised text; where it was raised is for people."""
    seen: list[str] = []

    async def watching(process: Process) -> None:
        await process.spawn_monitored("app:failing", HOST)
        event: Any = await process.events.receive()
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


def test_what_a_simpy_process_of_another_raises_is_told_with_its_own_line() -> None:
    world = World()

    def inner(environment: Any) -> Generator[Any, None, None]:
        yield environment.timeout(5)
        assert environment.now == 4, environment.now

    def outer(environment: Any) -> Generator[Any, None, None]:
        yield environment.all_of([environment.process(inner(environment))])

    def outermost(environment: Any) -> Generator[Any, None, None]:
        yield environment.process(outer(environment))

    async def idle(process: Process) -> None:
        world.environment.process(outermost(world.environment))

    outcome = outcome_of(world, idle=idle)

    assert outcome.message.startswith(f"5 ({line(inner, 2)})")
    assert ways(outcome) == ["outermost", "outer", "inner"]


def test_an_error_that_a_simpy_process_makes_of_another_is_its_own() -> None:
    world = World()

    def inner(environment: Any) -> Generator[Any, None, None]:
        yield environment.timeout(5)
        raise ValueError("inner")

    def outer(environment: Any) -> Generator[Any, None, None]:
        try:
            yield environment.process(inner(environment))
        except ValueError as problem:
            raise RuntimeError("outer") from problem

    async def idle(process: Process) -> None:
        world.environment.process(outer(world.environment))

    outcome = outcome_of(world, idle=idle)

    assert outcome.message == f"outer ({line(outer, 4)})\ncause: ValueError: inner ({line(inner, 2)})"


def test_a_wrong_yield_of_a_simpy_process_is_told_in_one_line_with_no_path_of_the_machine() -> None:
    world = World()

    def wrong(environment: Any) -> Generator[Any, None, None]:
        yield 5

    async def idle(process: Process) -> None:
        world.environment.process(wrong(world.environment))

    async def waiting(process: Process) -> None:
        await process.wait(other.environment.process(wrong(other.environment)))

    other = World()
    for outcome in (outcome_of(world, idle=idle), outcome_of(other, waiting=waiting)):
        assert outcome.message.startswith("a SimPy process yields events of SimPy, and 5 is none; ")
        assert outcome.message.endswith(f"({line(wrong)})")


@pytest.mark.parametrize("text", ["\nwhat\nmore", "\n\n   what\nmore", " \r\n what\nmore"])
def test_a_text_that_begins_with_empty_lines_is_told_from_its_first_words_on(text: str) -> None:
    async def raising(process: Process) -> None:
        raise ValueError(text)

    assert outcome_of(World(), raising=raising).message == f"ValueError: what ({line(raising)})\nmore"


@pytest.mark.parametrize("value", [{1}, object(), [lambda: None]])
def test_a_result_that_cannot_leave_is_told_with_the_line_of_the_behaviour(value: Any) -> None:
    async def returning(process: Process) -> Any:
        return value

    outcome = outcome_of(World(), returning=returning)

    assert outcome.message.endswith(f"({line(returning, 0)})")
    assert ways(outcome) == ["returning"]


def test_a_coroutine_as_a_result_is_told_with_the_cure() -> None:
    async def helper() -> None: ...

    held = helper()

    async def returning(process: Process) -> Any:
        return held

    outcome = outcome_of(World(), returning=returning)
    held.close()

    assert outcome.message == (
        f"a coroutine cannot leave its process; await it, and send what that gives ({line(returning, 0)})"
    )


class Mute(Exception):
    def __str__(self) -> str:
        return 5  # type: ignore[return-value]


class Broken(Exception):
    def __str__(self) -> str:
        raise RuntimeError("no text")


@pytest.mark.parametrize(("kind", "problem"), [(Mute, "TypeError"), (Broken, "RuntimeError")])
def test_an_error_that_has_no_text_is_the_processs_own_all_the_same(kind: Any, problem: str) -> None:
    async def raising(process: Process) -> None:
        raise kind

    outcome = outcome_of(World(), raising=raising)

    assert outcome.property == "result"
    assert outcome.message == (f"{kind.__name__}: a message that raises {problem} when it is written ({line(raising)})")


@pytest.mark.parametrize("message", [Mute(), Broken(), None])
def test_an_error_with_a_message_that_has_no_text_is_told(message: Any) -> None:
    async def raising(process: Process) -> None:
        raise ProcessError(message)

    assert outcome_of(World(), raising=raising).message.endswith(f"({line(raising)})")
    assert judge(ProcessError(message)).property == "result"


def test_notes_causes_and_members_are_told_below() -> None:
    async def raising(process: Process) -> None:
        try:
            raise KeyError("first")
        except KeyError as problem:
            error = ExceptionGroup("several", [ValueError("one"), TypeError("two")])
            error.add_note("so it is")
            raise error from problem

    assert outcome_of(World(), raising=raising).message.split("\n") == [
        f"ExceptionGroup: several (2 sub-exceptions) ({line(raising, 6)})",
        "note: so it is",
        "of the group: ValueError: one",
        "of the group: TypeError: two",
        f"cause: KeyError: 'first' ({line(raising, 2)})",
    ]


def test_who_reraises_what_it_was_told_of_tells_what_stood_below_it_once() -> None:
    async def ending(process: Process) -> None:
        raise RuntimeError("outer") from ValueError("inner")

    async def watching(process: Process) -> None:
        await process.spawn_monitored("app:ending", HOST)
        event: Any = await process.events.receive()
        raise event.error

    outcome = outcome_of(World(), watching=watching, ending=ending)

    assert outcome.message == f"RuntimeError: outer ({line(ending)})\ncause: ValueError: inner"
