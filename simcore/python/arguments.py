"""What the handles of a Python process ask of the arguments they are given."""

from __future__ import annotations

from simcore.model.errors import ArgumentTypeError
from simcore.model.texts import class_name


def are_texts(one: object, other: object) -> bool:
    """Tell whether both are texts."""
    return isinstance(one, str) and isinstance(other, str)


def required_text(what: str, value: object) -> str:
    """Return *value*, which is a text.

    Raises:
        ArgumentTypeError: it is none; *what* says which argument it is.
    """
    if not isinstance(value, str):
        raise ArgumentTypeError(f"{what} is a text, not {kind_of(value)}")
    return value


def kind_of(value: object) -> str:
    """Return what *value* is; its own text may hold an address, which must not reach a digest."""
    name = class_name(value)
    return f"{'an' if name[:1] in tuple('aeiou') else 'a'} {name}"
