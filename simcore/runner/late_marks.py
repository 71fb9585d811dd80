"""Marks that are made while an item runs: no file of a catalogue is read then, so that nothing takes them."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from simcore.model.errors import UsageError
from simcore.model.ledger import noting
from simcore.model.markers import Mark, word
from simcore.model.shapes import name_of
from simcore.model.shown_file import shown_file

if TYPE_CHECKING:
    from collections.abc import Generator

    from simcore.model.ledger import Marking


@contextmanager
def refusing_marks() -> Generator[None, None, None]:
    """Refuse what is marked inside the block; a module that is imported there has its own.

    Raises:
        UsageError: something was, and the block came to its end.
    """
    made: list[Marking] = []
    with noting(made):
        yield
    for each in made:
        if isinstance(each.mark, Mark) and not each.body:
            name = name_of(each.marked).rpartition(".")[2]
            raise UsageError(
                f"{shown_file(each.file)}:{each.line}: {word(each.mark)} {name} is made while an item runs, so that "
                "nothing takes it; move it out of the function"
            )
