"""Replaying in processes of their own, one for each case: what an item does to its process is told and ends nothing."""

from __future__ import annotations

import os
from collections import deque
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Future, wait
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from simcore.campaign.deaths import UNFIT, WorkerDied
from simcore.campaign.machine import no_exits, no_forks
from simcore.campaign.players import LOOK_EVERY_S
from simcore.campaign.task import sent, standing_in
from simcore.campaign.worker import Worker
from simcore.limits.alarm import about, guarded, limit_is
from simcore.limits.equipment import Equipment, equipped, left_broken
from simcore.limits.limit import Limit
from simcore.model.case import Case
from simcore.model.errors import InternalError, SimcoreError, UsageError
from simcore.model.interrupts import leaves_a_prompt, quitting
from simcore.model.outcome import Outcome, Verdict
from simcore.model.replay_answer import ReplayAnswer
from simcore.model.trace import TraceEvent

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from simcore.catalog.item import Item
    from simcore.catalog.project import Project
    from simcore.runner.reference import Found
    from simcore.runner.replay import Replayed


class ReplayWish(msgspec.Struct, frozen=True, kw_only=True):
    """What is to be replayed.

    Args:
        reference: a case file or a token.
        folder: the folder that the command was called in.
        target: where the item is, as the user says; None where the case or the catalogue knows.
        amount: how many other schedules are tried.
        trace: whether every event is wanted.
        step_timeout_ns: how long a step may take, in nanoseconds of CPU time; None leaves it to the project.
        leaks: whether to find out what the run depends on besides its seed, also where it goes the same way here.
        held_back: files that have ended a process when they were imported, and why they are refused.
    """

    reference: str
    folder: str
    target: str | None = None
    amount: int = 0
    trace: bool = False
    step_timeout_ns: int | None = None
    leaks: bool = False
    held_back: tuple[tuple[str, str], ...] = ()

    def without(self, death: WorkerDied) -> ReplayWish | None:
        """Return it without the file that a process was importing which has ended so; None where it was at something
        else, or that is left out already."""
        if not death.item or death.schedule or "::" in death.item or death.item in dict(self.held_back):
            return None
        return msgspec.structs.replace(self, held_back=(*self.held_back, (death.item, death.as_reason())))


class ReplayTold(msgspec.Struct, frozen=True, kw_only=True):
    """What a replay gave, as another process is told: as of ``simcore.runner.replay.Replayed``, and what it was of.

    Args:
        item: the id of the item.
        choices: how many choices the case holds.
        changed: what of the source has changed.
        version: of the case or the token.
        lenient: whether an earlier kernel made it.
        token: whether it is a token.
        recorded: how it failed when it was made: the property; empty where that is not known.
        home: the folder that it was replayed in.
        leaks: in words what the run depends on, where it went another way.
    """

    item: str
    answer: ReplayAnswer
    outcome: Outcome
    doubts: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    divergence: str | None = None
    story: list[str] = []
    trace: list[TraceEvent] = []
    skipped: int = 0
    choices: int = 0
    by_seed: bool = False
    tried: int = 0
    nearby: Case | None = None
    changed: tuple[str, ...] = ()
    version: int
    lenient: bool = False
    token: bool = False
    recorded: str = ""
    home: str
    leaks: list[str] = []


# -- in the process that plays


def perform_replay(wish: ReplayWish) -> ReplayTold:
    """Do what is wished; what leaves can be sent to another process, whatever went wrong.

    Raises:
        UsageError: it cannot be read, or its item is not there.
        WorkerDied: the user's code has left this process so that nothing can be done in it.
        InternalError: simcore contradicted itself.
    """
    with standing_in(wish.folder), guarded(Limit()), no_exits(), no_forks(), equipped(Equipment()):
        try:
            told = _performed(wish)
        except Exception as error:
            if leaves_a_prompt(error):
                raise
            problem = sent(error)
            why = left_broken(suspected=True) if isinstance(problem, InternalError) else ""
            raise (WorkerDied(f"{UNFIT} ({problem}; {why})") if why else problem) from error
        why = left_broken()
        if why and told.outcome.verdict in (Verdict.PASSED, Verdict.INCONCLUSIVE, Verdict.SKIPPED):
            # A run would say the same of it.
            raise WorkerDied(f"{UNFIT} ({why})")
        return told


def _performed(wish: ReplayWish) -> ReplayTold:
    # Late, so that the process which asks loads nothing of it.
    from simcore.campaign.player import forget_projects, property_runner
    from simcore.catalog.project import find_project
    from simcore.catalog.stuck import hold_back
    from simcore.runner.reference import properties_of
    from simcore.runner.replay import replay

    # It may have served another case, and the files may have changed since.
    forget_projects()
    hold_back(dict(wish.held_back))
    found = _found(wish)
    # Where the project was found is where its worlds' paths start from.
    project = find_project(Path())
    limit = project.limit(wish.step_timeout_ns)
    limit_is(limit)
    properties = properties_of(found, project)
    about(found.item.id)
    replayed = replay(
        found,
        properties=properties,
        runner=property_runner([found.item]),
        amount=wish.amount,
    )
    told = told_of(found, replayed, trace=wish.trace)
    return msgspec.structs.replace(told, leaks=_leaks(wish, found, replayed, limit))


def told_of(found: Found, replayed: Replayed, *, trace: bool = False) -> ReplayTold:
    """Return what a replay gave, as it is told; without *trace* the events alone that a new case needs."""
    return ReplayTold(
        item=found.item.id,
        answer=replayed.answer,
        outcome=replayed.outcome,
        doubts=tuple(replayed.doubts),
        notes=tuple(replayed.notes),
        divergence=replayed.divergence,
        story=replayed.story,
        trace=replayed.trace if trace or replayed.nearby is not None else [],
        skipped=replayed.skipped,
        choices=len(found.run.deviations or ()),
        by_seed=replayed.by_seed,
        tried=replayed.tried,
        nearby=replayed.nearby,
        changed=found.changed,
        version=found.version,
        lenient=found.lenient,
        token=found.case is None,
        recorded="" if found.case is None else found.case.property,
        home=os.getcwd(),
    )


def _leaks(wish: ReplayWish, found: Found, replayed: Replayed, limit: Limit) -> list[str]:
    """Return what a run depends on that went another way, unless nothing is to be tried."""
    from simcore.campaign.leaks.kinds import leaks_of
    from simcore.catalog.find import find

    # Why a case that was edited goes another way is known.
    edited = found.case is not None and not found.case.intact
    if not wish.leaks and (replayed.divergence is None or not wish.amount or edited):
        return []
    run = msgspec.structs.replace(found.run, item=found.item.reference)
    beside: Sequence[Item] = ()
    # The item may lie elsewhere than its id says.
    with suppress(UsageError):
        beside = find(found.project, [run.item.id.partition("::")[0]]).items
    return leaks_of(run, limit, beside)


def _found(wish: ReplayWish) -> Found:
    """Return what is to be replayed, and go to the folder that its run was made in."""
    from simcore.catalog.project import find_project
    from simcore.runner.case_files import load_case
    from simcore.runner.reference import find_run, run_of_case
    from simcore.runner.run_folder import folder_of_run
    from simcore.runner.token import looks_like_token

    file = Path(wish.reference)
    if looks_like_token(wish.reference) or not os.path.isfile(file):
        return find_run(wish.reference, target=wish.target, project=find_project(Path()))
    case = load_case(file)
    home = folder_of_run(file, case)
    reference = wish.reference if home == Path.cwd() else os.path.abspath(wish.reference)
    target = wish.target if wish.target is None or home == Path.cwd() else os.path.abspath(wish.target)
    os.chdir(home)
    project: Project = find_project(Path())
    return run_of_case(reference, case, target=target, project=project)


# -- in the process that asks

ReplayEnd = ReplayTold | BaseException
"""What came of one: what it gave, ``UsageError``, ``InternalError``, or ``WorkerDied``."""


def _unheard(_over: int, _playing: Sequence[ReplayWish]) -> None:
    """Nobody asked how far it has come."""


def replays(
    wishes: Sequence[ReplayWish], at_once: int, looked: Callable[[int, Sequence[ReplayWish]], None] = _unheard
) -> Iterator[ReplayEnd]:
    """Give what came of each of *wishes*, in their order, as soon as it is known.

    Args:
        wishes: what is replayed, each in a process of its own: nothing that one has left is seen by another.
        at_once: how many processes play at once; 0 plays in this one, where a debugger can stop.
        looked: is told now and then how many are over, and which are being replayed.
    """
    if at_once == 0:
        yield from map(_here, wishes)
        return
    playing = _Replayers(wishes, at_once, looked)
    try:
        for place in range(len(wishes)):
            yield playing.end_of(place)
    finally:
        playing.go()


class _Replayers:
    """The processes that replay, each one case.

    Args:
        wishes: what is replayed.
        at_once: how many play at once.
        looked: as of ``replays``.
    """

    def __init__(
        self, wishes: Sequence[ReplayWish], at_once: int, looked: Callable[[int, Sequence[ReplayWish]], None]
    ) -> None:
        self._left = deque(_Seat(place, wish) for place, wish in enumerate(wishes))
        self._at_once = at_once
        self._looked = looked
        self._heard = 0
        self._under_way: dict[Future[ReplayTold], tuple[_Seat, Worker]] = {}
        self._ends: dict[int, ReplayEnd] = {}
        self._over: deque[Worker] = deque()
        """Those that have nothing to do any more, and may not have ended yet."""

    def end_of(self, place: int) -> ReplayEnd:
        """Return what came of the wish at *place*, once it is known; meanwhile the others go on."""
        while place not in self._ends:
            while self._left and len(self._under_way) < self._at_once:
                self._start(self._left.popleft())
            done, _ = wait(self._under_way, LOOK_EVERY_S, FIRST_COMPLETED)
            for _, worker in self._under_way.values():
                worker.end_if_stuck()
            self._looked(self._heard, [seat.wish for seat, _ in self._under_way.values()])
            for future in done:
                self._hear(future)
        return self._ends.pop(place)

    def _start(self, seat: _Seat) -> None:
        worker = Worker()
        self._under_way[worker.submit(perform_replay, (seat.wish,))] = seat, worker

    def _hear(self, future: Future[ReplayTold]) -> None:
        """Take what came of one. Whose process has died is replayed once more: somebody else may have ended it."""
        seat, worker = self._under_way.pop(future)
        error = future.exception()
        if isinstance(error, BrokenExecutor):
            error = worker.death()
        if isinstance(error, WorkerDied) and error.late is None and not seat.again:
            self._left.appendleft(_Seat(seat.place, seat.wish, again=True))
        elif isinstance(error, WorkerDied) and (without := seat.wish.without(error)) is not None:
            self._left.appendleft(_Seat(seat.place, without))
        else:
            self._ends[seat.place] = future.result() if error is None else error
            self._heard += 1
        worker.busy = False
        worker.close()
        self._over.append(worker)
        while len(self._over) > self._at_once:
            self._over.popleft().gone()

    def go(self) -> None:
        """End every process: who plays by force, the others by themselves."""
        for _, worker in self._under_way.values():
            worker.kill()
        for worker in self._over:
            worker.gone()


class _Seat(NamedTuple):
    """A wish, its place among all, and whether somebody has died of it."""

    place: int
    wish: ReplayWish
    again: bool = False


def _here(wish: ReplayWish) -> ReplayEnd:
    """Do what is wished in this process.

    Raises:
        Interrupted: somebody has quit a debugger in it.
    """
    try:
        with quitting():
            return perform_replay(wish)
    except SimcoreError as error:
        return error


__all__ = ["ReplayEnd", "ReplayTold", "ReplayWish", "WorkerDied", "perform_replay", "replays"]
