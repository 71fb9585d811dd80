"""What a test of an application returned, judged as the test library of its ecosystem gives it (lua 2.1)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from simcore.model.errors import Failure, ForeignUse, SimcoreError
from simcore.model.foreign import foreign_use
from simcore.model.outcome import VACUOUS, Remark
from simcore.runner.cases import (
    DONE,
    FAILING,
    PASSING,
    SKIPPED,
    Cases,
    nested_in,
    number_in,
    read_cases,
    reason_of,
    shown_value,
    status_of,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

SHAPE: Final = ("failed_tests", "passed_tests", "total_tests", "skipped_tests", "test_suites")
"""By any of these keys a table is a result of the library, and not just something that a test returns."""
SUMMARY: Final = ("total", "passed")
"""By one of these with ``failed``, or by two numbers: what the library sends at its end has shorter names."""
HOLDING: Final = ("suites", "tests")
"""By suites or cases under any of these as well."""
COUNTED: Final = ("total", "passed", "failed", "skipped")
CASES_MAX: Final = 20
"""How many failed cases are told."""


class UnjudgedResult(SimcoreError):
    """A test returned a result of which nobody can tell whether it passed."""


def judge_values(entry: str, values: Sequence[Any]) -> tuple[Remark, ...]:
    """Judge each table among the *values* that the test *entry* returned; return what else is to be said of them.

    Raises:
        Failure: a case failed; the message has the texts of the failed cases.
        ForeignUse: cases failed, each of them by the use of something foreign.
        UnjudgedResult: it is a result, and does not say whether it passed.
    """
    return tuple(remark for value in values if isinstance(value, Mapping) for remark in _judge(entry, value))


def _judge(entry: str, result: Mapping[Any, Any]) -> list[Remark]:
    cases = read_cases(result)
    counts = _counts(entry, result) if _is_of_the_library(result) else {}
    failed = max(counts.get("failed", 0), len(cases.failed))
    if failed or status_of(result) in FAILING:
        raise _failure(entry, result, failed, counts.get("total"), cases.failed)
    if not _is_of_the_library(result):
        return []
    _refuse_what_cannot_be_judged(entry, result, counts, cases)
    if status_of(result) in SKIPPED:
        return [Remark(VACUOUS, f"{VACUOUS}: {entry} was skipped")]
    return _left_out(entry, _completed(result, counts, cases))


def _is_of_the_library(result: Mapping[Any, Any]) -> bool:
    return (
        any(key in result for key in SHAPE)
        or any(key in HOLDING for key in nested_in(result))
        or all(number_in(result.get(key)) is not None for key in SUMMARY)
        or ("failed" in result and any(key in result for key in SUMMARY))
    )


# -- what it counts


def _counts(entry: str, result: Mapping[Any, Any]) -> dict[str, int | float]:
    """Return how many cases there are, passed, failed and were skipped, as far as *result* counts them.

    Raises:
        UnjudgedResult: a count is no number of cases.
    """
    counts = {}
    for what in COUNTED:
        key = f"{what}_tests" if f"{what}_tests" in result else what
        value = result.get(key)
        if value is None:
            continue
        number = number_in(value)
        if number is None or number < 0 or number % 1:
            raise _unjudged(entry, f"{key} is {shown_value(value)}")
        counts[what] = number
    return counts


def _completed(result: Mapping[Any, Any], counts: dict[str, int | float], cases: Cases) -> dict[str, int | float]:
    """Return *counts* and, where it counts too little, what its cases show."""
    if not nested_in(result):
        return counts
    shown = {"total": cases.passed + cases.skipped, "passed": cases.passed, "skipped": 0}
    skipped = max(counts.get("skipped", 0), cases.skipped)
    return {**shown, **counts, "skipped": skipped}


def _left_out(entry: str, counts: dict[str, int | float]) -> list[Remark]:
    """Say what did not run: a suite that is nested too deep is counted by the library, and never begun."""
    if "total" not in counts or "passed" not in counts:
        return []
    total, skipped = counts["total"], counts.get("skipped", 0)
    if counts["passed"] == 0:
        return [Remark(VACUOUS, f"{VACUOUS}: no case of {entry} ran")]
    left = total - counts["passed"] - skipped
    said = [Remark("skipped", f"{skipped:g} of {total:g} cases of {entry} were skipped")] if skipped else []
    return [*said, Remark("unrun", f"{left:g} of {total:g} cases of {entry} never ran")] if left > 0 else said


# -- what cannot be judged


def _refuse_what_cannot_be_judged(
    entry: str, result: Mapping[Any, Any], counts: dict[str, int | float], cases: Cases
) -> None:
    """Refuse a result that neither says that a case failed, nor that all of them passed.

    Raises:
        UnjudgedResult: always, of such a result.
    """
    status, suites = result.get("status"), result.get("test_suites")
    # One that says no more than that it ended has to say besides that nothing failed.
    words = (*PASSING, *SKIPPED, *(DONE if "failed" in counts else ()))
    if status is not None and status_of(result) not in words:
        raise _unjudged(entry, f"its status is {shown_value(status)}")
    if suites is not None and "test_suites" not in nested_in(result):
        raise _unjudged(entry, f"test_suites is {shown_value(suites)}")
    if cases.unjudged:
        raise _unjudged(entry, cases.unjudged[0])
    # The cases that were skipped are in the total, and in nothing else.
    parts = sum(counts.get(what, 0) for what in ("passed", "failed", "skipped"))
    if "total" in counts and parts > counts["total"]:
        raise _unjudged(entry, f"it counts {counts['total']:g} cases, and {parts:g} that passed or were skipped")


def _unjudged(entry: str, reason: str) -> UnjudgedResult:
    return UnjudgedResult(f"{entry} returned a result that cannot be judged: {reason}")


# -- what failed


def _failure(entry: str, result: Mapping[Any, Any], failed: float, total: float | None, cases: list[str]) -> Exception:
    of = f" of {total:g}" if total is not None else ""
    noun = "case" if failed == 1 and not of else "cases"
    head = f"{failed:g}{of} {noun} of {entry} failed" if failed else f"{entry} returned the status {status_of(result)}"
    # What fails by itself comes first: a failure is judged by its first line.
    lines = sorted(cases or filter(None, [reason_of(result)]), key=lambda line: bool(foreign_use(line)))
    if lines and foreign_use(lines[0]):
        return ForeignUse("\n".join([foreign_use(lines[0]), head, *lines[:CASES_MAX]]))
    more = [f"and {len(lines) - CASES_MAX} more"] if len(lines) > CASES_MAX else []
    first, *others = (*lines[:CASES_MAX], *more) or ("",)
    return Failure("assert", "\n".join([f"{head}: {first}" if first else head, *others]))
