"""A failure as pytest shows it: the words of ``simcore run``, in the form that pytest gives to what failed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from _pytest._code.code import ExceptionChainRepr, ReprEntryNative, ReprFileLocation, ReprTraceback

from simcore.model.errors import NotHeld

if TYPE_CHECKING:
    from pathlib import Path


def failure_repr(error: BaseException, path: Path, line: int | None) -> ExceptionChainRepr:
    """Return what pytest shows of *error*.

    It is of pytest's own classes, since nothing else keeps its form on the way from a worker of xdist.
    """
    message = f"{error.property_name}: {error.message}" if isinstance(error, NotHeld) else str(error)
    entry = ReprEntryNative([f"{each}\n" for each in str(error).splitlines()])
    crash = ReprFileLocation(str(path), (line or 0) + 1, message.partition("\n")[0])
    return ExceptionChainRepr([(ReprTraceback([entry], None, "native"), crash, None)])
