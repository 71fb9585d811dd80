"""What a function of the user's hands back that is to hand back nothing: it may be work that was never done."""

from __future__ import annotations

from simcore.model.errors import UsageError
from simcore.model.places import place_of
from simcore.model.shapes import came_back, code_of, name_of


class HandedBack(UsageError):
    """A function has returned something that is to return nothing."""


def refuse_result(result: object, named: str, what: str) -> None:
    """Refuse a *result* that is something.

    Args:
        result: what a function returned.
        named: the function with its place, as a message begins.
        what: what it is, such as ``a scenario``.

    Raises:
        HandedBack: it is not None. What has not run of it is closed.
    """
    if result is not None:
        cure = f"{what} asserts what is to hold, and returns nothing"
        raise HandedBack(f"{named} returned {came_back(result)}; {cure}")


def named(function: object) -> str:
    """Return where *function* was written and what it is called, as a message begins."""
    code, name = code_of(function), name_of(function).rpartition(".")[2]
    return name if code is None else f"{place_of(code, None).shown}: {name}"
