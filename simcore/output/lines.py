"""What a person reads of a run, line by line: pure functions from values to text."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from simcore.model.programs import SAME_IN_ALL, WORLD
from simcore.model.text import cut
from simcore.output.text import count, quoted, safe, safe_lines

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from simcore.model.outcome import ItemResult, Results
    from simcore.model.reached import Reached

WIDTH: Final = 12
NOTES_MAX: Final = 10
REMARKS_MAX: Final = 3
RAREST: Final = 3
NAMED_MAX: Final = 5
NEVER_MAX: Final = 20
NEVER_OF_FAILED_MAX: Final = 3
"""How many `sometimes` are named that were never seen: of a run in which all held, and of one in which something
failed."""
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
    for line in _folded(lines):
        yield from (Line(text, "dim") for text in quoted(cut(line)))


def _folded(lines: Iterable[str]) -> Iterator[str]:
    """Give the lines, without what the scripts of all programs share: whoever reads one has read that often."""
    left_out: int | None = None
    for line in lines:
        if line == SAME_IN_ALL:
            left_out = 0
        elif line == WORLD and left_out is not None:
            yield f"# {left_out} lines that the script of every program has; it lies whole beside the case"
            left_out = None
        elif left_out is not None:
            left_out += bool(line)
        if left_out is None:
            yield line


def summary(results: Results, report: str | None, complaints: Iterable[str]) -> Iterator[Line]:
    """Give the end of a run, and the path of its *report* if one could be written."""
    yield Line("")
    yield Line(tally(results), "bold")
    yield from _reached(results.reached())
    yield from _hints(results)
    yield from (Line(f"warning: {safe(cut(text))}", "yellow") for text in complaints)
    if report is not None:
        yield Line(f"report: {safe(report)}")


def tally(results: Results) -> str:
    """Return how many items came out how, in one sentence."""
    interrupted = "interrupted after " if results.interrupted else ""
    items = f"{interrupted}{count(len(results.items), 'item')}: {results.tally()}"
    return f"{items}; {results.played()} in {results.wall_s:.1f} s"


def _reached(reached: Reached | None) -> Iterator[Line]:
    """Give what drawn programs have reached, and what they have not, if there were any."""
    if reached is None:
        return
    runs = f"{count(reached.programs, 'drawn program')}, {count(reached.runs, 'run')}, "
    yield Line(f"{runs}{count(reached.actions, 'action')}, {count(reached.calls, 'call')}")
    called = f"{len(reached.verbs) - len(reached.uncalled())} of {count(len(reached.verbs), 'verb')}"
    yield Line(f"  reached: {called} with {count(reached.verdicts(), 'verdict')}, {_situations(reached)}")
    missing = [*reached.unmet(), *(f"the verb {verb}" for verb in reached.uncalled())]
    if missing:
        yield Line(f"  not reached: {_some(missing)}", "yellow")
    yield Line(f"  {_judged(reached)}")


def _situations(reached: Reached) -> str:
    met = reached.met()
    said = f"{len(met)} of {count(len(reached.situations), 'situation')}"
    rarest = [f"{name} ({reached.situations[name]:,})" for name in met[:RAREST]]
    return f"{said}, the rarest {', '.join(rarest)}" if rarest else said


def _judged(reached: Reached) -> str:
    left = [f"{what} ({times:,})" for what, times in reached.unjudged.items()]
    if not reached.followed:
        return "no model has judged the runs"
    said = f"a model has judged {reached.followed:,} of {count(reached.runs, 'run')}"
    return f"{said}, and has taken as it came: {_some(left)}" if left else said


def _some(several: list[str]) -> str:
    """Return the first few of *several*, and how many more there are."""
    more = len(several) - NAMED_MAX
    return f"{', '.join(several[:NAMED_MAX])}{f' and {more:,} more in the report' if more > 0 else ''}"


def _hints(results: Results) -> Iterator[Line]:
    never = [each for each in results.sometimes if not each.seen]
    # What failed was tried no further, so that most of them may say nothing but that.
    most = NEVER_MAX if results.held() else NEVER_OF_FAILED_MAX
    yield from (Line(f"never seen: {safe(each.id)}: {safe(each.statement)}", "yellow") for each in never[:most])
    if len(never) > most:
        yield Line(f"never seen: {len(never) - most:,} more are in the report", "yellow")
    for item in results.items:
        for bound, times in item.bounds.items():
            yield Line(f"bound reached: {safe(bound)}, {count(times, 'time')}, by {safe(item.id)}", "yellow")
        if item.vacuous() and not item.remarks:
            yield Line(f"{safe(item.vacuous())}: {safe(item.id)}", "yellow")
    yield from (Line(f"note: {safe(cut(note))}") for note in results.notes[:NOTES_MAX])
    if len(results.notes) > NOTES_MAX:
        yield Line(f"note: {len(results.notes) - NOTES_MAX:,} more notes are in the report")
