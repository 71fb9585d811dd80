"""What travels to a mailbox: a message, a lifecycle event, or what goes to a channel of its own."""

from __future__ import annotations

from typing import Final, Literal, TypeAlias

import msgspec

from simcore.kernel.channel import KernelChannel
from simcore.model.messages import Event, LinkDown
from simcore.model.payload import EMPTY, Payload
from simcore.model.pid import Pid

Form: TypeAlias = Literal["message", "raw", "event", "time", "result"]
MESSAGE: Final = "message"
RAW: Final = "raw"
EVENT: Final = "event"
TIME: Final = "time"
RESULT: Final = "result"


class Envelope(msgspec.Struct, eq=False):
    """One thing on its way to one mailbox.

    Args:
        topic: the topic it was sent to.
        sender: who sent it; None from outside.
        payload: the copied values; of an EXIT the copied result.
        event: the lifecycle event; an ``Exit`` here has its value in *payload* only.
        channel: where it goes, whatever its topic: of a timer's firing, of a future's end, of an event of the bus.
        at_ns: the instant at which it was enqueued, in nanoseconds.

    ``order`` is its place among all that any mailbox of the world accepted, given when it is accepted.
    """

    topic: str
    sender: Pid | None
    payload: Payload = msgspec.field(default_factory=lambda: EMPTY)
    event: Event | None = None
    channel: KernelChannel | None = None
    at_ns: int = 0
    form: Form = MESSAGE
    order: int = 0

    @property
    def is_link_down(self) -> bool:
        """Whether this can kill a process that does not trap links."""
        return isinstance(self.event, LinkDown)
