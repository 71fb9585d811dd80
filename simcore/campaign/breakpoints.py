"""What ``breakpoint()`` does in a process that plays for another, and so has no prompt: it says where there is one."""

from __future__ import annotations

import sys
from typing import Final

from simcore.campaign.machine import breakpoints_are_off
from simcore.model.errors import UsageError
from simcore.model.places import place_of

NO_PROMPT: Final = "breakpoint() has no prompt in a process that plays for another; add --jobs 0"


def tell_of_the_prompt(*_arguments: object, **_named: object) -> None:
    """Refuse a ``breakpoint()``, unless the user's environment has turned them off.

    Raises:
        UsageError: with the line and the cure.
    """
    if breakpoints_are_off():
        return
    frame = sys._getframe(1)
    raise UsageError(f"{place_of(frame.f_code, frame.f_lineno).shown}: {NO_PROMPT}")


def go_on(*_arguments: object, **_named: object) -> None:
    """Pass a ``breakpoint()`` by: where runs are compared nobody looks at them."""
