"""A case: everything that decides one run, as a readable file; and a token, its short form for a seed."""

from __future__ import annotations

from typing import Any, Final, Literal

import msgspec

from simcore.model.outcome import Deviation, Verdict

FORMAT: Final = "simcore-case"
VERSION: Final = 1


class CaseItem(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which item the case is of.

    Args:
        id: the item's id.
        digest: the digest of its source when the case was made.
        target: the target as it was given; a hint, outside every digest.
    """

    id: str
    digest: str
    target: str = ""


class CaseEnd(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How the run ended."""

    verdict: Verdict
    digest: str
    actions: int
    decisions: int
    now_ns: int


class Case(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A run that can be replayed.

    Args:
        item: whose run it is.
        property, message: what failed.
        seed: of this schedule.
        strategy: of this schedule.
        options: the options that differ from the defaults.
        arguments: of a property the arguments that fail, by name; else None.
        deviations: the choices that were not the oldest first; None until the first replay has found them.
        end: how the run ended.
    """

    format: Literal["simcore-case"] = FORMAT
    version: Literal[1] = VERSION
    item: CaseItem
    property: str
    message: str
    seed: int
    strategy: str
    options: dict[str, Any] = {}
    arguments: dict[str, Any] | None = None
    deviations: list[Deviation] | None = None
    end: CaseEnd
