"""Time zones by name, from the rules in the package ``tzdata`` and never from those of the machine."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from importlib.resources import files
from typing import Final
from zoneinfo import ZoneInfo

_NAME: Final = re.compile(r"[A-Za-z0-9_+-]+(?:/[A-Za-z0-9_+-]+)*")
_EPOCH: Final = datetime(1970, 1, 1)
_FIRST_S: Final = -62_135_596_800 + 86_400
"""A day after the first second and before the last one that a ``datetime`` can show, as seconds since 1970."""
_LAST_S: Final = 253_402_300_799 - 86_400


@lru_cache(maxsize=64)
def zone(name: str) -> ZoneInfo | None:
    """Return the zone of this *name*, such as ``Europe/Berlin``, or None where there is none."""
    if not _NAME.fullmatch(name):
        return None
    rules = files("tzdata").joinpath("zoneinfo", *name.split("/"))
    try:
        with rules.open("rb") as file:
            # Not by its name, for which ZoneInfo looks among the machine's own files first.
            return ZoneInfo.from_file(file, key=name)
    except (OSError, ValueError):
        # No such file, a folder of zones, or a file beside them.
        return None


def offset_at(name: str, seconds: int) -> tuple[int, str]:
    """Return how many seconds the zone *name* is ahead of UTC at an instant, and what it calls itself then."""
    return _shown(datetime.fromtimestamp(_within(seconds), UTC).astimezone(_known(name)))


def offset_on_wall(name: str, seconds: int) -> tuple[int, str]:
    """Return the same for the time that a clock on a wall shows; of two such instants the earlier is meant.

    A time that the clock leaves out is read as if it had not been put forward yet.
    """
    return _shown((_EPOCH + timedelta(seconds=_within(seconds))).replace(tzinfo=_known(name)))


def _known(name: str) -> ZoneInfo:
    found = zone(name)
    assert found is not None, "a location is made of a known zone"
    return found


def _shown(local: datetime) -> tuple[int, str]:
    offset = local.utcoffset()
    assert offset is not None, "a zone has an offset"
    return offset.days * 86_400 + offset.seconds, local.tzname() or ""


def _within(seconds: int) -> int:
    return min(max(seconds, _FIRST_S), _LAST_S)
