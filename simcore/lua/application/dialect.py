"""Which of the two API generations an application speaks (process 16.1)."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Literal, TypeAlias

from simcore.lua.application.shown import escaped

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from simcore.lua.application.entry import Entry

Dialect: TypeAlias = Literal["seed", "current"]

_SEED_REASON = "no source calls data() on a payload or uses exec, and no lifecycle has 'requires'"


def dialect_of(entries: Iterable[Entry]) -> tuple[Dialect, str]:
    """Return the dialect of the application that holds *entries*, and why.

    It is ``current`` if any source calls a method ``data`` on what a ``payload()`` call gave, or uses ``exec`` or
    ``requires``; else ``seed`` (process 16.1).
    """
    for reason in islice(_signs(entries), 1):
        return "current", reason
    return "seed", _SEED_REASON


def _signs(entries: Iterable[Entry]) -> Iterator[str]:
    for entry in entries:
        file = escaped(entry.file)
        place = f"{file} ({entry.id})" if entry.source_path is None else escaped(entry.source_path)
        if entry.erased is not None and entry.erased.calls_data_on_payload:
            yield f"{place} calls data() on a payload"
        if entry.erased is not None and entry.erased.calls_exec:
            yield f"{place} uses exec"
        lifecycle = entry.data.get("lifecycle")
        if isinstance(lifecycle, dict) and "requires" in lifecycle:
            yield f"{file}:{entry.line} has a lifecycle with 'requires'"
