"""A case: a run that failed, how it ended, and the form in which a file holds both."""

from __future__ import annotations

from typing import Annotated, Any, Final, Literal

import msgspec

from simcore.model.outcome import Outcome, Verdict
from simcore.model.run import Deviation, ItemReference, Run

FORMAT: Final = "simcore-case"
VERSION: Final = 2
"""The version of what is written: cases, and tokens in their prefix. Whatever changes the digest of a run raises it."""
READ: Final = (1, 2)
"""The versions that are read. A run of an earlier one was made by another kernel, and is replayed leniently."""

Count = Annotated[int, msgspec.Meta(ge=0)]
Seed = Annotated[int, msgspec.Meta(ge=0)]
Digest = Annotated[str, msgspec.Meta(pattern="^([0-9a-f]{32})?$")]


class CaseEnd(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How the run ended.

    Args:
        verdict: how it was judged.
        digest: of all that happened; empty where no world was made.
        actions, decisions, now_ns: the run in figures.
    """

    verdict: Verdict
    digest: Digest
    actions: Count
    decisions: Count
    now_ns: Count


def end_of(outcome: Outcome) -> CaseEnd:
    """Return how a run ended of which this became."""
    return CaseEnd(outcome.verdict, outcome.digest, outcome.actions, outcome.decisions, outcome.now_ns)


class Case(msgspec.Struct, frozen=True, kw_only=True):
    """A run that can be replayed.

    Args:
        run: what is replayed; its deviations are None until the first replay has found them.
        property, message: what failed.
        end: how the run ended.
        always: the ids of the ``always`` that were asked of the run; None where that is not known.
        sources: the digests of what decides the item besides its own file, by path; None where that is not known.
        version: of the file that it comes from.
        intact: whether the file says what was written into it.
        is_sealed: whether it has a checksum at all.
    """

    run: Run
    property: str
    message: str
    end: CaseEnd
    always: tuple[str, ...] | None = None
    sources: dict[str, str] | None = None
    version: int = VERSION
    intact: bool = True
    is_sealed: bool = True


class CaseFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A case as its file has it: flat, in this order, with those options alone that differ from the defaults."""

    format: Literal["simcore-case"] = FORMAT
    version: Literal[1, 2] = VERSION
    item: ItemReference
    property: str
    message: str
    seed: int
    strategy: str
    # Not all of them: an option that is added later must not make an older file unreadable, nor fill each new one.
    options: dict[str, Any] = {}
    # Only where it is not 0: files that are older than it have none, and mean that.
    settle_ns: Count | msgspec.UnsetType = msgspec.UNSET
    arguments: dict[str, Any] | None = None
    seeds: list[Seed] | None = None
    drawn: list[Any] | None = None
    deviations: list[Deviation] | None = None
    # Files that are older than these three have none of them.
    always: tuple[str, ...] | None = None
    sources: dict[str, str] | None = None
    end: CaseEnd
    checksum: Digest = ""
