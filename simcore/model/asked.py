"""What somebody has asked of a run: on a command line, for pytest, or in ``[tool.simcore.run]``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import msgspec

from simcore.model.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable

_LEAST: Final = {"schedules": 1, "seed": 0, "max_failures": 1}


class Asked(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """All options of a run that decide what is played and how it is judged; None where nobody has said anything.

    Args:
        schedules: how many schedules each item gets.
        seed: the base seed.
        strategy: of the schedules after the first.
        max_failures: of one item, before the next one's turn.
        strict: whether an item that has shown nothing is an error, and a ``sometimes`` that was never seen.
    """

    schedules: int | None = None
    seed: int | None = None
    strategy: str | None = None
    max_failures: int | None = None
    strict: bool | None = None

    def over(self, other: Asked) -> Asked:
        """Return this, and what it does not say as *other* has it."""
        said = {name: value for name in self.__struct_fields__ if (value := getattr(self, name)) is not None}
        return msgspec.structs.replace(other, **said)

    def checked(self, shown: Callable[[str], str]) -> Asked:
        """Return this, if every number is in its range.

        Args:
            shown: what the user calls a field.

        Raises:
            UsageError: one is not.
        """
        for name, least in _LEAST.items():
            value = getattr(self, name)
            if value is not None and value < least:
                raise UsageError(f"{shown(name)} takes a number of {least} or more, not {value}")
        return self


def as_option(name: str) -> str:
    """Return what a field is called on the command line."""
    return f"--{name.replace('_', '-')}"
