"""Channels as a Python process has them in hand, and what ``select`` answers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Generic, NamedTuple

from simcore.kernel.channel import KernelChannel, ReceiveCase
from simcore.model import operations
from simcore.model.errors import ArgumentTypeError
from simcore.python.arguments import kind_of
from simcore.python.request import Next, Receive, Request

if TYPE_CHECKING:
    from collections.abc import Mapping

    from typing_extensions import TypeVar

    from simcore.python.request import Unawaited

    T = TypeVar("T", default=Any)
else:
    # What it is where nobody says; Python knows such a default from 3.13 on, type checkers do already.
    from typing import TypeVar

    T = TypeVar("T")


class Channel(Generic[T]):
    """A queue between the coroutines of one process, or where its messages arrive (process 3.14). It never leaves its
    process; ``process.channel``, ``listen``, ``inbox``, ``events`` and ``after`` give one.

    ``async for value in channel`` takes one value after the other, as ``receive`` does, and ends when the channel is
    closed and empty. Nothing closes ``inbox`` and ``events`` but an ``unlisten``, so a loop over one of them goes on
    until it is left or the process ends.
    """

    __slots__ = ("_channel", "_receive", "_unawaited")

    def __init__(self, channel: KernelChannel, unawaited: Unawaited) -> None:
        self._channel = channel
        self._unawaited = unawaited
        self._receive = operations.ChannelReceive(channel)

    def __repr__(self) -> str:
        channel = self._channel
        inside = f"{len(channel.buffer)} of {channel.capacity} values" if channel.capacity else "hands over directly"
        return f"<Channel: {'closed' if channel.closed else 'open'}, {inside}>"

    def __aiter__(self) -> Channel[T]:
        return self

    def __anext__(self) -> Request[T]:
        return Next(self._unawaited, self._receive)

    def receive(self) -> Request[T]:
        """Wait for a value and take it (process 3.14).

        Raises:
            NotFound: the channel is closed and empty.
        """
        return Receive(self._unawaited, self._receive)

    def send(self, value: T) -> Request[None]:
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

    def __init__(self, unawaited: Unawaited, channels: Mapping[str, Channel[Any]]) -> None:
        self._names = tuple(channels)
        super().__init__(unawaited, operations.Select(receive_cases(channels)))

    def read(self, answer: tuple[int, Any, bool]) -> Selected:
        index, value, ok = answer
        return Selected(self._names[index], value, ok)


def receive_cases(channels: Mapping[str, Channel[Any]]) -> tuple[ReceiveCase, ...]:
    """Return one case of a select for each of *channels*, in their order.

    Raises:
        ArgumentTypeError: one is no channel.
    """
    for name, channel in channels.items():
        if not isinstance(channel, Channel):
            raise ArgumentTypeError(f"the case {name} of select is a channel, not {kind_of(channel)}")
    return tuple(ReceiveCase(channel._channel) for channel in channels.values())
