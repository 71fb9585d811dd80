"""What the results of a test are told as where pytest has the last word: the test may expect a failure, or catch it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import msgspec

from simcore.model.outcome import CAUGHT, ItemResult, Remark, Verdict
from simcore.model.text import cut
from simcore.runner.judging import XFAIL

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pytest

MESSAGE_LENGTH_MAX = 200
EXPLORE: Final = "sim.explore(...)"
REPLAY: Final = "sim.replay(...)"


class ItemExplored:
    """What one exploration of a test, or one replay in it, has come to.

    Args:
        result: its result.
        by: what of the fixture was called for it.
        raised: what was raised for it, where it did not hold.
    """

    def __init__(self, result: ItemResult, by: str = EXPLORE) -> None:
        self.result: ItemResult = result
        self.by: str = by
        self.raised: BaseException | None = None


def followed(explored: ItemExplored, report: pytest.TestReport, left_by: BaseException | None) -> ItemResult:
    """Return the result of *explored* as the test has it that called for it.

    Args:
        explored: what it came to.
        report: how pytest judges the test.
        left_by: what has left the test.
    """
    result, raised = explored.result, explored.raised
    if result.held() or raised is None:
        return result
    if all(raised is not each for each in _with_causes(left_by)):
        return _as_passed(result, explored.by)
    if report.skipped and hasattr(report, "wasxfail"):
        return _as_expected(result, report.wasxfail)
    return result


def _with_causes(error: BaseException | None) -> Iterator[BaseException]:
    """Give *error*, what it was raised from or beside, and the members of groups: each once."""
    left, seen = [error], set[int]()
    while left:
        each = left.pop()
        if each is None or id(each) in seen:
            continue
        seen.add(id(each))
        yield each
        left += [each.__cause__, each.__context__, *(each.exceptions if isinstance(each, BaseExceptionGroup) else ())]


def _as_passed(result: ItemResult, by: str) -> ItemResult:
    """Return *result*, whose error the test has caught: that may be what it tests."""
    said = f"1 failure of {by} was caught by the test itself: {_claim(result)}"
    kept = f"; its case is {result.case}" if result.case else ""
    return msgspec.structs.replace(
        result,
        verdict=Verdict.PASSED,
        first_failure=None,
        property="",
        message="",
        traceback=[],
        story=[],
        replay=None,
        remarks=[Remark(CAUGHT, said + kept, first=result.first_failure or 1), *result.remarks],
    )


def _as_expected(result: ItemResult, reason: str) -> ItemResult:
    """Return *result*, where pytest expects the test to fail."""
    if result.verdict is Verdict.FAILED:
        return msgspec.structs.replace(result, expected=True)
    said = f"{reason}: {_claim(result)}" if reason else _claim(result)
    return msgspec.structs.replace(result, verdict=Verdict.SKIPPED, property=XFAIL, message=said)


def _claim(result: ItemResult) -> str:
    first = result.message.partition("\n")[0]
    return cut(f"{result.property}: {first}" if result.property else first, MESSAGE_LENGTH_MAX)
