"""The suites and cases in what a test returned: which failed, which were skipped, which cannot be judged (lua 2.1)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from simcore.model.errors import ProcessError
from simcore.model.text import cut

if TYPE_CHECKING:
    from collections.abc import Iterator

FAILING: Final = ("error", "errored", "failed", "fail", "failure", "false")
PASSING: Final = ("ok", "passed", "pass", "success", "succeeded", "successful", "true")
DONE: Final = ("complete", "completed", "done", "finished")
"""Words that say that something ended, and not how: enough where its counts or its cases say that."""
SKIPPED: Final = ("skip", "skipped", "pending", "todo", "ignored", "disabled", "not run")
NESTED: Final = ("test_suites", "suites", "tests", "cases", "children")
"""Where a result holds suites, and a suite its cases."""
FAILED_KEYS: Final = ("failed_tests", "failed")
"""Where a suite counts its failed cases."""
HELD_KEYS: Final = ("passed", "ok", "success")
"""Where a case without a status says whether it held."""
CASE_LENGTH_MAX: Final = 1_000
TABLES_MAX: Final = 20_000
"""How many suites and cases are read: a table can hold itself."""
SUITES_MAX: Final = 16
"""How deep suites lie in each other."""
DEPTH_MAX: Final = 2
"""How deep an error is looked for in what a case calls its error."""
ERRORS_MAX: Final = 5
"""How many errors of one case are told."""


@dataclass(slots=True)
class Cases:
    """What the suites of a result hold.

    Args:
        failed: each failed case in words.
        unjudged: each case or suite in words of which nobody can tell whether it passed.
        passed: how many passed.
        skipped: how many were skipped.
        tables: how many tables were read.
    """

    failed: list[str] = field(default_factory=list)
    unjudged: list[str] = field(default_factory=list)
    passed: int = 0
    skipped: int = 0
    tables: int = 0


def read_cases(result: Mapping[Any, Any]) -> Cases:
    """Return what the suites and cases in *result* say, however deep they lie."""
    cases = Cases(tables=1)
    _read_inside(result, (), cases)
    return cases


def status_of(table: Mapping[Any, Any]) -> str:
    """Return the status of a result, a suite or a case in one word; empty where it has none, or one that is no word."""
    status = table.get("status")
    if isinstance(status, bool):
        return "true" if status else "false"
    return status.strip().lower() if isinstance(status, str) else ""


def nested_in(table: Mapping[Any, Any]) -> list[str]:
    """Return the keys under which *table* holds suites or cases."""
    return [key for key in NESTED if isinstance(table.get(key), (Mapping, list, tuple))]


def number_in(value: Any) -> int | float | None:
    """Return a number, or a text that spells one; None of anything else."""
    if isinstance(value, str):
        try:
            value = float(value)
        except ValueError:
            return None
    if isinstance(value, bool) or not isinstance(value, int | float) or value != value:
        return None
    return value


def reason_of(table: Mapping[Any, Any], depth: int = 0) -> str:
    """Return what a case, or a whole result, says of its failure, whatever it holds it in."""
    for key in ("error", "errors", "message", "reason"):
        value = table.get(key)
        if value is not None and value is not False and value not in ("", [], {}):
            return _text(value, depth)
    return ""


# -- one table


def _read(table: Mapping[Any, Any], path: tuple[str, ...], cases: Cases) -> None:
    cases.tables += 1
    if cases.tables > TABLES_MAX or len(path) > SUITES_MAX:
        return
    before = len(cases.failed)
    inside = _read_inside(table, path, cases)
    # Of a suite whose cases tell why it failed there is nothing more to say.
    if len(cases.failed) == before:
        _note(table, " > ".join(path), cases, inside=inside)


def _read_inside(table: Mapping[Any, Any], path: tuple[str, ...], cases: Cases) -> bool:
    """Read the suites and cases in *table*; return whether it holds any."""
    inside = nested_in(table)
    for key in inside:
        for name, child in _children(table[key]):
            if isinstance(child, Mapping):
                _read(child, (*path, _name(child, name)), cases)
    return bool(inside)


def _note(table: Mapping[Any, Any], where: str, cases: Cases, *, inside: bool) -> None:
    """Take what one suite or case says of itself; *inside* is whether it holds others."""
    failure = _failure(table, inside=inside)
    if failure:
        cases.failed.append(cut(f"{where}: {failure}", CASE_LENGTH_MAX))
    elif status_of(table) in SKIPPED:
        cases.skipped += not inside
    elif table.get("status") is not None and status_of(table) not in (*PASSING, *(DONE if inside else ())):
        cases.unjudged.append(f"the status of {cut(where, CASE_LENGTH_MAX)} is {shown_value(table['status'])}")
    else:
        cases.passed += not inside


def _failure(table: Mapping[Any, Any], *, inside: bool) -> str:
    """Return why a suite or case failed, or an empty text."""
    status, reason = status_of(table), reason_of(table)
    if status in FAILING:
        return reason or f"its status is {status}"
    counted = next((table[key] for key in FAILED_KEYS if _counts_any(table.get(key))), None)
    if counted is not None:
        return reason or f"it counts {shown_value(counted)} as failed"
    if table.get("status") is not None or inside:
        return ""
    # A case that does not say how it ended, and has an error, did not pass. What it calls its message may be a name.
    if any(table.get(key) not in (None, False, "", [], {}) for key in ("error", "errors")):
        return reason
    return reason or "it did not pass" if any(table.get(key) is False for key in HELD_KEYS) else ""


def _counts_any(value: Any) -> bool:
    return value is True or (number_in(value) or 0) > 0


def _children(several: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(several, Mapping):
        yield from ((str(key), child) for key, child in several.items())
    else:
        yield from ((f"#{number}", child) for number, child in enumerate(several, 1))


def _name(table: Mapping[Any, Any], otherwise: str) -> str:
    name = table.get("name")
    return name if isinstance(name, str) and name else otherwise


# -- in words


def _text(value: Any, depth: int) -> str:
    if isinstance(value, str | ProcessError):
        return cut(str(value), CASE_LENGTH_MAX)
    if isinstance(value, Mapping) and depth < DEPTH_MAX:
        return reason_of(value, depth + 1) or shown_value(value)
    if isinstance(value, list | tuple) and depth < DEPTH_MAX:
        return "; ".join(_text(each, depth + 1) for each in value[:ERRORS_MAX])
    return shown_value(value)


def shown_value(value: Any) -> str:
    """Return a value that is no text; of tables in tables, which can be without end, only that there is one."""
    if isinstance(value, Mapping):
        pairs = [f"{key!r}: {_flat(each)}" for key, each in list(value.items())[:ERRORS_MAX]]
        return f"{{{', '.join(pairs)}}}"
    return cut(_flat(value), CASE_LENGTH_MAX)


def _flat(value: Any) -> str:
    return "{...}" if isinstance(value, Mapping | list | tuple) else repr(value)
