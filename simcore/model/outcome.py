"""What became of one schedule, of one item, of one whole run: plain values, in the form that files and reports have."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

import msgspec

from simcore.model.reached import Reached, summed


class Verdict(StrEnum):
    """How something was judged: it ``passed``; it ``failed``, since a property did not hold; it is an ``error``, since
    it could not be judged; it is ``inconclusive``, since a bound was reached before its end; or it is ``skipped``,
    since it said itself that it is not to be tried."""

    PASSED = "passed"
    FAILED = "failed"
    ERROR = "error"
    INCONCLUSIVE = "inconclusive"
    SKIPPED = "skipped"


VACUOUS: Final = "vacuous"
"""The kind of the remark that something passed and has shown nothing."""
CAUGHT: Final = "caught"
"""The kind of the remark that a run did not pass, and that the item which called for it caught what it raised."""
DEADLOCK_CAUGHT: Final = "deadlock caught"
"""The kind of the remark that a world was in a deadlock, and that the item caught what it was told of it."""
UNJUDGED: Final = "unjudged"
"""The kind of the remark that worlds were run of which nothing is asked."""
NEVER_RUN: Final = "never run"
"""The kind of the remark that worlds were made and never run."""
UNSETTLED: Final = "unsettled"
"""The kind of the remark that something still goes on in the world of a test that has passed."""

CUT_SHORT: Final = "cut short"
"""The kind of the remark that there was no time for more."""
OUTLIVES: Final = "outlives"
"""The kind of the remark that a thread or a process goes on which the item has started."""
LEFT_OUT: Final = "left_out"
"""The kind of the remark that schedules were not played, since one after the other reached a bound."""


class Remark(msgspec.Struct, frozen=True):
    """What a run showed and its verdict does not say, such as that a process failed and nobody looked.

    Args:
        kind: what sort of remark it is, in one word, for programs.
        text: the remark, for people.
        schedules: of an item: in how many of its schedules it was so.
        first: of an item: the first of those, counted from 1.
    """

    kind: str
    text: str
    schedules: int = 1
    first: int = 1


class Outcome(msgspec.Struct, frozen=True):
    """What became of one item under one schedule.

    Args:
        verdict: how it was judged.
        property: ``assert``, ``deadlock``, ``livelock``, ``result``, an invariant's or a property's name; of an
            inconclusive run the name of the bound; empty where it passed.
        message: what was claimed and what was found, in one or more lines.
        digest: of all that happened.
        actions: how many actions were performed.
        decisions: how many of them were a choice between several.
        now_ns: the virtual time at the end, in nanoseconds.
        traceback: the way of an error through the user's own code, one line for each place, the innermost last; empty
            where the message names all of it.
        remarks: what the verdict does not say, in the order in which it happened.
    """

    verdict: Verdict
    property: str = ""
    message: str = ""
    digest: str = ""
    actions: int = 0
    decisions: int = 0
    now_ns: int = 0
    traceback: tuple[str, ...] = ()
    remarks: tuple[Remark, ...] = ()


class ItemResult(msgspec.Struct, frozen=True, kw_only=True):
    """What became of one item over all its schedules; one line of ``--format jsonl``.

    Args:
        id: the item's id.
        suite: ``meta.suite`` of an app's test, else empty.
        verdict: failed, else error, else inconclusive, else skipped, if any schedule was.
        expected: whether a failure was expected, and is what was found.
        schedules: how many ran; of a property those that its ``run`` played, up to the first failure.
        examples: of a property how many were tried, up to the first that failed; else None.
        shrinking: of a property how often its test was called afterwards, to make the failure small.
        first_failure: the first failing schedule, of a property the first failing example, counted from 1, or None.
        property, message: of that failure; a long message is cut here, and lies whole in a file of the run folder.
        traceback: as of ``Outcome``, of that failure.
        case: path of the case file, or None.
        token: the token of that failure, or None where a case is needed.
        replay: the command that replays it, or None.
        cpu_s: CPU seconds.
        bounds: names of the bounds that were hit, and how often.
        story: the failure in words, line by line.
        source_line: where the item is defined, ``file:line``, or empty.
        diverged: whether the first replay of the failure went another way: the program is not deterministic.
        remarks: what its verdict does not say, each once, with the schedules in which it was so.
        reached: of a property that plays drawn programs what these have reached; of others it is not there.
    """

    id: str
    suite: str = ""
    verdict: Verdict = Verdict.PASSED
    expected: bool = False
    schedules: int = 0
    examples: int | None = None
    shrinking: int = 0
    first_failure: int | None = None
    property: str = ""
    message: str = ""
    traceback: list[str] = []
    case: str | None = None
    token: str | None = None
    replay: str | None = None
    cpu_s: float = 0.0
    bounds: dict[str, int] = {}
    story: list[str] = []
    source_line: str = ""
    diverged: bool = False
    remarks: list[Remark] = []
    reached: Reached | msgspec.UnsetType = msgspec.UNSET

    def reach(self) -> Reached | None:
        """Return what its drawn programs have reached; None where it plays none."""
        return self.reached if isinstance(self.reached, Reached) else None

    def remarked(self) -> list[str]:
        """Return the remarks as sentences that say in which schedules it was so."""
        return [self._sentence(each) for each in self.remarks]

    def _sentence(self, remark: Remark) -> str:
        amount, noun = (self.schedules, "schedules") if self.examples is None else (self.examples, "examples")
        whole = remark.kind == VACUOUS and remark.schedules == amount
        of_all = whole or remark.kind in (LEFT_OUT, CUT_SHORT, OUTLIVES)
        if amount <= 1 or of_all:
            return remark.text
        return f"{remark.text} (in {remark.schedules:,} of {amount:,} {noun}, first in {remark.first:,})"

    def played(self) -> str:
        """Return how much of it was played, such as ``100 examples, 230 schedules``."""
        return amounts(self.schedules, self.examples)

    def held(self) -> bool:
        """Whether the item came out as it should."""
        return self.expected if self.verdict is Verdict.FAILED else self.verdict is Verdict.PASSED

    def refused(self) -> bool:
        """Whether nothing of it could be run: what its file says is a mistake."""
        # A property that was begun has examples, if only none.
        played = self.schedules or self.examples is not None
        return self.verdict is Verdict.ERROR and self.property == "usage" and not played

    def vacuous(self) -> str:
        """Return why it has shown nothing though it passed, or nothing."""
        if self.verdict is not Verdict.PASSED or any(each.kind == CUT_SHORT for each in self.remarks):
            return ""
        amount = self.schedules if self.examples is None else self.examples
        said = [each.text for each in self.remarks if each.kind == VACUOUS and each.schedules == amount]
        return said[0] if said else "" if amount or self.schedules else "vacuous: nothing of it was run"


def amounts(schedules: int, examples: int | None) -> str:
    """Return in words how many examples and schedules there were; a property need not play any schedule."""
    told = [] if examples is None else [f"{examples:,} example{'s' * (examples != 1)}"]
    if schedules or not told:
        told.append(f"{schedules:,} schedule{'s' * (schedules != 1)}")
    return ", ".join(told)


def cut_short(reason: str, result: ItemResult) -> Remark:
    """Return the remark that there was no time for more of an item than *result* has; *reason* says why."""
    played = amounts(result.schedules, result.examples)
    return Remark(CUT_SHORT, f"{CUT_SHORT}: {reason}; interrupted after {played}")


class Sometimes(msgspec.Struct, frozen=True):
    """One ``sometimes`` of the project, and whether it was ever seen to hold in the run."""

    id: str
    statement: str
    seen: bool


class Results(msgspec.Struct, frozen=True, kw_only=True):
    """One whole run: what ``results.json`` holds and what every report is made of.

    Args:
        run: the id of the run.
        command: the command line, as it was given.
        version: of simcore.
        base_seed: the base seed.
        strategy: the strategy of the schedules after the first.
        interrupted: whether the run was ended by Ctrl-C, or by a SIGTERM.
        strict: whether a ``sometimes`` that was never seen is an error.
        items: one result for each item, in the order in which they ran.
        sometimes: the project's ``sometimes`` and whether they were seen.
        notes: what the user should know besides: what is foreign to the simulation, warnings.
        cpu_s: CPU seconds that playing took, of all who played.
        wall_s: seconds of the clock.
    """

    run: str
    command: str
    version: str
    base_seed: int
    strategy: str
    interrupted: bool = False
    strict: bool = False
    items: list[ItemResult] = []
    sometimes: list[Sometimes] = []
    notes: list[str] = []
    cpu_s: float = 0.0
    wall_s: float = 0.0

    def counts(self) -> dict[str, int]:
        """Return how many items had each verdict, how many failures were expected, and how many that passed have shown
        nothing."""
        counts = {str(verdict): 0 for verdict in Verdict} | {"expected": 0, VACUOUS: 0}
        for item in self.items:
            counts[item.verdict] += 1
            counts["expected"] += item.expected
            counts[VACUOUS] += bool(item.vacuous())
        return counts

    def reached(self) -> Reached | None:
        """Return what the drawn programs of all items have reached; None where none were drawn."""
        return summed(filter(None, (item.reach() for item in self.items)))

    def held(self) -> bool:
        """Whether all items came out as they should."""
        return all(item.held() for item in self.items)

    def missed(self) -> int:
        """Return how many ``sometimes`` were never seen, where that is an error."""
        return sum(not each.seen for each in self.sometimes) if self.strict else 0

    def played(self) -> str:
        """Return how much was played in all, as of one item."""
        examples = [item.examples for item in self.items if item.examples is not None]
        return amounts(sum(item.schedules for item in self.items), sum(examples) if examples else None)

    def tally(self) -> str:
        """Return how many items came out how, such as ``54 passed, 2 found as expected``."""
        counts = self.counts()
        parts = [
            (counts["passed"], f"passed ({counts[VACUOUS]:,} vacuous)" if counts[VACUOUS] else "passed"),
            (counts["expected"], "found as expected"),
            (counts["failed"] - counts["expected"], "failed"),
            (counts["error"], "in error"),
            (counts["inconclusive"], "inconclusive"),
            (counts["skipped"], "skipped"),
            (self.missed(), "`sometimes` never seen"),
        ]
        return ", ".join(f"{amount:,} {words}" for amount, words in parts if amount) or "nothing ran"


class Reports(msgspec.Struct, frozen=True, kw_only=True):
    """What was made of results.

    Args:
        files: the texts of the files of a run folder, by name.
        complaints: what could not be made and why, one line each.
        interrupted: whether somebody has interrupted who made them.
    """

    files: dict[str, str] = {}
    complaints: list[str] = []
    interrupted: bool = False
