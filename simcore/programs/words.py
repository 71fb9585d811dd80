"""The arguments that members have at hand, right and wrong, by the small number of a step."""

from __future__ import annotations

from typing import Any, Final

WRONG_TOPICS: Final = ("", "@pid/inbox")
WRONG_OPTIONS: Final[tuple[dict[str, Any], ...]] = ({"trap_links": 1}, {"other": True})
WRONG_DEADLINES: Final = ("soon", "5", "")
WRONG_IDS: Final = ("", "member", ":member")
"""What a call refuses as the id of a definition, which a spawn would look for."""
_AS_TEXT: Final = 4


def deadline_of(value: int) -> str | int | None:
    """Return the deadline that a step's small number means: none, milliseconds, or from 4 on a text of as many."""
    if value >= _AS_TEXT:
        return f"{value}ms"
    return value or None
