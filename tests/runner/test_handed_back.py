"""What a function hands back that is to hand back nothing is no answer that anybody reads."""

from __future__ import annotations

import functools
import gc
import warnings
from collections.abc import Callable
from typing import Any

import pytest

from simcore import UsageError, World, always, run
from simcore.catalog.item import Item
from simcore.catalog.properties import ProjectProperties, ProjectProperty
from simcore.model.options import Options
from simcore.model.outcome import Outcome
from simcore.model.run import Run
from simcore.runner.sometimes import Sightings
from simcore.runner.stage import Stage, play


async def waiting(world: World) -> None:
    raise AssertionError("executed")


def yielding(world: World) -> Any:
    yield 1
    raise AssertionError("executed")


async def both(world: World) -> Any:
    yield 1


class Later:
    def __await__(self) -> Any:
        yield 1


class Refusing:
    def __repr__(self) -> str:
        raise AssertionError("nobody asked")


RETURNED: list[tuple[Callable[[World], Any], str]] = [
    (waiting, "a coroutine that was never run"),
    (lambda world: waiting(world), "a coroutine that was never run"),
    (yielding, "a generator that was never run"),
    (functools.partial(yielding), "a generator that was never run"),
    (both, "an async generator that was never run"),
    (lambda world: Later(), "something to be awaited, Later, that never was"),
    (lambda world: False, "False"),
    (lambda world: True, "True"),
    (lambda world: 0, "0"),
    (lambda world: "", "''"),
    (lambda world: [], "an object of list"),
    (lambda world: Refusing(), "an object of Refusing"),
    (lambda world: "x" * 1_000, f"'{'x' * 59}..."),
]


def outcome_of(body: Callable[[World], Any], *properties: ProjectProperty) -> Outcome:
    item = Item(kind="scenario", id="s/a.py::it", source_line="s/a.py:7", function=body)
    return play(item, Stage(Run(item=item.reference, seed=0, options=Options()), ProjectProperties(always=properties)))


@pytest.mark.parametrize(("body", "returned"), RETURNED)
def test_a_scenario_that_returns_something_is_an_error_and_leaves_no_warning(
    body: Callable[[World], Any], returned: str
) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        outcome = outcome_of(body)
        gc.collect()

    assert (outcome.verdict, outcome.property) == ("error", "usage")
    assert outcome.message == (
        f"s/a.py:7: it returned {returned}; a scenario asserts what is to hold, and returns nothing"
    )


@pytest.mark.parametrize(("body", "returned"), RETURNED)
def test_a_function_that_is_run_may_return_nothing_either(body: Callable[[World], Any], returned: str) -> None:
    with pytest.raises(UsageError, match="; what run takes asserts what is to hold, and returns nothing") as caught:
        run(body)

    assert f" returned {returned};" in str(caught.value)
    assert str(caught.value).startswith("tests/runner/test_handed_back.py:")


@pytest.mark.parametrize(("body", "returned"), RETURNED)
def test_a_property_that_returns_something_is_an_error_of_its_item(body: Callable[[World], Any], returned: str) -> None:
    always_held = ProjectProperty("p/a.py::holds", body, "It holds.", source_line="p/a.py:3")

    outcome = outcome_of(lambda world: None, always_held)

    assert (outcome.verdict, outcome.property) == ("error", "usage")
    assert outcome.message.startswith(f"p/a.py:3: holds returned {returned}; a property asserts")


@pytest.mark.parametrize(("body", "returned"), RETURNED)
def test_a_sometimes_that_returns_something_has_not_held(body: Callable[[World], Any], returned: str) -> None:
    claimed = ProjectProperty("p/a.py::seen", body, "It is seen.", source_line="p/a.py:3")
    sightings = Sightings(ProjectProperties(sometimes=(claimed,)))

    with pytest.raises(UsageError, match=r"p/a\.py:3: seen returned "):
        sightings.ask(World())

    assert sightings.seen == {"p/a.py::seen": False}


def swallowing(world: World) -> None:
    world.define("app:one", one)
    try:
        world.spawn("app:one", "app:host")
        world.run()
    except BaseException:
        return


async def one(process: object) -> None: ...


@pytest.mark.parametrize(
    ("check", "property_name"), [(lambda world: 1 // 0, "ZeroDivisionError"), (lambda world: False, "usage")]
)
def test_a_check_that_cannot_be_asked_is_an_error_even_where_the_body_swallows_it(
    check: Callable[[World], Any], property_name: str
) -> None:
    times: list[World] = []

    @always
    def once(world: World) -> Any:
        times.append(world)
        return check(world) if len(times) == 1 else None

    outcome = outcome_of(swallowing, ProjectProperty("p/a.py::once", once, "It holds."))

    assert (outcome.verdict, outcome.property) == ("error", property_name)
