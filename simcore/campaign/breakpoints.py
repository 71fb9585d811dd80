"""What ``breakpoint()`` does in a process that plays for another, and so has no prompt: it says where there is one."""

from __future__ import annotations

import sys
from typing import Final

from simcore.campaign.machine import breakpoints_are_off
from simcore.model.errors import UsageError
from simcore.model.places import place_of

_NO_PROMPT: Final = "breakpoint() has no prompt in a process that plays for another"
NO_PROMPT: Final = f"{_NO_PROMPT}; add --jobs 0"
NO_PROMPT_OF_XDIST: Final = f"{_NO_PROMPT}; leave out -n"


def tell_of_the_prompt(*_arguments: object, **_named: object) -> None:
    """Refuse a ``breakpoint()``, unless the user's environment has turned them off.

    Raises:
        UsageError: with the line and the cure.
    """
    _refuse(NO_PROMPT)


def tell_of_xdist(*_arguments: object, **_named: object) -> None:
    """Refuse it in a worker of xdist alike.

    Raises:
        UsageError: with the line and the cure.
    """
    _refuse(NO_PROMPT_OF_XDIST)


def _refuse(why: str) -> None:
    if breakpoints_are_off():
        return
    frame = sys._getframe(2)
    raise UsageError(f"{place_of(frame.f_code, frame.f_lineno).shown}: {why}")


def go_on(*_arguments: object, **_named: object) -> None:
    """Pass a ``breakpoint()`` by: where runs are compared nobody looks at them."""
