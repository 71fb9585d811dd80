"""Instants as calendars and clocks show them: the part of the time module that does not wait (lua 6.3)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from simcore.model.errors import ProcessError

if TYPE_CHECKING:
    from tests.lua.conftest import Bench


def run(bench: Bench, body: str, *arguments: Any) -> Any:
    return bench.run(body, *arguments, modules=("time",))


def test_every_constant_of_the_module_is_there(bench: Bench) -> None:
    body = """
    local layouts = {}
    local t = time.date(2009, 2, 5, 17, 0, 57, 12345600)
    for _, name in ipairs{"RFC3339", "RFC3339NANO", "RFC822", "RFC822Z", "RFC850", "RFC1123", "RFC1123Z", "KITCHEN",
        "STAMP", "STAMP_MILLI", "STAMP_MICRO", "STAMP_NANO", "DATE_TIME", "DATE_ONLY", "TIME_ONLY"} do
        layouts[#layouts + 1] = t:format(time[name])
    end
    return {layouts, {time.JANUARY, time.JUNE, time.DECEMBER, time.SUNDAY, time.SATURDAY},
        {time.NANOSECOND, time.MICROSECOND, time.MILLISECOND, time.SECOND, time.MINUTE, time.HOUR},
        time.utc:string(), time.localtz:string()}
    """

    assert run(bench, body) == [
        [
            *("2009-02-05T17:00:57Z", "2009-02-05T17:00:57.0123456Z", "05 Feb 09 17:00 UTC", "05 Feb 09 17:00 +0000"),
            *("Thursday, 05-Feb-09 17:00:57 UTC", "Thu, 05 Feb 2009 17:00:57 UTC", "Thu, 05 Feb 2009 17:00:57 +0000"),
            *("5:00PM", "Feb  5 17:00:57", "Feb  5 17:00:57.012", "Feb  5 17:00:57.012345"),
            *("Feb  5 17:00:57.012345600", "2009-02-05 17:00:57", "2009-02-05", "17:00:57"),
        ],
        [1, 6, 12, 0, 6],
        [1, 10**3, 10**6, 10**9, 60 * 10**9, 3600 * 10**9],
        "UTC",
        "UTC",
    ]


def test_the_parts_of_an_instant_are_those_of_its_place(bench: Bench) -> None:
    body = """
    local t = time.date(2024, 12, 31, 23, 30, 15, 7)
    local east = t:in_location(time.fixed_zone("EAST", 3600))
    local function parts(t)
        local y, m, d = t:date()
        local h, mi, s = t:clock()
        return {y, m, d, h, mi, s, t:nanosecond(), t:weekday(), t:year_day(), t:unix(), t:year() == y, t:month() == m,
            t:day() == d, t:hour() == h, t:minute() == mi, t:second() == s}
    end
    return {parts(t), parts(east), t:equal(east), tostring(east), east:location():string(),
        tostring(east:location()), tostring(east:utc()), tostring(east:in_local()), type(east:location())}
    """
    here, east, *rest = run(bench, body)
    same = [1735687815, *[True] * 6]

    assert here == [2024, 12, 31, 23, 30, 15, 7, 2, 366, *same]
    assert east == [2025, 1, 1, 0, 30, 15, 7, 3, 1, *same]
    utc = "2024-12-31 23:30:15.000000007 +0000 UTC"
    assert rest == [True, "2025-01-01 00:30:15.000000007 +0100 EAST", "EAST", "EAST", utc, utc, "userdata"]


@pytest.mark.parametrize(
    ("fields", "text"),
    [
        ("2024, 13, 1, 0, 0, 0, 0", "2025-01-01T00:00:00Z"),
        ("2024, 0, 0, 0, 0, 0, 0", "2023-11-30T00:00:00Z"),
        ("2023, 2, 29, 0, 0, 0, 0", "2023-03-01T00:00:00Z"),
        ("2024, 1, 1, 25, 61, 61, 2000000000", "2024-01-02T02:02:03Z"),
        ("2024, 1, 1, 0, 0, 0, -1", "2023-12-31T23:59:59.999999999Z"),
        ("2024, 1.0, 1, 0, 0, -1, 0", "2023-12-31T23:59:59Z"),
        ("1, 1, 1, 0, 0, 0, 0", "0001-01-01T00:00:00Z"),
        ("-1, 1, 1, 0, 0, 0, 0", "-0001-01-01T00:00:00Z"),
        ("12024, 1, 1, 0, 0, 0, 0", "12024-01-01T00:00:00Z"),
    ],
)
def test_a_date_counts_on_what_a_month_does_not_have(bench: Bench, fields: str, text: str) -> None:
    assert run(bench, f"return time.date({fields}):format(time.RFC3339NANO)") == text


def test_days_and_seconds_are_those_of_the_calendar(bench: Bench) -> None:
    body = """
    local found = {}
    for i = 0, 400 do
        local t = time.unix(-60000000000 + i * 777777777)
        found[#found + 1] = t:format("2006-01-02 15:04:05 Mon 002")
    end
    return found
    """
    start = datetime(1970, 1, 1, tzinfo=UTC)
    instants = [start + timedelta(seconds=-60_000_000_000 + i * 777_777_777) for i in range(401)]

    assert run(bench, body) == [
        f"{each.year:04d}-{each.month:02d}-{each.day:02d} {each:%H:%M:%S} {each:%a} {each:%j}" for each in instants
    ]


def test_unix_takes_seconds_and_nanoseconds(bench: Bench) -> None:
    body = """
    return {time.unix(1):unix_nano(), time.unix(1, 5):unix_nano(), time.unix(-1, -1):unix_nano(),
        time.unix(0, 3000000000):unix(), tostring(time.unix(0)), time.unix(0):is_zero(),
        time.date(1, 1, 1, 0, 0, 0, 0):is_zero(), time.unix(-62135596800):is_zero()}
    """

    zero = "1970-01-01 00:00:00 +0000 UTC"
    assert run(bench, body) == [10**9, 10**9 + 5, -(10**9) - 1, 3, zero, False, True, True]


def test_add_date_moves_in_the_calendar_and_keeps_the_clock(bench: Bench) -> None:
    body = """
    local t = time.date(2024, 1, 31, 10, 0, 0, 5, time.load_location("Europe/Berlin"))
    local function text(t) return t:format(time.RFC3339NANO) end
    return {text(t:add_date(0, 1, 0)), text(t:add_date(1, -1, 0)), text(t:add_date(0, 0, 60)),
        text(t:add_date(-1, 0, 0))}
    """

    assert run(bench, body) == [
        *("2024-03-02T10:00:00.000000005+01:00", "2024-12-31T10:00:00.000000005+01:00"),
        *("2024-03-31T10:00:00.000000005+02:00", "2023-01-31T10:00:00.000000005+01:00"),
    ]


def test_instants_are_rounded_to_multiples_counted_from_year_one(bench: Bench) -> None:
    body = """
    local t = time.date(2024, 2, 29, 13, 44, 30, 500000000)
    local function text(t) return t:format("02 15:04:05.999") end
    return {text(t:truncate("1s")), text(t:round("1s")), text(t:round("1h")), text(t:truncate(time.HOUR)),
        text(t:truncate("168h")), text(t:round(0)), text(t:truncate("-1h")), text(t:round("1m")),
        text(time.unix(-1, 500000000):round("1s"))}
    """

    assert run(bench, body) == [
        *("29 13:44:30", "29 13:44:31", "29 14:00:00", "29 13:00:00", "26 00:00:00"),
        *("29 13:44:30.5", "29 13:44:30.5", "29 13:45:00", "01 00:00:00"),
    ]


def test_what_is_too_far_apart_is_the_longest_duration(bench: Bench) -> None:
    body = """
    local first, last = time.date(1, 1, 1, 0, 0, 0, 0), time.date(2024, 1, 1, 0, 0, 0, 0)
    return {last:sub(first):nanoseconds(), first:sub(last):nanoseconds(), last:sub(last:add(-5)):nanoseconds(),
        first:before(last), last:after(first), last:equal(first)}
    """

    assert run(bench, body) == [2**63 - 1, -(2**63), 5, True, True, False]


# -- places


def test_a_place_has_summer_and_winter(bench: Bench) -> None:
    body = """
    local place = time.load_location("America/New_York")
    local function text(month) return time.date(2024, month, 1, 12, 0, 0, 0, place):format("15:04 MST -0700") end
    local early = time.date(1, 1, 1, 0, 0, 0, 0, place)
    return {text(1), text(7), place:string(), time.date(2024, 7, 1, 12, 0, 0, 0, place):unix(), early:year()}
    """

    assert run(bench, body) == ["12:00 EST -0500", "12:00 EDT -0400", "America/New_York", 1719849600, 1]


def test_an_hour_that_a_clock_leaves_out_or_shows_twice_is_one_instant(bench: Bench) -> None:
    body = """
    local place = time.load_location("Europe/Berlin")
    local function text(month, day) return time.date(2024, month, day, 2, 30, 0, 0, place):format_rfc3339() end
    return {text(3, 31), text(10, 27)}
    """

    assert run(bench, body) == ["2024-03-31T03:30:00+02:00", "2024-10-27T02:30:00+02:00"]


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("", "Invalid"),
        *(
            (name, "NotFound")
            for name in ("Nowhere/City", "Europe", "../UTC", "/etc/localtime", "zone.tab", "é", "a//b")
        ),
        *((name, "NotFound") for name in ("tzdata.zi", "__init__.py", "zonenow.tab", "Europe/Berlin/")),
    ],
)
def test_an_unknown_place_is_an_error(bench: Bench, name: str, kind: str) -> None:
    body = "local v, e = time.load_location((...)) return {v == nil, e:kind(), e:retryable()}"

    assert run(bench, body, name) == [True, kind, False]


def test_the_own_place_is_utc(bench: Bench) -> None:
    assert (
        run(bench, "return {time.load_location('UTC'):string(), tostring(time.load_location('Local'))}") == ["UTC"] * 2
    )


# -- texts


@pytest.mark.parametrize(
    ("layout", "text", "found"),
    [
        ("RFC3339", "2024-02-29T12:00:00Z", "2024-02-29 12:00:00 +0000 UTC"),
        ("RFC3339", "2024-02-29T12:00:00.25+05:30", "2024-02-29 12:00:00.25 +0530 +0530"),
        ("RFC3339", "2024-02-29T12:00:00+00:00", "2024-02-29 12:00:00 +0000 UTC"),
        ("RFC3339NANO", "2024-02-29T12:00:00.123456789-08:00", "2024-02-29 12:00:00.123456789 -0800 -0800"),
        ("RFC1123", "thu, 29 FEB 2024 12:00:00 CET", "2024-02-29 12:00:00 +0000 CET"),
        ("RFC1123", "Thu, 29 Feb 2024 12:00:00 GMT+2", "2024-02-29 12:00:00 +0200 GMT+2"),
        ("RFC850", "Thursday, 29-Feb-24 12:00:00 UTC", "2024-02-29 12:00:00 +0000 UTC"),
        ("RFC822Z", "29 Feb 69 12:00 -0130", None),
        ("RFC822Z", "28 Feb 69 12:00 -0130", "1969-02-28 12:00:00 -0130 -0130"),
        ("RFC822", "29 Feb 68 12:00 UTC", "2068-02-29 12:00:00 +0000 UTC"),
        ("KITCHEN", "12:05AM", "0000-01-01 00:05:00 +0000 UTC"),
        ("KITCHEN", "3:04PM", "0000-01-01 15:04:00 +0000 UTC"),
        ("KITCHEN", "3:04pm", None),
        ("STAMP_MILLI", "Feb  5 17:00:57.012", "0000-02-05 17:00:57.012 +0000 UTC"),
        ("STAMP_MILLI", "Feb  5 17:00:57.01", None),
        ("DATE_ONLY", "2024-02-30", None),
        ("DATE_ONLY", "2023-02-29", None),
        ("DATE_ONLY", "2024-13-01", None),
        ("DATE_ONLY", "2024-1-01", None),
        ("DATE_ONLY", "2024-01-01 ", None),
        ("DATE_ONLY", "2024-01-01x", None),
        ("DATE_ONLY", "24-01-01", None),
        ("DATE_ONLY", "", None),
        ("DATE_TIME", "2024-01-01 24:00:00", None),
        ("DATE_TIME", "2024-01-01 23:60:00", None),
        ("DATE_TIME", "2024-01-01   23:59:59,5", "2024-01-01 23:59:59.5 +0000 UTC"),
        ("RFC3339", "2024-01-01T00:00:00+25:00", None),
        ("RFC3339", "2024-01-01T00:00:00", None),
    ],
)
def test_a_text_is_read_as_the_layout_has_it(bench: Bench, layout: str, text: str, found: str | None) -> None:
    body = """
    local name, text = ...
    local t, e = time.parse(time[name], text)
    return {t and tostring(t) or "none", e and e:kind(), e and e:retryable()}
    """

    assert run(bench, body, layout, text) == (["none", "Invalid", False] if found is None else [found])


def test_a_text_without_a_zone_is_in_the_place_asked_for(bench: Bench) -> None:
    body = """
    local place = time.load_location("Europe/Berlin")
    local plain = time.parse(time.DATE_TIME, "2024-07-01 12:00:00", place)
    local fitting = time.parse(time.RFC3339, "2024-07-01T12:00:00+02:00", place)
    local named = time.parse(time.RFC1123, "Mon, 01 Jul 2024 12:00:00 CEST", place)
    local other = time.parse(time.RFC3339, "2024-07-01T12:00:00+03:00", place)
    return {plain:location():string(), fitting:location():string(), named:location():string(),
        other:location():string(), plain:equal(fitting), plain:equal(named), other:sub(plain):hours()}
    """

    assert run(bench, body) == [*["Europe/Berlin"] * 3, "", True, True, -1]


def test_what_is_wrong_with_a_text_is_said(bench: Bench) -> None:
    body = """
    local texts = {}
    for i, text in ipairs{"2024-x", "2024-02-30", "2024-02-01!"} do
        local _, e = time.parse("2006-01-02", text)
        texts[i] = e:message()
    end
    return texts
    """

    assert run(bench, body) == [
        'parsing time "2024-x" as "2006-01-02": cannot parse "x" as "01"',
        'parsing time "2024-02-30": day out of range',
        'parsing time "2024-02-01!": extra text: "!"',
    ]


def test_a_text_that_was_written_is_read_again(bench: Bench) -> None:
    body = """
    local wrong = {}
    for _, name in ipairs{"RFC3339NANO", "RFC1123Z", "RFC850", "DATE_TIME"} do
        for i = 0, 50 do
            local t = time.unix(i * 59999999, name == "RFC3339NANO" and i * 1001 or 0)
            local back = time.parse(time[name], t:format(time[name]))
            if not back:equal(t) then wrong[#wrong + 1] = name .. " " .. tostring(t) end
        end
    end
    return wrong
    """

    assert run(bench, body) == []


@pytest.mark.parametrize(
    "call",
    [
        "time.parse(5, 'x')",
        "time.parse('x')",
        "time.parse('x', 'x', 'UTC')",
        "time.date(2024, 1)",
        "time.date('2024', 1, 1, 0, 0, 0, 0)",
        "time.date(2024, 1, 1, 0, 0, 0, 0, 'UTC')",
        "time.unix('1')",
        "time.unix(0/0)",
        "time.load_location(nil)",
        "time.fixed_zone('x')",
        "time.now():format()",
        "time.now():add('x')",
        "time.now():add_date(1)",
        "time.now():in_location('UTC')",
        "time.now():sub(5)",
        "time.now():before(nil)",
        "time.now():round({})",
        "time.now().year(5)",
        "time.utc.string(time.now())",
    ],
)
def test_a_wrong_argument_is_raised_at_the_line_of_the_program(bench: Bench, call: str) -> None:
    with pytest.raises(ProcessError, match=r"^app:main:3: "):
        run(bench, f"\nlocal x = {call}\nreturn 1")
