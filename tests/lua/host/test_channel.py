"""Channels and select as a Lua program sees them (lua 6.1)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from simcore.model.errors import ProcessError

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.lua.conftest import Bench


def test_values_keep_their_identity_inside_a_process(bench: Bench) -> None:
    body = """
    local c, t = channel.new(4), {}
    local sent = c:send(t)
    c:send(print)
    c:send(c)
    c:send(nil)
    c:close()
    local a, b, d = c:receive(), c:receive(), c:receive()
    local e, ok = c:receive()
    local f, closed = c:receive()
    return {sent, a == t, b == print, d == c, e == nil, ok, f == nil, closed}
    """

    assert bench.run(body) == [True, True, True, True, True, True, True, False]


def test_a_rendezvous_lets_the_sender_go_on_first(bench: Bench) -> None:
    body = """
    local c, order = channel.new(), {}
    coroutine.spawn(function()
        local value = c:receive()
        order[#order + 1] = "got " .. value
    end)
    c:send("x")
    order[#order + 1] = "sent"
    c:close()
    coroutine.spawn(function() end)
    return order
    """

    assert bench.run(body) == ["sent", "got x"]


def test_a_waiting_sender_learns_that_its_channel_was_closed(bench: Bench) -> None:
    body = """
    local c, answer = channel.new(), nil
    coroutine.spawn(function()
        local ok, problem = c:send({})
        answer = {ok == nil, tostring(problem)}
    end)
    c:close()
    c:close()
    return answer
    """

    assert bench.run(body) == [True, "channel closed"]


def test_select_takes_the_first_ready_case_in_order(bench: Bench) -> None:
    body = """
    local a, b, full = channel.new(1), channel.new(1), channel.new(1)
    a:send("a") b:send("b") full:send("f")
    local one = channel.select{b:case_receive(), a:case_receive()}
    local two = channel.select{"no case", b:case_receive(), full:case_send("x"), a:case_receive()}
    local value = {}
    local three = channel.select{full:case_send("x"), a:case_send(value)}
    local got = a:receive()
    local four = channel.select({b:case_receive()}, true)
    local five = channel.select{full:case_send(1), default = true}
    b:close()
    local six = channel.select{full:case_send(1), b:case_receive()}
    return {one.value, one.channel == b, one.ok, two.value, three.channel == a, three.value == value, got == value,
        four.default, four.ok, four.channel == nil, five.default, six.ok, six.value == nil, six.channel == b}
    """

    assert bench.run(body) == ["b", True, True, "a", True, True, True, True, True, True, True, False, True, True]


def test_select_waits_and_leaves_the_other_channels(bench: Bench) -> None:
    body = """
    local a, b, results = channel.new(), channel.new(), channel.new(9)
    coroutine.spawn(function()
        local got = channel.select{a:case_receive(), b:case_send("given")}
        results:send({got.channel == b, got.value})
    end)
    local taken = b:receive()
    local other = channel.select({a:case_send(1)}, true)
    local first = results:receive()
    return {taken, other.default, first[1], first[2]}
    """

    assert bench.run(body) == ["given", True, True, "given"]


def test_select_with_a_closed_send_case_answers_nil_and_an_error(bench: Bench) -> None:
    body = """
    local c, answer = channel.new(), nil
    coroutine.spawn(function()
        local got, problem = channel.select{c:case_send(1)}
        answer = {got == nil, tostring(problem)}
    end)
    c:close()
    return answer
    """

    assert bench.run(body) == [True, "channel closed"]


@pytest.mark.parametrize("capacity", ["-3", "0", "nil", "0.5"])
def test_a_channel_without_room_holds_nothing(bench: Bench, capacity: str) -> None:
    assert bench.run(f"return channel.select({{channel.new({capacity}):case_send(1)}}, true).default") is True


def test_channels_are_compared_by_identity_and_print_by_number(bench: Bench) -> None:
    body = """
    local a, b = channel.new(), channel.new()
    return {a == b, a == a, tostring(a) ~= tostring(b), tostring(a):match("^channel: 0x") ~= nil}
    """

    assert bench.run(body) == [False, True, True, True]


def test_a_wrong_capacity_is_raised(bench: Bench) -> None:
    with pytest.raises(ProcessError, match=r"^app:main:2: bad argument #1 to new \(number expected, got string\)"):
        bench.run("channel.new('x')")


def test_lost_channels_are_forgotten_and_held_ones_are_not(bench: Bench) -> None:
    bench.add(
        "main",
        """
        local time = require("time")
        return {main = function()
            local inbox, held, timer = process.inbox(), channel.new(1), time.timer("1h")
            held:send("still here")
            for i = 1, 5000 do
                channel.select{inbox:case_receive(), time.after(1):case_receive()}
            end
            process.send(process.pid(), "x", 7)
            timer:reset("1s")
            local message, at = inbox:receive(), timer:channel():receive()
            return {held:receive(), inbox == process.inbox(), message:payload(), at:unix()}
        end}
        """,
        modules=["time"],
    )
    record = bench.start("main")
    process = record.front._process  # type: ignore[attr-defined]
    bench.runtime.kernel.run(until_ns=4900)

    assert process._count > 4800
    assert len(process._channels) < 1500

    bench.runtime.kernel.run()

    assert record.outcome is not None
    assert record.outcome.payload.value() == ["still here", True, 7, 1704067201]


def test_values_in_channels_are_freed_when_they_are_taken(bench_with: Callable[..., Bench]) -> None:
    # All of them together are ten times as much.
    body = """
    local c = channel.new(1)
    for i = 1, 2000 do
        c:send(("x"):rep(20000) .. i)
        c:receive()
        channel.select({channel.new():case_send(("y"):rep(20000) .. i)}, true)
        time.sleep(1)
    end
    return "done"
    """

    assert bench_with(lua_memory_max=8 * 1024 * 1024).run(body, modules=("time",)) == "done"
