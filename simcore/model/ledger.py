"""Every use of a decorator while files of a catalogue are imported, so that a mark which nothing takes is seen."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import PurePath
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Generator
    from types import FrameType

_OURS: Final = frozenset(str(PurePath(__file__).with_name(name)) for name in ("ledger.py", "markers.py", "givens.py"))


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Marking:
    """One use of a decorator.

    Args:
        mark: what it attaches, an object of its own; of ``@given`` what Hypothesis attaches.
        marked: what it was attached to; of one that has no function yet, the decorator itself.
        waits: whether it has no function yet, as ``scenario(schedules=3)`` by itself.
        file, line: where it was used.
        body: the names of the module that was being imported then; empty where it was none.
        body_line: the line in that body.
    """

    mark: object
    marked: object
    waits: bool
    file: str
    line: int
    body: dict[str, Any]
    body_line: int


_open: Final[list[list[Marking]]] = []


@contextmanager
def noting(made: list[Marking]) -> Generator[None, None, None]:
    """Add every use of a decorator inside the block to *made*."""
    _open.append(made)
    try:
        yield
    finally:
        _open.pop()


def is_noting() -> bool:
    """Tell whether the uses of decorators are noted: a file of a catalogue is being imported."""
    return bool(_open)


def note(mark: object, marked: object, *, waits: bool = False) -> None:
    """Note the use of a decorator by whoever called it."""
    if _open:
        _open[-1].append(_marking(mark, marked, waits=waits))


def found_its_function(mark: object) -> None:
    """Forget that a decorator waited: it was given a function."""
    for made in _open:
        made[:] = [each for each in made if not (each.waits and each.mark is mark)]


def _marking(mark: object, marked: object, *, waits: bool) -> Marking:
    frame = sys._getframe(1)
    while frame.f_code.co_filename in _OURS and (before := frame.f_back) is not None:
        frame = before
    body: FrameType | None = frame
    while body is not None and not _is_body(body):
        body = body.f_back
    return Marking(
        mark=mark,
        marked=marked,
        waits=waits,
        file=frame.f_code.co_filename,
        line=frame.f_lineno,
        body={} if body is None else body.f_globals,
        body_line=0 if body is None else body.f_lineno,
    )


def _is_body(frame: FrameType) -> bool:
    """Tell whether *frame* executes a module that is being imported, and not a text that was given to ``exec``, nor the
    program as a whole."""
    names, code = frame.f_globals, frame.f_code
    module = sys.modules.get(str(names.get("__name__")))
    known = module is not None and vars(module) is names and names["__name__"] != "__main__"
    return known and code.co_name == "<module>" and not code.co_filename.startswith("<")
