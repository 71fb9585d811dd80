"""Who killed a worker, where it may have been any of several works: each of them is done again, alone."""

from __future__ import annotations

import threading
from collections import deque
from concurrent.futures import Executor, Future
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any

from simcore.campaign.deaths import WorkerDied

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass(slots=True, eq=False)
class _Order:
    """One work and who waits for it; *had_company*: whether another was under way at the same time."""

    work: Callable[[Executor], Future[Any]]
    future: Future[Any] = field(default_factory=Future)
    had_company: bool = False


class Suspecting(Executor):
    """Hands works on to an executor that cannot tell which of several works its worker died of.

    Args:
        inner: answers ``WorkerDied`` for each work that was at a worker that died, done or only waiting there.
    """

    def __init__(self, inner: Executor) -> None:
        self._inner = inner
        # What an executor is given may be done at once, so that one call comes back inside of another.
        self._lock = threading.RLock()
        self._under_way: list[_Order] = []
        self._waiting: deque[_Order] = deque()
        self._suspects: deque[_Order] = deque()
        self._alone: _Order | None = None
        """The suspect that is under way."""

    def submit(self, function: Callable[..., Any], /, *arguments: Any, **named: Any) -> Future[Any]:
        """Have *function* done: at once, or as soon as no other work is suspected."""
        order = _Order(lambda inner: inner.submit(function, *arguments, **named))
        order.future.set_running_or_notify_cancel()
        with self._lock:
            self._waiting.append(order)
            self._hand_out()
        return order.future

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:  # noqa: FBT001, FBT002  # as of Executor
        """Shut the other one down."""
        self._inner.shutdown(wait, cancel_futures=cancel_futures)

    def _hand_out(self) -> None:
        while self._suspects or self._waiting:
            # Before a suspect begins all others come to their end, and until it has ended none begins.
            if self._under_way and (self._suspects or self._alone is not None):
                return
            self._alone = self._suspects.popleft() if self._suspects else None
            self._begin(self._alone or self._waiting.popleft())

    def _begin(self, order: _Order) -> None:
        order.had_company = False
        self._under_way.append(order)
        if len(self._under_way) > 1:
            for each in self._under_way:
                each.had_company = True
        try:
            order.work(self._inner).add_done_callback(partial(self._done, order))
        except Exception as error:
            self._under_way.remove(order)
            order.future.set_exception(error)

    def _done(self, order: _Order, done: Future[Any]) -> None:
        error = done.exception()
        with self._lock:
            self._under_way.remove(order)
            suspected = isinstance(error, WorkerDied) and order.had_company
            if suspected:
                self._suspects.append(order)
            self._hand_out()
        if suspected:
            return
        if error is not None:
            order.future.set_exception(error)
        else:
            order.future.set_result(done.result())
