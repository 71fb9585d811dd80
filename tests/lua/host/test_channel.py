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


# -- a channel of the program's own for the messages of a topic (lua 6.14)


@pytest.mark.parametrize("ending", ["unsubscribe(c)", "process.unlisten(c)", "c:close()"])
def test_all_topics_of_a_channel_end_with_it(bench: Bench, ending: str) -> None:
    body = f"""
    local c, me = channel.new(2), process.pid()
    subscribe("t", c)
    subscribe("u", c)
    for i = 1, 4 do process.send(me, i % 2 == 0 and "t" or "u", i) end
    {ending}
    local read = {{}}
    for value in function() return (c:receive()) end do read[#read + 1] = value end
    local inbox = process.inbox()
    return {{read, inbox:receive():payload(), inbox:receive():payload(), (subscribe("t", channel.new())),
        (subscribe("u", channel.new()))}}
    """

    assert bench.run(body) == [[1, 2], 3, 4, True, True]


def test_what_two_topics_bring_to_one_channel_comes_in_the_order_of_its_arrival(bench: Bench) -> None:
    """process 3.4, G12."""
    body = """
    local c, me, read = channel.new(1), process.pid(), {}
    subscribe("t", c)
    subscribe("u", c)
    for i = 1, 6 do process.send(me, i % 3 == 0 and "t" or "u", i) end
    for i = 1, 6 do read[i] = c:receive() end
    return read
    """

    assert bench.run(body) == [1, 2, 3, 4, 5, 6]


def test_the_inbox_can_be_the_channel_of_a_topic(bench: Bench) -> None:
    """Both end with it, and the topic's messages are nobody's then, as the inbox's are."""
    body = """
    local inbox, me = process.inbox(), process.pid()
    subscribe("t", inbox)
    process.send(me, "t", 1)
    process.send(me, "u", 2)
    local bare, message = inbox:receive(), inbox:receive()
    process.send(me, "t", 3)
    process.unlisten(inbox)
    local again = process.inbox()
    return {bare, message:payload(), again ~= inbox, again:receive():payload()}
    """

    assert bench.run(body) == [1, 2, True, 3]


def test_listen_answers_the_channel_that_was_subscribed_as_it_is(bench: Bench) -> None:
    """process 3.10, lua 6.1: the same channel is always the same object."""
    body = """
    local c = channel.new(1)
    subscribe("t", c)
    process.send(process.pid(), "t", "x")
    local chosen = channel.select{process.listen("t"):case_receive()}
    return {process.listen("t") == c, process.listen("t", {message = true}) == c, chosen.channel == c, chosen.value}
    """

    assert bench.run(body) == [True, True, True, "x"]


def test_a_subscribed_channel_is_kept_though_the_program_has_lost_it(bench: Bench) -> None:
    body = """
    subscribe("t", channel.new(3))
    for i = 1, 2000 do
        channel.new(1)
        if i % 200 == 0 then process.send(process.pid(), "u", i) end
    end
    process.send(process.pid(), "t", "x")
    local c = process.listen("t")
    return {c:receive(), c == process.listen("t"), (unsubscribe(c)), process.listen("t") ~= c}
    """

    assert bench.run(body) == ["x", True, True, True]


@pytest.mark.parametrize(
    ("make", "ending"),
    [
        ("local s = events.subscribe('s') local c = s:channel()", "s:close()"),
        ("local f = funcs.async('app:slow') local c = f:channel()", "f:cancel()"),
        ("local f = funcs.async('app:slow') local c = f:channel()", "time.sleep('2s')"),
    ],
)
def test_whatever_closes_a_channel_ends_its_subscriptions(bench: Bench, make: str, ending: str) -> None:
    """Of the bus, of a future that is cancelled, or done: what comes later finds no closed channel."""
    bench.add("slow", "return {main = function() require('time').sleep('1s') end}", "function.lua", modules=["time"])
    body = f"""
    {make}
    subscribe("t", c)
    {ending}
    process.send(process.pid(), "t", 1)
    process.send(process.pid(), "t", 2)
    while select(2, c:receive()) do end
    local inbox = process.inbox()
    return {{inbox:receive():payload(), inbox:receive():payload()}}
    """

    assert bench.run(body, modules=("time", "events", "funcs")) == [1, 2]


@pytest.mark.parametrize(
    ("topic", "channel", "kind"),
    [
        ("''", "channel.new()", "Invalid"),
        ("'@pid/inbox'", "channel.new()", "Invalid"),
        ("'t'", "closed", "Invalid"),
        ("'taken'", "channel.new()", "AlreadyExists"),
        ("'listened'", "channel.new()", "AlreadyExists"),
    ],
)
def test_a_subscription_that_cannot_be_is_refused(bench: Bench, topic: str, channel: str, kind: str) -> None:
    body = f"""
    local own, closed = channel.new(), channel.new()
    closed:close()
    subscribe("taken", own)
    process.listen("listened")
    local none, problem = subscribe({topic}, {channel})
    return {{none == nil, problem:kind(), problem:retryable(), (subscribe("taken", own))}}
    """

    assert bench.run(body) == [True, kind, False, True]


@pytest.mark.parametrize("arguments", ["5, channel.new()", "nil, channel.new()", "'t'", "'t', {}", "'t', 'c'"])
def test_a_subscription_takes_a_topic_and_a_channel(bench: Bench, arguments: str) -> None:
    body = f"return select(2, pcall(subscribe, {arguments}))"

    assert "bad argument #" in bench.run(body)
