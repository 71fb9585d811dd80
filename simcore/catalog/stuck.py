"""What has held its process before, so that this had to be ended, or has ended it: it is refused now, and the rest done
without it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

_stuck: Final[dict[str, str]] = {}


def hold_back(reasons: Mapping[str, str]) -> None:
    """Refuse what *reasons* names, files as they are shown and reports by ``report_named``, and nothing else."""
    _stuck.clear()
    _stuck.update(reasons)


def all_held_back() -> dict[str, str]:
    """Return what is refused, and why."""
    return dict(_stuck)


def why_held_back(name: str) -> str | None:
    """Return why this is refused, or None where it is not."""
    return _stuck.get(name)


def report_named(name: str) -> str:
    """Return what a report of this name is called among what may be held back."""
    return f"the report {name}"
