"""A failure as pytest shows it: the words of ``simcore run``, in the form that pytest gives to what failed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from _pytest._code.code import ExceptionChainRepr, ReprEntryNative, ReprFileLocation, ReprTraceback

from simcore.model.errors import NotHeld

if TYPE_CHECKING:
    from pathlib import Path


def shorten(shown: Any, error: BaseException) -> None:
    """Let what pytest shows of *error*, raised in a test of the user's own, begin with what has failed."""
    if not isinstance(shown, ExceptionChainRepr) or shown.reprcrash is None:
        return
    shown.reprcrash.message = _message(error).partition("\n")[0]
    for entry in shown.reprtraceback.reprentries:
        lines = getattr(entry, "lines", None)
        if isinstance(lines, list):
            lines[:] = [each.replace(f"{type(error).__module__}.{type(error).__qualname__}: ", "", 1) for each in lines]


def failure_repr(error: BaseException, path: Path, line: int | None) -> ExceptionChainRepr:
    """Return what pytest shows of *error*.

    It is of pytest's own classes, since nothing else keeps its form on the way from a worker of xdist.
    """
    entry = ReprEntryNative([f"{each}\n" for each in str(error).splitlines()])
    crash = ReprFileLocation(str(path), (line or 0) + 1, _message(error).partition("\n")[0])
    return ExceptionChainRepr([(ReprTraceback([entry], None, "native"), crash, None)])


def _message(error: BaseException) -> str:
    return f"{error.property_name}: {error.message}" if isinstance(error, NotHeld) else str(error)
