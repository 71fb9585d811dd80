"""The texts of values that are the user's: their ``repr`` and their ``str``, whatever those do.

They may raise anything, also what ends a process; that must end neither a run nor the telling of one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from simcore.model.interrupts import is_interrupt

if TYPE_CHECKING:
    from collections.abc import Callable


_NAME: Final = type.__dict__["__name__"]


def class_name(value: object) -> str:
    """Return the name of the class of *value*, past whatever its metaclass makes of that word."""
    name: str = _NAME.__get__(type(value))
    return name


def represented(value: object) -> str:
    """Return the ``repr`` of *value*; of one that cannot be written its type, and what it raises."""
    return attempted(lambda: repr(value), lambda error: _unwritten(value, error))


def text_of(said: object) -> str:
    """Return the text of an error, or of what an error has for a message: any object, which need not be able to say
    it."""
    return attempted(lambda: str(said), lambda error: f"a message that raises {class_name(error)} when it is written")


def can_be_written(value: object) -> bool:
    """Tell whether the ``repr`` of *value* raises nothing."""
    return attempted(lambda: f"{value!r} ", lambda error: "") != ""


def attempted(write: Callable[[], str], otherwise: Callable[[BaseException], str]) -> str:
    """Return what *write* returns, or what *otherwise* makes of the error that it raises.

    Somebody's Ctrl-C is no error of *write*.
    """
    try:
        # A text of the user's own kind may do as it likes as well.
        return str.__str__(write())
    except BaseException as error:
        if is_interrupt(error):
            raise
        return otherwise(error)


def _unwritten(value: object, error: BaseException) -> str:
    if type(value) is int:
        # Python refuses to write a number of more than 4,300 digits.
        return hex(value)
    return f"<{class_name(value)}, whose repr raises {class_name(error)}>"
