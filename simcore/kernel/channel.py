"""Channels between the coroutines of one process, and ``select`` over them; one meaning for both front ends.

A channel changes at the call itself; the coroutines that this wakes are only noted in ``wakeups``, in the order in
which they are to run, and the process queues them when no other coroutine is runnable (lua 5.1, 6.1).
"""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeAlias

import msgspec

from simcore.model.errors import InvalidArgument, ProcessError

if TYPE_CHECKING:
    from collections.abc import Sequence

Wakeup: TypeAlias = tuple[Any, Any, ProcessError | None]
"""A coroutine that is to go on, the value it goes on with, the error instead; a bare tuple, made for each message."""
SUSPEND: Final = object()
"""The answer of an operation whose coroutine does not go on now."""


class SelectedCase(NamedTuple):
    """What ``select`` answers: the place of the case (-1: the default), the value, and whether the channel is open."""

    place: int
    value: Any = None
    ok: bool = True


class ReceiveCase(NamedTuple):
    """A case of ``select`` that takes a value; a closed channel counts as ready."""

    channel: KernelChannel


class SendCase(NamedTuple):
    """A case of ``select`` that gives a value; never ready on a closed channel."""

    channel: KernelChannel
    value: Any


# Compared by identity: a queue is searched for this very wait, and two coroutines may wait with equal values.
class Waiting(msgspec.Struct, eq=False):
    """A blocked coroutine at one channel: alone, or as one case of a select."""

    task: Any
    value: Any = None
    index: int = -1
    group: list[QueuePlace] | None = None

    def leave(self) -> None:
        """Take the other cases of the same select from their channels."""
        for place in self.group or ():
            # The case that fired was taken from its queue by who fired it.
            if place.waiting in place.queue:
                place.queue.remove(place.waiting)

    def received(self, value: Any, *, ok: bool) -> Wakeup:
        """Return the wake-up of a receiver."""
        return self.task, ((value, ok) if self.group is None else SelectedCase(self.index, value, ok)), None

    def sent(self) -> Wakeup:
        """Return the wake-up of a sender whose value was taken."""
        return self.task, (None if self.group is None else SelectedCase(self.index, self.value)), None

    def refused(self) -> Wakeup:
        """Return the wake-up of a sender whose channel was closed."""
        return self.task, None, InvalidArgument("channel closed")


class QueuePlace(NamedTuple):
    """Where a case of a blocked select waits."""

    queue: list[Waiting]
    waiting: Waiting


class KernelChannel:
    """A queue of at most *capacity* values between coroutines of one process.

    Args:
        wakeups: where the process finds what to wake.
        capacity: how many values may wait; 0 hands over directly.
    """

    __slots__ = ("buffer", "buffered", "capacity", "closed", "handle", "receivers", "senders", "wakeups")

    def __init__(self, wakeups: list[Wakeup], capacity: int = 0) -> None:
        self.wakeups: list[Wakeup] = wakeups
        self.capacity: int = max(capacity, 0)
        self.buffer: deque[Any] = deque()
        self.buffered: int = 0
        """How many values were ever put into the buffer."""
        # Few coroutines wait at once, and an empty list is much smaller than an empty deque.
        self.receivers: list[Waiting] = []
        self.senders: list[Waiting] = []
        self.closed: bool = False
        self.handle: Any = None

    # -- what the system does

    @property
    def accepts(self) -> bool:
        """Whether ``offer`` would succeed now."""
        return not self.closed and bool(self.receivers or len(self.buffer) < self.capacity)

    def offer(self, value: Any) -> bool:
        """Hand *value* to a waiting receiver or put it into a free slot; tell whether that was possible."""
        if self.closed:
            return False
        if self.receivers:
            waiting = self.receivers.pop(0)
            # Nearly every receiver waits alone, and this runs for each message: its wake-up is made without a further
            # call.
            if waiting.group is None:
                self.wakeups.append((waiting.task, (value, True), None))
            else:
                waiting.leave()
                self.wakeups.append(waiting.received(value, ok=True))
            return True
        if len(self.buffer) < self.capacity:
            self._keep(value)
            return True
        return False

    # -- what coroutines do

    def receive(self, task: Any) -> Any:
        """Take a value: the answer is ``(value, ok)``, or ``SUSPEND``."""
        if not (self.buffer or self.senders or self.closed):
            self.receivers.append(Waiting(task))
            return SUSPEND
        return self._receive(Waiting(task))

    def send(self, task: Any, value: Any) -> Any:
        """Give a value: the answer is None, or ``SUSPEND``.

        Raises:
            InvalidArgument: the channel is closed.
        """
        if self.closed:
            raise InvalidArgument("send on closed channel")
        return self._send(Waiting(task, value))

    def close(self, task: Any) -> Any:
        """Let nothing more in. Wakes blocked senders, then blocked receivers, then the caller."""
        if not self.shut():
            return None
        # The caller goes behind those it woke (lua 6.1).
        self.wakeups.append((task, None, None))
        return SUSPEND

    def shut(self) -> bool:
        """Close, and wake whoever waits; tell whether there was anybody."""
        if self.closed:
            return False
        self.closed = True
        had_waiters = bool(self.senders or self.receivers)
        while self.senders:
            waiting = self.senders.pop(0)
            waiting.leave()
            self.wakeups.append(waiting.refused())
        while self.receivers:
            self.wakeups.append(self._next_receiver().received(None, ok=False))
        return had_waiters

    def take(self) -> tuple[Any, bool] | None:
        """Take a value without waiting: ``(value, ok)``, or None where nothing is ready. Wakes whose value it was."""
        if self.buffer:
            value = self.buffer.popleft()
            if self.senders:
                sender = self._next_sender()
                self._keep(sender.value)
                self.wakeups.append(sender.sent())
            return value, True
        if self.senders:
            sender = self._next_sender()
            self.wakeups.append(sender.sent())
            return sender.value, True
        return (None, False) if self.closed else None

    def _receive(self, waiting: Waiting) -> Any:
        if self.buffer:
            value = self.buffer.popleft()
            if not self.senders:
                return waiting.received(value, ok=True)[1]
            # The receiver has its value and is queued all the same: it has to run before the sender (lua 6.1).
            sender = self._next_sender()
            self._keep(sender.value)
            self.wakeups += (waiting.received(value, ok=True), sender.sent())
            return SUSPEND
        if self.senders:
            sender = self._next_sender()
            self.wakeups += (waiting.received(sender.value, ok=True), sender.sent())
            return SUSPEND
        if self.closed:
            return waiting.received(None, ok=False)[1]
        self.receivers.append(waiting)
        return SUSPEND

    def _send(self, waiting: Waiting) -> Any:
        if self.receivers:
            # Sender first here, receiver first above: the other way round passes most programs and breaks a few
            # (lua 10.7).
            receiver = self._next_receiver()
            self.wakeups += (waiting.sent(), receiver.received(waiting.value, ok=True))
            return SUSPEND
        if len(self.buffer) < self.capacity:
            self._keep(waiting.value)
            return waiting.sent()[1]
        self.senders.append(waiting)
        return SUSPEND

    def _keep(self, value: Any) -> None:
        self.buffer.append(value)
        self.buffered += 1

    def _next_receiver(self) -> Waiting:
        waiting = self.receivers.pop(0)
        waiting.leave()
        return waiting

    def _next_sender(self) -> Waiting:
        waiting = self.senders.pop(0)
        waiting.leave()
        return waiting

    # -- what select needs

    def ready_to_give(self) -> bool:
        """Whether a receive would answer at once or be handed a value."""
        return bool(self.buffer or self.senders or self.closed)


SelectCase = ReceiveCase | SendCase


def select(task: Any, cases: Sequence[SelectCase], *, default: bool) -> Any:
    """Take the first ready case in the order given (G13); else answer the default, or block on all of them.

    Returns:
        ``Selected`` or ``SUSPEND``.
    """
    for index, case in enumerate(cases):
        if ready(case):
            assert not any(map(ready, cases[:index])), "G13: select takes the first ready case"
            # An empty group and not None, which would mean a coroutine that waits without a select.
            return _take(case, Waiting(task, getattr(case, "value", None), index, []))
    if default:
        return SelectedCase(-1)
    _block(task, cases)
    return SUSPEND


def ready(case: SelectCase) -> bool:
    """Tell whether a select can take *case* at once."""
    return case.channel.ready_to_give() if isinstance(case, ReceiveCase) else case.channel.accepts


def _take(case: SelectCase, waiting: Waiting) -> Any:
    return case.channel._receive(waiting) if isinstance(case, ReceiveCase) else case.channel._send(waiting)


def _block(task: Any, cases: Sequence[SelectCase]) -> None:
    group: list[QueuePlace] = []
    for index, case in enumerate(cases):
        waiting = Waiting(task, getattr(case, "value", None), index, group)
        # It can never become ready; where all cases are such, the coroutine waits for ever (lua 6.1).
        if isinstance(case, SendCase) and case.channel.closed:
            continue
        queue = case.channel.receivers if isinstance(case, ReceiveCase) else case.channel.senders
        queue.append(waiting)
        group.append(QueuePlace(queue, waiting))
