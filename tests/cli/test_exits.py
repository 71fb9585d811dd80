"""Which exit code a run ends with."""

from __future__ import annotations

import pytest

from simcore import ItemResult, Results, Verdict
from simcore.cli.exits import ExitCode, exit_of
from simcore.model.outcome import Sometimes

PASSED = ItemResult(id="a::p", schedules=1)
FAILED = ItemResult(id="a::f", verdict=Verdict.FAILED)
FOUND = ItemResult(id="a::x", verdict=Verdict.FAILED, expected=True)
ERROR = ItemResult(id="a::e", verdict=Verdict.ERROR)
INCONCLUSIVE = ItemResult(id="a::i", verdict=Verdict.INCONCLUSIVE)


@pytest.mark.parametrize(
    ("items", "code"),
    [
        ([PASSED, FOUND], ExitCode.HELD),
        ([PASSED, FAILED, INCONCLUSIVE], ExitCode.FAILED),
        ([PASSED, ERROR], ExitCode.FAILED),
        ([PASSED, INCONCLUSIVE, FOUND], ExitCode.INCONCLUSIVE),
        ([], ExitCode.NOTHING_RAN),
    ],
)
def test_the_first_code_that_applies_counts(items: list[ItemResult], code: ExitCode) -> None:
    results = Results(run="r", command="", version="", base_seed=0, strategy="uniform", items=items)

    assert exit_of(results) is code


def test_an_interrupt_comes_before_every_verdict() -> None:
    results = Results(
        run="r", command="", version="", base_seed=0, strategy="uniform", items=[FAILED], interrupted=True
    )

    assert exit_of(results) == 130


@pytest.mark.parametrize(
    ("strict", "seen", "code"), [(True, False, 1), (False, False, 0), (True, True, 0), (False, True, 0)]
)
def test_a_sometimes_that_was_never_seen_is_an_error_where_that_is_asked_for(
    strict: bool, seen: bool, code: int
) -> None:
    sometimes = [Sometimes("a::s", "it ends", seen=seen)]
    results = Results(
        run="r",
        command="",
        version="",
        base_seed=0,
        strategy="fifo",
        items=[PASSED],
        sometimes=sometimes,
        strict=strict,
    )

    assert exit_of(results) == code
    assert ("`sometimes` never seen" in results.tally()) is bool(code)
