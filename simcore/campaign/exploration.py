"""Exploring items: as many at once as there is somebody to play them, each to its result, told in their order."""

from __future__ import annotations

import contextlib
from concurrent.futures import FIRST_COMPLETED, Future, wait
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Final

import msgspec

from simcore.campaign.course import Broken, Course
from simcore.campaign.deaths import UNFIT, PlayersLost, Spoilt, WorkerDied
from simcore.campaign.examples import Examples
from simcore.campaign.listener import InOrder
from simcore.campaign.players import LOOK_EVERY_S, PATIENCE_S, Players
from simcore.campaign.schedules import Schedules, has_part
from simcore.campaign.work import Play
from simcore.model.errors import InternalError
from simcore.model.interrupts import refuse_to_go_on, taken, undisturbed
from simcore.model.outcome import Remark, Verdict
from simcore.model.shard import WHOLE, Shard
from simcore.model.text import cut
from simcore.runner.late import UNRAISED

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from simcore.campaign.listener import Listener
    from simcore.campaign.work import Answer, Work
    from simcore.model.item import ItemFacts
    from simcore.model.outcome import ItemResult, Results
    from simcore.runner.plan import Plan


ALONE: Final = "with --jobs 0 there is no other; leave out --jobs 0, or the item"
FAREWELL_S: Final = 2 * PATIENCE_S
"""After an interrupt it is waited so long for answers that are due."""

Job = list[tuple[int, "Work"]]
"""Works that one process does one after the other, each with the place of its item."""


@dataclass(slots=True, kw_only=True)
class Exploration:
    """One run over some items.

    Args:
        plan: how each is explored.
        folder: the run folder; cases, traces and long messages go below it.
        listener: who is told.
        players: who plays.
        shard: the part of the run that is played here.
        number: of the first item, from 0, among all that the parts share.
    """

    plan: Plan
    folder: Path
    listener: Listener
    players: Players
    shard: Shard = WHOLE
    number: int = 0
    _courses: list[Course] = field(default_factory=list, init=False)
    _open: dict[int, Course] = field(default_factory=dict, init=False)
    """What is not over yet, by its place among all."""
    mistake: InternalError | None = field(default=None, init=False)
    """Where simcore has contradicted itself, the first time."""
    _results: Results = field(init=False)
    _items: Sequence[ItemFacts] = field(default=(), init=False)
    _seen: dict[str, bool] = field(default_factory=dict, init=False)
    _told: list[ItemResult] = field(default_factory=list, init=False)
    _in_order: InOrder = field(default_factory=InOrder, init=False)
    _strays: dict[str, None] = field(default_factory=dict, init=False)
    """What threads have raised whose items were over by then."""
    _under_way: dict[Future[list[Answer]], Job] = field(default_factory=dict, init=False)

    @undisturbed
    def run(self, items: Sequence[ItemFacts], results: Results) -> Results:
        """Explore *items* and return *results* with theirs.

        An interrupt ends it with what there is: also the items that were running are told, as far as they came. Where
        simcore contradicted itself the item is an error, the others are played, and ``mistake`` is what it was.
        """
        self._results, self._items = results, items
        self._seen = {each.id: each.seen for each in results.sometimes}
        try:
            self._begin(items, self._seen)
            self.listener.started(len(self._courses))
            with self.players.guarding():
                while self._in_order.first < len(self._courses):
                    refuse_to_go_on()
                    self._hand_out()
                    self._hear()
        except KeyboardInterrupt:
            taken()
            return self.cut_off()
        except PlayersLost as problem:
            return self.cut_off(f"ended early: {problem}")
        return self._so_far(interrupted=False)

    @undisturbed
    def cut_off(self, *notes: str) -> Results:
        """Return the results with what there is; also to be called while ``run`` is at work."""
        self._end_early()
        return self._so_far(*notes, interrupted=True)

    def _so_far(self, *notes: str, interrupted: bool) -> Results:
        results, seen = self._results, self._seen
        sometimes = [msgspec.structs.replace(each, seen=seen[each.id]) for each in results.sometimes]
        own = (*notes, *self._strays, *self._not_begun(), *self._elsewhere(self._items))
        said = [cut(note) for note in (*results.notes, *own)]
        return msgspec.structs.replace(
            results, items=self._told, interrupted=interrupted, sometimes=sometimes, notes=said
        )

    def _begin(self, items: Sequence[ItemFacts], seen: dict[str, bool]) -> None:
        for number, item in enumerate(items, self.number):
            if has_part(item, number, self.plan, self.shard):
                place = len(self._courses)
                self._courses.append(self._course(item, number, place, seen))
        self._open = dict(enumerate(self._courses))
        for place in range(len(self._courses)):
            self._look(place)

    def _course(self, item: ItemFacts, number: int, place: int, seen: dict[str, bool]) -> Course:
        def failed(result: ItemResult) -> None:
            self._in_order.tell(place, partial(self.listener.failed, item, result))

        kind = Broken if item.error else Examples if item.kind == "property" else Schedules
        return kind(item, plan=self.plan, folder=self.folder, seen=seen, failed=failed, number=number, shard=self.shard)

    # -- while it runs

    def _hand_out(self) -> None:
        """Give out work, as long as there is any and somebody to do it."""
        while len(self._under_way) < self.players.at_once and (job := self._job()):
            self._under_way[self.players.submit([work for _, work in job])] = job

    def _job(self) -> Job:
        """Return works that are worth a hand-over together: of the first items that have any."""
        job: Job = []
        cost_s = 0.0
        for place, course in self._open.items():
            while (work := course.next(self.players.at_once, self.players.patience_s)) is not None:
                job.append((place, work))
                cost_s += course.cost_s(work)
                if cost_s >= self.players.batch_s:
                    return job
        return job

    def _hear(self) -> None:
        """Wait for an answer, and take all that there are."""
        assert self._under_way or self._in_order.first == len(self._courses), "somebody plays, or all are done"
        if self._under_way:
            done, _ = wait(self._under_way, LOOK_EVERY_S, FIRST_COMPLETED)
            self._take([future for future in self._under_way if future in done])
        for note in self.players.notes():
            self._note(*note)

    def _take(self, futures: list[Future[list[Answer]]]) -> None:
        for future in futures:
            job = self._under_way.pop(future)
            error = future.exception()
            if isinstance(error, PlayersLost):
                raise error
            answers: Sequence[Answer | BaseException]
            whys: Sequence[str] = [""] * len(job)
            if isinstance(error, Spoilt):
                answers, whys = error.answers, error.whys
            else:
                answers = future.result() if error is None else [error] * len(job)
            for (place, work), answer, why in zip(job, answers, whys, strict=True):
                self._pass_on(place, work, answer, why)

    def _pass_on(self, place: int, work: Work, answer: Answer | BaseException, why: str) -> None:
        course = self._courses[place]
        if isinstance(answer, WorkerDied):
            course.lost(work, answer)
        elif isinstance(answer, InternalError):
            course.contradicted(work, answer)
        elif isinstance(answer, BaseException):
            course.go_wrong(answer)
        elif why:
            course.spoilt(work, answer, WorkerDied(f"{UNFIT} ({why})"), again=self.players.replaces)
        else:
            self._hear_strays(getattr(answer, "strays", ()))
            course.heard(work, answer)
        progress = course.progress
        self.listener.progressed(course.item, progress.amount, progress.failures)
        self._look(place)
        unmended = self.players.unmended()
        if unmended:
            self._leave_out(course, unmended)

    def _leave_out(self, culprit: Course, unmended: str) -> None:
        """Play no more, since what *culprit* has left broken would be met by all that comes."""
        for place, course in list(self._open.items()):
            who = "it" if course is culprit else culprit.item.id
            course.leave_out(f"not played: {who} has left this process broken ({unmended}), and {ALONE}")
            self._look(place)

    def _hear_strays(self, strays: Sequence[tuple[str, str]]) -> None:
        """Say what threads have raised: of their item, or of the run where that is over."""
        for id, text in strays:
            course = next((each for each in self._open.values() if each.item.id == id), None)
            if course is None:
                self._strays.setdefault(f"{id}: {text}")
            else:
                course.progress.remark(max(1, course.progress.amount), [Remark(UNRAISED, text)])

    def _look(self, place: int) -> None:
        """See whether the item at *place* is over, and tell it when it is its turn."""
        course = self._courses[place]
        if course.result is None:
            return
        if self._open.pop(place, None) is not None:
            self._in_order.tell(place, partial(self._end_of, course))
            self._in_order.done(place)

    def _end_of(self, course: Course) -> None:
        assert course.result is not None
        self.mistake = self.mistake or course.mistake
        # Kept before it is told, so that an interrupt does not lose it.
        self._told.append(course.result)
        self.listener.finished(course.item, course.result)

    def _note(self, id: str, examples: int, schedules: int) -> None:
        for course in self._open.values():
            if course.item.id == id:
                progress = course.progress
                progress.examples = max(progress.examples or 0, examples)
                progress.schedules = max(progress.schedules, schedules)
                self.listener.progressed(course.item, progress.amount, progress.failures)

    # -- the end

    def _end_early(self) -> None:
        """Take what is there, and tell how far the others came; who has not begun is left out."""
        # What is playing a schedule answers soon; what waits, or examines a property, is not waited for.
        soon = [future for future, job in self._under_way.items() if not future.cancel() and _answers_soon(job)]
        wait(soon, FAREWELL_S)
        self.players.drop()
        self._take([each for each in self._under_way if _is_answered(each)])
        with contextlib.suppress(PlayersLost):
            for note in self.players.notes():
                self._note(*note)
        first = self._in_order.first
        for place, course in list(self._open.items()):
            if place == first or course.progress.amount:
                course.finish(course.progress.interrupted())
                self._look(place)
            self._in_order.done(place)

    def _not_begun(self) -> list[str]:
        """Say of what an interrupt left no time for."""
        left = [course.item.id for course in self._open.values()]
        more = f" and {len(left) - 1} more" if len(left) > 1 else ""
        return [f"interrupted before {left[0]}{more} began"] if left else []

    def _elsewhere(self, items: Sequence[ItemFacts]) -> Iterator[str]:
        """Say that this is a part, which items have none in it, and what no part can know."""
        numbered = enumerate(items, self.number)
        without = [item.id for number, item in numbered if not has_part(item, number, self.plan, self.shard)]
        expected = {item.id for item in items if item.expect == "failed"}
        not_found = [each.id for each in self._told if each.id in expected and each.verdict is Verdict.PASSED]
        return self.shard.notes(without, not_found, [id for id, seen in self._seen.items() if not seen])


def _is_answered(future: Future[list[Answer]]) -> bool:
    return future.done() and not future.cancelled() and isinstance(future.exception(), Spoilt | None)


def _answers_soon(job: Job) -> bool:
    return all(isinstance(work, Play) for _, work in job)
