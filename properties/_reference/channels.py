"""Channels between the coroutines of one process: send, receive, close, select (process 3.14, lua 6.1)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from .parties import Channel, Coroutine, Fault, Item, Member, Wait

SUSPEND: Final = object()
"""The coroutine does not go on now."""
CLOSED: Final = Fault("Invalid", "channel closed")


@dataclass(frozen=True, eq=False)
class Got:
    """The answer of a receive or of a case of a select; *item* is None of a closed channel and of a send."""

    item: Item | None
    ok: bool = True
    place: int | None = None


def receive(member: Member, channel: Channel, wait: Wait) -> object:
    """Take a value: the answer, or ``SUSPEND``."""
    if channel.buffer:
        item = channel.buffer.pop(0)
        if not channel.senders:
            return Got(item, place=wait.place)
        sender = next_of(channel.senders)
        assert sender.item is not None
        channel.buffer.append(sender.item)
        # The receiver has its value, and still runs in its turn, before the sender (lua 6.1).
        member.wakeups += [(wait.coroutine, Got(item, place=wait.place)), woken_sender(sender)]
        return SUSPEND
    if channel.senders:
        sender = next_of(channel.senders)
        member.wakeups += [(wait.coroutine, Got(sender.item, place=wait.place)), woken_sender(sender)]
        return SUSPEND
    if channel.closed:
        return Got(None, ok=False, place=wait.place)
    channel.receivers.append(wait)
    return SUSPEND


def send(member: Member, channel: Channel, wait: Wait) -> object:
    """Give a value to an open channel: the answer, or ``SUSPEND``."""
    assert wait.item is not None
    if channel.receivers:
        receiver = next_of(channel.receivers)
        # Here the sender comes first (lua 10.7).
        member.wakeups += [woken_sender(wait), (receiver.coroutine, Got(wait.item, place=receiver.place))]
        return SUSPEND
    if len(channel.buffer) < channel.name.capacity:
        channel.buffer.append(wait.item)
        return woken_sender(wait)[1]
    channel.senders.append(wait)
    return SUSPEND


def offer(member: Member, channel: Channel, item: Item) -> bool:
    """Put in what comes from outside the process; tell whether that was possible."""
    if not channel.accepts:
        return False
    if channel.receivers:
        receiver = next_of(channel.receivers)
        member.wakeups.append((receiver.coroutine, Got(item, place=receiver.place)))
    else:
        channel.buffer.append(item)
    return True


def shut(member: Member, channel: Channel) -> bool:
    """Close: blocked senders fail, then blocked receivers wake; tell whether there were any (lua 6.1)."""
    if channel.closed:
        return False
    channel.closed = True
    waited = bool(channel.senders or channel.receivers)
    while channel.senders:
        member.wakeups.append((next_of(channel.senders).coroutine, CLOSED))
    while channel.receivers:
        receiver = next_of(channel.receivers)
        member.wakeups.append((receiver.coroutine, Got(None, ok=False, place=receiver.place)))
    return waited


def select(
    member: Member, cases: list[tuple[str, Channel, Item | None]], coroutine: Coroutine, *, default: bool
) -> object:
    """Take the first ready case in list order, else the default, else wait at all of them (process 3.14, G13)."""
    for place, (way, channel, item) in enumerate(cases):
        if channel.gives if way == "receive" else channel.accepts:
            wait = Wait(coroutine, item, place)
            return receive(member, channel, wait) if way == "receive" else send(member, channel, wait)
    if default:
        return Got(None, place=-1)
    group: list[tuple[list[Wait], Wait]] = []
    for place, (way, channel, item) in enumerate(cases):
        if way == "receive" or not channel.closed:
            queue = channel.receivers if way == "receive" else channel.senders
            wait = Wait(coroutine, item, place, group)
            queue.append(wait)
            group.append((queue, wait))
    return SUSPEND


def next_of(queue: list[Wait]) -> Wait:
    """Take out who has waited longest; the other cases of its select fall away."""
    wait = queue.pop(0)
    for other, place in wait.group:
        if place in other:
            other.remove(place)
    return wait


def woken_sender(wait: Wait) -> tuple[Coroutine, object]:
    """Return a sender with the answer that its value was taken; a case of a select is told the value."""
    return wait.coroutine, (None if wait.place is None else Got(wait.item, place=wait.place))
