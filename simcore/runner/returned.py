"""What a test of an application returned, judged as the test library of its ecosystem gives it (lua 2.1)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from simcore.model.errors import Failure, ForeignUse, ProcessError, SimcoreError
from simcore.model.foreign import foreign_use
from simcore.model.outcome import VACUOUS, Remark
from simcore.model.text import cut

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

FAILING: Final = ("error", "failed", "fail")
PASSING: Final = ("ok", "passed", "pass", "success")
SKIPPED: Final = ("skip", "skipped")
NESTED: Final = ("test_suites", "suites", "tests", "cases", "children")
"""Where a result holds suites, and a suite its cases."""
SHAPE: Final = ("failed_tests", "passed_tests", "total_tests", "test_suites")
"""By any of these keys a table is a result of the library, and not just something that a test returns."""
COUNTS: Final = {"total": ("total_tests", "total"), "passed": ("passed_tests", "passed")}
CASES_MAX: Final = 20
"""How many failed cases are told."""
CASE_LENGTH_MAX: Final = 1_000
TABLES_MAX: Final = 20_000
"""How many suites and cases are read: a table can hold itself."""
SUITES_MAX: Final = 16
"""How deep suites lie in each other."""
DEPTH_MAX: Final = 2
"""How deep an error is looked for in what a case calls its error."""
ERRORS_MAX: Final = 5
"""How many errors of one case are told."""


class UnjudgedResult(SimcoreError):
    """A test returned a result of which nobody can tell whether it passed."""


@dataclass(slots=True)
class Cases:
    """What the suites of a result hold.

    Args:
        failed: each failed case in words.
        skipped: how many were skipped.
        tables: how many tables were read.
    """

    failed: list[str] = field(default_factory=list)
    skipped: int = 0
    tables: int = 0


def judge_values(entry: str, values: Sequence[Any]) -> tuple[Remark, ...]:
    """Judge each table among the *values* that the test *entry* returned; return what else is to be said of them.

    Raises:
        Failure: a case failed; the message has the texts of the failed cases.
        ForeignUse: cases failed, each of them by the use of something foreign.
        UnjudgedResult: it is a result, and does not say whether it passed.
    """
    return tuple(remark for value in values if isinstance(value, Mapping) for remark in _judge(entry, value))


def _judge(entry: str, result: Mapping[Any, Any]) -> list[Remark]:
    cases = Cases()
    _read(result, (), cases)
    failed = max(_failed(entry, result), len(cases.failed))
    if failed or _status(result) in FAILING:
        raise _failure(entry, result, failed, cases.failed)
    if not any(key in result for key in SHAPE):
        return []
    status = result.get("status")
    if "failed_tests" not in result and status is not None and _status(result) not in PASSING:
        raise UnjudgedResult(f"{entry} returned a result that cannot be judged: its status is {_shown(status)}")
    return _left_out(entry, result, cases)


# -- numbers and words


def _status(table: Mapping[Any, Any]) -> str:
    status = table.get("status")
    return status.strip().lower() if isinstance(status, str) else ""


def _failed(entry: str, result: Mapping[Any, Any]) -> int | float:
    """Return how many cases failed, as the result counts them.

    Raises:
        UnjudgedResult: it is no number.
    """
    count = result.get("failed_tests")
    if count is None and ("total" in result or "passed" in result):
        # What the library sends at its end has shorter names.
        count = result.get("failed")
    number = _number(count)
    if count is not None and number is None:
        raise UnjudgedResult(f"{entry} returned a result that cannot be judged: failed_tests is {_shown(count)}")
    return number or 0


def _number(value: Any) -> int | float | None:
    """Return a number, or a text that spells one; None of anything else."""
    if isinstance(value, str):
        try:
            value = float(value)
        except ValueError:
            return None
    if isinstance(value, bool) or not isinstance(value, int | float) or value != value:
        return None
    return value


def _count(result: Mapping[Any, Any], what: str) -> int | float | None:
    return next((number for key in COUNTS[what] if (number := _number(result.get(key))) is not None), None)


def _left_out(entry: str, result: Mapping[Any, Any], cases: Cases) -> list[Remark]:
    """Say what did not run: a suite that is nested too deep is counted by the library, and never begun."""
    total, passed = _count(result, "total"), _count(result, "passed")
    if total is None or passed is None:
        return []
    if passed == 0:
        return [Remark(VACUOUS, f"{VACUOUS}: no case of {entry} ran")]
    left = total - passed - max(cases.skipped, _number(result.get("skipped_tests")) or 0)
    return [Remark("unrun", f"{left:g} of {total:g} cases of {entry} never ran")] if left > 0 else []


# -- suites and cases


def _read(table: Mapping[Any, Any], path: tuple[str, ...], cases: Cases) -> None:
    """Read the suites and cases in *table*, however deep they lie."""
    cases.tables += 1
    if cases.tables > TABLES_MAX or len(path) > SUITES_MAX:
        return
    before = len(cases.failed)
    inside = [key for key in NESTED if isinstance(table.get(key), (Mapping, list, tuple))]
    for key in inside:
        for name, child in _children(table[key]):
            if isinstance(child, Mapping):
                _read(child, (*path, _name(child, name)), cases)
    if not path:
        return
    status = _status(table)
    cases.skipped += status in SKIPPED and not inside
    # Of a suite whose cases tell why it failed there is nothing more to say.
    if status in FAILING and len(cases.failed) == before:
        cases.failed.append(cut(f"{' > '.join(path)}: {_reason(table) or f'its status is {status}'}", CASE_LENGTH_MAX))


def _children(several: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(several, Mapping):
        yield from ((str(key), child) for key, child in several.items())
    else:
        yield from ((f"#{number}", child) for number, child in enumerate(several, 1))


def _name(table: Mapping[Any, Any], otherwise: str) -> str:
    name = table.get("name")
    return name if isinstance(name, str) and name else otherwise


def _reason(table: Mapping[Any, Any], depth: int = 0) -> str:
    """Return what a case, or a whole result, says of its failure, whatever it holds it in."""
    for key in ("error", "errors", "message", "reason"):
        value = table.get(key)
        if value is not None and value != "" and value != [] and value != {}:
            return _text(value, depth)
    return ""


def _text(value: Any, depth: int) -> str:
    if isinstance(value, str | ProcessError):
        return cut(str(value), CASE_LENGTH_MAX)
    if isinstance(value, Mapping) and depth < DEPTH_MAX:
        return _reason(value, depth + 1) or _shown(value)
    if isinstance(value, list | tuple) and depth < DEPTH_MAX:
        return "; ".join(_text(each, depth + 1) for each in value[:ERRORS_MAX])
    return _shown(value)


def _shown(value: Any) -> str:
    """Return a value that is no text; of tables in tables, which can be without end, only that there is one."""
    if isinstance(value, Mapping):
        pairs = [f"{key!r}: {_flat(each)}" for key, each in list(value.items())[:ERRORS_MAX]]
        return f"{{{', '.join(pairs)}}}"
    return cut(_flat(value), CASE_LENGTH_MAX)


def _flat(value: Any) -> str:
    return "{...}" if isinstance(value, Mapping | list | tuple) else repr(value)


# -- what is said of them


def _failure(entry: str, result: Mapping[Any, Any], failed: float, cases: list[str]) -> Exception:
    total = _count(result, "total")
    of = f" of {total:g}" if total is not None else ""
    noun = "case" if failed == 1 and not of else "cases"
    head = f"{failed:g}{of} {noun} of {entry} failed" if failed else f"{entry} returned the status {_status(result)}"
    # What fails by itself comes first: a failure is judged by its first line.
    lines = sorted(cases or filter(None, [_reason(result)]), key=lambda line: bool(foreign_use(line)))
    if lines and foreign_use(lines[0]):
        return ForeignUse("\n".join([foreign_use(lines[0]), head, *lines[:CASES_MAX]]))
    more = [f"and {len(lines) - CASES_MAX} more"] if len(lines) > CASES_MAX else []
    first, *others = (*lines[:CASES_MAX], *more) or ("",)
    return Failure("assert", "\n".join([f"{head}: {first}" if first else head, *others]))
