"""The mailbox: what is accepted, and the lazy routing of what is in it to channels (process 3.2, 3.5)."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Final

from simcore.kernel.channel import KernelChannel
from simcore.kernel.trace import VALUE
from simcore.model.messages import INBOX_TOPIC, RESERVED_PREFIX, Cancel
from simcore.process.state.record import ProcessRecord, Subscription

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

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
        enter(record, topic, subscription)
    if record.runtime.scribe is not None:
        record.runtime.scribe.subscribed(record, topic, subscription.form, subscription.channel)
    flush(record)
    return subscription.channel


def enter(record: ProcessRecord, topic: str, subscription: Subscription) -> None:
    """Let messages of *topic* go to *subscription* from now on, also those that wait for somebody to want them."""
    inbox = record.subscriptions.get(INBOX_TOPIC)
    record.subscriptions[topic] = subscription
    meant = [envelope for envelope in record.unrouted if _is_for(envelope, topic)]
    if meant:
        record.unrouted = [envelope for envelope in record.unrouted if not _is_for(envelope, topic)]
    if inbox is not None and inbox.backlog:
        meant += [envelope for envelope in inbox.backlog if envelope.topic == topic]
        _keep(record, inbox, [envelope for envelope in inbox.backlog if envelope.topic != topic])
    _keep(record, subscription, meant)


def _is_for(envelope: Envelope, topic: str) -> bool:
    """Tell whether a new subscription of *topic* takes what nobody wanted before: the inbox takes all that is not
    reserved."""
    return envelope.topic == topic or (topic == INBOX_TOPIC and envelope.topic[:1] != RESERVED_PREFIX)


def close(record: ProcessRecord, channel: KernelChannel) -> None:
    """Let nothing more into *channel*, and wake who waits at it. All subscriptions that it belongs to end with it."""
    # Before the close: what comes later must find no closed channel, and goes to the inbox or waits.
    forget(record, channel)
    channel.shut()


def forget(record: ProcessRecord, channel: KernelChannel) -> bool:
    """End all subscriptions of *channel*, whose messages go to others from now on (process 3.5); tell whether it had
    any. What was to be its last value is dropped: it is stale (process 3.15)."""
    topics = [topic for topic, each in record.subscriptions.items() if each.channel is channel]
    # All of them first: none of their messages may go to another that ends as well.
    ended = [(topic, record.subscriptions.pop(topic)) for topic in topics]
    for topic, subscription in ended:
        _route_anew(record, topic, subscription)
    record.backlogs = [each for each in record.backlogs if each.channel is not channel]
    # What is in the buffer stays readable, and is not lost to an upgrade either (process 3.13, 10.2).
    known = (*record.ended_subscriptions, *(each for _, each in ended))
    record.ended_subscriptions = [each for each in known if each.unread()]
    return bool(ended)


def _route_anew(record: ProcessRecord, topic: str, subscription: Subscription) -> None:
    """Give the backlog of a subscription that has ended to the inbox, or to nobody."""
    left = list(subscription.backlog or ())
    _keep(record, subscription, [])
    inbox = record.subscriptions.get(INBOX_TOPIC) if topic[:1] != RESERVED_PREFIX else None
    if inbox is None:
        record.unrouted = _merged(record.unrouted, left)
    elif left:
        _keep(record, inbox, _merged(inbox.backlog or (), left))
        # They come behind later ones that the inbox has had already.
        inbox.last = 0


def _merged(one: Iterable[Envelope], other: Iterable[Envelope]) -> list[Envelope]:
    return sorted((*one, *other), key=lambda envelope: envelope.order)


def _keep(record: ProcessRecord, subscription: Subscription, envelopes: Sequence[Envelope]) -> None:
    """Let *envelopes* be the backlog of *subscription*."""
    if subscription.backlog:
        record.backlogs.remove(subscription)
    subscription.backlog = deque(envelopes) if envelopes else None
    if envelopes:
        record.backlogs.append(subscription)


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
            # Counted, so that no flush has to search all that waits for what may kill.
            record.downs += 1
    incoming.clear()


def flush(record: ProcessRecord) -> None:
    """Hand messages to channels, oldest first; what nobody takes stays in order and holds nothing up (process 3.5)."""
    if record.downs and (record.link_killed or not record.trap_links):
        # The process is as good as dead: its next turn ends it (process 4.6), and nobody is to see the event.
        record.link_killed = True
        return
    # All that waits in a backlog is older than all that was not looked at yet.
    if record.backlogs:
        _serve_backlogs(record)
    mailbox = record.mailbox
    while mailbox:
        _route(record, mailbox.popleft())


def _serve_backlogs(record: ProcessRecord) -> None:
    """Let channels that can take something have it, always the oldest message of all that can be taken.

    Taking one never lets another channel take more, so the order is that of a walk through all that waits.
    """
    while True:
        heads = [(each.backlog[0].order, each) for each in record.backlogs if each.backlog and _accepts(each.channel)]
        if not heads:
            return
        _, first = min(heads, key=lambda head: head[0])
        assert first.backlog is not None
        envelope = first.backlog.popleft()
        if not first.backlog:
            record.backlogs.remove(first)
        if envelope.channel is None:
            _hand_over(record, first, envelope)
        else:
            _give_last(record, envelope, envelope.channel)


def _accepts(channel: KernelChannel) -> bool:
    return bool(channel.receivers) or len(channel.buffer) < channel.capacity


def _route(record: ProcessRecord, envelope: Envelope) -> None:
    """Hand over what just came, or put it where it waits: each message is looked at here once."""
    if envelope.channel is not None:
        _route_to(record, envelope, envelope.channel)
        return
    # An exact topic first; then, unless it is reserved, the inbox.
    topic = envelope.topic
    subscription = record.subscriptions.get(topic)
    if subscription is None and topic[:1] != RESERVED_PREFIX:
        subscription = record.subscriptions.get(INBOX_TOPIC)
    if subscription is None:
        record.unrouted.append(envelope)
        return
    channel = subscription.channel
    if not subscription.backlog and (channel.receivers or len(channel.buffer) < channel.capacity):
        _hand_over(record, subscription, envelope)
        return
    if not subscription.backlog:
        subscription.backlog = deque()
        record.backlogs.append(subscription)
    subscription.backlog.append(envelope)


def _route_to(record: ProcessRecord, envelope: Envelope, channel: KernelChannel) -> None:
    """Give a *channel* what is meant for it alone. A tick that finds the buffer full is dropped; what closes the
    channel waits for room, and overtakes nothing that is held back for the same channel (lua 5.7)."""
    if envelope.topic == AGAIN:
        channel.offer(record.front.present(envelope))
    elif channel.closed:
        return
    elif _accepts(channel):
        _give_last(record, envelope, channel)
    else:
        _keep(record, Subscription(channel, envelope.form), [envelope])


def _give_last(record: ProcessRecord, envelope: Envelope, channel: KernelChannel) -> None:
    taken = channel.offer(record.front.present(envelope))
    assert taken, "what waits for room is not given before there is some"
    close(record, channel)


def _hand_over(record: ProcessRecord, subscription: Subscription, envelope: Envelope) -> None:
    channel = subscription.channel
    assert envelope.order > subscription.last, "G12: a channel gets its messages in the order of the mailbox"
    subscription.last = envelope.order
    # Decided at the hand-over, as the subscription is now: a later `message=True` changes it (process 3.12).
    envelope.form = subscription.form
    if not channel.receivers:
        buffered = subscription.buffered
        buffered.append((channel.buffered, envelope))
        # Only so many fit into the buffer: what came before them has been taken, and is forgotten now and then.
        if len(buffered) > 2 * channel.capacity:
            del buffered[: -channel.capacity]
    taken = channel.offer(record.front.present(envelope))
    assert taken, "a closed channel has no subscription"
    if envelope.event is not None:
        record.downs -= envelope.is_link_down
        record.heard_cancel = record.heard_cancel or isinstance(envelope.event, Cancel)
    record.runtime.observer.received(record, envelope)


ONCE: Final = "@time/once"
"""The topic of a timer channel that fires once and is then closed."""
AGAIN: Final = "@time/again"
"""The topic of a ticker's channel."""
