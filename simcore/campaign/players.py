"""Who plays: an executor, and how much it is given at a time."""

from __future__ import annotations

from concurrent.futures import wait
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, cast

import msgspec

from simcore.campaign.deaths import PlayersLost, Spoilt, WorkerDied
from simcore.campaign.here import Here
from simcore.campaign.pool import Pool
from simcore.campaign.task import Desk, perform
from simcore.campaign.work import Find, Render
from simcore.limits.alarm import guarded
from simcore.limits.limit import Limit
from simcore.model.errors import InternalError, SimcoreError, UsageError
from simcore.model.interrupts import refuse_to_go_on, taken
from simcore.model.outcome import Reports

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator, Sequence
    from concurrent.futures import Executor, Future

    from simcore.campaign.work import Answer, Catalogue, Wanted, Work
    from simcore.model.outcome import Results

JOBS_MAX: Final = 256
LOOK_EVERY_S: Final = 0.3
"""While nothing is heard, it is looked this often whether somebody plays, and how far properties have come."""
PATIENCE_S: Final = 0.25
"""A process answers this often, so that failures are told soon and an interrupt loses little."""


@dataclass(slots=True)
class Players:
    """Those who play for one command. The executor is all that is known of them.

    Args:
        wanted: what the command is about.
        executor: does the work.
        perform: what it is given to do.
        at_once: how many works are under way at most.
        patience_s: after so long an answer is due; 0 where each run is answered by itself.
        batch_s: the least seconds of work that are worth one hand-over.
        lost: says why nobody plays any more, or None while somebody does.
        replaces: whether somebody else takes the place of one who is of no more use.
        unmended: says what cannot be put back of what the user's code has left broken, where nobody takes that place.
    """

    wanted: Wanted
    executor: Executor
    perform: Callable[[Wanted, Sequence[Work]], list[Answer]]
    at_once: int
    patience_s: float = PATIENCE_S
    batch_s: float = 0.0
    lost: Callable[[], str | None] = lambda: None
    replaces: bool = True
    unmended: Callable[[], str] = lambda: ""

    def submit(self, works: Sequence[Work]) -> Future[list[Answer]]:
        """Let somebody do *works*."""
        return self.executor.submit(self.perform, self.wanted, works)

    def notes(self) -> Iterator[tuple[str, int, int]]:
        """Give how far properties have come since, where that is known; and let a pool grow.

        Raises:
            PlayersLost: nobody plays any more.
        """
        reason = self.lost()
        if reason is not None:
            raise PlayersLost(reason)
        if isinstance(self.executor, Pool):
            self.executor.feed()
            yield from self.executor.notes()

    def guarding(self) -> AbstractContextManager[None]:
        """Return the one ``guarded`` block of all that is played in this process: to begin and to end one for each
        schedule waits for a thread each time."""
        return guarded(Limit()) if isinstance(self.executor, Here) else nullcontext()

    def drop(self) -> None:
        """End what is under way."""
        if isinstance(self.executor, Pool):
            self.executor.drop()

    # -- what is asked once

    def catalogue(self) -> Catalogue:
        """Return what is wanted.

        Raises:
            UsageError: a target names nothing, or the project cannot be used.
        """
        try:
            return cast("Catalogue", self._ask(Find()))
        except WorkerDied as death:
            if death.late is not None:
                raise UsageError(f"the files of the project cannot be imported: {death.late}") from None
            raise UsageError(
                f"the files of the project cannot be imported: the process that did {death.ending}"
            ) from None

    def reports(self, results: Results) -> Reports:
        """Return the reports of *results*."""
        try:
            return cast("Reports", self._ask(Render(results)))
        except WorkerDied as death:
            if death.late is not None:
                return Reports(complaints=[f"no report was written: {death.late}"])
            return Reports(complaints=[f"no report was written: the process that made them {death.ending}"])
        except KeyboardInterrupt:
            taken()
            return Reports(complaints=["the reports of the project were not written: interrupted"], interrupted=True)
        # Whatever it is, it must not hide the results.
        except SimcoreError as lost:
            return Reports(complaints=[f"no report was written: {lost}"])

    def _ask(self, work: Work) -> Answer:
        """Do *work* and wait for it; where its process dies, or simcore contradicts itself there, once more, and where
        that comes again, or the process had to be ended, without what it was at."""
        again = False
        while True:
            try:
                (answer,) = self._waited(self.submit([work]))
            except Spoilt as spoilt:
                return spoilt.answers[0]
            except WorkerDied as death:
                certain = again or death.late is not None
                if certain and not self._held_back(death):
                    raise
                again = not certain
            except InternalError:
                if again:
                    raise
                again = True
            else:
                return answer

    def _held_back(self, death: WorkerDied) -> bool:
        """Refuse from now on what a process was at that had to be ended, or has ended by it; tell whether that is
        anything new."""
        if not death.item or death.item in dict(self.wanted.held_back):
            return False
        held_back = (*self.wanted.held_back, (death.item, death.as_reason()))
        self.wanted = msgspec.structs.replace(self.wanted, held_back=held_back)
        return True

    def _waited(self, future: Future[list[Answer]]) -> list[Answer]:
        while not future.done():
            refuse_to_go_on()
            wait([future], LOOK_EVERY_S)
            for _ in self.notes():
                pass
        return future.result()


@contextmanager
def players(wanted: Wanted, jobs: str, cores: int, dask: str | None = None) -> Generator[Players, None, None]:
    """Give those who play, and send them home in the end.

    Args:
        wanted: what the command is about.
        jobs: how many processes play: a number, 0 for this process, or ``auto``.
        cores: how many that is for ``auto``.
        dask: the address of a scheduler whose workers take the place of the processes, or None.

    Raises:
        UsageError: *jobs* is no such number, or nobody answers at *dask*.
    """
    number = jobs_of(jobs)
    if dask is not None:
        from simcore.campaign.dask import cluster

        with cluster(dask, wanted) as far:
            yield far
    elif number == 0:
        desk = Desk()
        yield Players(
            wanted,
            Here(),
            desk.perform,
            at_once=1,
            patience_s=0.0,
            replaces=False,
            unmended=desk.unmended,
        )
    else:
        with Pool(number or cores, eager=number is not None) as pool:
            # One more for each, or it would have nothing to do while its answer is heard.
            yield Players(wanted, pool, perform, at_once=2 * (number or cores))


def jobs_of(text: str) -> int | None:
    """Return the number that ``--jobs`` says; None for ``auto``.

    Raises:
        UsageError: it says none.
    """
    if text == "auto":
        return None
    if not (text.isascii() and text.isdigit() and len(text) <= 4 and int(text) <= JOBS_MAX):
        raise UsageError(f"--jobs takes a number from 0 to {JOBS_MAX}, or auto, not {text!r}")
    return int(text)
