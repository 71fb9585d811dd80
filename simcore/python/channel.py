"""Channels as a Python process has them in hand, and what ``select`` answers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from simcore.kernel.channel import KernelChannel, ReceiveCase
from simcore.model import operations
from simcore.model.errors import ArgumentTypeError
from simcore.python.arguments import kind_of
from simcore.python.request import Receive, Request

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simcore.python.request import Unawaited


class Channel:
    """A queue between the coroutines of one process, or where its messages arrive (process 3.14). It never leaves its
    process; ``process.channel``, ``listen``, ``inbox``, ``events`` and ``after`` give one."""

    __slots__ = ("_channel", "_receive", "_unawaited")

    def __init__(self, channel: KernelChannel, unawaited: Unawaited) -> None:
        self._channel = channel
        self._unawaited = unawaited
        self._receive = operations.ChannelReceive(channel)

    def receive(self) -> Request[Any]:
        """Wait for a value and take it (process 3.14).

        Raises:
            NotFound: the channel is closed and empty.
        """
        return Receive(self._unawaited, self._receive)

    def send(self, value: Any) -> Request[None]:
        """Put *value* into the channel, waiting for a receiver or for room (process 3.14). The value is not copied.

        Raises:
            InvalidArgument: the channel is closed, also if it was closed while this waited.
        """
        return Request(self._unawaited, operations.ChannelSend(self._channel, value))

    def close(self) -> Request[None]:
        """Let nothing more in; who waits is woken, what is inside can still be taken. A second close does nothing."""
        return Request(self._unawaited, operations.ChannelClose(self._channel))


class Selected(NamedTuple):
    """What ``select`` answers: the name of the case, the value, and whether the channel is open (process 3.14). Of a
    closed and empty channel the value is None."""

    name: str
    value: Any
    ok: bool


class SelectRequest(Request[Selected]):
    """A select by the names of its cases."""

    __slots__ = ("_names",)
    DEPTH = 3
    READS = True

    def __init__(self, unawaited: Unawaited, channels: Mapping[str, Channel]) -> None:
        self._names = tuple(channels)
        super().__init__(unawaited, operations.Select(receive_cases(channels)))

    def read(self, answer: tuple[int, Any, bool]) -> Selected:
        index, value, ok = answer
        return Selected(self._names[index], value, ok)


def receive_cases(channels: Mapping[str, Channel]) -> tuple[ReceiveCase, ...]:
    """Return one case of a select for each of *channels*, in their order.

    Raises:
        ArgumentTypeError: one is no channel.
    """
    for name, channel in channels.items():
        if not isinstance(channel, Channel):
            raise ArgumentTypeError(f"the case {name} of select is a channel, not {kind_of(channel)}")
    return tuple(ReceiveCase(channel._channel) for channel in channels.values())
