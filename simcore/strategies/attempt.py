"""One call of the test of a property: what it was given, in words and as data, and how it ended."""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING, Any, Final

import msgspec
from hypothesis.reporting import with_reporter
from hypothesis.strategies import DataObject

from simcore.model.home import at_home
from simcore.model.text import cut
from simcore.model.texts import can_be_written
from simcore.model.written import to_json
from simcore.python.dropped import dropped_outside
from simcore.runner.case_files import CASE_BYTES_MAX
from simcore.runner.circles import circles_kept
from simcore.runner.example import Example, playing, schedule_of
from simcore.runner.forgotten import refuse_forgotten
from simcore.runner.handed_back import refuse_result
from simcore.runner.late_marks import refusing_marks
from simcore.runner.owner import innermost
from simcore.story.recordings import Recordings, recorded
from simcore.strategies.drawing import Draws
from simcore.strategies.saving import Saving, Unsaved
from simcore.strategies.shown import Told, told_of
from simcore.world.runs import Runs, counting

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from simcore.model.run import Run

_RUNS_MAX: Final = 10


class Attempt:
    """One call that Hypothesis makes.

    Args:
        home: the module of the test.
        arguments: what it is given.
        final: whether it is the last call with the smallest arguments, of which all is to be known.
    """

    def __init__(self, home: str, arguments: Mapping[str, Any], *, final: bool) -> None:
        self.example: Example = Example()
        self.arguments: Mapping[str, Any] = arguments
        self.error: BaseException | None = None
        self.recordings: Recordings | None = None
        """The worlds of the last call, if this is it."""
        self._draws = Draws(home)
        self._home = home
        self._final = final
        self._notes: list[str] = []
        self._added: tuple[str, ...] = ()
        self._texts: list[Told] = []
        self._data: dict[str, Any] | None = None
        self._unsaved = ""
        self._drew_unseen = False

    def make(self, inner: Callable[..., Any], positional: Sequence[Any]) -> None:
        """Call *inner*; raises what it raises, and ``HandedBack`` where it returns something."""
        whose = innermost()
        with ExitStack() as stack:
            root = None if whose is None else whose.root
            stack.enter_context(at_home(root))
            stack.enter_context(circles_kept(inner, root))
            stack.enter_context(playing(self.example))
            stack.enter_context(counting(Runs(options=None if whose is None else whose.options)))
            if self._final:
                # Before the call, which may change what it was given.
                self._look()
                stack.enter_context(with_reporter(lambda text: self._notes.append(str(text))))
                self.recordings = stack.enter_context(recorded())
            with dropped_outside() as dropped, refusing_marks():
                result = inner(*positional, **self.arguments)
            refuse_result(result, inner.__name__, "a property")
            refuse_forgotten(dropped)
            if whose is not None:
                whose.refuse_late()

    def repeat(self, call: Callable[[dict[str, Any], Example, list[str]], BaseException | None]) -> None:
        """Let *call* make it, which has no chance, and keep what it raised; all of it is to be known."""
        self._look()
        with recorded() as self.recordings:
            error = call(dict(self.arguments), self.example, self._notes)
        if error is not None:
            self.fail(error)

    def fail(self, error: BaseException) -> None:
        """Keep what it raised, as it is now: Hypothesis adds what it found to it."""
        self.error = error
        self._added = tuple(getattr(error, "__notes__", ()))

    def restore(self) -> None:
        """Let the error be as it was raised."""
        if self.error is not None and hasattr(self.error, "__notes__"):
            self.error.__notes__ = list(self._added)

    def _look(self) -> None:
        saving = Saving(self._home)
        self._texts = [told_of(name, value) for name, value in self.arguments.items()]
        try:
            self._data = saving.all(self.arguments)
        except Unsaved as problem:
            self._unsaved = problem.reason
        self._drew_unseen = bool(saving.data_objects) and not self._final
        for each in saving.data_objects[:1]:
            self._draws.watch(each)

    def kept(self, run: Run) -> tuple[Run | None, str]:
        """Return *run* with all that makes this call again, or None and why there is no such run."""
        if not self._texts:
            self._look()
        if self._drew_unseen:
            return None, "what the test drew itself was not noted"
        if self._data is None or self._draws.unsaved:
            return None, f"{self._unsaved or self._draws.unsaved}, which cannot be saved"
        kept = {"arguments": self._data, "seeds": self.example.seeds, "drawn": self._draws.data}
        if len(to_json(kept)) > CASE_BYTES_MAX:
            return None, "the arguments are larger than any case"
        return msgspec.structs.replace(run, **kept), ""

    def can_be_repeated(self) -> bool:
        """Tell whether it can be made again with its arguments alone: nothing is drawn while the test runs."""
        return not any(isinstance(each, DataObject) for each in self.arguments.values())

    def is_speakable(self) -> bool:
        """Tell whether every argument can be written."""
        return can_be_written(self.arguments)

    def told(self) -> list[str]:
        """Return the call in words, line by line."""
        return told([*self._texts, *self._draws.texts], self.example.seeds, self._notes)

    def script(self) -> str:
        """Return the first program that it was given as a script; empty where it was given none."""
        return next((each.script for each in self._texts if each.script), "")

    def brief(self) -> str:
        """Return the call in one line."""
        return brief([*self._texts, *self._draws.texts], self.example.seeds)


def told(texts: Sequence[Told], seeds: Sequence[int], notes: Sequence[str]) -> list[str]:
    """Return what a test was given, line by line: arguments and draws, the schedules of its runs, its own notes."""
    runs = [f"  run {number} plays {schedule_of(seed)}" for number, seed in enumerate(seeds, 1)]
    if len(runs) > _RUNS_MAX:
        runs[_RUNS_MAX:] = [f"  and so on; {len(runs)} runs in all"]
    lines = [*(f"  {each.name} = {each.text}" for each in texts), *runs, *(f"  note: {cut(note)}" for note in notes)]
    scripts = [
        line for each in texts if each.script for line in (f"{each.name} as a script:", *each.script.split("\n"))
    ]
    return ["the arguments that fail:", *lines, *scripts]


def brief(texts: Sequence[Told], seeds: Sequence[int]) -> str:
    """Return what a test was given in one line."""
    # What stands for all draws says nothing beside them.
    given = ", ".join(f"{each.name}={each.short}" for each in texts if each.text != "data(...)")
    chosen = [str(seed) for seed in seeds[:_RUNS_MAX]] if any(seeds) else []
    if not chosen:
        return f"with {given}" if given else ""
    which = f"seed {chosen[0]}" if len(chosen) == 1 else f"seeds {', '.join(chosen)}"
    return f"with {given and f'{given}, and '}the schedule{'s' * (len(chosen) > 1)} of {which}"
