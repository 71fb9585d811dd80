"""Values in words: as Python writes them, but short, the same in every process, and whatever their ``repr`` does."""

from __future__ import annotations

import dataclasses
from types import FunctionType, ModuleType
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from simcore.model.programs import Program
from simcore.model.stable import stable
from simcore.model.text import SHOWN_MAX, cut
from simcore.model.texts import attempted, class_name, represented
from simcore.programs.script import script

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

SHORT_MAX: Final = 100
_BRACKETS: Final[dict[type, tuple[str, str]]] = {
    list: ("[", "]"),
    tuple: ("(", ")"),
    set: ("{", "}"),
    frozenset: ("frozenset({", "})"),
}


class Told(NamedTuple):
    """A value that a test was given: its name, how it is told where there is room and where there is little, and of a
    program the script that does the same."""

    name: str
    text: str
    short: str
    script: str = ""


def told_of(name: str, value: Any) -> Told:
    """Return how *value* is told under its *name*."""
    if type(value) is Program:
        return Told(name, shown(value), in_short(value), script(value).rstrip())
    return Told(name, shown(value), shown(value, SHORT_MAX))


def in_short(program: Program) -> str:
    """Return how large a program is, and how its schedule differs from the oldest first."""
    who = [_amount(program.processes, "member")]
    who += [_amount(len(program.services), "service")] if program.services else []
    needs = ["a uniform schedule"] if program.seed else []
    needs += [_amount(len(program.deviations), "deviation")] if program.deviations or not needs else []
    return f"<{_amount(len(program.steps), 'step')} of {' and '.join(who)}, needs {' with '.join(needs)}>"


def _amount(number: int, noun: str) -> str:
    return f"{number or 'no'} {noun}{'s' * (number > 1)}"


def shown(value: Any, length_max: int = SHOWN_MAX) -> str:
    """Return *value* in about *length_max* characters."""
    return cut(_Shown(length_max).text(value), length_max)


class _Shown:
    """One value on its way to a text.

    Args:
        length_max: after some more characters than that nothing more is looked at: what is shown is cut anyway.
    """

    def __init__(self, length_max: int) -> None:
        self._length_max = length_max
        self._left = 4 * length_max
        self._path: list[int] = []

    def text(self, value: Any) -> str:
        if self._left <= 0 or len(self._path) > _DEPTH_MAX or id(value) in self._path:
            return "..."
        self._path.append(id(value))
        try:
            text = self._text(value, type(value))
        finally:
            self._path.pop()
        self._left -= len(text)
        return text

    def _text(self, value: Any, kind: type) -> str:
        if kind in (str, bytes, bytearray):
            return _beginning(value, self._length_max)
        if kind in _BRACKETS:
            return self._collection(value, kind)
        if kind is dict:
            pairs = (f"{self.text(key)}: {self.text(each)}" for key, each in value.items())
            return f"{{{self._joined(pairs)}}}"
        if dataclasses.is_dataclass(kind) and _writes_fields(kind):
            return self._call(kind, [each.name for each in dataclasses.fields(kind) if each.repr], value)
        if _says_nothing(kind):
            return self._plain_object(value, kind)
        return _named(value) or stable(represented(value))

    def _collection(self, value: Any, kind: type) -> str:
        if not value and kind in (set, frozenset):
            return f"{kind.__name__}()"
        inside = self._joined(map(self.text, value) if kind in (list, tuple) else self._in_order(value))
        first, last = _BRACKETS[kind]
        return f"{first}{inside}{',' if kind is tuple and len(value) == 1 else ''}{last}"

    def _in_order(self, value: Iterable[Any]) -> Iterable[str]:
        """Give the texts of a set, which has no order of its own: numbers by their value, all else by its text."""
        elements = list(value)
        if all(type(each) is int for each in elements):
            return map(self.text, sorted(elements))
        return sorted(map(self.text, elements))

    def _call(self, kind: type, names: Iterable[str], value: Any) -> str:
        return f"{kind.__qualname__}({self._joined(self._attributes(names, value))})"

    def _plain_object(self, value: Any, kind: type) -> str:
        """Tell an object that says nothing of itself by what it holds."""
        slots = [name for each in kind.__mro__ for name in _slots(each) if hasattr(value, name)]
        held = self._joined(self._attributes([*getattr(value, "__dict__", ()), *slots], value))
        return f"<{kind.__name__} {held}>" if held else f"<{kind.__name__}>"

    def _attributes(self, names: Iterable[str], value: Any) -> Iterator[str]:
        for name in names:
            yield self._attribute(name, value)

    def _attribute(self, name: str, value: Any) -> str:
        return attempted(
            lambda: f"{name}={self.text(getattr(value, name))}", lambda error: f"{name} raises {class_name(error)}"
        )

    def _joined(self, texts: Iterable[str]) -> str:
        taken: list[str] = []
        for text in texts:
            taken.append(text)
            if self._left <= 0:
                taken.append("...")
                break
        return ", ".join(taken)


_DEPTH_MAX: Final = 50


def _says_nothing(kind: Any) -> bool:
    """Tell whether objects of *kind* have no other ``repr`` than their address."""
    return kind.__repr__ is object.__repr__


def _beginning(value: Any, length_max: int) -> str:
    """Return the text of a string or of bytes, of a long one that of its beginning."""
    if len(value) <= length_max:
        return repr(value)
    return f"{value[: length_max // 2]!r} [... cut, {len(value):,} in all ...]"


def _writes_fields(kind: Any) -> bool:
    """Tell whether a dataclass has the ``repr`` that it gets by itself."""
    written = getattr(kind.__repr__, "__wrapped__", None)
    return written is not None and written.__module__ in (kind.__module__, "dataclasses") and _is_made(written)


def _is_made(function: Any) -> bool:
    return bool(function.__code__.co_filename == "<string>")


def _slots(kind: type) -> list[str]:
    slots = vars(kind).get("__slots__", ())
    return [slots] if isinstance(slots, str) else [name for name in slots if not name.startswith("__")]


def _named(value: Any) -> str:
    """Return how a function, a class or a module is told, or nothing."""
    if isinstance(value, FunctionType):
        if value.__name__ != "<lambda>":
            return f"<function {value.__qualname__}>"
        code = value.__code__
        return f"<lambda at {code.co_filename.rpartition('/')[2]}:{code.co_firstlineno}>"
    if isinstance(value, type):
        return f"<class {value.__qualname__}>"
    return f"<module {value.__name__}>" if isinstance(value, ModuleType) else ""
