"""Of which types values can be saved in a case, and what they are there: one text, or their parts."""

from __future__ import annotations

import dataclasses
import struct
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone
from decimal import Decimal
from fractions import Fraction
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network
from math import isfinite
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec

from simcore.model.errors import UsageError
from simcore.model.options import Options
from simcore.model.programs import PolicyRule, Program, ServiceRule, Step

if TYPE_CHECKING:
    from collections.abc import Callable

KIND: Final = "simcore"
"""The key under which data says of which kind it is."""
OURS: Final = {each.__name__: each for each in (Program, Step, PolicyRule, ServiceRule, Options)}
_LARGE: Final = 2**63
"""Not every reader of JSON takes a number beyond this, and Python itself none of more than 4,300 digits."""


def is_plain(value: Any, kind: type) -> bool:
    """Tell whether JSON holds *value* as it is. One of a subclass is another value."""
    if kind is int:
        return bool(-_LARGE <= value < _LARGE)
    if kind is float:
        return bool(isfinite(value))
    if kind is str:
        return _is_writable(value)
    return value is None or kind is bool


def _is_writable(text: str) -> bool:
    """Tell whether a file of UTF-8 can hold *text*: a lone surrogate it cannot."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


@dataclass(frozen=True, slots=True)
class Scalar:
    """How values of one type are written as one text, and read again; None is said of one that has none."""

    write: Callable[[Any], str | None]
    read: Callable[[str], Any]


def _bits(value: float) -> str:
    """Return all of a float: of NaN there are many."""
    return struct.pack(">d", value).hex()


def _of_bits(text: str) -> float:
    value: float = struct.unpack(">d", bytes.fromhex(text))[0]
    return value


SCALARS: Final[dict[type, Scalar]] = {
    int: Scalar(hex, lambda text: int(text, 16)),
    float: Scalar(_bits, _of_bits),
    str: Scalar(
        lambda value: value.encode("utf-8", "surrogatepass").hex(),
        lambda text: bytes.fromhex(text).decode("utf-8", "surrogatepass"),
    ),
    bytes: Scalar(bytes.hex, bytes.fromhex),
    bytearray: Scalar(bytearray.hex, bytearray.fromhex),
    Decimal: Scalar(str, Decimal),
    UUID: Scalar(str, UUID),
    date: Scalar(date.isoformat, date.fromisoformat),
    ZoneInfo: Scalar(lambda value: value.key, ZoneInfo),
    IPv4Address: Scalar(str, IPv4Address),
    IPv6Address: Scalar(str, IPv6Address),
    IPv4Network: Scalar(str, IPv4Network),
    IPv6Network: Scalar(str, IPv6Network),
}


@dataclass(frozen=True, slots=True)
class Whole:
    """How values of one type are taken apart, and made again of their parts."""

    parts: Callable[[Any], list[Any]]
    make: Callable[..., Any]


def _moment(parts: Callable[[Any], list[Any]], kind: Callable[..., Any]) -> Whole:
    def made(fold: int, zone: Any, *numbers: int) -> Any:
        return kind(*numbers, tzinfo=zone, fold=fold)

    return Whole(lambda value: [value.fold, value.tzinfo, *parts(value)], made)


def _clock(value: Any) -> list[Any]:
    return [value.hour, value.minute, value.second, value.microsecond]


WHOLES: Final[dict[type, Whole]] = {
    tuple: Whole(list, lambda *parts: parts),
    set: Whole(list, lambda *parts: set(parts)),
    frozenset: Whole(list, lambda *parts: frozenset(parts)),
    dict: Whole(lambda value: [list(pair) for pair in value.items()], lambda *pairs: dict(pairs)),
    complex: Whole(lambda value: [value.real, value.imag], complex),
    Fraction: Whole(lambda value: [value.numerator, value.denominator], Fraction),
    timedelta: Whole(lambda value: [value.days, value.seconds, value.microseconds], timedelta),
    timezone: Whole(lambda value: list(value.__getinitargs__()), timezone),
    time: _moment(_clock, time),
    datetime: _moment(lambda value: [value.year, value.month, value.day, *_clock(value)], datetime),
    range: Whole(lambda value: [value.start, value.stop, value.step], range),
    slice: Whole(lambda value: [value.start, value.stop, value.step], slice),
}
BY_NAME: Final = {each.__name__: each for each in (*SCALARS, *WHOLES)}
SETS: Final = (set, frozenset)
"""They have no order of their own that two processes share."""


# -- objects of classes that both sides know, and can take apart and put together without knowing more


def fields(value: Any, kind: type) -> list[tuple[str, Any]] | None:
    """Return the parts of which an object consists, all of them, or None where that is not known."""
    if not is_made_of_fields(kind):
        return None
    names = list(getattr(kind, "__struct_fields__", None) or getattr(kind, "_fields", None) or _names(kind))
    if {*getattr(value, "__dict__", ())} - {*names} or not all(hasattr(value, name) for name in names):
        return None
    return [(name, getattr(value, name)) for name in names]


def is_made_of_fields(kind: Any) -> bool:
    """Tell whether objects of *kind* are no more than their fields: named tuples, structs of msgspec, dataclasses."""
    if issubclass(kind, tuple):
        return hasattr(kind, "_fields") and hasattr(kind, "_make")
    return issubclass(kind, msgspec.Struct) or (dataclasses.is_dataclass(kind) and kind.__new__ is object.__new__)


def _names(kind: Any) -> list[str]:
    return [each.name for each in dataclasses.fields(kind)] if dataclasses.is_dataclass(kind) else []


def made_of_fields(kind: Any, parts: dict[str, Any]) -> Any:
    """Return the object of *kind* that has *parts*.

    Raises:
        UsageError: *kind* makes its objects in another way.
    """
    if not is_made_of_fields(kind):
        raise UsageError(f"{kind.__name__} does not consist of fields any more")
    if not dataclasses.is_dataclass(kind):
        return kind(**parts)
    # Past its __init__, which may take other arguments and change what it was given.
    made: Any = object.__new__(kind)  # type: ignore[arg-type]  # narrowed to an object of a dataclass
    for name, value in parts.items():
        object.__setattr__(made, name, value)
    return made
