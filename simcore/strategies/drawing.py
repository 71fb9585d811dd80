"""What a test draws with ``st.data()`` while it runs: noted for its case, and given again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hypothesis.reporting import with_reporter
from hypothesis.strategies import DataObject

from simcore.model.errors import UsageError
from simcore.runner.example import Example, playing
from simcore.strategies.saving import Saving, Unsaved
from simcore.strategies.shown import Told, told_of

if TYPE_CHECKING:
    from collections.abc import Sequence


class Draws:
    """The values that one call of a test drew.

    Args:
        home: the module of the test.
    """

    def __init__(self, home: str) -> None:
        self._home = home
        self.texts: list[Told] = []
        """How each is told."""
        self.data: list[Any] = []
        """Each value as data, up to the first that cannot be saved."""
        self.unsaved: str = ""
        """What the first is that cannot be saved, if one is."""

    def watch(self, drawing: DataObject) -> None:
        """Note all that is drawn from *drawing* from now on."""
        draw = drawing.draw

        def noting(strategy: Any, label: Any = None) -> Any:
            # What a strategy of the user's runs is no part of the test: when the case is replayed, nothing is drawn.
            with playing(Example()), with_reporter(_unheard):
                value = draw(strategy, label)
            self._note(value, label)
            return value

        vars(drawing)["draw"] = noting

    def _note(self, value: Any, label: Any) -> None:
        # At once: the test may change the value.
        name = name_of_draw(len(self.texts) + 1, label)
        self.texts.append(told_of(name, value))
        try:
            self.data.append(Saving(self._home).all({name: value})[name])
        except Unsaved as problem:
            self.unsaved = self.unsaved or problem.reason


class Drawn(DataObject):
    """Stands for ``st.data()`` in a replay: gives what the case holds, whatever strategy is asked for."""

    def __init__(self) -> None:
        self._values: Sequence[Any] = ()
        self.texts: list[Told] = []
        """As of ``Draws``."""
        self.exhausted: bool = False
        """Whether more was drawn than there was."""

    def give(self, values: Sequence[Any]) -> None:
        """Let *values* be what is drawn."""
        self._values = values

    def draw(self, strategy: Any, label: Any = None) -> Any:
        """Return the next value."""
        number = len(self.texts)
        if number >= len(self._values):
            self.exhausted = True
            raise UsageError(f"the test draws more than the {number} values that the case holds")
        value = self._values[number]
        self.texts.append(told_of(name_of_draw(number + 1, label), value))
        return value


def name_of_draw(number: int, label: Any) -> str:
    """Return what a drawn value is called."""
    return f"draw {number}" if label is None else f"draw {number} ({label})"


def _unheard(_text: object) -> None:
    """Hypothesis tells each draw; here it is told with the arguments."""
