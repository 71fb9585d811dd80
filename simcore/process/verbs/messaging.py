"""Sending, and the channels that messages are read from (process 3)."""

from __future__ import annotations

from typing import Final

from simcore.kernel.channel import SUSPEND, KernelChannel
from simcore.model.errors import AlreadyExists, InvalidArgument, NotFound
from simcore.model.messages import EVENTS_TOPIC, INBOX_TOPIC, RESERVED_PREFIX
from simcore.model.operations import Events, Inbox, Listen, Send, Subscribe, Unlisten
from simcore.model.pid import Pid
from simcore.process.command import Command
from simcore.process.mailbox import INBOX_CAPACITY, close, enqueue, enter, flush, subscribe
from simcore.process.state.envelope import EVENT, MESSAGE, RAW, Envelope
from simcore.process.state.record import ProcessRecord, Subscription, Task
from simcore.process.verbs.naming import resolve
from simcore.process.verbs.verb import VerbRow

LISTEN_CAPACITY: Final = 1


def send(record: ProcessRecord, task: Task, operation: Send) -> object:
    """Check a send at the call (process 3.1 steps 4 to 7) and leave the enqueuing to a command."""
    target = checked_target(record, operation.destination, operation.topic)
    envelope = Envelope(operation.topic, record.pid, operation.payload)
    record.commands.append(Command("do:send", record, task, target, _deliver, envelope))
    return SUSPEND


def checked_target(record: ProcessRecord, destination: str, topic: str) -> Pid:
    """Return the pid that a send concerns, after the checks that come before the copy of the payload
    (process 3.1, 4 to 6)."""
    runtime = record.runtime
    if topic[:1] == RESERVED_PREFIX:
        raise InvalidArgument(f"cannot send to @ topics: {topic}")
    target = destination if isinstance(destination, Pid) else resolve(runtime, destination)
    if record.guarded:
        runtime.require_target(record, "send", target, destination)
    return target


def _deliver(command: Command) -> None:
    runtime = command.record.runtime
    # Nearly always the table alone; `route` says what is wrong where it has no entry.
    receiver = runtime.routes.get(command.target) or runtime.route(command.target)
    enqueue(receiver, command.data)
    assert receiver.incoming[-1] is command.data, "G3: what a send has accepted is in the mailbox when it returns"


# -- subscriptions


def inbox(record: ProcessRecord, task: Task, operation: Inbox) -> object:
    """Answer the inbox channel, the same one while the subscription lives (process 3.10)."""
    return _in_turn(record, task, subscribe(record, INBOX_TOPIC, MESSAGE, INBOX_CAPACITY))


def events(record: ProcessRecord, task: Task, operation: Events) -> object:
    """Answer the channel of lifecycle events (process 3.10)."""
    return _in_turn(record, task, subscribe(record, EVENTS_TOPIC, EVENT, INBOX_CAPACITY))


def listen(record: ProcessRecord, task: Task, operation: Listen) -> object:
    """Answer the channel of one topic (process 3.12)."""
    return _in_turn(record, task, subscribe_topic(record, operation.topic, message=operation.message))


def _in_turn(record: ProcessRecord, task: Task, answer: KernelChannel | None) -> object:
    """Let the coroutine go on with *answer* in the same step, when the others that are runnable have run
    (process 15.1.1)."""
    record.wakeups.append((task, answer, None))
    return SUSPEND


def subscribe_topic(record: ProcessRecord, topic: str, *, message: bool) -> KernelChannel:
    """Subscribe to a topic of the program's own; the latest ``message=True`` wins (process 3.12).

    Raises:
        InvalidArgument: the topic is empty or reserved.
    """
    check_topic(topic)
    if message and topic in record.subscriptions:
        record.subscriptions[topic].form = MESSAGE
    return subscribe(record, topic, MESSAGE if message else RAW, LISTEN_CAPACITY)


def check_topic(topic: str) -> None:
    """Raise ``InvalidArgument`` where a program cannot subscribe to *topic*."""
    if not topic:
        raise InvalidArgument("topic cannot be empty")
    if topic[0] == RESERVED_PREFIX:
        raise InvalidArgument(f"cannot listen to @ topics: {topic}")


def subscribe_own(record: ProcessRecord, task: Task, operation: Subscribe) -> None:
    """Let a channel of the program's own be that of a topic (lua 6.14).

    Raises:
        InvalidArgument: the topic is empty or reserved, or the channel belongs to another process.
        AlreadyExists: the topic has another channel.
    """
    check_topic(operation.topic)
    if operation.channel.wakeups is not record.wakeups:
        raise InvalidArgument("a topic needs a channel of this process")
    if operation.channel.closed:
        raise InvalidArgument("channel closed")
    known = record.subscriptions.get(operation.topic)
    if known is None:
        enter(record, operation.topic, Subscription(operation.channel, RAW))
    elif known.channel is not operation.channel:
        raise AlreadyExists(f"topic already subscribed: {operation.topic}")
    flush(record)


def unlisten(record: ProcessRecord, task: Task, operation: Unlisten) -> object:
    """End a subscription; what is in the mailbox stays there (process 3.13)."""
    unsubscribe(record, operation.channel)
    return _in_turn(record, task, None)


def unsubscribe(record: ProcessRecord, channel: KernelChannel) -> None:
    """Close *channel*, and end all subscriptions that it belongs to.

    Raises:
        NotFound: it belongs to none.
    """
    if not any(each.channel is channel for each in record.subscriptions.values()):
        raise NotFound("channel not found")
    if record.runtime.scribe is not None:
        record.runtime.scribe.unsubscribed(record, channel)
    close(record, channel)


VERBS: Final = (
    VerbRow(Send, send, "its turn to send to {destination}", {"do:send": "send by {who} to {whom}"}),
    VerbRow(Inbox, inbox, "its inbox to open"),
    VerbRow(Events, events, "its events to open"),
    VerbRow(Listen, listen, "the topic {topic} to open"),
    VerbRow(Unlisten, unlisten, "a topic to close"),
    VerbRow(Subscribe, subscribe_own, "the topic {topic} to open"),
)
