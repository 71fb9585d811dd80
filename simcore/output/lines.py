"""What a person reads of a run, line by line: pure functions from values to text."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from simcore.model.text import cut
from simcore.output.text import count, quoted, safe, safe_lines

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from simcore.model.outcome import ItemResult, Results

WIDTH: Final = 12
NOTES_MAX: Final = 10
REMARKS_MAX: Final = 3
STYLES: Final = {
    "PASSED": "green",
    "FOUND": "bold cyan",
    "FAILED": "bold red",
    "ERROR": "bold red",
    "INCONCLUSIVE": "yellow",
    "SKIPPED": "yellow",
}


class Line(NamedTuple):
    """One line, and how a terminal with colours may show it."""

    text: str
    style: str = ""


def word(result: ItemResult) -> str:
    """Return the word that tells *result*: its verdict, or FOUND where a failure was looked for."""
    return "FOUND" if result.expected and result.verdict == "failed" else str(result.verdict).upper()


def headline(result: ItemResult) -> Line:
    """Return the one line of an item."""
    shown = word(result)
    return Line(f"{shown:<{WIDTH}}  {safe(result.id)}  {_amount(result)}", STYLES[shown])


def _amount(result: ItemResult) -> str:
    if result.first_failure is None:
        return result.played()
    if result.examples is None and result.first_failure == result.schedules + 1:
        # Its process died, so that it does not count as played.
        others = f", after {count(result.schedules, 'other')}" if result.schedules else ""
        return f"schedule {result.first_failure:,}, which was not played to its end{others}"
    if result.examples is None and result.first_failure > result.schedules:
        # A part of a run plays some of the schedules, each with the number that it has in the whole.
        return f"schedule {result.first_failure:,} ({result.schedules:,} of this part were played)"
    if result.examples is None:
        return f"schedule {result.first_failure:,} of {result.schedules:,}"
    schedules = [count(result.schedules, "schedule")] if result.schedules else []
    shrunk = [f"shrunk in {count(result.shrinking, 'more call')}"] if result.shrinking else []
    return ", ".join([f"example {result.first_failure:,} of {result.examples:,}", *schedules, *shrunk])


def failure(result: ItemResult) -> Iterator[Line]:
    """Give the block of a failure, without its story: what was claimed, and how to see it again."""
    yield headline(result)
    yield from claim(result.property, result.message, result.traceback)
    if result.replay:
        yield Line(f"  replay: {safe(result.replay)}", "bold")


def whole(result: ItemResult, *, repeat: str = "") -> Iterator[Line]:
    """Give all that there is to tell of an item that did not come out as it should.

    Args:
        result: of the item.
        repeat: the command of pytest that repeats it, where there is one.
    """
    yield from failure(result)
    if repeat:
        yield Line(f"  pytest: {safe(repeat)}", "bold")
    yield from story(result.story)
    yield from remarks(result)


def remarks(result: ItemResult) -> Iterator[Line]:
    """Give what the verdict does not say, as far as it has room here."""
    sentences = result.remarked()
    yield from (Line(f"  {safe(each)}", "yellow") for each in sentences[:REMARKS_MAX])
    if len(sentences) > REMARKS_MAX:
        yield Line(f"  {count(len(sentences) - REMARKS_MAX, 'more remark')} of this item in the report", "yellow")


def claim(property_name: str, message: str, traceback: Iterable[str] = ()) -> Iterator[Line]:
    """Give what did not hold, and the way to where it was raised."""
    first, *more = safe_lines(cut(message))
    yield Line(f"  {safe(property_name)}: {first}" if property_name else f"  {first}")
    yield from (Line(f"  | {line}") for line in more)
    yield from (Line(f"  |   {safe(line)}") for line in traceback)


def story(lines: Iterable[str]) -> Iterator[Line]:
    """Give what happened, in the words of the system."""
    for line in lines:
        yield from (Line(text, "dim") for text in quoted(cut(line)))


def summary(results: Results, report: str | None, complaints: Iterable[str]) -> Iterator[Line]:
    """Give the end of a run, and the path of its *report* if one could be written."""
    yield Line("")
    yield Line(tally(results), "bold")
    yield from _hints(results)
    yield from (Line(f"warning: {safe(cut(text))}", "yellow") for text in complaints)
    if report is not None:
        yield Line(f"report: {safe(report)}")


def tally(results: Results) -> str:
    """Return how many items came out how, in one sentence."""
    interrupted = "interrupted after " if results.interrupted else ""
    items = f"{interrupted}{count(len(results.items), 'item')}: {results.tally()}"
    return f"{items}; {results.played()} in {results.wall_s:.1f} s"


def _hints(results: Results) -> Iterator[Line]:
    for property_seen in results.sometimes:
        if not property_seen.seen:
            yield Line(f"never seen: {safe(property_seen.id)}: {safe(property_seen.statement)}", "yellow")
    for item in results.items:
        for bound, times in item.bounds.items():
            yield Line(f"bound reached: {safe(bound)}, {count(times, 'time')}, by {safe(item.id)}", "yellow")
        if item.vacuous() and not item.remarks:
            yield Line(f"{safe(item.vacuous())}: {safe(item.id)}", "yellow")
    yield from (Line(f"note: {safe(cut(note))}") for note in results.notes[:NOTES_MAX])
    if len(results.notes) > NOTES_MAX:
        yield Line(f"note: {len(results.notes) - NOTES_MAX:,} more notes are in the report")
