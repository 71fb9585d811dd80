"""Texts made the same in every process and on every machine, as far as they show what only one of them has."""

from __future__ import annotations

import re
import sys
from typing import TYPE_CHECKING, Final

from simcore.model.shown_file import shown_file

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

MOUNT_PREFIX: Final = "_simcore_"
"""With what the private name of a catalogue folder begins; after it come the folder's name and a digest of its path."""
SETS_MAX: Final = 1_000_000
"""In longer texts sets stay in their order: it takes a second for a million characters."""

# An address as CPython writes it: after "at" of any length, elsewhere only in the length that addresses have.
_ADDRESS: Final = re.compile(r"(?<=\bat )0x[0-9a-fA-F]{6,16}\b|\b0x[0-9a-f]{12}\b")
_FILE: Final = re.compile(r'(?<=File ")[^"\n]+(?=", line \d)')
_MOUNTED: Final = re.compile(rf"{MOUNT_PREFIX}(\w+?)_[0-9a-f]{{12}}((?:\.\w+)*)")
_TOKEN: Final = re.compile(r"""'(?:[^'\\\n]|\\.)*'?|"(?:[^"\\\n]|\\.)*"?|[{}()\[\],:<>]""")
_CLOSING: Final = {"{": "}", "(": ")", "[": "]", "<": ">"}
# What the element of a set looks like: a quoted text, a number, a call, a bracket or a word that stands for itself.
_ELEMENT: Final = re.compile(r"""\s*(?:[bB]?['"]|-?\.?\d|[({\[<]|[\w.]+\(|(?:None|True|False|nan|inf)\s*$)""")
_NUMBER: Final = re.compile(r"\s*-?\d+\s*$")


def stable(text: str) -> str:
    """Return *text* with ``0x…`` for addresses, files for the private names of modules, shown files in tracebacks, and
    sets in their order.

    Python walks a set of texts in an order that ``PYTHONHASHSEED`` decides; here one is told by ascending elements.
    """
    if "0x" in text:
        text = _ADDRESS.sub("0x…", text)
    if MOUNT_PREFIX in text:
        text = _MOUNTED.sub(_unmounted, text)
    if 'File "' in text:
        text = _FILE.sub(lambda found: shown_file(found[0]), text)
    return _sets_in_order(text) if "{" in text and len(text) <= SETS_MAX else text


def _unmounted(found: re.Match[str]) -> str:
    """Return the shown file of a module, and what is named in it: ``scenarios/bank.py::Account``."""
    name = found[0]
    while name not in sys.modules and "." in name:
        name = name.rpartition(".")[0]
    file = getattr(sys.modules.get(name), "__file__", None)
    if file is None:
        return f"{found[1]}{found[2]}"
    inside = found[0][len(name) :].removeprefix(".")
    return f"{shown_file(file)}::{inside}" if inside else shown_file(file)


class _Group:
    """A bracket that is open, and what is in it so far."""

    def __init__(self, bracket: str) -> None:
        self.bracket = bracket
        self.elements: list[str] = []
        self.pieces: list[str] = []
        self.is_set = bracket == "{"

    def begins_element(self) -> bool:
        return not any(piece.strip() for piece in self.pieces)

    def end_element(self) -> None:
        self.elements.append("".join(self.pieces))
        self.pieces = []

    def text(self) -> str:
        """Return the whole group; a set in its order."""
        self.end_element()
        elements = self.elements
        if self.is_set and len(elements) > 1 and all(map(_ELEMENT.match, elements)):
            elements = [", ".join(sorted((each.strip() for each in elements), key=_order(elements)))]
        return f"{self.bracket}{','.join(elements)}{_CLOSING[self.bracket]}"


def _order(elements: Iterable[str]) -> Callable[[str], tuple[int, str]]:
    """Return by what *elements* are sorted: numbers by their value, all else by its text."""
    numbers = all(map(_NUMBER.match, elements))
    return lambda element: (int(element) if numbers else 0, element)


def _sets_in_order(text: str) -> str:
    return "".join(_pieces(text))


def _pieces(text: str) -> Iterator[str]:
    """Give *text* piece by piece. Each character is looked at once, so what is no display costs no more than one."""
    done, begin = 0, text.find("{")
    while begin >= 0:
        yield text[done:begin]
        display, done = _display(text, begin)
        yield display
        begin = text.find("{", done)
    yield text[done:]


def _display(text: str, begin: int) -> tuple[str, int]:
    """Return what opens at *begin*, with its sets in order, and where it ends; as it is where it is never closed."""
    groups: list[_Group] = []
    at = begin
    for token in _TOKEN.finditer(text, begin):
        between, word = text[at : token.start()], token[0]
        at = token.end()
        if groups:
            groups[-1].pieces.append(between)
        if word in "{([" or (word == "<" and groups[-1].begins_element()):
            groups.append(_Group(word))
        elif word == _CLOSING[groups[-1].bracket]:
            closed = groups.pop().text()
            if not groups:
                return closed, at
            groups[-1].pieces.append(closed)
        elif word in "})]":
            break
        else:
            _take(groups[-1], word)
    return text[begin:at], at


def _take(group: _Group, word: str) -> None:
    """Take a token that opens and closes nothing."""
    if word == ",":
        group.end_element()
        return
    # A dictionary has an order of its own.
    group.is_set = group.is_set and word != ":"
    group.pieces.append(word)
