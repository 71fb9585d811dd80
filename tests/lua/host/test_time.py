"""The time module over virtual time (lua 6.3)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.lua.conftest import Bench


def run(bench: Bench, body: str) -> Any:
    return bench.run(body, modules=("time",))


def test_now_is_the_epoch_plus_virtual_time(bench: Bench) -> None:
    body = """
    local start = time.now()
    time.sleep("1.5s")
    local later = time.now()
    local passed = later:sub(start)
    return {start:unix(), later:unix_nano(), passed:milliseconds(), passed:seconds(), tostring(passed), tostring(later),
        start:before(later), start:after(later), start:equal(start:add(0)), later:add("-1.5s"):equal(start),
        start:add(passed):equal(later), type(start), time.now() == time.now()}
    """

    assert run(bench, body) == [
        *(1704067200, 1704067201500000000, 1500, 1.5, "1.5s", "2024-01-01 00:00:01.5 +0000 UTC"),
        *(True, False, True, True, True, "userdata", False),
    ]


def test_a_duration_is_nanoseconds_a_text_or_a_duration(bench: Bench) -> None:
    body = """
    local function at(d) local start = time.now() time.sleep(d) return time.now():sub(start):nanoseconds() end
    local d = time.parse_duration("1h30m")
    return {at(100), at("2ms"), at(time.parse_duration("3us")), at(time.SECOND), at(0), at("-5s"), d:hours(),
        d:minutes(), tostring(d),
        time.parse_duration(1500000):microseconds(), time.parse_duration("-1500us"):milliseconds(), time.HOUR}
    """

    assert run(bench, body) == [100, 2_000_000, 3000, 10**9, 0, 0, 1.5, 90, "1h30m0s", 1500, -1, 3600 * 10**9]


@pytest.mark.parametrize(
    "call",
    [
        "time.sleep('soon')",
        "time.sleep({})",
        "time.after('x')",
        "time.timer(0)",
        "time.timer('-1s')",
        "time.ticker('x')",
        "time.ticker(0)",
        "time.parse_duration('')",
        "time.parse_duration(nil)",
    ],
)
def test_a_bad_duration_is_an_invalid_error(bench: Bench, call: str) -> None:
    body = f"local value, problem = {call} return {{value == nil, problem:kind(), problem:retryable()}}"

    assert run(bench, body) == [True, "Invalid", False]


def test_after_gives_one_instant_and_is_then_closed(bench: Bench) -> None:
    body = """
    local c = time.after("2s")
    local at, ok = c:receive()
    local none, open = c:receive()
    local soon = channel.select{time.after("1s"):case_receive(), time.after("1ms"):case_receive()}
    return {at:unix(), ok, none == nil, open, soon.value:unix_nano() % 1000000000}
    """

    assert run(bench, body) == [1704067202, True, True, False, 1_000_000]


def test_a_timer_can_be_stopped_and_reset(bench: Bench) -> None:
    body = """
    local timer = time.timer("1s")
    local same = timer:channel() == timer:response()
    local stopped, again = timer:stop(), timer:stop()
    local quiet = channel.select{timer:channel():case_receive(), time.after("3s"):case_receive()}
    local was = timer:reset("1s")
    local at = timer:channel():receive()
    local bad, problem = timer:reset("x")
    return {same, stopped, again, quiet.channel ~= timer:channel(), was, at:unix(), bad == nil, problem:kind()}
    """

    assert run(bench, body) == [True, True, False, True, False, 1704067204, True, "Invalid"]


def test_a_ticker_fires_again_and_again(bench: Bench) -> None:
    body = """
    local ticker, instants = time.ticker("500ms"), {}
    for i = 1, 3 do instants[i] = ticker:channel():receive():unix_nano() % 10000000000 end
    ticker:stop()
    local later = channel.select{ticker:response():case_receive(), time.after("5s"):case_receive()}
    return {instants, later.channel == ticker:channel()}
    """

    assert run(bench, body) == [[500_000_000, 1_000_000_000, 1_500_000_000], False]
