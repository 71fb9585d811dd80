"""What all mailboxes of a world hold together, and its bounds: who sends for ever to somebody deaf ends by them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from simcore.model.errors import BoundReached
from simcore.process.state.envelope import Envelope

if TYPE_CHECKING:
    from collections.abc import Iterator

    from simcore.process.state.record import ProcessRecord
    from simcore.process.state.runtime import Runtime

OVERSHOOT: Final = 16
"""Of what is held one part in so many may come on top before it is counted again, also where a bound is near: then a
message costs the same, however many are held."""


class Held:
    """Counts what is held, and says when it has to be counted again; between two counts every message is taken to stay.

    So a message costs two additions and two comparisons, and reading one costs nothing.

    Args:
        runtime: of the world.
    """

    __slots__ = ("bytes", "bytes_due", "messages_due", "runtime")

    def __init__(self, runtime: Runtime) -> None:
        self.runtime: Runtime = runtime
        self.bytes: int = 0
        """The bytes that all mailboxes have ever accepted."""
        self.messages_due: int = runtime.options.mailbox_messages_max // 2
        self.bytes_due: int = runtime.options.mailbox_bytes_max // 2
        """Above which of the accepted messages, and above how many bytes of them, it is counted again. First at half of
        what may be held: it is time to look at what is done."""

    def count(self) -> None:
        """Count what is held.

        Raises:
            BoundReached: ``mailbox_messages_max`` or ``mailbox_bytes_max``.
        """
        runtime = self.runtime
        each = [(record, *_of(record)) for record in (*runtime.routes.values(), *runtime.stopping.values())]
        messages, size = sum(held for _, held, _ in each), sum(size for *_, size in each)
        options = runtime.options
        if messages > options.mailbox_messages_max:
            most, held, _ = max(each, key=lambda counted: counted[1])
            said = f"all mailboxes together hold {messages:,} messages, {held:,} of them are for {_named(most)}"
            raise BoundReached("mailbox_messages_max", options.mailbox_messages_max, said)
        if size > options.mailbox_bytes_max:
            most, _, held = max(each, key=lambda counted: counted[2])
            said = f"all mailboxes together hold {size:,} bytes, {held:,} of them are for {_named(most)}"
            raise BoundReached("mailbox_bytes_max", options.mailbox_bytes_max, said)
        if messages > options.mailbox_messages_max // 2 or size > options.mailbox_bytes_max // 2:
            runtime.kernel.become_long()
        self.messages_due = runtime.accepted + _room(messages, options.mailbox_messages_max)
        self.bytes_due = self.bytes + _room(size, options.mailbox_bytes_max)


def _room(held: int, bound: int) -> int:
    return max(bound - held, held // OVERSHOOT)


def _named(record: ProcessRecord) -> str:
    return f"{record.pid} ({record.id})"


def _of(record: ProcessRecord) -> tuple[int, int]:
    """Return how many messages the mailbox of *record* holds, and how many bytes."""
    sizes = [len(envelope.payload.data) for envelope in _unread(record)]
    return len(sizes), sum(sizes)


def _unread(record: ProcessRecord) -> Iterator[Envelope]:
    """Yield what has arrived and no coroutine has taken: also what lies in the buffer of a channel."""
    yield from (arrived for arrived in record.incoming if isinstance(arrived, Envelope))
    yield from record.mailbox
    yield from record.unrouted
    for waiting in record.backlogs:
        yield from waiting.backlog or ()
    for subscription in (*record.subscriptions.values(), *record.ended_subscriptions):
        yield from subscription.unread()
