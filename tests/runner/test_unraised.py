"""What code raises where that can end nothing decides all the same, or is a remark, and no line on standard error."""

from __future__ import annotations

import contextlib
import gc
import sys
import threading
import warnings
from collections.abc import AsyncGenerator, Callable, Generator
from typing import Any

import pytest

from simcore import Process, World
from simcore.catalog.item import Item
from simcore.model.options import Options
from simcore.model.outcome import Outcome, Remark, Verdict
from simcore.model.run import Run
from simcore.process.state.farewell import Farewell
from simcore.runner.late import UNRAISED, Late, decisive, remarks_of, with_late
from simcore.runner.stage import Stage, play
from simcore.runner.unraised import late_farewells, unraised_heard


class Left:
    """Raises as it goes, if only with a circle through itself."""

    def __init__(self, error: BaseException | None = None, *, in_circle: bool = False) -> None:
        self.error = error or ValueError("left")
        if in_circle:
            self.circle = self

    def __del__(self) -> None:
        raise self.error


def outcome_of(body: Callable[[World], None]) -> Outcome:
    item = Item(kind="scenario", id="a.py::b", source_line="a.py:1", function=body)
    return play(item, Stage(Run(item=item.reference, seed=0, options=Options())))


def remarks(body: Callable[[World], None]) -> list[str]:
    outcome = outcome_of(body)
    assert outcome.verdict == "passed"
    return [each.text for each in outcome.remarks if each.kind == UNRAISED]


def decided(body: Callable[[World], None]) -> tuple[str, str, str]:
    """Return verdict and property of *body*, and the last line of what is told."""
    outcome = outcome_of(body)
    assert outcome.digest == outcome_of(body).digest
    return outcome.verdict, outcome.property, outcome.message.rpartition("\n")[2]


def waits(world: World, behaviour: Callable[..., Any]) -> None:
    world.define("app:b", behaviour)
    world.spawn("app:b", "app:h")
    world.run()


def idle(ending: Callable[[], Any]) -> Callable[[World], None]:
    """Return a body whose process calls *ending* when its world is over."""

    def body(world: World) -> None:
        async def idles(process: Process) -> None:
            try:
                await process.inbox.receive()
            finally:
                ending()

        waits(world, idles)

    return body


def fail() -> None:
    pytest.fail("on its way")


def claim() -> None:
    raise AssertionError("on its way")


def claim_in_a_group() -> None:
    raise ExceptionGroup("several", [ValueError("one"), AssertionError("two")])


@pytest.mark.parametrize("ending", [fail, claim])
def test_what_does_not_hold_when_the_world_is_over_fails_the_item(ending: Callable[[], Any]) -> None:
    verdict, name, last = decided(idle(ending))

    assert (verdict, name) == (Verdict.FAILED, "assert")
    assert last == "raised by world/app:b.0 on its way out when its world was over"


def test_what_does_not_hold_among_others_is_an_error_of_the_item() -> None:
    assert decided(idle(claim_in_a_group))[:2] == (Verdict.ERROR, "ExceptionGroup")


@pytest.mark.parametrize(
    ("ending", "told"),
    [(lambda: sys.exit(0), "SystemExit: 0"), (lambda: [].pop(), "IndexError: pop from empty list")],
)
def test_what_goes_wrong_when_the_world_is_over_is_a_remark(ending: Callable[[], Any], told: str) -> None:
    (text,) = remarks(idle(ending))

    assert text.startswith(f"world/app:b.0 raised {told} (")
    assert text.endswith(" on its way out when its world was over")


def terminated(ending: Callable[[], Any]) -> Callable[[World], None]:
    """Return a body that terminates a process, and takes what comes of it."""

    def body(world: World) -> None:
        async def kills(process: Process, victim: str) -> None:
            await process.terminate(victim)

        async def idles(process: Process) -> None:
            try:
                await process.inbox.receive()
            finally:
                ending()

        world.define("app:b", idles)
        world.define("app:k", kills)
        world.spawn("app:k", "app:h", world.spawn("app:b", "app:h"))
        with contextlib.suppress(BaseException):
            world.run()

    return body


@pytest.mark.parametrize("ending", [fail, claim])
def test_what_does_not_hold_as_a_process_is_terminated_fails_the_item_whoever_catches_it(
    ending: Callable[[], Any],
) -> None:
    outcome = outcome_of(terminated(ending))

    assert (outcome.verdict, outcome.property) == (Verdict.FAILED, "assert")
    assert outcome.remarks[0].text.endswith("on its way out when it was terminated")


def test_what_goes_wrong_as_a_process_is_terminated_is_a_remark() -> None:
    (text,) = remarks(terminated(lambda: [].pop()))

    assert text.startswith("world/app:b.0 raised IndexError: pop from empty list (")
    assert text.endswith("on its way out when it was terminated")


def test_a_companion_of_what_has_ended_may_fail_the_item() -> None:
    async def companion(process: Process) -> None:
        try:
            await process.sleep("1h")
        finally:
            claim()

    async def ends(process: Process) -> None:
        process.go(companion)
        await process.sleep("1s")

    outcome = outcome_of(lambda world: waits(world, ends))

    assert (outcome.verdict, outcome.property) == (Verdict.FAILED, "assert")
    assert outcome.remarks[0].text.endswith("on its way out when its process ended")


async def numbers() -> AsyncGenerator[int, None]:
    try:
        yield 1
        yield 2
    finally:
        claim()


def test_an_async_generator_that_is_closed_with_the_world_may_fail_the_item() -> None:
    held: list[object] = []

    async def holds(process: Process) -> None:
        generator = numbers()
        held.append(generator)
        await anext(generator)
        await process.inbox.receive()

    async def lets_go(process: Process) -> None:
        generator = numbers()
        await anext(generator)
        await process.inbox.receive()

    last = "raised by world/app:b.0 on its way out when its world was over"
    assert decided(lambda world: waits(world, holds)) == (Verdict.FAILED, "assert", last)
    assert decided(lambda world: waits(world, lets_go)) == (Verdict.FAILED, "assert", last)


def test_a_generator_that_is_let_go_may_fail_the_item_and_is_else_a_remark() -> None:
    def generates(ending: Callable[[], Any]) -> Generator[int, None, None]:
        try:
            yield 1
        finally:
            ending()

    def body(ending: Callable[[], Any]) -> Callable[[World], None]:
        async def begins(process: Process) -> None:
            next(generates(ending))

        return lambda world: waits(world, begins)

    assert decided(body(claim))[:2] == (Verdict.FAILED, "assert")
    (text,) = remarks(body(lambda: [].pop()))
    assert "generates raised IndexError: pop from empty list (" in text
    assert text.endswith(" on its way out, where Python can raise nothing")


def test_a_process_that_ends_as_it_is_told_to_is_no_remark() -> None:
    def body(world: World) -> None:
        async def idle(process: Process) -> None:
            try:
                await process.inbox.receive()
            finally:
                await process.sleep("1s")

        waits(world, idle)

    assert remarks(body) == []


@pytest.mark.parametrize(
    ("error", "verdict", "name"),
    [
        (ValueError("left"), Verdict.ERROR, "ValueError"),
        (SystemExit(0), Verdict.ERROR, "SystemExit"),
        (AssertionError("left"), Verdict.FAILED, "assert"),
        (pytest.fail.Exception("left"), Verdict.FAILED, "assert"),
    ],
)
@pytest.mark.parametrize("in_circle", [False, True])
def test_what_is_raised_as_an_object_goes_decides_and_nothing_is_printed(
    error: BaseException, verdict: Verdict, name: str, *, in_circle: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    def body(world: World) -> None:
        async def holds(process: Process) -> None:
            held = Left(error, in_circle=in_circle)
            del held

        waits(world, holds)

    last = "raised by Left.__del__, where Python can raise nothing"
    assert decided(body) == (verdict, name, last)
    assert "Exception ignored" not in capsys.readouterr().err


def test_a_skip_as_an_object_goes_makes_nothing_better() -> None:
    def passes(world: World) -> None:
        waits(world, nothing)
        Left(pytest.skip.Exception("not now"))

    def fails(world: World) -> None:
        passes(world)
        claim()

    async def nothing(process: Process) -> None: ...

    assert remarks(passes)[0].startswith("Left.__del__ raised skipped: not now (")
    assert outcome_of(fails).verdict is Verdict.FAILED


def test_a_file_that_nobody_has_closed_is_left_to_who_wants_to_hear_of_it(monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[object] = []
    monkeypatch.setattr(sys, "unraisablehook", lambda dropped: told.append(dropped.exc_type))

    def body(world: World) -> None:
        async def reads(process: Process) -> int:
            return len(open(__file__).read())  # that is the file

        waits(world, reads)

    with warnings.catch_warnings():
        warnings.simplefilter("error")
        outcome = outcome_of(body)

    assert (outcome.verdict, [each for each in outcome.remarks if each.kind == UNRAISED]) == (Verdict.PASSED, [])
    assert told == [ResourceWarning]


@pytest.mark.parametrize("in_circle", [False, True])
def test_what_is_held_until_the_world_is_over_decides(*, in_circle: bool) -> None:
    def body(world: World) -> None:
        by_the_behaviour = Left(in_circle=in_circle)

        async def idles(process: Process) -> None:
            by_the_process = Left(in_circle=in_circle)
            await process.inbox.receive()
            assert by_the_process is not by_the_behaviour

        waits(world, idles)

    outcome = outcome_of(body)

    assert (outcome.verdict, outcome.property) == (Verdict.ERROR, "ValueError")
    assert len([each for each in outcome.remarks if each.kind == UNRAISED]) == 1


def test_what_earlier_runs_have_left_in_circles_is_not_of_this_one() -> None:
    left = Left(in_circle=True)

    async def nothing(process: Process) -> None: ...

    def body(world: World) -> None:
        waits(world, nothing)

    gc.disable()
    before, sys.unraisablehook = sys.unraisablehook, lambda dropped: None
    try:
        del left
        outcome = outcome_of(body)
        gc.collect()
    finally:
        sys.unraisablehook = before
        gc.enable()

    assert (outcome.verdict, outcome.remarks) == (Verdict.PASSED, ())


def test_what_python_collects_in_a_circle_is_left_to_python() -> None:
    """When that happens depends on all that the process has done before."""
    heard: list[Late] = []
    told: list[object] = []
    # What earlier tests have left is none of this one's.
    gc.collect()
    before, sys.unraisablehook = sys.unraisablehook, lambda dropped: told.append(dropped.exc_type)
    try:
        with unraised_heard(heard):
            left = Left(in_circle=True)
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


def test_of_what_a_coroutine_raised_that_had_ended_already_nothing_is_said() -> None:
    assert late_farewells([Farewell("world/a.0", ValueError("without a line"), "when its world was over")]) == []


def late(verdict: Verdict, *, counts: bool = True) -> Late:
    return Late(Outcome(verdict, "any", "it is so\nand more"), "world/a.0", " on its way out", counts)


def test_what_does_not_hold_comes_before_what_went_wrong() -> None:
    remark, error, failed = late(Verdict.ERROR, counts=False), late(Verdict.ERROR), late(Verdict.FAILED)

    assert decisive([remark]) is None
    assert decisive([remark, error]) is error
    assert decisive([remark, error, failed]) is failed


def test_of_what_has_not_passed_nothing_is_decided_late() -> None:
    before = Outcome(Verdict.INCONCLUSIVE, "actions_max", "too long")
    after = with_late(before, [late(Verdict.FAILED)])

    assert (after.verdict, after.message) == (before.verdict, before.message)
    assert after.remarks == (Remark(UNRAISED, "world/a.0 raised any: it is so on its way out"),)


def test_the_first_few_are_named_and_the_rest_are_counted() -> None:
    lines = [f"line {number}" for number in range(5)]

    assert [each.text for each in remarks_of(lines)] == [*lines[:3], "and 2 more"]
    assert remarks_of(lines[:1]) == (Remark(UNRAISED, lines[0]),)


def simpy_process(generator: Callable[[World], Any]) -> Callable[[World], None]:
    def body(world: World) -> None:
        world.environment.process(generator(world))
        world.run(until="1s")

    return body


def test_a_simpy_process_is_closed_with_its_world_and_may_fail_the_item() -> None:
    def ends(ending: Callable[[], Any]) -> Callable[[World], Any]:
        def at_last(world: World) -> Any:
            try:
                yield world.environment.event()
            finally:
                ending()

        return at_last

    last = "raised by the SimPy process at_last on its way out when its world was over"
    assert decided(simpy_process(ends(fail))) == (Verdict.FAILED, "assert", last)
    (text,) = remarks(simpy_process(ends(lambda: [].pop())))
    assert text.startswith("the SimPy process at_last raised IndexError: pop from empty list (")


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


def test_a_hook_of_the_users_own_hears_instead_and_that_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    def body(world: World) -> None:
        monkeypatch.setattr(sys, "unraisablehook", lambda dropped: None)
        monkeypatch.setattr(threading, "excepthook", lambda raised: None)
        world.run()

    assert remarks(body) == [
        "it has put a hook of its own in the place of threading.excepthook, so that what its threads raise is not "
        "heard",
        "it has put a hook of its own in the place of sys.unraisablehook, so that what is raised in a `__del__` is not "
        "heard",
    ]
