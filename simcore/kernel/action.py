"""What can happen next: one enabled action of the whole system, and its stable label."""

from __future__ import annotations

from typing import NamedTuple

from simcore.model.text import writable


class Label(NamedTuple):
    """What an action is called, in every run that performs it.

    Args:
        verb: ``kind`` or ``kind:verb``, such as ``step`` or ``do:send``.
        path: the creator path of who acts, such as ``world/app:boss.0/app:worker.1``.
        receiver: the creator path of whom it concerns, or empty.
    """

    verb: str
    # By creators and not by pid: pids are counted over the whole world, so one process more would rename all others.
    path: str
    receiver: str = ""

    def text(self, occurrence: int) -> str:
        """Return the label with its *occurrence* (1 for the first of this verb, path and receiver in the run)."""
        tail = f"->{self.receiver}" if self.receiver else ""
        return writable(f"{self.verb}#{occurrence}@{self.path}{tail}")


class Action:
    """The root of all actions. ``number`` is the label's number in the trace once it is known, else -1."""

    __slots__ = ("number",)

    def __init__(self) -> None:
        self.number: int = -1

    def remember(self, number: int) -> None:
        """Keep the label's number, so that it is looked up once."""
        self.number = number

    def label(self) -> Label:
        """Return the label of the action as it stands now."""
        raise NotImplementedError

    def perform(self) -> None:
        """Do it: one transition of the system."""
        raise NotImplementedError
