"""What Python cannot raise, as in a ``__del__``, and complains of: not of what is raised again, or said already."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from simcore.model.errors import StepTimeout
from simcore.model.nested import leave

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable

_IGNORED: Final = "ignored GeneratorExit"
SAID_MAX: Final = 10_000
_said: Final[dict[int, None]] = {}
"""The coroutines that were given up, by their ``id``, the last so many; none of them is in a run any more."""


def is_said(coroutines: Iterable[object]) -> None:
    """Let Python not complain that these do not end when it lets go of them."""
    _said.update(dict.fromkeys(map(id, coroutines)))
    for each in list(_said)[: max(0, len(_said) - SAID_MAX)]:
        del _said[each]
    listen()


def is_known(dropped: sys.UnraisableHookArgs) -> bool:
    """Tell whether *dropped* is raised again, or was said already."""
    if issubclass(dropped.exc_type, StepTimeout):
        return True
    if id(dropped.object) not in _said or not str(dropped.exc_value).endswith(_IGNORED):
        return False
    _said.pop(id(dropped.object), None)
    return True


_told: Final[list[Callable[[object, BaseException], object]]] = []
"""Who is told of what is raised where Python itself hears nothing of it, the innermost last."""


@contextmanager
def told_unraised(hear: Callable[[object, BaseException], object]) -> Generator[None, None, None]:
    """Let *hear* be told, inside of the block, of what ``tell_unraised`` is called with."""
    _told.append(hear)
    try:
        yield
    finally:
        leave(_told, hear)


def tell_unraised(source: object, error: BaseException) -> None:
    """Tell whoever listens that *source* has raised *error*, which nobody else hears of."""
    if _told:
        _told[-1](source, error)


def listen() -> None:
    """Hear of what Python cannot raise before whoever hears of it now, and from now on."""
    if not isinstance(sys.unraisablehook, _Listener):
        sys.unraisablehook = _Listener(sys.unraisablehook)


class _Listener:
    """Hands on what nobody else says.

    Args:
        before: who is told the rest.
    """

    def __init__(self, before: Callable[[sys.UnraisableHookArgs], object]) -> None:
        self._before = before

    def __call__(self, dropped: sys.UnraisableHookArgs) -> None:
        """Hear of it."""
        if not is_known(dropped):
            self._before(dropped)
