"""Every ``@given`` test is noted while somebody wants to know, and Hypothesis is loaded for nobody."""

from __future__ import annotations

import functools
import subprocess
import sys

import hypothesis
from hypothesis import strategies as st

from simcore.model.givens import handle_of, note_givens
from simcore.model.ledger import Marking, noting

LATE = """
import sys
from simcore.model.givens import note_givens
from simcore.model.ledger import noting

note_givens()
note_givens()
assert "hypothesis" not in sys.modules
made = []
with noting(made):
    from hypothesis import given, strategies
    given(strategies.integers())(lambda number: None)
print(len(made), made[0].line)
"""


def test_a_test_is_noted_once_with_its_line_and_what_is_attached_to_it() -> None:
    note_givens()
    note_givens()
    made: list[Marking] = []

    def test_one(number: int) -> None: ...

    with noting(made):
        fed = hypothesis.given(st.integers())(test_one)

    (marking,) = made
    assert (marking.file, marking.marked, marking.waits) == (__file__, test_one, False)
    assert marking.mark is handle_of(fed)


def test_hypothesis_is_not_loaded_for_it_and_noted_when_it_is() -> None:
    ended = subprocess.run([sys.executable, "-c", LATE], capture_output=True, text=True, check=False)

    assert (ended.stdout, ended.stderr) == ("1 12\n", "")


def test_what_is_attached_is_found_through_wrappers_and_on_nothing_else() -> None:
    @hypothesis.given(st.integers())
    def test_one(number: int) -> None: ...

    assert handle_of(functools.wraps(test_one)(lambda: None)) is handle_of(test_one) is not None
    assert handle_of(handle_of) is handle_of(3) is handle_of(None) is None


class Silent:
    def __getattr__(self, name: str) -> object:
        raise RuntimeError


def test_an_object_that_answers_no_question_is_no_test() -> None:
    assert handle_of(Silent()) is None
