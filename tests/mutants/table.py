"""What came of mutants, as a person reads it: a line each while they are tried, a page of all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from tests.mutants.mutant import Mutant

Result = Mapping[str, Any]

HEAD: Final = (
    "| mutant | what is wrong | killed by | rules | programs | members, steps, deviations | CPU s |\n"
    "|---|---|---|---|--:|---|--:|"
)


def line(mutant: Mutant, result: Result) -> str:
    """Return what came of one mutant, in one line."""
    if result.get("error"):
        return f"{mutant.name}  ERROR      {result['error']}"
    if not result["killed_by"]:
        why = f" ({_why(mutant)})" if _why(mutant) else ""
        spent = f"{result['schedules']:,} schedules, {result['cpu_s']} s CPU"
        return f"{mutant.name}  SURVIVED   {spent}; {mutant.wrong}{why}"
    if mutant.tests:
        spent = f"{result['schedules']:,} tests, {result['cpu_s']} s CPU"
        return f"{mutant.name}  killed by {result['killed_by']}, {spent}; {mutant.wrong}"
    rules = f" ({result['rules']})" if result["rules"] else ""
    return (
        f"{mutant.name}  killed by {result['killed_by']}{rules}, {result['schedules']:,} schedules, "
        f"{_size(result)}, {result['cpu_s']} s CPU; {mutant.wrong}"
    )


def control_line(name: str, result: Result) -> str:
    """Return what the unchanged kernel did, in one line."""
    if result.get("error"):
        return f"{name}: ERROR {result['error']}"
    said = f"ALARM {result['killed_by']}: {result['message']}" if result["killed_by"] else "no alarm"
    what = "tests" if name.endswith("(tests)") else "schedules"
    return f"{name}: {said}, {result['schedules']:,} {what}, {result['cpu_s']} s CPU"


def totals(mutants: Sequence[Mutant], results: Mapping[str, Result], controls: Mapping[str, Result]) -> list[str]:
    """Return the last lines: how many were killed, which survived, and what the unchanged kernel did."""
    tried = [(each, results[each.name]) for each in mutants if each.name in results]
    killed = [each for each, result in tried if result.get("killed_by")]
    wrong = [each.name for each, result in tried if is_wrong(each, result)]
    known = [each.name for each, result in tried if not each.is_to_be_killed and not result.get("killed_by")]
    alarms = [name for name, result in controls.items() if result.get("killed_by") or result.get("error")]
    played = sum(result.get("schedules", 0) for result in controls.values())
    spent_s = sum(result.get("cpu_s", 0) for _, result in tried)
    lines = [f"{len(killed)} of {len(tried)} mutants killed, in {spent_s:.0f} s CPU"]
    if wrong:
        lines.append(f"to be killed, and not: {', '.join(wrong)}")
    if known:
        lines.append(f"survived for a reason that is known: {', '.join(known)}")
    lines.append(f"the unchanged kernel: {len(alarms)} alarms in {played:,} schedules of {len(controls)} kinds")
    return lines + [f"an alarm: {each}" for each in alarms]


def is_wrong(mutant: Mutant, result: Result) -> bool:
    """Tell whether something else came of a mutant than has to: it lives on, or could not be tried."""
    return bool(result.get("error")) or (mutant.is_to_be_killed and not result["killed_by"])


def page(mutants: Sequence[Mutant], results: Mapping[str, Result]) -> str:
    """Return the table of all mutants that were tried, in Markdown."""
    return "\n".join([HEAD, *(_row(each, results[each.name]) for each in mutants if each.name in results)]) + "\n"


def _row(mutant: Mutant, result: Result) -> str:
    under = [f"`{name}={value}`" for name, value in mutant.options.items()]
    under += ["members in Lua"] if mutant.language == "lua" else []
    wrong = f"{mutant.wrong} ({', '.join(under)})" if under else mutant.wrong
    if not result.get("killed_by"):
        why = result.get("error") or _why(mutant) or "nobody knows why"
        spent = f"{result.get('schedules', 0):,} | | {result.get('cpu_s', 0)}"
        return f"| {mutant.name} | {wrong} | **survives**: {why} | | {spent} |"
    if mutant.tests:
        return (
            f"| {mutant.name} | {wrong} | `{result['killed_by']}` | | {result['schedules']:,} tests | "
            f"| {result['cpu_s']} |"
        )
    return (
        f"| {mutant.name} | {wrong} | `{result['killed_by']}` | {result['rules']} | {result['schedules']:,} "
        f"| {result['members']}, {result['steps']}, {result['deviations']} | {result['cpu_s']} |"
    )


def _why(mutant: Mutant) -> str:
    return f"it is the same: {mutant.equivalent}" if mutant.equivalent else mutant.known


def _size(result: Result) -> str:
    small = "" if result["is_small"] else " (not made small)"
    return f"{result['members']} members, {result['steps']} steps, {result['deviations']} deviations{small}"
