"""Layouts of instants, written with the reference time ``Mon Jan 2 15:04:05 MST 2006`` (lua 6.3).

A layout is an example: each of its tokens is a part of the reference time, and everything else stands for itself.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from simcore.model.errors import InvalidArgument

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

MONTHS: Final = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
DAYS: Final = ("Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday")
TOKEN: Final = re.compile(
    r"January|Jan(?![a-z])|Monday|Mon(?![a-z])|MST|002|0[1-6]|15|2006|1|2|__2|_2(?!006)|3|4|5|PM|pm"
    r"|[-Z](?:07:00:00|070000|07:00|0700|07)|[.,](?:0+|9+)(?![0-9])"
)
"""The tokens; of several that fit, the first named here is meant."""
_ZONE_NAME: Final = re.compile(
    r"UTC|ChST|MeST|GMT(?:[+-][0-9]{1,2})?|[+-][0-9]{1,2}|(?:[A-Z]{4}T|[A-Z]{3}T|WITA|[A-Z]{3})(?![A-Z])"
)
_FRACTION: Final = re.compile(r"[.,][0-9]+")
_BLANKS: Final = re.compile(r" +|\Z")
_HOUR_S: Final = 3600
# Two digits of a year mean one from 1969 to 2068.
_CENTURY_FROM: Final = 69


class Instant(NamedTuple):
    """An instant as a calendar and a clock show it in one place; *offset_s* is how far the place is ahead of UTC."""

    year: int
    month: int
    day: int
    hour: int
    minute: int
    second: int
    nanosecond: int
    weekday: int
    year_day: int
    offset_s: int
    zone: str


def format_instant(layout: str, instant: Instant) -> str:
    """Return *instant* in the form of *layout*."""
    return TOKEN.sub(lambda token: _written(token[0], instant), layout)


def _written(token: str, instant: Instant) -> str:
    if token[0] in ".,":
        return _fraction(token, instant.nanosecond)
    if token[0] in "-Z":
        return "Z" if token[0] == "Z" and not instant.offset_s else _offset(token[1:], instant.offset_s)
    return _WRITERS[token](instant)


def _fraction(token: str, nanosecond: int) -> str:
    """Return as many digits as *token* has; nines leave out what is zero at the end."""
    digits = f"{nanosecond:09d}".ljust(len(token) - 1, "0")[: len(token) - 1]
    if token[1] == "9":
        digits = digits.rstrip("0")
    return token[0] + digits if digits else ""


def _offset(form: str, offset_s: int) -> str:
    """Return *offset_s* in the form of ``07``, ``0700``, ``07:00``, ``070000`` or ``07:00:00``."""
    minutes, seconds = divmod(abs(offset_s), 60)
    parts = (f"{minutes // 60:02d}", f"{minutes % 60:02d}", f"{seconds:02d}")
    sign = "-" if offset_s < 0 else "+"
    return sign + (":" if ":" in form else "").join(parts[: len(form.replace(":", "")) // 2])


def _padded(number: int, width: int) -> str:
    return f"-{-number:0{width}d}" if number < 0 else f"{number:0{width}d}"


def _half_day_hour(instant: Instant) -> int:
    return (instant.hour + 11) % 12 + 1


_WRITERS: Final[Mapping[str, Callable[[Instant], str]]] = {
    "2006": lambda t: _padded(t.year, 4),
    "06": lambda t: f"{t.year % 100:02d}",
    "January": lambda t: MONTHS[t.month - 1],
    "Jan": lambda t: MONTHS[t.month - 1][:3],
    "01": lambda t: f"{t.month:02d}",
    "1": lambda t: str(t.month),
    "Monday": lambda t: DAYS[t.weekday],
    "Mon": lambda t: DAYS[t.weekday][:3],
    "02": lambda t: f"{t.day:02d}",
    "_2": lambda t: f"{t.day:2d}",
    "2": lambda t: str(t.day),
    "002": lambda t: f"{t.year_day:03d}",
    "__2": lambda t: f"{t.year_day:3d}",
    "15": lambda t: f"{t.hour:02d}",
    "03": lambda t: f"{_half_day_hour(t):02d}",
    "3": lambda t: str(_half_day_hour(t)),
    "04": lambda t: f"{t.minute:02d}",
    "4": lambda t: str(t.minute),
    "05": lambda t: f"{t.second:02d}",
    "5": lambda t: str(t.second),
    "PM": lambda t: "PM" if t.hour >= 12 else "AM",
    "pm": lambda t: "pm" if t.hour >= 12 else "am",
    "MST": lambda t: t.zone or _offset("07:00" if t.offset_s % 60 else "0700", t.offset_s),
}


class Parsed(NamedTuple):
    """What a text says; *offset_s* and *zone* are None where it says nothing about them."""

    year: int
    month: int
    day: int
    hour: int
    minute: int
    second: int
    nanosecond: int
    offset_s: int | None
    zone: str | None


def parse_instant(layout: str, text: str) -> Parsed:
    """Return what *text* says, which has the form of *layout*. What the layout lacks is the least there is.

    Raises:
        InvalidArgument: the text has another form, or names a day or an hour that does not exist.
    """
    return _Reading(layout, text).parsed()


class _Number(NamedTuple):
    """A token that is a number: the field it gives, its digits, and what it may be."""

    field: str
    digits: re.Pattern[str]
    least: int
    most: int


_ONE_OR_TWO: Final = re.compile("[0-9]{1,2}")
_TWO: Final = re.compile("[0-9]{2}")
_NUMBERS: Final[Mapping[str, _Number]] = {
    "2006": _Number("year", re.compile("[0-9]{4}"), 0, 9999),
    "06": _Number("short year", _TWO, 0, 99),
    "01": _Number("month", _TWO, 1, 12),
    "1": _Number("month", _ONE_OR_TWO, 1, 12),
    "02": _Number("day", _TWO, 1, 31),
    "2": _Number("day", _ONE_OR_TWO, 1, 31),
    "_2": _Number("day", re.compile(" ?[0-9]{1,2}"), 1, 31),
    "002": _Number("day of year", re.compile("[0-9]{3}"), 1, 366),
    "__2": _Number("day of year", re.compile(" {0,2}[0-9]{1,3}"), 1, 366),
    "15": _Number("hour", _ONE_OR_TWO, 0, 23),
    "03": _Number("hour", _TWO, 0, 12),
    "3": _Number("hour", _ONE_OR_TWO, 0, 12),
    "04": _Number("minute", _TWO, 0, 59),
    "4": _Number("minute", _ONE_OR_TWO, 0, 59),
    "05": _Number("second", _TWO, 0, 59),
    "5": _Number("second", _ONE_OR_TWO, 0, 59),
}
_NAMES: Final[Mapping[str, tuple[str, tuple[str, ...]]]] = {
    "January": ("month", MONTHS),
    "Jan": ("month", tuple(month[:3] for month in MONTHS)),
    "Monday": ("weekday", DAYS),
    "Mon": ("weekday", tuple(day[:3] for day in DAYS)),
    "PM": ("half", ("AM", "PM")),
    "pm": ("half", ("am", "pm")),
}
_OFFSETS: Final = {
    "07": re.compile("[+-]([0-9]{2})"),
    "0700": re.compile("[+-]([0-9]{2})([0-9]{2})"),
    "07:00": re.compile("[+-]([0-9]{2}):([0-9]{2})"),
    "070000": re.compile("[+-]([0-9]{2})([0-9]{2})([0-9]{2})"),
    "07:00:00": re.compile("[+-]([0-9]{2}):([0-9]{2}):([0-9]{2})"),
}


class _Reading:
    """One text on its way through one layout."""

    def __init__(self, layout: str, text: str) -> None:
        self.layout = layout
        self.text = text
        self.at = 0
        self.found: dict[str, int] = {}
        self.nanosecond = 0
        self.offset_s: int | None = None
        self.zone: str | None = None

    def parsed(self) -> Parsed:
        done = 0
        for token in TOKEN.finditer(self.layout):
            self._read_literal(self.layout[done : token.start()])
            self._read_token(token)
            done = token.end()
        self._read_literal(self.layout[done:])
        if self.at < len(self.text):
            raise InvalidArgument(f'parsing time "{self.text}": extra text: "{self.text[self.at :]}"')
        month, day = self._day()
        found = self.found
        return Parsed(
            *(self._year(), month, day, self._hour(), found.get("minute", 0), found.get("second", 0)),
            *(self.nanosecond, self.offset_s, self.zone),
        )

    def _read_literal(self, literal: str) -> None:
        """Read what stands for itself; any run of blanks stands for any other, and for the end."""
        for piece in re.findall(" +|[^ ]+", literal):
            if piece[0] == " ":
                self._read_blanks(piece)
            elif self.text.startswith(piece, self.at):
                self.at += len(piece)
            else:
                raise self._mismatch(piece)

    def _read_blanks(self, piece: str) -> None:
        blanks = _BLANKS.match(self.text, self.at)
        if blanks is None:
            raise self._mismatch(piece)
        self.at = blanks.end()

    def _read_token(self, place: re.Match[str]) -> None:
        token = place[0]
        if token in _NUMBERS:
            self._read_number(token)
            if token in ("05", "5"):
                self._read_unasked_fraction(place.end())
        elif token in _NAMES:
            self._read_name(token)
        elif token[0] in ".,":
            self._read_fraction(token)
        elif token == "MST":
            self._read_zone()
        else:
            self._read_offset(token)

    def _read_number(self, token: str) -> None:
        number = _NUMBERS[token]
        value = int(self._matched(number.digits, token)[0])
        if not number.least <= value <= number.most:
            raise self._out_of_range(number.field)
        self.found[number.field] = value

    def _read_name(self, token: str) -> None:
        field, names = _NAMES[token]
        for index, name in enumerate(names):
            written = self.text[self.at : self.at + len(name)]
            if written == name or (field != "half" and written.lower() == name.lower()):
                self.found[field] = index + (field == "month")
                self.at += len(name)
                return
        raise self._mismatch(token)

    def _read_unasked_fraction(self, following: int) -> None:
        """Seconds may have a fraction that the layout does not ask for."""
        token = TOKEN.match(self.layout, following)
        asked = token is not None and token[0][0] in ".,"
        fraction = _FRACTION.match(self.text, self.at)
        if fraction is not None and not asked:
            self._take_fraction(fraction[0])

    def _read_fraction(self, token: str) -> None:
        fraction = _FRACTION.match(self.text, self.at)
        if token[1] == "9":
            if fraction is not None:
                self._take_fraction(fraction[0])
        elif fraction is None or len(fraction[0]) < len(token):
            raise self._mismatch(token)
        else:
            self._take_fraction(fraction[0][: len(token)])

    def _take_fraction(self, fraction: str) -> None:
        self.nanosecond = int(fraction[1:10].ljust(9, "0"))
        self.at += len(fraction)

    def _read_zone(self) -> None:
        name = self._matched(_ZONE_NAME, "MST")[0]
        if name == "UTC":
            self.offset_s, self.zone = 0, "UTC"
            return
        self.zone = name
        hours = name.removeprefix("GMT")
        if hours[:1] in ("+", "-") and hours:
            self.offset_s = int(hours) * _HOUR_S

    def _read_offset(self, token: str) -> None:
        if token[0] == "Z" and self.text.startswith("Z", self.at):
            self.at += 1
            self.offset_s, self.zone = 0, "UTC"
            return
        written = self._matched(_OFFSETS[token[1:]], token)
        hours, minutes, seconds = (*map(int, written.groups()), 0, 0)[:3]
        if hours > 24 or minutes >= 60 or seconds >= 60:
            raise self._out_of_range("time zone offset")
        size_s = hours * _HOUR_S + minutes * 60 + seconds
        self.offset_s = -size_s if written[0][0] == "-" else size_s

    def _year(self) -> int:
        short = self.found.get("short year")
        if short is None:
            return self.found.get("year", 0)
        return short + (1900 if short >= _CENTURY_FROM else 2000)

    def _day(self) -> tuple[int, int]:
        """Return month and day, which a day of the year may stand for."""
        lengths = _month_lengths(self._year())
        of_year = self.found.get("day of year")
        if of_year is None:
            month, day = self.found.get("month", 1), self.found.get("day", 1)
            if day > lengths[month - 1]:
                raise self._out_of_range("day")
            return month, day
        month, day = 1, of_year
        while month < 12 and day > lengths[month - 1]:
            month, day = month + 1, day - lengths[month - 1]
        if day > lengths[month - 1]:
            raise self._out_of_range("day of year")
        if (self.found.get("month", month), self.found.get("day", day)) != (month, day):
            raise InvalidArgument(f'parsing time "{self.text}": day of year does not match month and day')
        return month, day

    def _hour(self) -> int:
        hour, half = self.found.get("hour", 0), self.found.get("half")
        if half == 1 and hour < 12:
            return hour + 12
        return 0 if half == 0 and hour == 12 else hour

    def _matched(self, form: re.Pattern[str], token: str) -> re.Match[str]:
        found = form.match(self.text, self.at)
        if found is None:
            raise self._mismatch(token)
        self.at = found.end()
        return found

    def _mismatch(self, token: str) -> InvalidArgument:
        rest = self.text[self.at :]
        return InvalidArgument(f'parsing time "{self.text}" as "{self.layout}": cannot parse "{rest}" as "{token}"')

    def _out_of_range(self, field: str) -> InvalidArgument:
        return InvalidArgument(f'parsing time "{self.text}": {field} out of range')


def _month_lengths(year: int) -> tuple[int, ...]:
    leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    return (31, 29 if leap else 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
