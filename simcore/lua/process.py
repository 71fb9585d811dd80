"""What Python keeps of one Lua process: the channels and timers that Lua knows by their numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from simcore.process.timing import TimerChannel

if TYPE_CHECKING:
    from simcore.kernel.channel import Channel
    from simcore.lua.state import LuaState
    from simcore.process.record import ProcessRecord


class LuaProcess:
    """One Lua process.

    Args:
        state: the Lua state of the world.
        record: what the runtime knows of the process.
        dialect: which API generation its application speaks.
    """

    __slots__ = ("_channels", "_timers", "dialect", "kernel", "number", "record", "state", "step", "was_warned")

    def __init__(self, state: LuaState, record: ProcessRecord, dialect: Literal["seed", "current"]) -> None:
        self.state = state
        self.record = record
        self.dialect = dialect
        self.kernel = record.runtime.kernel
        self.step = -1
        self.was_warned = False
        self._channels: list[Channel] = []
        self._timers: list[TimerChannel] = []
        self.number = state.add(self)

    def channel(self, number: int) -> Channel:
        """Return the channel that Lua calls *number*."""
        return self._channels[number - 1]

    def number_of(self, channel: Channel) -> int:
        """Return the number by which Lua knows *channel*, always the same one."""
        if channel.handle is None:
            self._channels.append(channel)
            channel.handle = len(self._channels)
        number: int = channel.handle
        return number

    def timer(self, number: int) -> TimerChannel:
        """Return the timer or ticker that Lua calls *number*."""
        return self._timers[number - 1]

    def start_timer(self, duration_ns: int, *, again: bool) -> tuple[int, int]:
        """Start a timer, or a ticker with *again*; return its number and that of its channel."""
        timer = TimerChannel(self.record, duration_ns, again=again)
        self._timers.append(timer)
        return len(self._timers), self.number_of(timer.channel)

    def begins_step(self) -> bool:
        """Tell whether this is the first resume in a new action, which brings a new budget of instructions."""
        action = self.kernel.actions
        if action == self.step:
            return False
        self.step = action
        return True

    def close(self) -> None:
        """Free everything in Lua: the process has ended."""
        if self.state.processes.pop(self.number, None) is not None:
            self.state.close(self.number)
            self._channels.clear()
            self._timers.clear()
