"""Enabled actions as a test spells them: by what they are called, and nothing happens in them."""

from __future__ import annotations

from simcore.kernel.action import Action, Label


class Called(Action):
    """An action that has a label and does nothing."""

    __slots__ = ("_label",)

    def __init__(self, name: str) -> None:
        super().__init__()
        self._label = Label("step", name)

    def label(self) -> Label:
        return self._label


def ready(names: str) -> list[Action]:
    """Return the actions that are enabled, one for each letter of *names*, the oldest first."""
    return [Called(name) for name in names]
