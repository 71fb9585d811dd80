"""What Python keeps of one Lua process: the channels and timers that Lua knows by their numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal

from simcore.process.timing import TimerChannel

if TYPE_CHECKING:
    from simcore.kernel.channel import Channel
    from simcore.lua.state import LuaState
    from simcore.process.record import ProcessRecord

SWEEP_MIN: Final = 500
"""Channels that a program makes before the first look at which of them it has lost."""


class LuaProcess:
    """One Lua process.

    Args:
        state: the Lua state of the world.
        record: what the runtime knows of the process.
        dialect: which API generation its application speaks.
    """

    __slots__ = (
        "_channels",
        "_count",
        "_made",
        "_sweep_at",
        "_timers",
        "dialect",
        "kernel",
        "number",
        "record",
        "second_result",
        "state",
        "step",
        "was_warned",
    )

    def __init__(self, state: LuaState, record: ProcessRecord, dialect: Literal["seed", "current"]) -> None:
        self.state = state
        self.record = record
        self.dialect = dialect
        self.kernel = record.runtime.kernel
        self.step = -1
        self.was_warned = False
        self.second_result = False
        self._count = 0
        self._made = 0
        self._sweep_at = SWEEP_MIN
        self._channels: dict[int, Channel] = {}
        self._timers: dict[int, TimerChannel] = {}
        self.number = state.add(self)

    def channel(self, number: int) -> Channel:
        """Return the channel that Lua calls *number*."""
        return self._channels[number]

    def number_of(self, channel: Channel) -> int:
        """Return the number by which Lua knows *channel*, always the same one."""
        if channel.handle is None:
            self._count += 1
            self._channels[self._count] = channel
            channel.handle = self._count
        number: int = channel.handle
        return number

    def made(self, channel: Channel) -> int:
        """Return the number of a channel that the program made, and will lose some day."""
        self._made += 1
        return self.number_of(channel)

    def timer(self, number: int) -> TimerChannel:
        """Return the timer or ticker whose channel Lua calls *number*."""
        return self._timers[number]

    def start_timer(self, duration_ns: int, *, again: bool) -> int:
        """Start a timer, or a ticker with *again*; return the number of its channel."""
        timer = TimerChannel(self.record, duration_ns, again=again)
        number = self.made(timer.channel)
        self._timers[number] = timer
        return number

    def begins_step(self) -> bool:
        """Tell whether this is the first resume in a new action, which brings a new budget of instructions."""
        action = self.kernel.actions
        if action == self.step:
            return False
        self.step = action
        if self._made > self._sweep_at:
            self._sweep()
        return True

    def _sweep(self) -> None:
        """Forget the channels whose handles Lua has collected; a loop around ``time.after`` makes one each turn."""
        for number in map(int, self.state.sweep(self.number).split()):
            del self._channels[number]
            self._timers.pop(number, None)
            self._made -= 1
        self._sweep_at = max(SWEEP_MIN, 2 * self._made)

    def close(self) -> None:
        """Free everything in Lua: the process has ended."""
        if self.state.processes.pop(self.number, None) is not None:
            self.state.close(self.number)
            self._channels.clear()
            self._timers.clear()
