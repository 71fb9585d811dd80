"""The way of an error through a test of the user's own, without the places that are simcore's."""

from __future__ import annotations

from types import TracebackType
from typing import TYPE_CHECKING

import pytest

from simcore.model.errors import InternalError, SimcoreError
from simcore.model.places import is_simcore

if TYPE_CHECKING:
    from collections.abc import Iterator

CAUSES_MAX = 20


def without_our_frames(excinfo: pytest.ExceptionInfo[BaseException]) -> pytest.ExceptionInfo[BaseException]:
    """Return *excinfo* with the user's own way alone, where simcore has raised it; a mistake of simcore keeps all."""
    error = excinfo.value
    if not isinstance(error, SimcoreError) or isinstance(error, InternalError):
        return excinfo
    for each in _chain(error):
        each.__traceback__ = _without(each.__traceback__) or each.__traceback__
    way = _without(excinfo.tb) or excinfo.tb
    return pytest.ExceptionInfo.from_exc_info((type(error), error, way))


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    """Give what *error* was raised from or beside; itself is shown by the way that it went until now."""
    for _ in range(CAUSES_MAX):
        error = None if error is None else error.__cause__ or error.__context__
        if error is None:
            return
        yield error


def _without(way: TracebackType | None) -> TracebackType | None:
    """Return *way* without the frames of simcore; None where nothing else is there."""
    kept: list[TracebackType] = []
    while way is not None:
        if not is_simcore(way.tb_frame.f_code.co_filename):
            kept.append(way)
        way = way.tb_next
    found: TracebackType | None = None
    for each in reversed(kept):
        found = TracebackType(found, each.tb_frame, each.tb_lasti, each.tb_lineno)
    return found
