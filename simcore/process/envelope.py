"""What travels to a mailbox: a message, a lifecycle event or the firing of a timer channel."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal, TypeAlias

from simcore.model.messages import Event, LinkDown
from simcore.model.payload import EMPTY, Payload

if TYPE_CHECKING:
    from simcore.kernel.channel import Channel
    from simcore.model.pid import Pid

Form: TypeAlias = Literal["message", "raw", "event", "time"]
MESSAGE: Final = "message"
RAW: Final = "raw"
EVENT: Final = "event"
TIME: Final = "time"


class Envelope:
    """One thing on its way to one mailbox.

    Args:
        topic: the topic it was sent to.
        sender: who sent it; None from outside.
        payload: the copied values; of an EXIT the copied result.
        event: the lifecycle event; an ``Exit`` here has its value in *payload* only.
        channel: of a timer's firing, where it goes.
        at_ns: the instant at which it was enqueued, in nanoseconds.

    ``order`` is its place among all that the mailbox ever held, given when a step takes it in.
    """

    __slots__ = ("at_ns", "channel", "event", "form", "order", "payload", "sender", "topic")

    def __init__(
        self,
        topic: str,
        sender: Pid | None,
        payload: Payload = EMPTY,
        *,
        event: Event | None = None,
        channel: Channel | None = None,
        at_ns: int = 0,
    ) -> None:
        self.topic = topic
        self.sender = sender
        self.payload = payload
        self.event = event
        self.channel = channel
        self.at_ns = at_ns
        self.form: Form = MESSAGE
        self.order = 0

    @property
    def is_link_down(self) -> bool:
        """Whether this can kill a process that does not trap links."""
        return isinstance(self.event, LinkDown)
