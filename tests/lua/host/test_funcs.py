"""Function calls, futures and executors from Lua (lua 6.5)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from simcore.security.actor import Actor
from simcore.security.frame import Frame
from simcore.security.policy import allow
from simcore.security.scope import Scope

if TYPE_CHECKING:
    from tests.lua.conftest import Bench

MODULES = ("funcs", "security", "time")
TELLS = """
return {main = function(value)
    local actor, scope = security.actor(), security.scope()
    return {value = value, k = (ctx.get("k")), actor = actor and actor:id(), scope = scope and #scope:policies()}
end}
"""
SLOW = """
return {main = function()
    local events = process.events()
    local result = channel.select{events:case_receive(), time.after("1s"):case_receive()}
    if result.channel == events then
        print("asked to end", result.value.kind)
    end
    return "late"
end}
"""
FAILS = "return {main = function() error(errors.new{message = 'no', kind = errors.CONFLICT}) end}"


@pytest.fixture
def functions(bench: Bench) -> Bench:
    """A bench with functions that tell what they have, take a second, and fail."""
    bench.add("tells", TELLS, kind="function.lua", modules=["ctx", "security"])
    bench.add("slow", SLOW, kind="function.lua", modules=["time"])
    bench.add("fails", FAILS, kind="function.lua")
    return bench


def test_a_future_gives_one_payload_and_is_then_closed(functions: Bench) -> None:
    body = """
    local future, problem = funcs.async("app:tells", 5)
    local before = {future:is_complete(), future:is_canceled(), (future:result()), (future:error())}
    local value, ok = future:response():receive()
    local nothing, open = future:channel():receive()
    return {problem == nil, before[3] == nil and before[4] == nil, before[1], before[2], value:data().value, ok,
        nothing == nil, open, future:response() == future:channel(), future:is_complete(),
        future:result():data().value, select(2, future:error())}
    """

    assert functions.run(body, modules=MODULES) == [
        *(True, True, False, False, 5, True, True, False, True, True, 5, False),
    ]


def test_a_future_of_a_failing_function_gives_the_error(functions: Bench) -> None:
    body = """
    local future = funcs.async("app:fails")
    local value, ok = future:response():receive()
    local result, problem = future:result()
    local same, failed = future:error()
    return {value:kind(), ok, result == nil, problem:message(), same:kind(), failed, future:is_canceled()}
    """

    assert functions.run(body, modules=MODULES) == ["Conflict", True, True, "no", "Conflict", True, False]


def test_a_canceled_future_closes_and_asks_its_function_to_end(functions: Bench) -> None:
    body = """
    local future = funcs.async("app:slow")
    time.sleep("1ms")
    local before = os.clock()
    local canceled, again = future:cancel(), future:cancel()
    local value, open = future:response():receive()
    local result, problem = future:result()
    return {canceled, again, value == nil, open, result == nil, problem:kind(), future:is_canceled(),
        os.clock() == before}
    """

    assert functions.run(body, modules=MODULES) == [True, True, True, False, True, "Canceled", True, True]
    assert [record[1] for record in functions.logs.records] == ["asked to end pid.cancel"]


def test_a_cancel_after_the_end_changes_nothing(functions: Bench) -> None:
    body = """
    local future = funcs.async("app:tells", 1)
    time.sleep("1ms")
    return {future:cancel(), future:is_canceled(), future:result():data().value,
        future:response():receive():data().value}
    """

    assert functions.run(body, modules=MODULES) == [True, False, 1, 1]


@pytest.mark.parametrize("timeout", ["50", "50.9", "'50ms'"])
def test_a_call_that_takes_too_long_times_out_and_is_canceled(functions: Bench, timeout: str) -> None:
    """A number is milliseconds."""
    body = f"""
    local value, problem = funcs.new():with_options({{timeout = {timeout}}}):call("app:slow")
    return {{value == nil, problem:kind(), os.clock()}}
    """

    assert functions.run(body, modules=MODULES) == [True, "Timeout", 0.05]
    assert [record[1] for record in functions.logs.records] == ["asked to end pid.cancel"]


def test_a_future_can_time_out(functions: Bench) -> None:
    body = """
    local future = funcs.new():with_options({timeout = 50}):async("app:slow")
    local value, ok = future:response():receive()
    return {value:kind(), ok, os.clock(), future:is_canceled()}
    """

    assert functions.run(body, modules=MODULES) == ["Timeout", True, 0.05, False]


def test_a_call_in_time_leaves_no_time_limit_behind(functions: Bench) -> None:
    body = "return funcs.new():with_options({timeout = 5000}):call('app:slow')"

    assert functions.run(body, modules=MODULES) == "late"
    assert functions.runtime.now_ns == 1_000_000_000


def test_an_executor_is_immutable_and_lays_its_settings_over_the_callers(functions: Bench) -> None:
    body = """
    local plain = funcs.new()
    local first = plain:with_context({k = 1})
    local second = first:with_context({k = 2}):with_actor(security.new_actor("bob")):with_scope(security.new_scope())
    local timed = first:with_options({timeout = 1000})
    local answers = {}
    for i, executor in ipairs{plain, first, second, timed, first} do
        answers[i] = executor:call("app:tells")
    end
    return answers
    """

    assert functions.run(body, modules=MODULES) == [
        *([], {"k": 1}, {"k": 2, "actor": "bob", "scope": 0}, {"k": 1}, {"k": 1}),
    ]


def test_wrong_ids_are_returned_and_wrong_types_raised(functions: Bench) -> None:
    body = """
    local answers = {}
    for _, verb in ipairs{"call", "async"} do
        for _, id in ipairs{"nocolon", ":x", "x:", "app:none"} do
            local value, problem = funcs[verb](id)
            answers[#answers + 1] = value == nil and problem:kind()
        end
        answers[#answers + 1] = pcall(funcs[verb], 5)
        answers[#answers + 1] = pcall(funcs.new().call, 5, "app:tells")
    end
    answers[#answers + 1] = pcall(function() funcs.new():with_options({timeout = true}) end)
    return answers
    """
    once = ["Invalid", "Invalid", "Invalid", "NotFound", False, False]

    assert functions.run(body, modules=MODULES) == [*once, *once, False]


def test_each_call_asks_for_its_permission(functions: Bench) -> None:
    """A denied call is returned, a denied setting raised."""
    frame = Frame(actor=Actor("a"), scope=Scope([allow("security.*", "*")]))
    body = """
    local answers = {}
    local function look(ok, problem)
        answers[#answers + 1] = tostring(ok) .. " " .. problem:kind() .. " " .. problem
    end
    look(funcs.call("app:tells"))
    look(funcs.async("app:tells"))
    look(pcall(function() funcs.new():with_context({}) end))
    look(pcall(function() funcs.new():with_actor(security.new_actor("x")) end))
    look(pcall(function() funcs.new():with_scope(security.new_scope()) end))
    return answers
    """

    assert functions.run(body, modules=MODULES, frame=frame) == [
        "nil PermissionDenied not allowed to call function: app:tells",
        "nil PermissionDenied not allowed to call function: app:tells",
        "false PermissionDenied not allowed to call functions with custom context",
        "false PermissionDenied not allowed to call functions with custom security context",
        "false PermissionDenied not allowed to call functions with custom security context",
    ]


def test_a_caller_that_ends_leaves_nothing_of_its_futures(functions: Bench) -> None:
    functions.run("funcs.new():with_options({timeout = 100}):async('app:slow')", modules=MODULES)

    assert functions.runtime.routes == {}
    assert functions.runtime.now_ns == 1_000_000_000


def test_the_value_of_a_future_waits_for_room_in_its_channel(bench: Bench) -> None:
    """lua 5.7: it is lost neither to a value of the program's own nor to messages that are held back."""
    source = "return {main = function() require('time').sleep('1s') return 7 end}"
    bench.add("slow", source, "function.lua", modules=["time"])
    body = """
    local future = funcs.async("app:slow")
    local c = future:channel()
    subscribe("t", c)
    c:send("own")
    for i = 1, 2 do process.send(process.pid(), "t", i) end
    time.sleep("2s")
    local own, one, two, last = (c:receive()), (c:receive()), (c:receive()), (c:receive())
    return {future:is_complete(), own, one, two, last:data(), select(2, c:receive())}
    """

    assert bench.run(body, modules=("funcs", "time")) == [True, "own", 1, 2, 7, False]
