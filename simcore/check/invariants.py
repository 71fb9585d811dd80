"""The invariants of every run: all families, and their names. G1 to G20 are the guarantees of process 15.2."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from simcore.check.lives import Lives
from simcore.check.relations import Relations
from simcore.check.services import Services

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simcore.check.rule import Rule

FAMILIES: Final[tuple[type[Rule], ...]] = (Lives, Relations, Services)

NAMES: Final[Mapping[str, str]] = {name: meaning for family in FAMILIES for name, meaning in family.INVARIANTS.items()}
"""What each invariant stands for, by its name."""


def rules() -> tuple[Rule, ...]:
    """Return one of each family, for one world."""
    return tuple(family() for family in FAMILIES)
