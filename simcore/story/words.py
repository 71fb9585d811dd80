"""Values that came from an app, made safe and short enough for people to read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from simcore.model.errors import ProcessError
from simcore.model.stable import stable
from simcore.model.text import cut, printable
from simcore.model.texts import represented, text_of

if TYPE_CHECKING:
    from collections.abc import Iterator

LENGTH_MAX: Final = 48
BRACKETS: Final[dict[type, tuple[str, str]]] = {dict: ("{", "}"), list: ("[", "]"), tuple: ("(", ")")}
NAME_MAX: Final = 200
"""A name stands in many lines, so less of it is shown than of a message."""


def named(text: str) -> str:
    """Return an id, a topic or any other name as the lines of a story have it."""
    return cut(printable(text), NAME_MAX)


def short(value: Any) -> str:
    """Return a value of the simulated program in at most ``LENGTH_MAX`` characters."""
    text = printable(_beginning(value))
    return text if len(text) <= LENGTH_MAX else f"{text[: LENGTH_MAX - 3]}..."


def _beginning(value: Any) -> str:
    """Return the ``repr`` of *value* as far as it is going to be shown: that of a small value can be without end, where
    tables hold one table twice, and that one another twice."""
    if isinstance(value, ProcessError):
        return f"error {stable(text_of(value.message))!r}"
    text = ""
    for piece in _pieces(value, ()):
        text += piece
        if len(text) > LENGTH_MAX:
            break
    return text


def _pieces(value: Any, around: tuple[Any, ...]) -> Iterator[str]:
    """Give the ``repr`` of *value*, which lies in the values *around* it, piece by piece."""
    opening, closing = BRACKETS.get(type(value), ("", ""))
    if not opening:
        yield represented(value)
    elif any(each is value for each in around):
        yield f"{opening}...{closing}"
    else:
        yield opening
        yield from _inside(value, (*around, value))
        yield f",{closing}" if opening == "(" and len(value) == 1 else closing


def _inside(value: Any, around: tuple[Any, ...]) -> Iterator[str]:
    for number, each in enumerate(value):
        yield ", " if number else ""
        yield from _pieces(each, around)
        if type(value) is dict:
            yield ": "
            yield from _pieces(value[each], around)
