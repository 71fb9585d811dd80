"""The mailbox: what is accepted, and the lazy routing of what is in it to channels (process 3.2, 3.5)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from simcore.kernel.channel import KernelChannel
from simcore.kernel.trace import VALUE
from simcore.model.messages import INBOX_TOPIC, RESERVED_PREFIX
from simcore.process.state.record import ProcessRecord, Subscription

if TYPE_CHECKING:
    from simcore.process.state.envelope import Envelope, Form


INBOX_CAPACITY: Final = 0


def enqueue(receiver: ProcessRecord, envelope: Envelope) -> None:
    """Put *envelope* into the mailbox of a routable process; never waits, never drops (process 3.2)."""
    runtime = receiver.runtime
    kernel = runtime.kernel
    envelope.at_ns = kernel.now_ns
    # What `Trace.fold` does, without the call: this runs for each message.
    kernel.trace.log.append(VALUE)
    kernel.trace.values.append(envelope.payload)
    receiver.accept(envelope)
    runtime.enqueued[envelope.event.__class__] += 1
    runtime.observer.enqueued(receiver, envelope)


def subscribe(record: ProcessRecord, topic: str, form: Form, capacity: int) -> KernelChannel:
    """Return the channel of *topic*, made if there is none, after a flush (process 3.5)."""
    subscription = record.subscriptions.get(topic)
    if subscription is None:
        subscription = Subscription(KernelChannel(record.wakeups, capacity), form)
        record.subscriptions[topic] = subscription
    flush(record)
    return subscription.channel


def forget(record: ProcessRecord, channel: KernelChannel) -> bool:
    """End the subscription of *channel*, whose messages go to others from now on (process 3.5); tell whether it had
    one."""
    for topic, subscription in record.subscriptions.items():
        if subscription.channel is channel:
            del record.subscriptions[topic]
            return True
    return False


def drain(record: ProcessRecord) -> None:
    """Take in what arrived since the last step: answers queue their coroutine, the rest goes to the mailbox."""
    incoming = record.incoming
    for arrived in incoming:
        if isinstance(arrived, tuple):
            record.runnable.append(arrived)
            continue
        assert arrived.order > record.order, "G2: the mailbox is in the order of acceptance, which causes precede"
        record.order = arrived.order
        record.mailbox.append(arrived)
        if arrived.event is not None and arrived.is_link_down:
            # Both are counted, so that no flush has to search a long mailbox for what may kill, or for a timer.
            record.downs += 1
        elif arrived.channel is not None:
            record.ticks += 1
    incoming.clear()


def flush(record: ProcessRecord) -> None:
    """Hand messages to channels, oldest first; what nobody takes stays in order and holds nothing up (process 3.5)."""
    if record.downs and (record.link_killed or not record.trap_links):
        # The process is as good as dead: its next turn ends it (process 4.6), and nobody is to see the event.
        record.link_killed = True
        return
    kept: list[Envelope] = []
    mailbox = record.mailbox
    while mailbox:
        envelope = mailbox.popleft()
        if not _hand_over(record, envelope):
            kept.append(envelope)
            # Else every step would walk a long mailbox to its end. It is still walked while a reader waits at another
            # topic, so there a message costs in proportion to the backlog: 1.2 ms at 1,000 unread messages.
            if not _worthwhile(record):
                break
    if kept:
        mailbox.extendleft(reversed(kept))


def _worthwhile(record: ProcessRecord) -> bool:
    """Tell whether any message at all could be taken; with many in the mailbox, most flushes end here."""
    if record.ticks:
        return True
    for subscription in record.subscriptions.values():
        channel = subscription.channel
        if channel.receivers or len(channel.buffer) < channel.capacity:
            return True
    return False


def _hand_over(record: ProcessRecord, envelope: Envelope) -> bool:
    if envelope.channel is not None:
        record.ticks -= 1
        # Whether there was room or not: a tick that finds the buffer full is dropped (lua 5.7).
        envelope.channel.offer(record.front.present(envelope))
        if envelope.topic == ONCE:
            envelope.channel.shut()
        return True
    # An exact topic first; then, unless it is reserved, the inbox.
    topic = envelope.topic
    subscription = record.subscriptions.get(topic)
    if subscription is None:
        subscription = record.subscriptions.get(INBOX_TOPIC) if topic[:1] != RESERVED_PREFIX else None
        if subscription is None:
            return False
    channel = subscription.channel
    if not channel.receivers and len(channel.buffer) >= channel.capacity:
        return False
    assert envelope.order > subscription.last, "G12: a channel gets its messages in the order of the mailbox"
    subscription.last = envelope.order
    # Decided at the hand-over, as the subscription is now: a later `message=True` changes it (process 3.12).
    envelope.form = subscription.form
    if not channel.receivers:
        # Only so many as fit into the buffer: what came before them has been taken.
        subscription.buffered = [*subscription.buffered, (channel.buffered, envelope)][-channel.capacity :]
    taken = channel.offer(record.front.present(envelope))
    assert taken, "a closed channel has no subscription"
    if envelope.event is not None and envelope.is_link_down:
        record.downs -= 1
    record.runtime.observer.received(record, envelope)
    return True


ONCE: Final = "@time/once"
"""The topic of a timer channel that fires once and is then closed."""
AGAIN: Final = "@time/again"
"""The topic of a ticker's channel."""
