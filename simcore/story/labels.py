"""Labels with their occurrence: what deviations, traces and divergences speak of."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from simcore.kernel.action import Action, Label


class Labels:
    """Counts what was performed, so that each action of a run has a name that no other has."""

    def __init__(self) -> None:
        self._performed: dict[Label, int] = {}

    def perform(self, label: Label) -> str:
        """Count the action of *label* and return its text."""
        occurrence = self._performed[label] = self._performed.get(label, 0) + 1
        return label.text(occurrence)

    def of(self, ready: Sequence[Action], index: int) -> str:
        """Return the label that ``ready[index]`` has if it is picked now. Of several alike that are enabled the older
        has the smaller occurrence."""
        label = ready[index].label()
        earlier = sum(action.label() == label for action in ready[:index])
        return self._text(label, earlier)

    def _text(self, label: Label, earlier: int) -> str:
        return label.text(self._performed.get(label, 0) + 1 + earlier)

    def find(self, ready: Sequence[Action], text: str) -> int | None:
        """Return the index of the enabled action whose label is *text*, or None."""
        # Counted on the way: thousands may be enabled, and each one's earlier ones are known when it comes.
        seen: dict[Label, int] = {}
        for index, action in enumerate(ready):
            label = action.label()
            earlier = seen.get(label, 0)
            if self._text(label, earlier) == text:
                return index
            seen[label] = earlier + 1
        return None
