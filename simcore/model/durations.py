"""Durations as text (``"1m30s"``) and as whole nanoseconds (process 9.10)."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Final

from simcore.model.errors import InvalidArgument, UsageError
from simcore.model.text import cut
from simcore.model.texts import represented

NANOSECOND: Final = 1
MICROSECOND: Final = 1_000
MILLISECOND: Final = 1_000_000
SECOND: Final = 1_000_000_000
MINUTE: Final = 60 * SECOND
HOUR: Final = 60 * MINUTE

UNITS_NS: Final = {
    "ns": NANOSECOND,
    "us": MICROSECOND,
    # Two characters look alike, U+00B5 and U+03BC, and keyboards give either.
    "µs": MICROSECOND,
    "μs": MICROSECOND,
    "ms": MILLISECOND,
    "s": SECOND,
    "m": MINUTE,
    "h": HOUR,
}
LIMIT_NS: Final = 2**63 - 1
# To read a long row of digits takes time that grows with its square.
LENGTH_MAX: Final = 200
TYPED_LENGTH_MAX: Final = 100
"""So much of what somebody has typed and is no duration is told."""
# In ASCII, or \d would take the digits of every script.
_PART: Final = re.compile(r"(\d+\.?\d*|\.\d+)(ns|us|µs|μs|ms|s|m|h)", re.ASCII)


def parse_duration(text: str) -> int:
    """Return the nanoseconds that *text* means, such as ``"1m30s"``, ``"1.5h"``, ``"-2s"`` or ``"0"``.

    Raises:
        InvalidArgument: the text is no duration, or does not fit into 64 bits.
    """
    if len(text) > LENGTH_MAX:
        raise InvalidArgument(f"invalid duration format: a text of {len(text)} characters")
    sign, body = _sign(text)
    if body == "0":
        return 0
    total_ns, position = 0, 0
    while position < len(body):
        part = _PART.match(body, position)
        if part is None:
            break
        total_ns += _exact_ns(part[1], UNITS_NS[part[2]])
        position = part.end()
    if not body or position < len(body):
        raise InvalidArgument(f'invalid duration format: "{text}" (write it like "5s", "250ms" or "1m30s")')
    if total_ns > LIMIT_NS:
        raise InvalidArgument(f'invalid duration format: "{text}" is longer than 64 bits of nanoseconds')
    return sign * total_ns


def _sign(text: str) -> tuple[int, str]:
    if text[:1] in ("+", "-"):
        return (-1 if text[0] == "-" else 1), text[1:]
    return 1, text


def _exact_ns(number: str, unit_ns: int) -> int:
    """Multiply without a float, so that ``0.1s`` is exactly 100 ms."""
    whole, _, fraction = number.partition(".")
    total_ns = int(whole or "0") * unit_ns
    return total_ns + (int(fraction) * unit_ns // 10 ** len(fraction) if fraction else 0)


def duration_ns(value: str | int) -> int:
    """Return *value* in nanoseconds: a text is parsed, an int is nanoseconds already.

    Raises:
        InvalidArgument: the value is neither, or no duration.
    """
    # A bool is an int to Python; as a duration it is a mistake.
    if isinstance(value, bool) or not isinstance(value, (str, int)):
        raise InvalidArgument(
            f"invalid duration format: {represented(value)} is neither a text nor an int of nanoseconds"
        )
    return parse_duration(value) if isinstance(value, str) else value


def typed_duration_ns(text: str, named: str, *, such_as: str, least_ns: int, most_ns: int | None = None) -> int:
    """Return the nanoseconds of a setting that somebody has typed.

    Args:
        text: what was typed.
        named: what the setting is called there where it was typed.
        such_as: durations that it could be, for the message.
        least_ns: how much it is at least.
        most_ns: how much it is at most; None where that goes without saying.

    Raises:
        UsageError: it is no duration, or a shorter or longer one.
    """
    try:
        typed_ns = parse_duration(text)
    except InvalidArgument:
        typed_ns = -1
    if typed_ns < least_ns or (most_ns is not None and typed_ns > most_ns):
        least, typed = format_duration(least_ns), represented(cut(text, TYPED_LENGTH_MAX))
        bounds = f"{least} or more" if most_ns is None else f"from {least} to {format_duration(most_ns)}"
        raise UsageError(f"{named} takes a duration such as {such_as}, {bounds}, not {typed}")
    return typed_ns


def format_duration(duration: int) -> str:
    """Return *duration*, in nanoseconds, as ``parse_duration`` reads it back: ``1h30m45s``, ``1.5ms``, ``0s``."""
    if duration == 0:
        return "0s"
    sign, rest = ("-", -duration) if duration < 0 else ("", duration)
    if rest < SECOND:
        unit = "ms" if rest >= MILLISECOND else "µs" if rest >= MICROSECOND else "ns"
        return f"{sign}{_decimal(rest, UNITS_NS[unit])}{unit}"
    hours, rest = divmod(rest, HOUR)
    minutes, rest = divmod(rest, MINUTE)
    text = f"{hours}h{minutes}m" if hours else f"{minutes}m" if minutes else ""
    return f"{sign}{text}{_decimal(rest, SECOND)}s"


def _decimal(amount: int, unit: int) -> str:
    whole, fraction = divmod(amount, unit)
    digits = f"{fraction:0{len(str(unit)) - 1}d}".rstrip("0") if fraction else ""
    return f"{whole}.{digits}" if digits else str(whole)


def timestamp(epoch: str, instant_ns: int) -> str:
    """Return *instant_ns* of virtual time as ISO 8601 UTC text (O2)."""
    seconds, nanoseconds = divmod(instant_ns, 1_000_000_000)
    start = datetime.fromisoformat(epoch)
    # Without an offset it is UTC and never the zone of the machine.
    start = start.replace(tzinfo=UTC) if start.tzinfo is None else start.astimezone(UTC)
    # A timedelta ends at microseconds; the nanoseconds are written behind it.
    moment = start + timedelta(seconds=seconds)
    fraction = f".{nanoseconds:09d}".rstrip("0") if nanoseconds else ""
    return f"{moment:%Y-%m-%dT%H:%M:%S}{fraction}Z"
