"""What Python keeps of one Lua process: channels, timers, futures and settings that Lua knows by their numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Literal

from simcore.process.verbs.timing import TimerChannel, TimerWord

if TYPE_CHECKING:
    from simcore.kernel.channel import KernelChannel
    from simcore.kernel.kernel import Kernel
    from simcore.lua.bridge.state import LuaState
    from simcore.model.payload import Payload
    from simcore.process.state.record import ProcessRecord
    from simcore.process.verbs.functions import Future

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
        "_kept",
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
        self.state: LuaState = state
        self.record: ProcessRecord = record
        self.dialect = dialect
        self.kernel: Kernel = record.runtime.kernel
        self.step: int = -1
        self.was_warned: bool = False
        self.second_result: Payload | None = None
        self._count = 0
        self._made = 0
        self._sweep_at = SWEEP_MIN
        self._channels: dict[int, KernelChannel] = {}
        self._timers: dict[int, TimerChannel] = {}
        self._kept: dict[int, Any] = {}
        self.number: int = state.add(self)

    def channel(self, number: int) -> KernelChannel:
        """Return the channel that Lua calls *number*."""
        return self._channels[number]

    def number_of(self, channel: KernelChannel) -> int:
        """Return the number by which Lua knows *channel*, always the same one."""
        if channel.handle is None:
            self._count += 1
            self._channels[self._count] = channel
            channel.handle = self._count
        number: int = channel.handle
        return number

    def made(self, channel: KernelChannel) -> int:
        """Return the number of a channel that the program made, and will lose some day."""
        self._made += 1
        return self.number_of(channel)

    def timer(self, number: int) -> TimerChannel:
        """Return the timer or ticker whose channel Lua calls *number*."""
        return self._timers[number]

    def start_timer(self, word: TimerWord, duration_ns: int) -> int:
        """Start what the program calls a *word*; return the number of its channel. Raises as ``TimerChannel``."""
        timer = TimerChannel(self.record, word, duration_ns)
        number = self.made(timer.channel)
        self._timers[number] = timer
        return number

    def reset_timer(self, number: int, duration_ns: int) -> tuple[bool, int]:
        """Reset a timer; return whether it was still going to fire, and the number of its channel, which is another
        where the old one was closed. Raises as ``TimerChannel``."""
        timer = self._timers[number]
        was_going_to = timer.reset(duration_ns)
        if timer.channel.handle is None:
            # The old number goes with the handle of the old channel.
            del self._timers[number]
            number = self.made(timer.channel)
            self._timers[number] = timer
        return was_going_to, number

    def future(self, future: Future) -> int:
        """Take in a future and return the number of its channel, which is its own as well."""
        number = self.made(future.channel)
        self._kept[number] = future
        return number

    def keep(self, value: Any) -> int:
        """Take in what the program made and holds by this number: settings of a builder or of an executor."""
        self._count += 1
        self._made += 1
        self._kept[self._count] = value
        return self._count

    def kept(self, number: int) -> Any:
        """Return what was kept by this number, or the future whose channel it is."""
        return self._kept[number]

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
        """Forget what belongs to handles that Lua has collected; a loop around ``time.after`` makes one each turn."""
        for number in map(int, self.state.sweep(self.number).split()):
            self._channels.pop(number, None)
            self._timers.pop(number, None)
            self._kept.pop(number, None)
            self._made -= 1
        self._sweep_at = max(SWEEP_MIN, 2 * self._made)

    def close(self) -> None:
        """Free everything in Lua: the process has ended."""
        if self.state.processes.pop(self.number, None) is not None:
            self.state.close(self.number)
            self._channels.clear()
            self._timers.clear()
            self._kept.clear()
