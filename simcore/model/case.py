"""A case: a run that failed, how it ended, and the form in which a file holds both."""

from __future__ import annotations

from typing import Any, Final, Literal

import msgspec

from simcore.model.outcome import Verdict
from simcore.model.run import Deviation, ItemReference, Run

FORMAT: Final = "simcore-case"
VERSION: Final = 1


class CaseEnd(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How the run ended."""

    verdict: Verdict
    digest: str
    actions: int
    decisions: int
    now_ns: int


class Case(msgspec.Struct, frozen=True, kw_only=True):
    """A run that can be replayed.

    Args:
        run: what is replayed; its deviations are None until the first replay has found them.
        property, message: what failed.
        end: how the run ended.
    """

    run: Run
    property: str
    message: str
    end: CaseEnd


class CaseFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A case as its file has it: flat, in this order, with those options alone that differ from the defaults."""

    format: Literal["simcore-case"] = FORMAT
    version: Literal[1] = VERSION
    item: ItemReference
    property: str
    message: str
    seed: int
    strategy: str
    # Not all of them: an option that is added later must not make an older file unreadable, nor fill each new one.
    options: dict[str, Any] = {}
    arguments: dict[str, Any] | None = None
    deviations: list[Deviation] | None = None
    end: CaseEnd
