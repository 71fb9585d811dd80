"""What can happen now, and what is due later: the model's own enabled actions and timers (process 15.1, A4)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass(eq=False)
class Possible:
    """One action that can happen.

    Args:
        label: gives verb, creator path and subject as they stand now.
        do: performs it.
        hint: what the first effect says where several actions are called the same: a coroutine or a channel.
    """

    label: Callable[[], tuple[str, str, str]]
    do: Callable[[], None]
    hint: object = None


@dataclass(eq=False)
class Due:
    """One action that can happen from an instant on."""

    due_ns: int
    action: Possible


@dataclass
class Agenda:
    """All of them, the oldest first."""

    enabled: list[Possible] = field(default_factory=list)
    timers: list[Due] = field(default_factory=list)
    now_ns: int = 0

    def enable(self, action: Possible) -> None:
        """Let it happen from now on."""
        self.enabled.append(action)

    def disable(self, action: Possible) -> None:
        """Take it back, if it is there."""
        if action in self.enabled:
            self.enabled.remove(action)

    def set_timer(self, due_ns: int, action: Possible) -> Due:
        """Let it happen at an instant; one that is not in the future is due at once."""
        timer = Due(due_ns, action)
        if due_ns <= self.now_ns:
            self.enable(action)
        else:
            self.timers.append(timer)
        return timer

    def cancel(self, timer: Due) -> None:
        """Never let it happen."""
        if timer in self.timers:
            self.timers.remove(timer)
        self.disable(timer.action)

    def first_due_ns(self) -> int | None:
        """Return the instant of what is due first."""
        return min((timer.due_ns for timer in self.timers), default=None)

    def move(self, instant_ns: int) -> None:
        """Let time pass: what is due by then can happen."""
        self.now_ns = instant_ns
        for timer in [each for each in self.timers if each.due_ns <= instant_ns]:
            self.timers.remove(timer)
            self.enable(timer.action)

    def called(self, label: tuple[str, str, str]) -> list[Possible]:
        """Return the enabled actions of this label."""
        return [action for action in self.enabled if action.label() == label]
