"""A scenario or a test: schedule after schedule, until enough have failed."""

from __future__ import annotations

from collections import deque
from itertools import islice
from operator import itemgetter
from typing import TYPE_CHECKING, Any, Final, cast

import msgspec

from simcore.campaign.course import GUESS_S, Course
from simcore.campaign.deaths import WorkerDied
from simcore.campaign.work import Play, Played
from simcore.model.options import BOUNDS
from simcore.model.outcome import LEFT_OUT, ItemResult, Remark, Verdict
from simcore.model.shard import WHOLE
from simcore.runner.judging import judge
from simcore.runner.plan import SCHEDULES
from simcore.runner.replay_command import replay_command
from simcore.runner.token import make_token
from simcore.schedulers.search import ROUND

if TYPE_CHECKING:
    from collections.abc import Sequence

    from simcore.campaign.work import Answer, Block, Work
    from simcore.model.errors import InternalError
    from simcore.model.item import ItemFacts
    from simcore.model.outcome import Outcome
    from simcore.model.run import Run
    from simcore.model.shard import Shard
    from simcore.runner.plan import Plan

UNPLAYABLE: Final = "it is not played again, since it had to be ended by force"
BLOCK_MAX: Final = 8 * ROUND
"""So many runs go to one process at a time at most."""
ENDLESS: Final = 3
"""Where the first so many schedules have all reached the same bound the rest is not played, whoever asked for more of
them: a program that never ends by itself would take as long as a hundred runs to their bound, and show nothing."""
GIVES_UP: Final = ROUND // 2
"""Where so many of the schedules have reached a bound, whichever and between how many others, the rest is not played
either, unless somebody asked for a number of them: the item stays inconclusive, and each costs as much as many others
do."""


class Schedules(Course):
    """Asks its search for rounds, has their runs played in blocks, and hears of them in order.

    What is played at the same time beyond the failure that ends the item is not heard, so the result is the same
    whoever plays.
    """

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self._search = self._plan.search()
        self._rounds = deque(_rounds(self.item, self._number, self._plan, self._shard))
        self._asked: deque[Sequence[int]] = deque()
        self._order: deque[int] = deque()
        self._queue: deque[tuple[int, Run]] = deque()
        self._runs: dict[int, Run] = {}
        self._early: dict[int, Played | InternalError | WorkerDied] = {}
        """What was heard of schedules before their turn."""
        self._outcomes: list[Outcome] = []
        self._first: list[int] = [schedule for each in self._rounds for schedule in each][:ENDLESS]
        """The first schedules: before they were heard no other is handed out, since it may be for nothing."""
        self._stuck: set[int] = set()
        """Schedules that never gave control back, so that their process was ended."""
        self._suspect: set[int] = set()
        """Schedules that were under way when their process died: each is played by itself."""

    # -- what is to be done

    def _next(self, at_once: int, patience_s: float) -> Work | None:
        self._ask()
        if not self._queue or (self._queue[0][0] not in self._first and self.progress.schedules < len(self._first)):
            return None
        block = [self._queue.popleft() for _ in range(self._size(at_once))]
        return Play(
            item=self.item,
            schedules=[schedule for schedule, _ in block],
            runs=[run for _, run in block],
            unseen=tuple(id for id, seen in self._seen.items() if not seen),
            patience_s=patience_s,
        )

    def _ask(self) -> None:
        """Ask for rounds as long as the search does not have to hear first, and a block is not full."""
        while self._rounds and len(self._queue) < BLOCK_MAX and len(self._asked) <= self._search.ahead:
            schedules = self._rounds.popleft()
            self._asked.append(schedules)
            self._order.extend(schedules)
            asked = list(zip(schedules, self._plan.runs(self.item, self._search, schedules), strict=True))
            self._queue.extend(asked)
            self._runs.update(asked)

    def _size(self, at_once: int) -> int:
        """Return how many runs go into the next block: a part of what is left, so that all have something to do."""
        if self._queue[0][0] in self._suspect or self._queue[0][0] in self._first:
            return 1
        # Where the search has to hear first, a round is all that there is, and it is shared.
        waits = self._search.ahead < at_once
        left = len(self._queue) + (0 if waits else sum(map(len, self._rounds)))
        size = min(max(left // at_once, ROUND // at_once if waits else ROUND, 1), BLOCK_MAX, len(self._queue))
        alone = (place for place, (schedule, _) in enumerate(islice(self._queue, size)) if schedule in self._suspect)
        return next(alone, size)

    def cost_s(self, work: Work) -> float:
        pace_s = self.progress.cpu_s / self.progress.schedules if self.progress.schedules else GUESS_S
        return pace_s * len(work.runs) if isinstance(work, Play) else GUESS_S

    # -- what was heard

    def _heard(self, work: Work, answer: Answer) -> None:
        work, block = cast("Play", work), cast("Block", answer)
        self.progress.cpu_s += block.cpu_s
        self.progress.remark(work.schedules[0], block.outlives)
        self._early.update(zip(work.schedules, block.played, strict=False))
        rest = list(zip(work.schedules, work.runs, strict=True))[len(block.played) :]
        if block.mistake is not None and rest[0][0] in self._suspect:
            self._early[rest[0][0]] = block.mistake
        elif block.mistake is not None:
            # What has run in that process before may be why.
            self._suspect.add(rest[0][0])
        self._again([each for each in rest if each[0] not in self._early])
        self._on()

    def _lost(self, work: Work, death: WorkerDied) -> None:
        work = cast("Play", work)
        runs = list(zip(work.schedules, work.runs, strict=True))
        if death.late is not None and (death.schedule in work.schedules or len(runs) == 1):
            # That one is not played again: it would take as long as before.
            stuck = death.schedule if death.schedule in work.schedules else work.schedules[0]
            self._stuck.add(stuck)
            self._early[stuck] = Played(judge(death.late))
            self._again([each for each in runs if each[0] != stuck])
            self._on()
            return
        if not self._play_again(work):
            self._early[work.schedules[0]] = death
            self._on()

    def _play_again(self, work: Work) -> bool:
        work = cast("Play", work)
        if len(work.schedules) == 1 and (work.schedules[0] in self._suspect or not self._times):
            return False
        self._suspect.update(work.schedules)
        self._again(list(zip(work.schedules, work.runs, strict=True)))
        return True

    def _shows_failure(self, answer: Answer) -> bool:
        block = cast("Block", answer)
        return block.mistake is not None or block.played[-1].outcome.verdict in (Verdict.FAILED, Verdict.ERROR)

    def _again(self, rest: list[tuple[int, Run]]) -> None:
        """Put back what was not played, in its place: what comes first is wanted first."""
        self._queue = deque(sorted([*rest, *self._queue], key=itemgetter(0)))

    def _on(self) -> None:
        """Take what was heard, in the order of the schedules, as far as it goes."""
        while self._order and self._order[0] in self._early and not self._played_out:
            self._take(self._order.popleft())
        self._played_out = self._played_out or not (self._order or self._rounds)

    def _take(self, schedule: int) -> None:
        what, run = self._early.pop(schedule), self._runs.pop(schedule)
        if isinstance(what, Played):
            self.progress.schedules += 1
            self._judge(schedule, run, what)
            self._give_up()
            self._tell_search(schedule, what.outcome)
        elif isinstance(what, WorkerDied):
            self._died(schedule, run, what)
        else:
            self.go_wrong(what)

    def _judge(self, schedule: int, run: Run, played: Played) -> None:
        self._seen.update(dict.fromkeys(played.seen, True))
        outcome = played.outcome
        self.progress.remark(schedule, outcome.remarks)
        if outcome.verdict is Verdict.PASSED:
            return
        self._not_passed(schedule, run, outcome)
        if outcome.verdict in (Verdict.FAILED, Verdict.ERROR):
            failures = self.progress.failures
            self._played_out = failures >= self._plan.max_failures or not failures

    def _not_passed(self, schedule: int, run: Run, outcome: Outcome) -> None:
        """Count what did not pass, and keep what can be replayed: no bound, skip or wrong use has a case."""
        self.progress.failures += outcome.verdict is Verdict.FAILED
        cut = outcome.verdict in (Verdict.INCONCLUSIVE, Verdict.SKIPPED)
        if outcome.property in BOUNDS:
            self.progress.bound(outcome.property)
        result = ItemResult(
            id=self.item.id,
            verdict=outcome.verdict,
            first_failure=None if cut else schedule,
            property=outcome.property,
            message=outcome.message,
            traceback=list(outcome.traceback),
            schedules=self.progress.schedules,
        )
        if outcome.property in BOUNDS and self._bound is None:
            self._bound = (len(self._results), run)
        if cut or outcome.property == "usage":
            self._results.append(result)
        else:
            self._keep(run, outcome, result, UNPLAYABLE if schedule in self._stuck else "")

    def _give_up(self) -> None:
        """Play no more where bounds are reached at once, or again and again; what is left out is said."""
        left = len(self._order) + sum(map(len, self._rounds))
        reason, cure = self._why_no_more()
        if not left or self._played_out or not reason:
            return
        said = f"{reason}, so {left:,} more {'was' if left == 1 else 'were'} not played{cure}"
        if self.progress.failures:
            # What is told of the item is a failure then.
            self.progress.remark(self.progress.schedules, [Remark(LEFT_OUT, said)])
        place = next(at for at, each in enumerate(self._results) if each.verdict is Verdict.INCONCLUSIVE)
        first = self._results[place]
        self._results[place] = msgspec.structs.replace(first, message=f"{first.message}\n{said}")
        self._played_out = True

    def _why_no_more(self) -> tuple[str, str]:
        bounds, played = self.progress.bounds, self.progress.schedules
        reached = sum(bounds.values())
        if played == ENDLESS and list(bounds.values()) == [ENDLESS]:
            return f"the same bound was reached in each of the first {ENDLESS} schedules{self._which()}", ""
        asked = self._plan.schedules or self.item.schedules
        if asked is None and reached >= GIVES_UP:
            cure = "; --schedules N plays them all the same"
            return f"a bound was reached in {reached} of the first {played} schedules", cure
        return "", ""

    def _which(self) -> str:
        """Name the first schedules, where they are not the first of the item."""
        return "" if self._shard == WHOLE else f" of this part, {self._first[0]} to {self._first[-1]}"

    def _died(self, schedule: int, run: Run, death: WorkerDied) -> None:
        token = make_token(run)
        self._results.append(
            msgspec.structs.replace(
                self._worker_died(death),
                message=f"{death}{self._times}, in schedule {schedule}",
                first_failure=schedule,
                token=token,
                replay=replay_command(self.item, token),
            )
        )
        self._played_out = True

    def _tell_search(self, schedule: int, outcome: Outcome) -> None:
        self._outcomes.append(outcome)
        if schedule == self._asked[0][-1]:
            self._asked.popleft()
            self._search.told(self._outcomes)
            self._outcomes = []


def has_part(item: ItemFacts, number: int, plan: Plan, shard: Shard) -> bool:
    """Tell whether anything of *item*, the item of that *number*, is played in *shard*."""
    if item.error or item.kind == "property":
        return shard.holds(number, 0)
    return any(_rounds(item, number, plan, shard))


def _rounds(item: ItemFacts, number: int, plan: Plan, shard: Shard) -> list[range]:
    """Return the schedules of each round of *item*, from 1, that are played in *shard*."""
    last = (plan.schedules or item.schedules or SCHEDULES) + 1
    rounds = [range(first, min(first + ROUND, last)) for first in range(1, last, ROUND)]
    return [each for place, each in enumerate(rounds) if shard.holds(number, place)]
