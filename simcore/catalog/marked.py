"""What is taken of a Python file of a catalogue, and what is refused: the one place where marks and ``@given`` tests
are read, for items, checks and reports alike."""

from __future__ import annotations

import inspect
from pathlib import PurePath
from types import ModuleType
from typing import TYPE_CHECKING, Any, Final, NamedTuple, cast
from weakref import WeakKeyDictionary

from simcore.catalog.bound import bound, held_by
from simcore.catalog.fit import is_given, unfit, unfit_given
from simcore.catalog.lost import lost_name, why_lost
from simcore.catalog.mount import BrokenFile, in_catalogue, load_file, marking_of, markings
from simcore.catalog.strays import is_shared, strays
from simcore.model.errors import SimcoreError
from simcore.model.givens import handle_of
from simcore.model.interrupts import is_interrupt
from simcore.model.markers import ATTRIBUTE, Mark, PropertyMark, ScenarioMark, mark_of, word
from simcore.model.shapes import code_of
from simcore.model.stable import stable
from simcore.model.texts import class_name, text_of

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Sequence

    from simcore.catalog.files import Place
    from simcore.model.ledger import Marking

GIVEN: Final = "@given"
_ALONE: Final = (
    "stands beside no scenario, so that nothing is asked it; move it to properties/ of the project, "
    "or import it from a file that begins with `_`"
)


class Taken(NamedTuple):
    """Something of a file that is run or asked.

    Args:
        name: what the file calls it.
        function: what is called.
        mark: what a decorator said of it; None for a ``@given`` test.
        source_line: where it is made, ``file:line``.
    """

    name: str
    function: Callable[..., Any]
    mark: Mark | None
    source_line: str


def is_item(taken: Taken) -> bool:
    """Tell whether it is run by itself: a scenario or a ``@given`` test, and no check and no report."""
    return taken.mark is None or isinstance(taken.mark, ScenarioMark)


class Refused(NamedTuple):
    """Something of a file that looks as if it were run or asked, and cannot be.

    Args:
        name: what the file calls it, or what it was called where it was written.
        what: the decorator that it has, such as ``@always``; empty where it is a mistake that it has none.
        source_line: where that stands, ``file:line``.
        reason: what is wrong and what is to be done.
    """

    name: str
    what: str
    source_line: str
    reason: str

    def __str__(self) -> str:
        what = f"{self.what} " if self.what else ""
        return f"{self.source_line}: {what}{self.name} {self.reason}"


class Contents(NamedTuple):
    """What one file holds, in its order."""

    taken: tuple[Taken, ...] = ()
    refused: tuple[Refused, ...] = ()


def contents(place: Place, kinds: Collection[str] = ()) -> Contents:
    """Return what the file at *place* holds.

    Args:
        place: the file.
        kinds: the kinds of the folders that it lies in (``scenarios``, ``properties``, ``reports``); none where it is
            named by its path alone.

    Raises:
        BrokenFile: it cannot be imported, or what it binds cannot be looked at.
    """
    module = load_file(place.path, place.folder, place.shown)
    known = _known.setdefault(module, {})
    key = (place.shown, *kinds)
    if key not in known:
        known[key] = _whole(place, module, kinds)
    return known[key]


# A file is asked for its items, then for its checks, then for those of each property that runs.
_known: Final[WeakKeyDictionary[ModuleType, dict[tuple[str, ...], Contents]]] = WeakKeyDictionary()


def _whole(place: Place, module: ModuleType, kinds: Collection[str]) -> Contents:
    try:
        return _read(_OneFile(place, module, kinds))
    # What the user's objects raise where they are looked at ends nothing but their file.
    except BaseException as error:
        if is_interrupt(error) or isinstance(error, SimcoreError):
            raise
        reason = f"something in it does not let itself be looked at: {class_name(error)}: {text_of(error)}"
        raise BrokenFile(place.shown, stable(reason).removesuffix(": ")) from error


def _read(file: _OneFile) -> Contents:
    refused = tuple(file.refused())
    names = {each.name for each in refused}
    taken = tuple(each for each in file.taken() if each.name not in names)
    alone = [each for each in taken if file.asks_nobody(each, taken, refused)]
    return Contents(
        tuple(each for each in taken if each not in alone),
        (*refused, *(Refused(each.name, word(cast("Mark", each.mark)), each.source_line, _ALONE) for each in alone)),
    )


class _OneFile:
    """One file that is read."""

    def __init__(self, place: Place, module: ModuleType, kinds: Collection[str]) -> None:
        self._place = place
        self._module = module
        self._kinds = kinds
        self._bound = list(self._own())

    def _own(self) -> Iterator[tuple[str, Any, Mark | None]]:
        """Give what the file binds to names, marked or fed by Hypothesis, each object once."""
        given: list[object] = []
        for value in bound(self._module).values():
            mark = _own_mark(value)
            if (mark is not None or is_given(value)) and not any(each is value for each in given):
                given.append(value)
                if self._belongs_here(value, mark):
                    yield self._name_of(value, mark), value, mark

    def _name_of(self, value: object, mark: Mark | None) -> str:
        """Return the name of an object that may have several: the first that is none of a helper."""
        names = [name for name, each in bound(self._module).items() if each is value]
        meant = [name for name in names if (name.startswith("test_") if mark is None else not name.startswith("_"))]
        return (meant or names)[0]

    def _belongs_here(self, value: object, mark: Mark | None) -> bool:
        """Tell whether it is of this file: what another file of a catalogue makes is that one's."""
        marking = None if mark is None else marking_of(mark)
        if marking is not None:
            file = marking.body.get("__file__") or marking.file
        else:
            code = code_of(value)
            file = code.co_filename if code is not None else ""
        return file == self._module.__file__ or not in_catalogue(file)

    # -- what is taken

    def taken(self) -> Iterator[Taken]:
        for name, value, mark in self._bound:
            if mark is not None or name.startswith("test_"):
                yield Taken(name, value, mark, self._line_of(name, value, mark))

    def _line_of(self, name: str, value: object, mark: Mark | None) -> str:
        """Return where it is written; what was made elsewhere or otherwise, by the line of the file that made it."""
        code, marking = code_of(value), None if mark is None else marking_of(mark)
        here = code is not None and code.co_filename == self._module.__file__
        plain = here and code is not None and code.co_name == name
        if marking is not None and marking.body is vars(self._module) and not plain:
            return f"{self._place.shown}:{marking.body_line}"
        if code is None:
            return self._place.shown
        return f"{self._place.shown if here else PurePath(code.co_filename).name}:{code.co_firstlineno}"

    def asks_nobody(self, check: Taken, taken: Sequence[Taken], refused: Sequence[Refused]) -> bool:
        """Tell whether *check* is a check of the items of this file, and there are none."""
        # A folder of that name counts for the apps beside it.
        inside = self._place.path.relative_to(self._place.folder).parts[:-1]
        if not isinstance(check.mark, PropertyMark) or "properties" in (*self._kinds, *inside):
            return False
        items = (*(is_item(each) for each in taken), *(each.what in ("", GIVEN, "@scenario") for each in refused))
        return not any(items)

    # -- what is refused

    def refused(self) -> Iterator[Refused]:
        """Give what is refused; of one name once."""
        found: dict[str, Refused] = {}
        for each in (*self._unfit(), *self._lost(), *self._strays()):
            found.setdefault(each.name, each)
        yield from found.values()

    def _unfit(self) -> Iterator[Refused]:
        for name, value, mark in self._bound:
            reason = self._unfit_reason(name, value, mark)
            if reason:
                what = word(mark) if mark is not None else GIVEN
                yield Refused(name, what, self._line_of(name, value, mark), reason)

    def _unfit_reason(self, name: str, value: Any, mark: Mark | None) -> str:
        if mark is None:
            return self._misplaced(GIVEN) or unfit_given(name, value)
        return self._misplaced(word(mark)) or unfit(value, mark)

    def _misplaced(self, what: str) -> str:
        """Say why something stands in a file of the wrong kind, if it does."""
        if what == "@report":
            return "" if "reports" in self._kinds else "counts in a reports folder of a project alone; move it there"
        if set(self._kinds) == {"reports"}:
            home = "scenarios" if what == "@scenario" else "properties"
            return f"stands in a reports folder, where nothing runs it; move it to {home}/"
        return ""

    def _lost(self) -> Iterator[Refused]:
        taken = [*(mark for _, _, mark in self._bound), *self._handles()]
        for marking in markings(self._module):
            # A decorator that is kept under a name marks nothing yet, and is no mistake.
            wrong = isinstance(marking.mark, Mark) and marking.mark.wrong
            kept = marking.waits and not wrong and any(each is marking.marked for each in vars(self._module).values())
            if not kept and not any(mark is marking.mark for mark in taken):
                what = word(marking.mark) if isinstance(marking.mark, Mark) else GIVEN
                reason = why_lost(marking, vars(self._module), self._place.shown)
                yield Refused(lost_name(marking, vars(self._module)), what, self._marked_at(marking), reason)

    def _handles(self) -> list[object]:
        """Return what Hypothesis has attached to all that the file binds; what a container holds is told otherwise."""
        values = list(bound(self._module).values())
        held = [each for value in values for each in held_by(value)]
        return [handle for value in (*values, *held) if (handle := handle_of(value)) is not None]

    def _marked_at(self, marking: Marking) -> str:
        line = marking.line if marking.file == self._module.__file__ else marking.body_line
        return f"{self._place.shown}:{line}"

    def _strays(self) -> Iterator[Refused]:
        for stray in strays(self._module, shared=is_shared(self._place.path, self._kinds)):
            yield Refused(stray.name, "", f"{self._place.shown}:{stray.line}", stray.reason)


def _own_mark(value: object) -> Mark | None:
    """Return the mark of *value*; what only its class has says nothing of it."""
    mark = vars(value).get(ATTRIBUTE) if inspect.isclass(value) else mark_of(value)
    of_class = not inspect.isroutine(value) and getattr(type(value), ATTRIBUTE, None) is mark
    return None if of_class or not isinstance(mark, Mark) else mark
