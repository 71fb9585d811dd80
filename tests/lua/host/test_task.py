"""Coroutines of one process, from Lua: the scheduler that they share (lua 5)."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.lua.conftest import Bench


def test_a_spawned_coroutine_runs_before_its_creator_goes_on(bench: Bench) -> None:
    body = """
    local order = {}
    local thread = coroutine.spawn(function() order[#order + 1] = "child" end)
    order[#order + 1] = "parent"
    return {order, type(thread), coroutine.status(thread)}
    """

    assert bench.run(body) == [["child", "parent"], "thread", "dead"]


def test_a_scheduled_coroutine_cannot_be_resumed_by_the_program(bench: Bench) -> None:
    body = """
    local c = channel.new()
    local thread = coroutine.spawn(function() return c:receive() end)
    local ok, text = coroutine.resume(thread)
    local me_ok = coroutine.resume(coroutine.running())
    local yields, why = pcall(coroutine.yield, 1)
    return {ok, text, me_ok, yields, why}
    """
    ok, text, me_ok, yields, why = bench.run(body)

    assert [ok, me_ok, yields] == [False, False, False]
    assert "schedules itself" in text
    assert "outside a coroutine" in why


def test_blocking_calls_work_inside_coroutines_of_the_program(bench: Bench) -> None:
    body = """
    local inbox, me = process.inbox(), process.pid()
    local messages = coroutine.wrap(function()
        for i = 1, 3 do
            process.send(me, "n", i)
            local inner = coroutine.create(function(x)
                local got = inbox:receive():payload()
                local more = coroutine.yield(got * x)
                time.sleep("1ms")
                return more + 1
            end)
            local _, product = coroutine.resume(inner, 10)
            local _, last = coroutine.resume(inner, product)
            coroutine.yield(last)
        end
    end)
    local all = {}
    for value in messages do all[#all + 1] = value end
    local ok, err = pcall(function() time.sleep(1) error("inside", 0) end)
    return {all, ok, err, coroutine.isyieldable(), type(coroutine.running())}
    """

    assert bench.run(body, modules=("time",)) == [[11, 21, 31], False, "inside", True, "thread"]


def test_a_coroutine_that_waits_cannot_be_resumed_by_another(bench: Bench) -> None:
    body = """
    local c, answer = channel.new(), channel.new(1)
    local inner = coroutine.create(function() return c:receive() end)
    coroutine.spawn(function() answer:send({coroutine.resume(inner)}) end)
    local ok, text = coroutine.resume(inner, 0, "value", true, 1)
    c:send("real")
    return {ok, text, answer:receive(), select("#", coroutine.resume(coroutine.create(function() end)))}
    """

    assert bench.run(body) == [
        False,
        "cannot resume a coroutine that waits in a blocking call",
        [True, "real", True],
        1,
    ]


def test_the_end_of_main_drops_the_other_coroutines(bench: Bench) -> None:
    body = """
    coroutine.spawn(function() time.sleep("1s") print("never") end)
    time.sleep("1ms")
    return "ended"
    """

    assert bench.run(body, modules=("time",)) == "ended"
    assert bench.logs.records == []
