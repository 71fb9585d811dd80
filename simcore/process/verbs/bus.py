"""The event bus: events by system and kind, for whoever subscribed to a pattern of both (lua 6.7)."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from simcore.kernel.channel import SUSPEND, KernelChannel
from simcore.model.errors import InvalidArgument, NotFound
from simcore.model.operations import SendBus, SubscribeBus, UnsubscribeBus
from simcore.process import mailbox
from simcore.process.command import Command
from simcore.process.mailbox import AGAIN
from simcore.process.state.envelope import RAW, Envelope
from simcore.process.verbs.verb import VerbRow

if TYPE_CHECKING:
    from simcore.model.payload import Payload
    from simcore.process.state.record import ProcessRecord, Task

BUFFER_MAX: Final = 64
"""Events that wait for one subscriber; what comes on top is dropped."""


class BusSubscription:
    """One subscriber's wish for events. It is one of the things that a process waits for, so it dies with it.

    Args:
        record: who subscribes.
        system, kind: patterns.
    """

    __slots__ = ("_kind", "_system", "channel", "record")

    def __init__(self, record: ProcessRecord, system: str, kind: str) -> None:
        self.record: ProcessRecord = record
        self.channel: KernelChannel = KernelChannel(record.wakeups, BUFFER_MAX)
        self._system = pattern(system)
        self._kind = pattern(kind)
        record.runtime.bus[self] = None
        record.pending[self] = None

    def cancel(self) -> None:
        """Be given no more events."""
        self.record.runtime.bus.pop(self, None)

    def wants(self, system: str, kind: str) -> bool:
        """Tell whether an event is meant."""
        return bool(self._system.fullmatch(system) and self._kind.fullmatch(kind))

    def give(self, event: Payload) -> None:
        """Put an event into the mailbox, on its way to the channel, which drops what it has no room for."""
        # Like a ticker's firing: dropped where there is no room, and the channel stays open.
        envelope = Envelope(AGAIN, None, event, channel=self.channel)
        envelope.form = RAW
        if self.record.runtime.scribe is not None:
            self.record.runtime.scribe.given(self.record, self.channel, again=True)
        self.record.accept(envelope)


@lru_cache(maxsize=1024)
def pattern(text: str) -> re.Pattern[str]:
    """Return what *text* matches: ``*`` anything between two dots, ``**`` anything, ``.**`` at the end also nothing."""
    if text.endswith(".**"):
        return re.compile(f"{_translated(text[:-3])}(\\..*)?", re.DOTALL)
    return re.compile(_translated(text), re.DOTALL)


def _translated(text: str) -> str:
    # Two stars before one, or each of the two would be taken for one.
    return re.escape(text).replace(r"\*\*", ".*").replace(r"\*", "[^.]*")


def subscribe(record: ProcessRecord, task: Task, operation: SubscribeBus) -> object:
    """Check a subscription and leave its beginning to a command, which answers the channel.

    Raises:
        InvalidArgument: a pattern is empty, or ``events.subscribe`` on the system is denied.
    """
    _check_texts(system=operation.system, kind=operation.kind)
    record.runtime.require(record, "events.subscribe", {"name": operation.system})
    record.commands.append(Command("do:events.subscribe", record, task, operation.system, _subscribe, operation))
    return SUSPEND


def _subscribe(command: Command) -> KernelChannel:
    return BusSubscription(command.record, command.data.system, command.data.kind).channel


def send(record: ProcessRecord, task: Task, operation: SendBus) -> object:
    """Check an event and leave its delivery to a command: all who want it get it at once, in subscription order.

    Raises:
        InvalidArgument: system, kind or path is empty, or ``events.send`` on the system is denied.
    """
    _check_texts(system=operation.system, kind=operation.kind, path=operation.path)
    record.runtime.require(record, "events.send", {"name": operation.system})
    record.commands.append(Command("do:events.send", record, task, operation.system, _send, operation))
    return SUSPEND


def _send(command: Command) -> None:
    runtime, operation = command.record.runtime, command.data
    # Once, however many it is given to.
    runtime.kernel.trace.fold(operation.event)
    for subscription in list(runtime.bus):
        if subscription.wants(operation.system, operation.kind):
            subscription.give(operation.event)


def unsubscribe(record: ProcessRecord, task: Task, operation: UnsubscribeBus) -> None:
    """Close the channel of a subscription; nobody else can tell, so it is done in the step.

    Raises:
        NotFound: the channel belongs to no subscription to the bus.
    """
    for subscription in record.pending:
        if isinstance(subscription, BusSubscription) and subscription.channel is operation.channel:
            subscription.cancel()
            del record.pending[subscription]
            mailbox.close(record, operation.channel)
            return
    raise NotFound("channel not found")


def _check_texts(**texts: str) -> None:
    for name, text in texts.items():
        if not text:
            raise InvalidArgument(f"{name} cannot be empty")


VERBS: Final = (
    VerbRow(
        SubscribeBus,
        subscribe,
        "its subscription to {system} on the bus",
        {"do:events.subscribe": "the subscription of {who} to {whom} on the bus"},
    ),
    VerbRow(
        SendBus,
        send,
        "its turn to send an event to {system} on the bus",
        {"do:events.send": "an event of {who} to {whom} on the bus"},
    ),
    VerbRow(UnsubscribeBus, unsubscribe, "the end of its subscription to the bus"),
)
