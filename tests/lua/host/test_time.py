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
        "time.after(0)",
        "time.after('0s')",
        "time.after('-1s')",
        "time.after(time.parse_duration('-1ns'))",
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
    local first = timer:channel()
    local same = first == timer:response()
    local stopped, again = timer:stop(), timer:stop()
    local closed = channel.select{first:case_receive(), default = true}
    local was = timer:reset("1s")
    local other = timer:channel()
    local at = other:receive()
    return {same, stopped, again, closed.default == nil and closed.ok, was, other ~= first, other == timer:response(),
        at:unix_nano() % 10000000000, select(2, first:receive())}
    """

    assert run(bench, body) == [True, True, False, False, False, True, True, 1_000_000_000, False]


@pytest.mark.parametrize("make", ["time.timer('1h')", "time.ticker('1h')"])
def test_a_stop_closes_the_channel_and_wakes_who_waits_at_it(bench: Bench, make: str) -> None:
    """process 18, O27: a reader, a second one, and a select."""
    body = f"""
    local timer, woken = {make}, {{}}
    local c = timer:channel()
    for i = 1, 2 do
        coroutine.spawn(function() woken[i] = {{c:receive()}} end)
    end
    coroutine.spawn(function()
        local got = channel.select{{channel.new():case_receive(), c:case_receive()}}
        woken[3] = {{got.channel == c, got.value, got.ok}}
    end)
    time.sleep("1s")
    timer:stop()
    time.sleep("1s")
    return {{woken[1][1] == nil, woken[1][2], woken[2][2], woken[3][1], woken[3][2] == nil, woken[3][3]}}
    """

    assert run(bench, body) == [True, False, False, True, True, False]


def test_what_has_fired_can_be_read_after_the_stop(bench: Bench) -> None:
    body = """
    local timer, ticker = time.timer("1s"), time.ticker("400ms")
    time.sleep("1s")
    local was, going = timer:stop(), ticker:stop()
    local read = {}
    for at in function() return (ticker:channel():receive()) end do read[#read + 1] = at:unix_nano() % 1000000000 end
    local at, ok = timer:channel():receive()
    time.sleep("5s")
    return {was, going, read, ok, at:unix_nano() % 10000000000, select(2, timer:channel():receive())}
    """

    assert run(bench, body) == [False, True, [400_000_000, 800_000_000], True, 1_000_000_000, False]


def test_a_timer_that_still_runs_keeps_its_channel_over_a_reset(bench: Bench) -> None:
    body = """
    local timer = time.timer("1s")
    local c, at = timer:channel(), nil
    coroutine.spawn(function() at = c:receive() end)
    local was = timer:reset("3s")
    time.sleep("2s")
    local early = at
    time.sleep("2s")
    return {was, early == nil, at:unix_nano() % 10000000000, c == timer:channel()}
    """

    assert run(bench, body) == [True, True, 3_000_000_000, True]


@pytest.mark.parametrize(
    "ending", ["timer:channel():receive()", "timer:stop()", "timer:channel():close()", "time.sleep('2s')"]
)
def test_a_closed_channel_stays_closed_and_a_reset_timer_has_another(bench: Bench, ending: str) -> None:
    """process 18, O28: also where the program itself has closed it, and where its value was never read."""
    body = f"""
    local timer = time.timer("1s")
    local old = timer:channel()
    {ending}
    timer:reset("1s")
    local new, start = timer:channel(), time.now()
    local at, ok = new:receive()
    while select(2, old:receive()) do end
    return {{new ~= old, ok, at:sub(start):seconds(), channel.select{{old:case_receive(), default = true}}.ok,
        select(2, new:receive())}}
    """

    assert run(bench, body) == [True, True, 1, False, False]


@pytest.mark.parametrize("duration", ["'0s'", "0", "'-1s'", "-5", "'soon'", "nil", "{}", "time.parse_duration('0')"])
def test_a_reset_with_a_bad_duration_is_raised_and_changes_nothing(bench: Bench, duration: str) -> None:
    """process 18, O28."""
    body = f"""
    local timer = time.timer("1s")
    local c = timer:channel()
    local ok, problem = pcall(timer.reset, timer, {duration})
    local at = c:receive()
    return {{ok, errors.is(problem, errors.INVALID), problem:retryable(), at:unix_nano() % 10000000000}}
    """

    assert run(bench, body) == [False, True, False, 1_000_000_000]


def test_a_timer_is_reset_and_stopped_as_often_as_one_likes(bench: Bench) -> None:
    """Old channels are swept away and their timer is not."""
    body = """
    local timer = time.timer("1s")
    for i = 1, 1500 do
        timer:stop()
        timer:reset("1s")
        if i % 100 == 0 then time.sleep("1ms") end
    end
    local at = timer:channel():receive()
    return {timer:stop(), at:unix_nano() % 10000000000}
    """

    assert run(bench, body) == [False, 1_014_000_000]


def test_time_does_not_go_on_for_a_ticker_whose_channel_the_program_has_closed(bench: Bench) -> None:
    body = """
    local ticker = time.ticker("1s")
    ticker:channel():close()
    process.inbox():receive()
    """
    bench.add("main", f"local time = require('time') return {{main = function() {body} end}}", modules=["time"])
    bench.start("main")
    bench.runtime.kernel.run()

    assert bench.runtime.now_ns == 1_000_000_000


def test_a_ticker_fires_again_and_again(bench: Bench) -> None:
    body = """
    local ticker, instants = time.ticker("500ms"), {}
    for i = 1, 3 do instants[i] = ticker:channel():receive():unix_nano() % 10000000000 end
    ticker:stop()
    local later = channel.select{ticker:response():case_receive(), time.after("5s"):case_receive()}
    return {instants, later.channel == ticker:channel(), later.ok, time.now():unix_nano() % 10000000000}
    """

    assert run(bench, body) == [[500_000_000, 1_000_000_000, 1_500_000_000], True, False, 1_500_000_000]


# -- timers to whose channel other values come as well


def test_the_value_of_a_timer_waits_for_room(bench: Bench) -> None:
    """lua 5.7: it stays queued, and closes the channel when it was given."""
    body = """
    local c = time.after("1s")
    c:send("own")
    time.sleep("2s")
    local open = channel.select{c:case_send("more"), default = true}.default
    local own = c:receive()
    local at, ok = c:receive()
    return {open, own, at:unix_nano() % 10000000000, ok, select(2, c:receive())}
    """

    assert run(bench, body) == [True, "own", 1_000_000_000, True, False]


def test_a_timer_overtakes_no_message_that_is_held_back_for_its_channel(bench: Bench) -> None:
    """lua 5.7, 6.14: its value is the last; what comes later on that topic goes to the inbox."""
    body = """
    local c, me = time.after("1s"), process.pid()
    subscribe("t", c)
    for i = 1, 3 do process.send(me, "t", i) end
    time.sleep("2s")
    process.send(me, "t", "late")
    local one, two, three = c:receive(), c:receive(), c:receive()
    local at, ok = c:receive()
    local _, open = c:receive()
    local late = process.inbox():receive()
    return {one, two, three, at:unix_nano() % 10000000000, ok, open, late:payload(), select(2, unsubscribe(c)):kind()}
    """

    assert run(bench, body) == [1, 2, 3, 1_000_000_000, True, False, "late", "NotFound"]


@pytest.mark.parametrize("closing", ["timer:stop()", "timer:channel():close()", "unsubscribe(timer:channel())"])
def test_a_value_that_waits_for_room_is_dropped_where_its_channel_is_closed(bench: Bench, closing: str) -> None:
    """process 3.15: it is stale then."""
    body = f"""
    local timer, me = time.timer("1s"), process.pid()
    local c = timer:channel()
    subscribe("t", c)
    for i = 1, 3 do process.send(me, "t", i) end
    time.sleep("2s")
    {closing}
    local first, none, open = c:receive(), c:receive()
    local inbox = process.inbox()
    return {{first, none == nil, open, inbox:receive():payload(), inbox:receive():payload()}}
    """

    assert run(bench, body) == [1, True, False, 2, 3]


def test_a_timer_that_fires_ends_the_subscriptions_of_its_channel(bench: Bench) -> None:
    body = """
    local c, me = time.after("1s"), process.pid()
    subscribe("t", c)
    time.sleep("2s")
    process.send(me, "t", 1)
    process.send(me, "t", 2)
    local at, ok = c:receive()
    local inbox = process.inbox()
    return {at:unix_nano() % 10000000000, ok, select(2, c:receive()), inbox:receive():payload(),
        inbox:receive():payload(), (subscribe("t", channel.new(1)))}
    """

    assert run(bench, body) == [1_000_000_000, True, False, 1, 2, True]
