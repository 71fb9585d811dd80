"""What the user's own code raises where nobody can hear it: in a ``__del__``, and when its world is over already."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from simcore.limits.unraisable import is_known
from simcore.model.interrupts import is_interrupt
from simcore.model.outcome import Remark
from simcore.model.places import places_of
from simcore.model.shapes import name_of
from simcore.model.text import cut
from simcore.python.generators import collections_heard, is_collecting
from simcore.runner.conclusion import ERROR_LENGTH_MAX
from simcore.runner.judging import judge

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable, Sequence

UNRAISED: Final = "unraised"
"""The kind of the remark."""
NAMED_MAX: Final = 3


@contextmanager
def unraised_heard(heard: list[str]) -> Generator[None, None, None]:
    """Note in *heard* what is raised inside the block where Python can let nothing out.

    What is raised while Python collects circles is no part of a run, since nobody knows when that is; of that, and of
    what is not the user's own, Python complains as ever.
    """
    before = sys.unraisablehook

    def hear(dropped: sys.UnraisableHookArgs) -> None:
        error = dropped.exc_value
        if is_known(dropped):
            return
        if error is None or is_collecting() or is_interrupt(error) or not places_of(error):
            before(dropped)
        else:
            heard.append(f"{name_of(dropped.object)} raised {_said(error)}, where Python can raise nothing")

    sys.unraisablehook = hear
    try:
        with collections_heard():
            yield
    finally:
        # Somebody else may listen in front of it meanwhile, and goes on to.
        if sys.unraisablehook is hear:
            sys.unraisablehook = before


def raised_when_over(raised: Iterable[tuple[str, BaseException]]) -> list[str]:
    """Return in words what processes raised when their world was over, each with whose it was."""
    # Without a line of the user's own it is only that the coroutine had ended already.
    own = [(whose, error) for whose, error in raised if places_of(error)]
    return [f"{whose} raised {_said(error)} on its way out when its world was over" for whose, error in own]


def remarks_of(heard: Sequence[str]) -> tuple[Remark, ...]:
    """Return *heard* as remarks, the first few of them."""
    more = [f"and {len(heard) - NAMED_MAX:,} more"] if len(heard) > NAMED_MAX else []
    return tuple(Remark(UNRAISED, line) for line in (*heard[:NAMED_MAX], *more))


def _said(error: BaseException) -> str:
    judged = judge(error)
    return cut(f"{judged.property}: {judged.message.partition(chr(10))[0]}", ERROR_LENGTH_MAX)
