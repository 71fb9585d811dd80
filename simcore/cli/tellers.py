"""Telling a run while it happens: as lines for people, as JSON objects for programs."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, Final, Literal, Protocol

from simcore.cli import machine
from simcore.output import lines
from simcore.output.lines import Line
from simcore.output.text import count, safe

if TYPE_CHECKING:
    from simcore.cli.exits import ExitCode
    from simcore.model.item import ItemFacts
    from simcore.model.outcome import ItemResult, Results
    from simcore.output.folder import RunFolder

Format = Literal["rich", "plain", "jsonl"]
PROGRESS_EVERY_S: Final = 5.0


class Teller(Protocol):
    """Who tells a run: the listener of the runner, with a beginning and an end."""

    def opened(self, header: str) -> None:
        """Tell what is about to run."""

    def started(self, items: int) -> None:
        """Tell that a run of so many *items* begins."""

    def progressed(self, item: ItemFacts, schedules: int, failures: int) -> None:
        """Hear of every schedule."""

    def failed(self, item: ItemFacts, result: ItemResult) -> None:
        """Tell a failure, whose case is saved, at once."""

    def finished(self, item: ItemFacts, result: ItemResult) -> None:
        """Tell what became of an item."""

    def closed(self, results: Results, folder: RunFolder, complaints: list[str], code: ExitCode) -> None:
        """Tell the end."""


class Progress:
    """One plain line on standard error every few seconds: how many schedules, how fast, how many failures."""

    def __init__(self, clock: Callable[[], float] = machine.monotonic_s) -> None:
        self._clock = clock
        self._begun = self._told = clock()
        self._schedules = 0
        self._failures = 0
        self._current: dict[str, tuple[int, int]] = {}

    def progressed(self, item: ItemFacts, schedules: int, failures: int) -> None:
        """Count, and tell if it is time."""
        schedules_before, failures_before = self._current.get(item.id, (0, 0))
        self._schedules += schedules - schedules_before
        self._failures += failures - failures_before
        self._current[item.id] = (schedules, failures)
        now = self._clock()
        if now - self._told >= PROGRESS_EVERY_S:
            self._told = now
            machine.write_error(self._line(item, now))

    def _line(self, item: ItemFacts, now: float) -> str:
        rate = self._schedules / max(now - self._begun, 1e-9)
        amounts = f"{count(self._schedules, 'schedule')} · {rate:,.0f}/s · {count(self._failures, 'failure')}"
        return f"  progress: {amounts} · {safe(item.id)}"


class Lines:
    """Lines for people, through *write*."""

    def __init__(self, write: Callable[[Line], None]) -> None:
        self._write = write
        self._progress = Progress()
        self._told: dict[str, int] = {}

    def opened(self, header: str) -> None:
        """Tell what is about to run."""
        self._write(Line(header, "bold"))

    def started(self, items: int) -> None:
        """Say nothing: the header has said it."""

    def progressed(self, item: ItemFacts, schedules: int, failures: int) -> None:
        """Hear of every schedule."""
        self._progress.progressed(item, schedules, failures)

    def failed(self, item: ItemFacts, result: ItemResult) -> None:
        """Tell a failure before anything else is done with it."""
        self._write_all(lines.failure(result))
        self._told[item.id] = 0
        self._tell_story(item, result)

    def finished(self, item: ItemFacts, result: ItemResult) -> None:
        """Tell what is not told yet: the story of a failure, or the item's line."""
        if item.id in self._told:
            self._tell_story(item, result)
        elif result.verdict == "passed":
            self._write(lines.headline(result))
        else:
            self.failed(item, result)
        self._write_all(lines.remarks(result))

    def closed(self, results: Results, folder: RunFolder, complaints: list[str], code: ExitCode) -> None:
        """Tell the end."""
        self._write_all(lines.summary(results, folder.report(), complaints))

    def _tell_story(self, item: ItemFacts, result: ItemResult) -> None:
        """Tell the story once; the runner may know it only after the failure was told."""
        if self._told.get(item.id, 0) < len(result.story):
            self._write_all(lines.story(result.story))
        self._told[item.id] = len(result.story)

    def _write_all(self, several: Iterable[Line]) -> None:
        for line in several:
            self._write(line)


class Objects:
    """One JSON object a line on standard output, for programs; nothing else goes there."""

    def __init__(self) -> None:
        self._progress = Progress()

    def opened(self, header: str) -> None:
        """Say nothing: the summary holds it."""

    def started(self, items: int) -> None:
        """Say nothing."""

    def progressed(self, item: ItemFacts, schedules: int, failures: int) -> None:
        """Hear of every schedule."""
        self._progress.progressed(item, schedules, failures)

    def failed(self, item: ItemFacts, result: ItemResult) -> None:
        """Print the replay command where it disturbs no program."""
        if result.replay:
            machine.write_error(f"  {safe(result.id)}: replay: {safe(result.replay)}")

    def finished(self, item: ItemFacts, result: ItemResult) -> None:
        """Print the object of the item."""
        import msgspec

        write_object(msgspec.to_builtins(result))

    def closed(self, results: Results, folder: RunFolder, complaints: list[str], code: ExitCode) -> None:
        """Print the summary, the last line."""
        for complaint in complaints:
            machine.write_error(f"warning: {safe(complaint)}")
        write_object({"summary": _summary(results, folder, complaints, code)})


def _summary(results: Results, folder: RunFolder, complaints: list[str], code: ExitCode) -> dict[str, Any]:
    return {
        "items": len(results.items),
        **results.counts(),
        "schedules": sum(item.schedules for item in results.items),
        "examples": sum(item.examples or 0 for item in results.items),
        "exit": int(code),
        "interrupted": results.interrupted,
        "run": folder.id,
        "folder": folder.path.as_posix(),
        "version": results.version,
        "base_seed": results.base_seed,
        "strategy": results.strategy,
        "never_seen": [each.id for each in results.sometimes if not each.seen],
        "notes": results.notes,
        "warnings": complaints,
        "cpu_s": results.cpu_s,
        "wall_s": results.wall_s,
    }


def write_object(value: dict[str, Any]) -> None:
    """Print *value* as one line of JSON that is ASCII alone, so that no text in it can speak to a terminal."""
    machine.write_out(json.dumps(value, ensure_ascii=True).replace("\x7f", "\\u007f"))


def write_plain(line: Line) -> None:
    """Print a line as it is."""
    machine.write_out(line.text)


def rich_writer() -> Callable[[Line], None]:
    """Return what prints lines in colour; nothing in their text is markup."""
    from rich.console import Console
    from rich.text import Text

    console = Console(file=machine.out(), highlight=False, markup=False, emoji=False)

    def write(line: Line) -> None:
        console.file = machine.out() or console.file
        # Soft wrap, or rich would break a replay command at the width of the terminal.
        console.print(Text(line.text, style=line.style), soft_wrap=True)

    return write


def writer(format: Format | None) -> Callable[[Line], None]:
    """Return what prints lines for people in *format*; by default in colour on a terminal, else plain."""
    rich = format == "rich" or (format is None and machine.is_terminal())
    return rich_writer() if rich else write_plain


def teller(format: Format | None) -> Teller:
    """Return who tells a run in *format*."""
    return Objects() if format == "jsonl" else Lines(writer(format))
