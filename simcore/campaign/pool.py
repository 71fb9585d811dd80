"""A pool of processes on this machine: an executor that says how a process died, and puts another in its place."""

from __future__ import annotations

import threading
from collections import deque
from concurrent.futures import BrokenExecutor, Executor, Future
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from simcore.campaign.deaths import Spoilt, WorkerDied
from simcore.campaign.machine import monotonic_s
from simcore.campaign.offspring import reap
from simcore.campaign.worker import Worker
from simcore.model.errors import InternalError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

GROW_AFTER_S: Final = 0.3
"""Where the number of processes is for the pool to choose, another one is started when work has waited so long: a short
run is over before a second process has imported what it needs."""
REAP_EVERY_S: Final = 1.0


class _Task(NamedTuple):
    future: Future[Any]
    function: Callable[..., Any]
    arguments: tuple[Any, ...]
    since_s: float


class Pool(Executor):
    """Up to *size* processes, each of which does one thing at a time.

    A future whose process dies has a ``WorkerDied``; the others do not notice. ``concurrent.futures`` breaks the whole
    pool then, so each process has an executor of its own here.

    Args:
        size: how many processes at most.
        eager: whether to start one as soon as there is work for it.
    """

    def __init__(self, size: int, *, eager: bool = True) -> None:
        self._size = size
        self._eager = eager
        # Again from the same thread: a future may be done before anybody is told of it.
        self._lock = threading.RLock()
        self._waiting: deque[_Task] = deque()
        self._workers: list[Worker] = []
        self._closed = False
        self._reaped_s = monotonic_s()

    def submit(self, function: Callable[..., Any], /, *arguments: Any, **named: Any) -> Future[Any]:
        """Let a process do *function*; it has to be importable there, and its arguments to be plain."""
        assert not named, "only positional arguments are sent"
        future: Future[Any] = Future()
        with self._lock:
            self._waiting.append(_Task(future, function, arguments, monotonic_s()))
        self.feed()
        return future

    def feed(self) -> None:
        """Give what waits to who is idle; to be called now and then where the pool may grow by itself."""
        with self._lock:
            while self._waiting and not self._closed:
                worker = self._idle()
                if worker is None:
                    return
                self._give(worker, self._waiting.popleft())

    def _idle(self) -> Worker | None:
        for worker in self._workers:
            if not worker.busy:
                return worker
        waited_s = monotonic_s() - self._waiting[0].since_s
        if len(self._workers) >= self._size or (self._workers and not self._eager and waited_s < GROW_AFTER_S):
            return None
        self._workers.append(Worker())
        return self._workers[-1]

    def _give(self, worker: Worker, task: _Task) -> None:
        if not task.future.set_running_or_notify_cancel():
            return
        try:
            done = worker.submit(task.function, task.arguments)
        except BrokenExecutor:
            # It died while it had nothing to do: nothing is lost.
            worker.kill()
            self._workers[self._workers.index(worker)] = worker = Worker()
            done = worker.submit(task.function, task.arguments)
        done.add_done_callback(lambda done: self._done(worker, task, done))

    def _done(self, worker: Worker, task: _Task, done: Future[Any]) -> None:
        """Pass on what came of *task*; called in a thread of its process's executor."""
        if done.cancelled():
            task.future.set_exception(BrokenExecutor("the pool was closed"))
            return
        error = done.exception()
        if isinstance(error, BrokenExecutor):
            with self._lock:
                if worker in self._workers:
                    self._workers.remove(worker)
            task.future.set_exception(worker.death())
            self.feed()
        else:
            worker.busy = False
            self._retire(worker, error)
            self.feed()
            if error is not None:
                task.future.set_exception(error)
            else:
                task.future.set_result(done.result())

    def _retire(self, worker: Worker, error: BaseException | None) -> None:
        """End who is of no more use after *error*, if it is such a one: what comes next is done by somebody fresh.

        Where simcore contradicted itself, what the user's code has left may be why, and it may have left that
        everywhere.
        """
        with self._lock:
            if isinstance(error, InternalError) or (isinstance(error, Spoilt) and not any(error.whys)):
                for each in self._workers:
                    each.doubtful = True
            worker.doubtful = worker.doubtful or isinstance(error, Spoilt | WorkerDied)
            for each in [each for each in self._workers if each.doubtful and not each.busy]:
                self._workers.remove(each)
                each.kill()

    def notes(self) -> Iterator[tuple[str, int, int]]:
        """Give how far properties have come, as the processes have said since; and end those that are stuck."""
        self._reap()
        for worker in list(self._workers):
            yield from worker.notes()
            worker.end_if_stuck()

    def _reap(self) -> None:
        """Let go now and then of what was given to this process and has ended."""
        if monotonic_s() - self._reaped_s >= REAP_EVERY_S:
            self._reaped_s = monotonic_s()
            reap()

    def drop(self) -> None:
        """Forget all that waits, and end every process that is at work."""
        with self._lock:
            for task in self._waiting:
                task.future.cancel()
            self._waiting.clear()
            for worker in [each for each in self._workers if each.busy]:
                self._workers.remove(worker)
                worker.kill()

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:  # noqa: FBT001, FBT002
        """End every process: who is idle by itself, who is at work by force."""
        self._closed = True
        self.drop()
        workers, self._workers = self._workers, []
        for worker in workers:
            worker.close()
        for worker in workers if wait else ():
            worker.gone()
