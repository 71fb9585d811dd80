"""What code raises where nobody can hear it is a remark of its item, and no line on standard error."""

from __future__ import annotations

import gc
import sys
from collections.abc import Callable
from typing import Any

import pytest

from simcore import Process, World
from simcore.catalog.item import Item
from simcore.model.options import Options
from simcore.model.outcome import Remark
from simcore.model.run import Run
from simcore.runner.stage import Stage, play
from simcore.runner.unraised import UNRAISED, raised_when_over, remarks_of, unraised_heard


class Left:
    def __del__(self) -> None:
        raise ValueError("left")


def remarks(body: Callable[[World], None]) -> list[str]:
    item = Item(kind="scenario", id="a.py::b", source_line="a.py:1", function=body)
    outcome = play(item, Stage(Run(item=item.reference, seed=0, options=Options())))
    assert outcome.verdict == "passed"
    return [each.text for each in outcome.remarks if each.kind == UNRAISED]


def waits(world: World, behaviour: Callable[..., Any]) -> None:
    world.define("app:b", behaviour)
    world.spawn("app:b", "app:h")
    world.run()


@pytest.mark.parametrize(
    ("ending", "told"),
    [
        (lambda: pytest.fail("on its way"), "assert: on its way"),
        (lambda: sys.exit(0), "SystemExit: 0"),
        (lambda: [].pop(), "IndexError: pop from empty list"),
    ],
)
def test_what_a_process_raises_when_its_world_is_over_is_a_remark(ending: Callable[[], Any], told: str) -> None:
    def body(world: World) -> None:
        async def idle(process: Process) -> None:
            try:
                await process.inbox.receive()
            finally:
                ending()

        waits(world, idle)

    (text,) = remarks(body)

    assert text.startswith(f"world/app:b.0 raised {told} (")
    assert text.endswith(" on its way out when its world was over")


def test_a_process_that_ends_as_it_is_told_to_is_no_remark() -> None:
    def body(world: World) -> None:
        async def idle(process: Process) -> None:
            try:
                await process.inbox.receive()
            finally:
                await process.sleep("1s")

        waits(world, idle)

    assert remarks(body) == []


def test_what_is_raised_as_an_object_goes_is_a_remark_and_nothing_is_printed(
    capsys: pytest.CaptureFixture[str],
) -> None:
    def body(world: World) -> None:
        async def holds(process: Process) -> None:
            held = Left()
            del held

        waits(world, holds)
        Left()

    texts = remarks(body)

    assert [text.partition(" (")[0] for text in texts] == ["Left.__del__ raised ValueError: left"] * 2
    assert all(text.endswith("where Python can raise nothing") for text in texts)
    assert "Exception ignored" not in capsys.readouterr().err


def test_what_a_process_still_holds_when_its_world_is_over_is_a_remark() -> None:
    def body(world: World) -> None:
        async def idle(process: Process) -> None:
            held = Left()
            await process.inbox.receive()
            assert held is not None

        waits(world, idle)

    assert len(remarks(body)) == 1


def test_what_python_collects_in_a_circle_is_left_to_python() -> None:
    """When that happens depends on all that the process has done before."""
    heard: list[str] = []
    told: list[object] = []
    # What earlier tests have left is none of this one's.
    gc.collect()
    before, sys.unraisablehook = sys.unraisablehook, lambda dropped: told.append(dropped.exc_type)
    try:
        with unraised_heard(heard):
            left = Left()
            left.circle = left  # type: ignore[attr-defined]  # that is the circle
            del left
            gc.collect()
    finally:
        sys.unraisablehook = before

    assert (heard, told) == ([], [ValueError])


def test_the_hook_is_put_back_unless_somebody_else_listens_by_then() -> None:
    before = sys.unraisablehook
    with unraised_heard([]):
        assert sys.unraisablehook is not before
    assert sys.unraisablehook is before

    def mine(dropped: object) -> None: ...

    try:
        with unraised_heard([]):
            sys.unraisablehook = mine
        assert sys.unraisablehook is mine
    finally:
        sys.unraisablehook = before


def test_the_first_few_are_named_and_the_rest_are_counted() -> None:
    with pytest.raises(ValueError, match="no") as caught:
        raise ValueError("no")
    lines = raised_when_over([(f"world/a.{number}", caught.value) for number in range(5)])

    assert raised_when_over([("world/a.0", ValueError("without a line"))]) == []
    assert [each.text for each in remarks_of(lines)] == [*lines[:3], "and 2 more"]
    assert remarks_of(lines[:1]) == (Remark(UNRAISED, lines[0]),)


def simpy_process(generator: Callable[[World], Any]) -> Callable[[World], None]:
    def body(world: World) -> None:
        world.environment.process(generator(world))
        world.run(until="1s")

    return body


def test_a_simpy_process_is_closed_with_its_world_and_what_it_raises_is_a_remark() -> None:
    def fails_at_last(world: World) -> Any:
        try:
            yield world.environment.event()
        finally:
            pytest.fail("at last")

    (text,) = remarks(simpy_process(fails_at_last))

    assert text.startswith("the SimPy process fails_at_last raised assert: at last (")
    assert gc.collect() >= 0


def test_a_simpy_process_that_has_ended_is_not_told_again() -> None:
    ends: list[str] = []

    def sleeps(world: World) -> Any:
        try:
            yield world.environment.timeout(7)
        finally:
            ends.append("once")

    assert remarks(simpy_process(sleeps)) == []
    assert ends == ["once"]


def test_a_simpy_process_that_catches_its_end_is_given_up_and_one_that_it_begins_then_ends_too() -> None:
    def begins_another(world: World) -> Any:
        def other() -> Any:
            yield world.environment.event()

        try:
            yield world.environment.event()
        finally:
            world.environment.process(other())

    def stubborn(world: World) -> Any:
        while True:
            try:
                yield world.environment.event()
            except BaseException:
                continue

    item = Item(kind="scenario", id="a.py::b", source_line="a.py:1", function=simpy_process(stubborn))
    outcome = play(item, Stage(Run(item=item.reference, seed=0, options=Options())))

    assert "the SimPy process stubborn catches its own end again and again" in outcome.remarks[0].text
    assert remarks(simpy_process(begins_another)) == []


def test_a_process_that_was_refused_what_it_asked_has_raised_that_alone() -> None:
    def body(world: World) -> None:
        async def runs(process: Process) -> None:
            world.environment.run(until=5)

        waits(world, runs)

    item = Item(kind="scenario", id="a.py::b", source_line="a.py:1", function=body)
    outcome = play(item, Stage(Run(item=item.reference, seed=0, options=Options())))

    assert (outcome.property, outcome.remarks) == ("usage", ())
