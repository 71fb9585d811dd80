"""Sending, the mailbox, and the lazy routing of what is in it to channels (semantics 3)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from simcore.kernel.channel import SUSPEND, Channel
from simcore.kernel.trace import VALUE
from simcore.model.errors import AlreadyExists, InvalidArgument, NotFound
from simcore.model.messages import EVENTS_TOPIC, INBOX_TOPIC, RESERVED_PREFIX
from simcore.model.pid import Pid
from simcore.process.command import Command
from simcore.process.envelope import EVENT, MESSAGE, RAW, Envelope, Form
from simcore.process.naming import resolve
from simcore.process.record import ProcessRecord, Subscription, Task

if TYPE_CHECKING:
    from simcore.model.operations import Events, Inbox, Listen, Send, Subscribe, Unlisten
    from simcore.process.runtime import Runtime

INBOX_CAPACITY: Final = 0
LISTEN_CAPACITY: Final = 1


def send(runtime: Runtime, record: ProcessRecord, task: Task, operation: Send) -> object:
    """Check a send at the call (3.1, steps 4 to 7) and leave the enqueuing to a command."""
    target = checked_target(runtime, record, operation.destination, operation.topic)
    envelope = Envelope(operation.topic, record.pid, operation.payload)
    record.commands.append(Command("do:send", record, task, target, _deliver, envelope))
    return SUSPEND


def checked_target(runtime: Runtime, record: ProcessRecord, destination: str, topic: str) -> Pid:
    """Return the pid that a send concerns, after the checks that come before the copy of the payload (3.1, 4 to 6)."""
    if topic[:1] == RESERVED_PREFIX:
        raise InvalidArgument(f"cannot send to @ topics: {topic}")
    target = destination if isinstance(destination, Pid) else resolve(runtime, destination)
    if record.guarded:
        runtime.require_target(record, "send", target, destination)
    return target


def _deliver(command: Command) -> None:
    runtime = command.record.runtime
    receiver = runtime.routes.get(command.target) or runtime.route(command.target)
    enqueue(runtime, receiver, command.data)
    assert receiver.incoming[-1] is command.data, "G3: what a send has accepted is in the mailbox when it returns"


def enqueue(runtime: Runtime, receiver: ProcessRecord, envelope: Envelope) -> None:
    """Put *envelope* into the mailbox of a routable process; never waits, never drops (3.2)."""
    kernel = runtime.kernel
    envelope.at_ns = kernel.now_ns
    kernel.trace.log.append(VALUE)
    kernel.trace.values.append(envelope.payload)
    receiver.accept(envelope)
    runtime.enqueued[envelope.event.__class__] += 1
    runtime.observer.enqueued(receiver, envelope)


# -- subscriptions


def inbox(runtime: Runtime, record: ProcessRecord, task: Task, operation: Inbox) -> object:
    """Answer the inbox channel, the same one while the subscription lives (3.10)."""
    return _in_turn(record, task, subscribe(runtime, record, INBOX_TOPIC, MESSAGE, INBOX_CAPACITY))


def events(runtime: Runtime, record: ProcessRecord, task: Task, operation: Events) -> object:
    """Answer the channel of lifecycle events (3.10)."""
    return _in_turn(record, task, subscribe(runtime, record, EVENTS_TOPIC, EVENT, INBOX_CAPACITY))


def listen(runtime: Runtime, record: ProcessRecord, task: Task, operation: Listen) -> object:
    """Answer the channel of one topic (3.12)."""
    return _in_turn(record, task, subscribe_topic(runtime, record, operation.topic, message=operation.message))


def _in_turn(record: ProcessRecord, task: Task, answer: Channel | None) -> object:
    """Let the coroutine go on with *answer* in the same step, when the others that are runnable have run (15.1.1)."""
    record.wakeups.append((task, answer, None))
    return SUSPEND


def subscribe_topic(runtime: Runtime, record: ProcessRecord, topic: str, *, message: bool) -> Channel:
    """Subscribe to a topic of the program's own; the latest ``message=True`` wins (3.12).

    Raises:
        InvalidArgument: the topic is empty or reserved.
    """
    check_topic(topic)
    if message and topic in record.subscriptions:
        record.subscriptions[topic].form = MESSAGE
    return subscribe(runtime, record, topic, MESSAGE if message else RAW, LISTEN_CAPACITY)


def check_topic(topic: str) -> None:
    """Raise ``InvalidArgument`` where a program cannot subscribe to *topic*."""
    if not topic:
        raise InvalidArgument("topic cannot be empty")
    if topic[0] == RESERVED_PREFIX:
        raise InvalidArgument(f"cannot listen to @ topics: {topic}")


def subscribe(runtime: Runtime, record: ProcessRecord, topic: str, form: Form, capacity: int) -> Channel:
    """Return the channel of *topic*, made if there is none, after a flush (3.5)."""
    subscription = record.subscriptions.get(topic)
    if subscription is None:
        subscription = Subscription(Channel(record.wakeups, capacity), form)
        record.subscriptions[topic] = subscription
    flush(runtime, record)
    return subscription.channel


def subscribe_own(runtime: Runtime, record: ProcessRecord, task: Task, operation: Subscribe) -> None:
    """Let a channel of the program's own be that of a topic (lua-environment 6.14).

    Raises:
        InvalidArgument: the topic is empty or reserved, or the channel belongs to another process.
        AlreadyExists: the topic has another channel.
    """
    check_topic(operation.topic)
    if operation.channel.wakeups is not record.wakeups:
        raise InvalidArgument("a topic needs a channel of this process")
    if operation.channel.closed:
        raise InvalidArgument("channel closed")
    known = record.subscriptions.setdefault(operation.topic, Subscription(operation.channel, RAW))
    if known.channel is not operation.channel:
        raise AlreadyExists(f"topic already subscribed: {operation.topic}")
    flush(runtime, record)


def unlisten(runtime: Runtime, record: ProcessRecord, task: Task, operation: Unlisten) -> object:
    """End a subscription; what is in the mailbox stays there (3.13)."""
    unsubscribe(record, operation.channel)
    return _in_turn(record, task, None)


def unsubscribe(record: ProcessRecord, channel: Channel) -> None:
    """Close *channel* and forget its subscription.

    Raises:
        NotFound: the channel belongs to no subscription.
    """
    if not forget(record, channel):
        raise NotFound("channel not found")
    channel.shut()


def forget(record: ProcessRecord, channel: Channel) -> bool:
    """End the subscription of *channel*, whose messages go to others from now on (3.5); tell whether it had one."""
    for topic, subscription in record.subscriptions.items():
        if subscription.channel is channel:
            del record.subscriptions[topic]
            return True
    return False


# -- the flush


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
            record.downs += 1
        elif arrived.channel is not None:
            record.ticks += 1
    incoming.clear()


def flush(runtime: Runtime, record: ProcessRecord) -> None:
    """Hand messages to channels, oldest first; what nobody takes stays in order and holds nothing up (3.5)."""
    if record.downs and (record.link_killed or not record.trap_links):
        # The process is as good as dead: its next turn ends it (4.6), and nobody is to see the event.
        record.link_killed = True
        return
    kept: list[Envelope] = []
    mailbox = record.mailbox
    while mailbox:
        envelope = mailbox.popleft()
        if not _hand_over(runtime, record, envelope):
            kept.append(envelope)
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


def _hand_over(runtime: Runtime, record: ProcessRecord, envelope: Envelope) -> bool:
    if envelope.channel is not None:
        record.ticks -= 1
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
    envelope.form = subscription.form
    if not channel.receivers:
        subscription.buffered = [*subscription.buffered, (channel.buffered, envelope)][-channel.capacity :]
    taken = channel.offer(record.front.present(envelope))
    assert taken, "a closed channel has no subscription"
    if envelope.event is not None and envelope.is_link_down:
        record.downs -= 1
    runtime.observer.received(record, envelope)
    return True


ONCE: Final = "@time/once"
"""The topic of a timer channel that fires once and is then closed."""
AGAIN: Final = "@time/again"
"""The topic of a ticker's channel."""
