"""What is told of a replay: lines for people, an object for programs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from simcore.model.errors import PlayedElsewhere, SimcoreError, UsageError
from simcore.model.replay_answer import ReplayAnswer
from simcore.model.text import cut, listed
from simcore.output import lines
from simcore.output.lines import Line
from simcore.output.text import count, safe

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from simcore.campaign.replays import ReplayTold

WIDTH: Final = 17
"""Of the answer, where each case has one line."""
ANSWER_STYLES: Final = {
    ReplayAnswer.REPRODUCED: "bold red",
    ReplayAnswer.NEARBY: "bold red",
    ReplayAnswer.OTHER: "bold red",
    ReplayAnswer.DIVERGED: "bold red",
    ReplayAnswer.UNKNOWN: "yellow",
    ReplayAnswer.GONE: "green",
}
NAMED_MAX: Final = 5
"""So many of the files that have changed are named."""


def replay_object(
    told: ReplayTold, different: str | None, command: str | None, new_case: str | None = None
) -> dict[str, Any]:
    """Return what a program is told.

    Args:
        told: what the replay gave.
        different: how it went in another process, where that differs.
        command: what replays the new case, or None.
        new_case: its file, or None.
    """
    outcome = told.outcome
    return {
        "id": told.item,
        "answer": str(ReplayAnswer.DIVERGED if different else told.answer),
        "verdict": str(outcome.verdict),
        "digest": outcome.digest,
        "reproduced": told.answer in (ReplayAnswer.REPRODUCED, ReplayAnswer.NEARBY) and different is None,
        "divergence": told.divergence or different,
        "leaks": [cut(line) for line in told.leaks],
        "property": outcome.property,
        "message": cut(outcome.message),
        "traceback": list(outcome.traceback),
        "remarks": [remark.text for remark in outcome.remarks],
        "actions": outcome.actions,
        "decisions": outcome.decisions,
        "now_ns": outcome.now_ns,
        "source_changed": bool(told.changed),
        "changed": list(told.changed),
        "lenient": told.lenient,
        "skipped": told.skipped,
        "tried": told.tried,
        "doubts": list(told.doubts),
        "notes": list(told.notes),
        "replay": command,
        "new_case": new_case,
        "story": [cut(line) for line in told.story],
    }


def lines_of(told: ReplayTold, different: str | None, kept: str, *, trace: bool) -> Iterator[Line]:
    """Give what people are told.

    Args:
        told, different: as of ``replay_object``.
        kept: what to say of the new case, or empty.
        trace: whether to tell every event.
    """
    outcome = told.outcome
    yield Line(f"replay of {safe(told.item)}", "bold")
    yield from (Line(f"  {safe(text)}", "yellow") for text in _circumstances(told))
    if trace:
        for event in told.trace:
            yield from lines.story([f"{event.t_ns} ns  #{event.step}  {event.kind}  {event.text}"])
    if (outcome.property or outcome.message) and outcome.message != told.divergence:
        yield from lines.claim(outcome.property, outcome.message, outcome.traceback)
    yield from (Line(f"  {safe(remark.text)}", "yellow") for remark in outcome.remarks)
    if kept:
        yield Line(f"  {safe(kept)}", "bold")
    yield from lines.story(told.story)
    for divergence in filter(None, (told.divergence, different)):
        yield Line("DIVERGED: it went another way than the recorded run", "bold red")
        yield from lines.story([divergence, *told.leaks])
    shown = str(outcome.verdict).upper()
    answer = "not reproduced" if told.answer is ReplayAnswer.DIVERGED else answered(told)
    yield Line(f"{shown:<{lines.WIDTH}}  {safe(answer)}", lines.STYLES[shown])
    yield from (Line(f"  {safe(cut(doubt))}", "yellow") for doubt in told.doubts)
    yield Line(f"digest: {outcome.digest}")


def answered(told: ReplayTold) -> str:
    """Return the answer in words, with how much was tried for it."""
    tried = f"{told.tried:,} other{'s' * (told.tried != 1)} tried"
    match told.answer:
        case ReplayAnswer.NEARBY if told.token:
            return f"reproduced nearby: {tried}; which failure it was a token does not say"
        case ReplayAnswer.NEARBY:
            return f"reproduced nearby: {tried}, the last of them fails"
        case ReplayAnswer.OTHER:
            was = f" instead of {told.recorded}" if told.recorded else ""
            return f"another failure: {told.outcome.property}{was}; {tried}"
        case ReplayAnswer.GONE:
            return f"gone: all of the case fitted, and nothing fails; {tried}"
        case ReplayAnswer.UNKNOWN:
            return f"not reproduced, and cannot tell whether it is mended; {tried}"
        case _:
            return str(told.answer)


def _circumstances(told: ReplayTold) -> Iterator[str]:
    if told.changed:
        changed = listed(told.changed, NAMED_MAX)
        yield f"the source has changed since ({changed}); choices that no longer fit: {told.skipped}"
    if told.lenient:
        yield _leniently(told)
    yield from told.notes


def _leniently(told: ReplayTold) -> str:
    what = "a token" if told.token else "a case"
    said = f"{what} of version {told.version}, made by an earlier kernel: replayed leniently"
    if told.by_seed:
        return f"{said}; found again by its seed, its schedule leads there no more"
    return f"{said}; choices that no longer fit: {told.skipped}" if told.skipped else said


# -- several


def brief(reference: str, end: ReplayTold | SimcoreError) -> Line:
    """Return the one line of a replay among several."""
    if isinstance(end, SimcoreError):
        word = word_of(end)
        said = cut(" ".join(str(end).split()))
        named = said if said.startswith(reference) else f"{reference}: {said}"
        style = "yellow" if isinstance(end, PlayedElsewhere) else "bold red"
        return Line(f"{word.upper():<{WIDTH}}  {safe(named)}", style)
    why = end.divergence or _why(end)
    changed = "; the source has changed" if end.changed else ""
    said = cut(f"{end.item}{f'  {why}' if why else ''}{changed}")
    return Line(f"{str(end.answer).upper():<{WIDTH}}  {safe(reference)}  {safe(said)}", ANSWER_STYLES[end.answer])


def word_of(mistake: SimcoreError) -> str:
    """Return the answer of what could not be replayed here."""
    if isinstance(mistake, PlayedElsewhere):
        return "not played here"
    return "refused" if isinstance(mistake, UsageError) else "internal error"


def _why(told: ReplayTold) -> str:
    first = told.outcome.message.partition("\n")[0]
    match told.answer:
        case ReplayAnswer.UNKNOWN:
            return "; ".join([f"{told.tried} tried", *told.doubts])
        case ReplayAnswer.GONE:
            return f"{told.tried} tried"
        case _:
            return f"{told.outcome.property}: {first}" if told.outcome.property else first


def tally(answers: Sequence[str], asked: int) -> Line:
    """Return how many came out how, of so many that were *asked* for."""
    counts = [f"{answers.count(answer):,} {answer}" for answer in dict.fromkeys(answers)]
    interrupted = "interrupted after " if len(answers) < asked else ""
    return Line(f"{interrupted}{count(len(answers), 'case')}: {', '.join(counts) or 'nothing was replayed'}", "bold")
