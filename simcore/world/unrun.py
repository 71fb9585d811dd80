"""A world that is made by hand and never run: nothing of it happens, which is easily overlooked."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Final
from weakref import finalize

from simcore.model.places import CodePlace, is_simcore, place_of
from simcore.world.runs import count_made

if TYPE_CHECKING:
    from types import FrameType

_told: Final[dict[CodePlace, None]] = {}
"""Which lines were told, each once: they may stand in a loop."""


def heed(world: object, frame: FrameType) -> finalize[[CodePlace], object] | None:
    """Say so when *world* goes, unless what is returned is detached before. Nothing is returned where somebody else
    says so: whoever runs the item in which it was made, or has made it.

    Args:
        world: which world.
        frame: where it was made.
    """
    if is_simcore(frame.f_code.co_filename) or count_made():
        return None
    return finalize(world, _tell, place_of(frame.f_code, frame.f_lineno))


def _tell(place: CodePlace) -> None:
    # By the log and not as a warning: when a world goes is up to Python, and many projects make errors of warnings. On
    # the standard error it is seen where nobody has set up logging, and pytest shows it beside what fails.
    import logging

    # An error that has ended the whole program before the run is what there is to know.
    if place in _told or hasattr(sys, "last_value"):
        return
    _told[place] = None
    logging.getLogger("simcore").warning(
        "%s: the World that was made here was never run, so nothing of it has happened; call world.run()", place.shown
    )
