"""What an exception says: its text, and what stands below it, its notes, its causes and the members of its group."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Final

from simcore.model.errors import ProcessError
from simcore.model.places import is_copy, is_raised_by_user, places_of, with_place
from simcore.model.stable import stable
from simcore.model.text import cut
from simcore.model.texts import class_name, text_of

if TYPE_CHECKING:
    from collections.abc import Iterator

LINES_MAX: Final = 12
"""So many lines are told below a text."""
LINE_LENGTH_MAX: Final = 500
DEPTH_MAX: Final = 20
"""An error may be its own cause, or a member of its own group, over any number of others."""


def kind_and_text(error: BaseException) -> str:
    """Return the class of *error* and its text, the same in every process of the machine."""
    text = text_of(error.message if isinstance(error, ProcessError) else error)
    return stable(f"{class_name(error)}: {text}" if text else class_name(error))


def below(error: BaseException) -> tuple[str, ...]:
    """Return a line for each note of *error*, each member of its group and each cause that it was raised from; not of
    all where there are many.

    What a process ended with has them already, as they were when it was raised.
    """
    lines = [cut(line, LINE_LENGTH_MAX) for line in islice(_lines(error, 0), LINES_MAX + 1)]
    return (*lines[:LINES_MAX], *(["and more"] if len(lines) > LINES_MAX else []))


def _lines(error: BaseException, depth: int) -> Iterator[str]:
    if depth > DEPTH_MAX:
        return
    if isinstance(error, ProcessError) and (error.raised_at or error.further):
        yield from error.further
        return
    yield from (f"note: {stable(text_of(note))}" for note in notes_of(error))
    if isinstance(error, BaseExceptionGroup):
        for member in error.exceptions:
            yield f"of the group: {_placed(member)}"
            yield from _lines(member, depth + 1)
    cause = error.__cause__
    if cause is not None and is_copy(error, cause):
        yield from _lines(cause, depth + 1)
    elif cause is not None and is_raised_by_user(error):
        yield f"cause: {_placed(cause)}"
        yield from _lines(cause, depth + 1)


def _placed(error: BaseException) -> str:
    return with_place(kind_and_text(error), places_of(error))


def notes_of(error: BaseException) -> list[object]:
    """Return what was added to *error*, as Python's ``add_note`` does."""
    notes = getattr(error, "__notes__", None)
    # Programs may put anything in its place.
    return list(notes) if isinstance(notes, list | tuple) else []
