"""What threads of the user's own raise is of the item that has started them, also where they outlive it."""

from __future__ import annotations

import _thread
import sys
import threading
from collections.abc import Callable, Generator
from typing import Any

import pytest

from simcore import World
from simcore.catalog.item import Item
from simcore.model.options import Options
from simcore.model.outcome import Outcome, Verdict
from simcore.model.run import Run
from simcore.runner import threads as module
from simcore.runner.late import Late
from simcore.runner.stage import Stage, play
from simcore.runner.threads import REST_S, running_threads, strays, threads_heard

LONG_S = 20


@pytest.fixture(autouse=True)
def hook() -> Generator[None, None, None]:
    """Nothing is left of threads that have outlived something."""
    before = threading.excepthook
    yield
    threading.excepthook = before
    strays()
    module._whose.clear()
    module._outlived.clear()


def claim() -> None:
    raise AssertionError("in a thread")


def goes_wrong() -> None:
    raise ValueError("in a thread")


def leaves() -> None:
    sys.exit(1)


def after(going: threading.Event, function: Callable[[], None]) -> threading.Thread:
    """Return a thread that waits until it may go on."""

    def waits() -> None:
        going.wait(LONG_S)
        function()

    return threading.Thread(target=waits)


def outcome_of(body: Callable[[], object]) -> Outcome:
    def function(world: World) -> None:
        world.run(until="1s")
        body()

    item = Item(kind="scenario", id="a.py::b", source_line="a.py:1", function=function)
    return play(item, Stage(Run(item=item.reference, seed=0, options=Options())))


def starts(function: Callable[[], Any], *, joins: bool) -> Callable[[], None]:
    def body() -> None:
        thread = threading.Thread(target=function)
        thread.start()
        if joins:
            thread.join()

    return body


@pytest.mark.parametrize("joins", [True, False])
def test_what_does_not_hold_in_a_thread_fails_the_item(*, joins: bool, capsys: pytest.CaptureFixture[str]) -> None:
    outcome = outcome_of(starts(claim, joins=joins))

    assert (outcome.verdict, outcome.property) == (Verdict.FAILED, "assert")
    assert outcome.message.startswith("in a thread (")
    assert outcome.message.endswith("raised by a thread of its own, where nobody waits for it")
    assert capsys.readouterr().err == ""


def test_what_goes_wrong_in_a_thread_is_a_remark() -> None:
    outcome = outcome_of(starts(goes_wrong, joins=True))

    (remark,) = [each.text for each in outcome.remarks if "thread" in each.text]
    assert outcome.verdict is Verdict.PASSED
    assert remark.startswith("a thread of its own raised ValueError: in a thread (")


def test_a_thread_may_end_itself() -> None:
    assert not [each for each in outcome_of(starts(leaves, joins=True)).remarks if "thread" in each.text]


def test_a_thread_that_python_does_not_wait_for_is_heard_as_well() -> None:
    def body() -> None:
        done = threading.Event()

        def claims() -> None:
            try:
                claim()
            finally:
                done.set()

        _thread.start_new_thread(claims, ())
        done.wait(LONG_S)
        threading.Event().wait(0.05)

    assert outcome_of(body).verdict is Verdict.FAILED


def test_what_a_thread_of_nobody_raises_is_told_as_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[object] = []
    monkeypatch.setattr(threading, "excepthook", lambda raised: told.append(raised.exc_type))
    going, late = threading.Event(), list[Late]()
    thread = after(going, claim)
    thread.start()
    with threads_heard("a.py::a", late):
        going.set()
        thread.join()

    assert (late, told) == ([], [AssertionError])


def test_a_thread_that_outlives_its_item_is_no_failure_of_another() -> None:
    going, first, second = threading.Event(), list[Late](), list[Late]()
    thread = after(going, claim)
    with threads_heard("a.py::first", first):
        thread.start()
    with threads_heard("a.py::second", second):
        going.set()
        thread.join()

    ((id, said),) = strays()
    assert (first, second, id) == ([], [], "a.py::first")
    assert said.startswith("a thread that it had started raised assert: in a thread (")
    assert said.endswith(" after it was over")
    assert strays() == []


def test_between_items_a_thread_that_has_outlived_one_is_heard() -> None:
    going = threading.Event()
    thread = after(going, goes_wrong)
    with threads_heard("a.py::first", []):
        thread.start()
    going.set()
    thread.join()

    assert [id for id, _ in strays()] == ["a.py::first"]


def test_a_thread_that_outlives_its_schedule_decides_no_other_of_the_item() -> None:
    going, late = threading.Event(), list[Late]()
    thread = after(going, claim)
    with threads_heard("a.py::a", []):
        thread.start()
    with threads_heard("a.py::a", late):
        going.set()
        thread.join()

    assert [(each.counts, each.when) for each in late] == [(False, ", after the schedule was over that had started it")]


def test_it_is_not_waited_again_and_again_for_what_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "REST_S", 0.01)
    going, waited = threading.Event(), list[float]()

    class Counted(threading.Thread):
        def join(self, timeout: float | None = None) -> None:
            waited.append(timeout or 0.0)
            super().join(timeout)

    begun = [Counted(target=going.wait, args=(LONG_S,)) for _ in range(4)]
    with threads_heard("a.py::a", []) as threads:
        for thread in begun:
            thread.start()
            threads.rest()
    going.set()
    for thread in begun:
        thread.join()

    assert [each for each in waited if each] == [0.01, 0.01]
    assert REST_S > 0.01


def test_a_thread_that_goes_on_is_named_by_what_it_runs() -> None:
    going = threading.Event()
    thread, timer = after(going, leaves), threading.Timer(LONG_S, goes_wrong)
    timer.start()
    thread.start()

    found = running_threads()
    texts = [found[each.ident] for each in (thread, timer) if each.ident is not None]
    timer.cancel()
    with threads_heard("a.py::a", []):
        going.set()
        thread.join()
    timer.join()

    named = [text.partition(" (")[0].rpartition(".")[2] for text in texts]
    assert named == ["waits", "a thread that runs goes_wrong"]
    assert all("test_threads.py:" in text for text in texts)


def test_a_thread_that_python_does_not_know_is_named_as_well() -> None:
    begun, going = threading.Event(), threading.Event()

    def waits_unknown() -> None:
        begun.set()
        going.wait(LONG_S)

    ident = _thread.start_new_thread(waits_unknown, ())
    begun.wait(LONG_S)
    text = running_threads()[ident]
    going.set()

    assert "waits_unknown (" in text


def test_a_class_of_threads_is_named_by_what_it_runs() -> None:
    going = threading.Event()

    class Waiting(threading.Thread):
        def run(self) -> None:
            going.wait(LONG_S)

    thread = Waiting()
    thread.start()
    text = running_threads()[thread.ident or 0]
    going.set()
    thread.join()

    assert "Waiting.run (" in text


def test_what_threads_raise_for_ever_is_kept_up_to_a_bound_and_that_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "STRAYS_MAX", 2)

    for number in range(5):
        module.note_stray("a.py::first", ValueError(number))

    assert [said for _, said in strays()][2:] == [module.MORE_STRAYS]
    assert strays() == []


def test_a_python_that_cannot_count_its_threads_knows_those_of_the_library(monkeypatch: pytest.MonkeyPatch) -> None:
    going = threading.Event()
    thread = threading.Thread(target=lambda: going.wait(LONG_S))
    thread.start()
    monkeypatch.delattr(_thread, "_count")
    monkeypatch.delattr(sys, "_current_frames")

    found = running_threads()
    going.set()
    thread.join()

    assert thread.ident in found
