"""Telling several replays while they are played: as lines for people, as JSON objects for programs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Protocol

from simcore.campaign.replay_lines import brief, replay_object, tally
from simcore.campaign.replays import ReplayTold, ReplayWish
from simcore.cli import machine
from simcore.cli.exits import ExitCode
from simcore.cli.kept_case import KeptCase
from simcore.cli.tellers import PROGRESS_EVERY_S, Format, write_object, writer
from simcore.model.errors import SimcoreError
from simcore.model.text import cut
from simcore.output.lines import Line
from simcore.output.text import count, safe


class ReplayTeller(Protocol):
    """Who tells several replays."""

    def told(self, wish: ReplayWish, told: ReplayTold, kept: KeptCase, code: ExitCode) -> None:
        """Tell what became of one, and of the new case that it has left, if any."""

    def refused(self, wish: ReplayWish, mistake: SimcoreError, word: str, code: ExitCode) -> None:
        """Tell that one could not be replayed, and by which *mistake*; *word* is its answer."""

    def closed(self, answers: Sequence[str], notes: Sequence[str], asked: int, code: ExitCode) -> None:
        """Tell what all of them came to, of so many that were *asked* for, and what is to be said besides."""


class ReplayProgress:
    """One plain line on standard error every few seconds: how many are over, and what is being replayed.

    Args:
        cases: how many there are.
        clock: gives seconds.
    """

    def __init__(self, cases: int, clock: Callable[[], float] = machine.monotonic_s) -> None:
        self._cases = cases
        self._clock = clock
        self._told = clock()

    def looked(self, over: int, playing: Sequence[ReplayWish]) -> None:
        """Tell that so many are *over* and what is *playing*, if it is time."""
        now = self._clock()
        if now - self._told >= PROGRESS_EVERY_S:
            self._told = now
            named = ", ".join(safe(each.reference) for each in playing)
            machine.write_error(f"  progress: {over:,} of {count(self._cases, 'case')} · {cut(named)}")


class ReplayLines:
    """Tells several replays to people: a line for each, and what they came to."""

    def __init__(self, format: Format | None) -> None:
        self._write = writer(format)

    def told(self, wish: ReplayWish, told: ReplayTold, kept: KeptCase, code: ExitCode) -> None:
        self._write(brief(wish.reference, told))
        if kept.said:
            self._write(Line(f"  {safe(kept.said)}", "bold"))

    def refused(self, wish: ReplayWish, mistake: SimcoreError, word: str, code: ExitCode) -> None:
        self._write(brief(wish.reference, mistake))

    def closed(self, answers: Sequence[str], notes: Sequence[str], asked: int, code: ExitCode) -> None:
        self._write(Line(""))
        self._write(tally(answers, asked))
        for note in notes:
            self._write(Line(f"note: {safe(note)}"))


class ReplayObjects:
    """Tells several replays to programs: an object for each, and a summary."""

    def told(self, wish: ReplayWish, told: ReplayTold, kept: KeptCase, code: ExitCode) -> None:
        write_object(
            {"case": wish.reference, **replay_object(told, None, kept.command, kept.reference), "exit": int(code)}
        )

    def refused(self, wish: ReplayWish, mistake: SimcoreError, word: str, code: ExitCode) -> None:
        said: dict[str, Any] = {"answer": word, "message": str(mistake), "reproduced": False, "exit": int(code)}
        write_object({"case": wish.reference, **said})

    def closed(self, answers: Sequence[str], notes: Sequence[str], asked: int, code: ExitCode) -> None:
        counts = {answer: answers.count(answer) for answer in dict.fromkeys(answers)}
        summary = {"cases": asked, "replayed": len(answers), "answers": counts, "exit": int(code)}
        write_object({"summary": {**summary, "notes": list(notes)}})
