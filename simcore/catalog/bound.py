"""What a file of the user's binds to names, as far as it lets itself be looked at."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Any, Final, cast

from simcore.model.interrupts import past_what_lies
from simcore.model.markers import ATTRIBUTE

if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import ModuleType

_ASKED: Final = (ATTRIBUTE, "is_hypothesis_test", "hypothesis", "__wrapped__", "__func__", "__code__", "__call__")
"""What is asked of every object: where one of these raises, it is no function that could be run."""


def bound(module: ModuleType) -> dict[str, Any]:
    """Return what *module* binds, but for what raises where it is looked at, such as a proxy of something that is not
    there yet: nothing of that could be run."""
    return {name: value for name, value in list(vars(module).items()) if can_be_seen(value)}


def can_be_seen(value: object) -> bool:
    """Tell whether *value* answers what is asked of a function, whatever the answer."""
    answered = False
    with past_what_lies():
        inspect.isclass(value)
        for name in _ASKED:
            getattr(value, name, None)
        answered = True
    return answered


def held_by(value: object) -> list[Any]:
    """Return what *value* holds, if it is a list, a tuple or a dict, and lets itself be looked at. Of the plain kinds
    alone: another may do anything when it is walked through."""
    held = list(value.values()) if type(value) is dict else value if type(value) in (list, tuple) else ()
    return [each for each in cast("Sequence[Any]", held) if can_be_seen(each)]


def home_of(kind: type[Any]) -> str:
    """Return the name of the package that a class says it comes from; nothing where it says something else."""
    name = type.__getattribute__(kind, "__dict__").get("__module__")
    return name.partition(".")[0] if type(name) is str else ""
