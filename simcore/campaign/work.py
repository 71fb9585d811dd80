"""What a process that plays is asked, and what it answers: plain values, so that it can be any process.

Whoever asks needs nothing of the user's code, and imports none of it. An item is named by path and id; the other side
finds it again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from simcore.catalog.run_settings import RunSettings
from simcore.model.case import Case
from simcore.model.errors import InternalError
from simcore.model.item import ItemFacts
from simcore.model.options import Options
from simcore.model.outcome import OUTLIVES, Outcome, Remark, Reports, Results, Sometimes, Verdict
from simcore.model.reached import Reached
from simcore.model.run import Deviation, Run
from simcore.model.trace import TraceEvent

if TYPE_CHECKING:
    from collections.abc import Iterable


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """What a command was asked to run, so that every process finds the same.

    Args:
        command: the id of the command's run; what was found for another one is found anew.
        folder: the folder that the command was called in.
        targets: names, files, folders; with none the whole catalogue.
        tests_of: the folder of the app whose tests alone are wanted, or None.
        suite, filter: which of these tests, or None.
        held_back: what has held its process in this command so that it had to be ended, and why it is refused.
        step_timeout_ns: how long a step may take, in nanoseconds of CPU time; None leaves it to the project.
    """

    command: str
    folder: str
    targets: tuple[str, ...] = ()
    tests_of: str | None = None
    suite: str | None = None
    filter: str | None = None
    held_back: tuple[tuple[str, str], ...] = ()
    step_timeout_ns: int | None = None


# -- what is asked


class Find(msgspec.Struct, frozen=True):
    """Find what is wanted. The answer is a ``Catalogue``."""


class Play(msgspec.Struct, frozen=True, kw_only=True):
    """Play runs of one item. The answer is a ``Block``.

    Args:
        item: the item.
        schedules: the number of each run, from 1.
        runs: what is played.
        unseen: ids of the ``sometimes`` that are still to be asked.
        patience_s: after so many seconds of the clock, or a failure, the answer comes with what there is until then.
    """

    item: ItemFacts
    schedules: list[int]
    runs: list[Run]
    unseen: tuple[str, ...] = ()
    patience_s: float = 0.0


class Examine(msgspec.Struct, frozen=True, kw_only=True):
    """Let Hypothesis look for arguments that fail a property. The answer is ``Examined``.

    Args:
        item: the item.
        examples: how many arguments are tried; None leaves it to the property.
        run: of the property, without its arguments; its seed is that of Hypothesis.
        unseen: as of ``Play``.
    """

    item: ItemFacts
    examples: int | None
    run: Run
    unseen: tuple[str, ...] = ()


class Record(msgspec.Struct, frozen=True, kw_only=True):
    """Replay *case* of *item* with the rich trace. The answer is ``Recorded``."""

    item: ItemFacts
    case: Case


class Explain(msgspec.Struct, frozen=True):
    """Replay the beginning of *run* of *item*, which a bound has ended, to tell how it came to that. The answer is
    ``Recorded``."""

    item: ItemFacts
    run: Run


class Render(msgspec.Struct, frozen=True):
    """Make the reports of *results*. The answer is ``Reports``."""

    results: Results


Work = Find | Play | Examine | Record | Explain | Render


# -- what is answered


class Catalogue(msgspec.Struct, frozen=True, kw_only=True):
    """What was found.

    Args:
        items: in the order in which they are told.
        shipped: whether the catalogue is the one that comes with simcore.
        options: of every world.
        settings: how runs are played.
        sometimes: those of the project that are asked, none of them seen.
        notes: of the apps.
    """

    items: list[ItemFacts]
    shipped: bool
    options: Options
    settings: RunSettings
    sometimes: list[Sometimes]
    notes: list[str]


class Played(msgspec.Struct, frozen=True):
    """One schedule: what became of it, and the ids of the ``sometimes`` that held at its end."""

    outcome: Outcome
    seen: tuple[str, ...] = ()


class Block(msgspec.Struct, frozen=True, kw_only=True):
    """The first of the runs that were asked for, in order.

    Args:
        played: at least one, or none where *mistake* stands.
        mistake: what simcore itself did wrong in the next one, or None.
        outlives: what they have started and what goes on.
        strays: what threads have raised meanwhile that other items have started, with the id of each.
        cpu_s: CPU seconds of the process that played them.
    """

    played: list[Played]
    mistake: InternalError | None = None
    outlives: tuple[Remark, ...] = ()
    strays: tuple[tuple[str, str], ...] = ()
    cpu_s: float = 0.0


class Failing(msgspec.Struct, frozen=True, kw_only=True):
    """The example with which a property fails.

    Args:
        run: what makes it again, or None.
        verdict, property, message: how it failed when Hypothesis found it.
        outcome: how it fails by itself; of one without a run, as it was found.
        story: of one without a run, what is known of it.
        script: the program with which it fails, as a script; empty where it is none.
        unkept: why it has no run, where that is to be told.
    """

    run: Run | None
    verdict: Verdict
    property: str
    message: str
    outcome: Outcome
    story: list[str] = []
    script: str = ""
    unkept: str = ""


class Examined(msgspec.Struct, frozen=True, kw_only=True):
    """What became of a property.

    Args:
        examples: how many were tried, up to the first that failed; none that the test or a filter refused.
        schedules: how many runs were played for them.
        shrinking: how often the test was called afterwards, to make the failure small.
        drew: whether anything was drawn for it, or written down with ``@example``.
        failing: the example that fails, or None.
        refused: why Hypothesis could not run it or its arguments cannot be kept, or empty.
        seen: as of ``Played``, over all worlds of all examples.
        remarks: what the verdict does not say, over all worlds of all examples.
        cut_short: why fewer were tried than was asked for, or empty.
        reached: what the programs have reached that it has played, or None.
        strays: as of ``Block``.
        cpu_s: CPU seconds of the process.
    """

    examples: int
    schedules: int
    shrinking: int = 0
    drew: bool = True
    failing: Failing | None = None
    refused: str = ""
    seen: tuple[str, ...] = ()
    remarks: tuple[Remark, ...] = ()
    cut_short: str = ""
    reached: Reached | None = None
    strays: tuple[tuple[str, str], ...] = ()
    cpu_s: float = 0.0


class Recorded(msgspec.Struct, frozen=True, kw_only=True):
    """A case, or a run, with its story; the first four are those of ``simcore.runner.replay.Replayed``, and what
    decided the run besides the file of the item is as of ``Case``; where it went another way there is what it depends
    on, in words."""

    divergence: str | None = None
    story: list[str] = []
    trace: list[TraceEvent] = []
    deviations: list[Deviation] | None = None
    always: tuple[str, ...] | None = None
    sources: dict[str, str] | None = None
    leaks: list[str] = []
    cpu_s: float = 0.0


Answer = Catalogue | Block | Examined | Recorded | Reports


def started_by(answer: Answer) -> list[Remark]:
    """Return what *answer* says of threads and processes that go on."""
    if isinstance(answer, Block):
        return list(answer.outlives)
    return [each for each in answer.remarks if each.kind == OUTLIVES] if isinstance(answer, Examined) else []


def outliving(said: Iterable[str]) -> tuple[Remark, ...]:
    """Return a remark for each of what goes on, in words."""
    return tuple(Remark(OUTLIVES, f"it has started {text}, and that outlives it") for text in dict.fromkeys(said))
