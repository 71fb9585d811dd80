"""Bounds that no program escapes: instructions of a step, memory of the world, work in one call (lua 9)."""

from __future__ import annotations

import contextlib
import gc
import time
import weakref
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from simcore.limits.alarm import guarded, stretch
from simcore.limits.limit import Limit
from simcore.limits.moving import moving
from simcore.model.durations import MILLISECOND
from simcore.model.errors import BoundReached, Failure, ProcessError, StepTimeout
from tests.lua.conftest import Bench

if TYPE_CHECKING:
    from collections.abc import Callable

LOOPS = {
    "plain": "while true do end",
    "pcall": "while true do pcall(function() while true do end end) end",
    "xpcall": "while true do xpcall(function() while true do end end, function() while true do end end) end",
    "coroutine": "while true do coroutine.resume(coroutine.create(function() while true do end end)) end",
    "wrap": "while true do pcall(coroutine.wrap(function() while true do end end)) end",
    "spawned": "coroutine.spawn(function() while true do end end) channel.new():receive()",
    "metamethod": "local t = setmetatable({}, {__index = function(t, k) while true do end end}) return t.x",
    "comparator": "table.sort({1, 2, 3}, function() while true do end end)",
    "replacement": "return (('abc'):gsub('.', function() while true do end end))",
    "iterator": "for _ in pairs(setmetatable({}, {__pairs = function() while true do end end})) do end",
    "text of an error": "error(setmetatable({}, {__tostring = function() while true do end end}))",
    "text of a value": "return tostring(setmetatable({}, {__tostring = function() while true do end end}))",
    "select": "local c = channel.new() while true do channel.select({c:case_receive(), default = true}) end",
    "clock": "local t = os.time() while os.time() == t do end",
    "inbox": "while true do process.inbox() end",
}


@pytest.mark.parametrize("loop", LOOPS.values(), ids=LOOPS.keys())
def test_a_step_without_end_is_a_livelock(bench_with: Callable[..., Bench], loop: str) -> None:
    bench = bench_with(lua_instructions_max=100_000)

    with pytest.raises(
        Failure, match=r"livelock: \{app:processes\|0x00001\} \(app:main\) ran more than 100000"
    ) as caught:
        bench.run(loop)
    assert caught.value.property_name == "livelock"
    assert "nothing made it wait, at last in app:main:2;" in str(caught.value)


@pytest.mark.parametrize("loop", LOOPS.values(), ids=LOOPS.keys())
def test_where_any_number_of_instructions_is_allowed_the_clock_ends_it(
    bench_with: Callable[..., Bench], loop: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("simcore.limits.watch.is_debugged", lambda frame: False)
    bench = bench_with(lua_instructions_max=10**15, instant_actions_max=10**15)

    with guarded(Limit(20 * MILLISECOND)), pytest.raises(StepTimeout) as caught, stretch("the test"):
        _run(bench, loop)
    assert caught.value.message.startswith("world/app:main.0 did not give control back within ")
    assert ", at last in app:main:2; if it is no endless loop, raise --step-timeout" in caught.value.message


def _run(bench: Bench, loop: str) -> None:
    bench.add("main", f"local function main(...)\n{loop}\nend\nreturn {{main = main}}\n")
    with moving(bench.runtime.kernel):
        bench.result("main")


@pytest.mark.parametrize(
    "work",
    [
        "('a'):rep(5000):find(('a?'):rep(40) .. ('a'):rep(5001))",
        "('a'):rep(300000):match('(a*)(a*)(a*)b')",
        "(' '):rep(300000):gsub('%s*$x', '')",
        "for _ in ('a'):rep(100000):gmatch('(a-)(a-)(a-)b') do end",
        "while true do local s = ('x'):rep(1000000) end",
        "local t = {} for i = 1, 1000 do t[i] = i end while true do table.concat(t) end",
        "local t = {} for i = 1, 5000 do t[i] = i end while true do table.insert(t, 1, 0) table.remove(t, 1) end",
        "local t = {} for i = 1, 50000 do t[i] = i end while true do for _ in pairs(t) do break end end",
        "local s = ('x'):rep(100000) while true do local u = ('%s'):format(s) end",
        "local t = {} unpack(t, 5, -2^53) while true do end",
        "pcall(unpack, {}, 0/0, 0/0) while true do end",
        "pcall(table.move, {}, 1, 0/0, 1) while true do end",
        "local s = ('x'):rep(1000000) while true do local t = s .. 'y' end",
        "local s = ('x'):rep(1000000) while true do local t = s:upper() end",
        "('x'):rep(2^53, '')",
        "(''):rep(2^53)",
    ],
)
def test_the_work_of_library_calls_is_bounded(bench_with: Callable[..., Bench], work: str) -> None:
    started_s = time.process_time()
    with contextlib.suppress(Failure, ProcessError):
        bench_with(lua_instructions_max=2_000_000).run(f"local x = {work}" if work[0] in "('" else work)

    # Unbounded, each of these would take from minutes to longer than the universe has been there.
    assert time.process_time() - started_s < 10


RECURSIONS = {
    "plain": "local function f() return 1 + f() end return f()",
    "mutual": "local f, g function f() return 1 + g() end function g() return 1 + f() end return f()",
    "method": "local t = {} function t:f(...) return select('#', self:f(1, ...)) end return t:f()",
    "index": "local m = {} local t = setmetatable({}, m) m.__index = function(t, k) return t[k] end return t.x",
    "text": "return tostring(setmetatable({}, {__tostring = function(t) return tostring(t) end}))",
    "replacement": "local function f() return ('a'):gsub('a', f) end return f()",
    "comparator": "local function f() table.sort({1, 2}, f) return true end return f()",
    "iterator": "local function f(t) for _ in pairs(t) do end end f(setmetatable({}, {__pairs = f}))",
    "wrap": "local function f() return coroutine.wrap(f)() end return f()",
    "spawned": "coroutine.spawn(function() local function f() return 1 + f() end f() end) channel.new():receive()",
    "large frame": f"local function f() local {', '.join(f'a{i}' for i in range(190))} return 1 + f() end return f()",
    "handler": "local function g() return 1 + g() end xpcall(error, function() g() end, 'x') error('x')",
}


@pytest.mark.parametrize("recursion", RECURSIONS.values(), ids=RECURSIONS.keys())
def test_calls_without_end_are_one_error(bench: Bench, recursion: str) -> None:
    with pytest.raises(ProcessError) as caught:
        bench.run(recursion)
    assert caught.value.message in ("stack overflow", "app:main:2: stack overflow", "app:main:2: x")


RINGS = {
    "itself": "local t = {} setmetatable(t, {__call = t}) t()",
    "its own metatable": "local t = {} t.__call = t setmetatable(t, t) t()",
    "two": "local a, b = {}, {} setmetatable(a, {__call = b}) setmetatable(b, {__call = a}) a()",
    "where it is called by the library": "local t = {} setmetatable(t, {__call = t}) for _ in t do end",
    "long": "local t = setmetatable({}, {__call = print}) for _ = 1, 300 do t = setmetatable({}, {__call = t}) end t()",
}


@pytest.mark.parametrize("ring", RINGS.values(), ids=RINGS.keys())
def test_a_call_that_leads_from_table_to_table_without_end_is_an_error_of_its_line(bench: Bench, ring: str) -> None:
    with pytest.raises(ProcessError) as caught:
        bench.run(ring)
    assert caught.value.message == "app:main:2: '__call' chain too long; possible loop"


def test_a_call_may_lead_over_a_hundred_tables(bench: Bench) -> None:
    chain = "local t = setmetatable({}, {__call = function() return 7 end})"

    assert bench.run(f"{chain} for _ = 1, 100 do t = setmetatable({{}}, {{__call = t}}) end return t()") == 7


CAUGHT = {
    "pcall": "local function f() pcall(f) f() end f()",
    "pcall in a loop": "local function f() while true do pcall(f) end end f()",
    "xpcall": "local function f() xpcall(f, function(e) return e end) f() end f()",
    "handler": "local function f() xpcall(error, f, 'x') f() end f()",
    "handler of errors": "local function h() error('x') end while true do xpcall(error, h) end",
    "wrap": "local function f() pcall(coroutine.wrap(f)) pcall(coroutine.wrap(f)) end f()",
    "resume": "local function f() coroutine.resume(coroutine.create(f)) f() end f()",
    "index": "local m = {} local t = setmetatable({}, m)"
    " m.__index = function() pcall(function() return t.x end) return t.x end return t.x",
    "call": "local m = {} local t = setmetatable({}, m) m.__call = function() pcall(t) t() end t()",
    "close": "local m = {} local function f() local x <close> = setmetatable({}, m) end"
    " m.__close = function() pcall(f) pcall(f) end f()",
    "concatenation": "local m = {} local t = setmetatable({}, m) local function g() return t .. 'x' end"
    " m.__concat = function() pcall(g) pcall(g) return 'x' end g()",
    "replacement": "local function f() pcall(string.gsub, 'ab', '.', f) pcall(string.gsub, 'ab', '.', f) end f()",
    "comparator": "local function f() pcall(table.sort, {1, 2, 3}, f) pcall(table.sort, {1, 2, 3}, f) end f()",
    "text": "local m = {} local t = setmetatable({}, m)"
    " m.__tostring = function() pcall(tostring, t) return tostring(t) end error(t)",
    "error object": "local m = {} local t = setmetatable({}, m)"
    " m.__tostring = function() pcall(error, t) pcall(tostring, t) return tostring(t) end return tostring(t)",
    "tree": "local function f(n) if n < 2 then return 1 end pcall(f, n - 1) pcall(f, n - 2) end f(60)",
}


@pytest.mark.parametrize("recursion", CAUGHT.values(), ids=CAUGHT.keys())
def test_who_calls_again_wherever_calls_went_too_deep_is_a_livelock(
    bench_with: Callable[..., Bench], recursion: str
) -> None:
    with pytest.raises(Failure, match=r"ran more than 100000 .* at last in app:main:2;") as caught:
        bench_with(lua_instructions_max=100_000).run(recursion)
    assert caught.value.property_name == "livelock"


def test_the_clock_ends_it_as_well(bench_with: Callable[..., Bench], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("simcore.limits.watch.is_debugged", lambda frame: False)
    bench = bench_with(lua_instructions_max=10**15)

    with guarded(Limit(20 * MILLISECOND)), pytest.raises(StepTimeout, match="at last in app:main:2;"), stretch("x"):
        _run(bench, CAUGHT["wrap"])


def test_a_program_can_catch_that_calls_go_too_deep_some_times(bench: Bench) -> None:
    body = "local function f() return 1 + f() end for _ = 1, 15 do pcall(f) end return 'done'"

    assert bench.run(body) == "done"


def test_a_program_can_catch_that_calls_go_too_deep(bench: Bench) -> None:
    body = """
    local function f() return 1 + f() end

    local function h() local ok, problem = pcall(h) if not ok then error(problem, 0) end end
    local m = {}
    local t = setmetatable({}, m)
    m.__index = function(t, k) return t[k] end
    return {(select(2, pcall(f))), (select(2, pcall(h))), (select(2, pcall(function() return t.x end)))}
    """

    assert bench.run(body) == ["app:main:3: stack overflow", "stack overflow", "app:main:8: stack overflow"]


def test_calls_may_be_thousands_deep(bench: Bench) -> None:
    assert bench.run("local function f(n) return n == 0 and 0 or 1 + f(n - 1) end return f(15000)") == 15000


def test_tail_calls_have_no_depth(bench: Bench) -> None:
    assert (
        bench.run("local function f(n) if n == 0 then return 'done' end return f(n - 1) end return f(100000)") == "done"
    )


def test_a_module_body_without_end_is_a_livelock(bench_with: Callable[..., Bench]) -> None:
    bench = bench_with(lua_instructions_max=100_000)
    bench.add("main", "while true do end return {main = print}")

    with pytest.raises(Failure, match="livelock"):
        bench.start("main")


def test_the_bound_counts_one_step_and_not_a_life(bench_with: Callable[..., Bench]) -> None:
    body = "for _ = 1, 20 do local n = 0 for i = 1, 10000 do n = n + i end time.sleep(1) end return 'done'"

    assert bench_with(lua_instructions_max=100_000).run(body, modules=("time",)) == "done"


@pytest.mark.parametrize(
    "growth",
    [
        "local t = {} while true do t[#t + 1] = ('x'):rep(1000) .. #t end",
        "local s = 'x' while true do s = s .. s end",
        "while true do pcall(function() local s = 'x' while true do s = s .. s end end) end",
        "local function f() local s = 'x' while true do s = s .. s end end while true do xpcall(f, tostring) end",
    ],
)
def test_memory_without_end_is_a_bound_of_the_run(bench_with: Callable[..., Bench], growth: str) -> None:
    bench = bench_with(lua_memory_max=8 * 1024 * 1024, lua_instructions_max=10**12)

    asked = r"lua_memory_max=8388608 was reached: the last to ask for more was \{app:processes\|0x00001\} \(app:main\);"
    with pytest.raises(BoundReached, match=asked):
        bench.run(growth)


def test_processes_share_one_bound_of_memory(bench_with: Callable[..., Bench]) -> None:
    bench = bench_with(lua_memory_max=4 * 1024 * 1024)
    bench.add(
        "hoarder",
        "local t = {} for i = 1, 20000 do t[i] = {i} end return {main = function() return t end}",
    )

    def start_many() -> None:
        for _ in range(50):
            bench.start("hoarder")

    with pytest.raises(BoundReached, match="lua_memory_max"):
        start_many()


def test_an_ended_process_gives_its_memory_back(bench_with: Callable[..., Bench]) -> None:
    bench = bench_with(lua_memory_max=8 * 1024 * 1024)
    bench.add("short", "local t = {} for i = 1, 20000 do t[i] = {i} end return {main = function() return #t end}")

    assert [bench.result("short") for _ in range(50)] == [20000] * 50


def test_a_world_that_nobody_holds_is_freed_with_its_lua_state(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    bench.run(
        "local c = channel.new() process.send(process.pid(), 'x', {}) return time.now():unix()", modules=("time",)
    )
    state = bench.runtime.definitions["app:main"].state  # type: ignore[attr-defined]
    watched = weakref.ref(state)
    del bench, state
    gc.collect()

    assert watched() is None


SENDERS = {
    "at one instant": "while true do process.send(to, 'word', {1, 2, 3}) end",
    "in time": "while true do process.send(to, 'word', {1, 2, 3}) time.sleep('1ms') end",
    "to itself": "while true do process.send(process.pid(), 'word') end",
    "into a buffer": "subscribe('word', channel.new(1000000)) while true do process.send(process.pid(), 'word') end",
}


@pytest.mark.parametrize("sends", SENDERS.values(), ids=SENDERS.keys())
def test_who_sends_without_end_to_somebody_deaf_reaches_a_bound(bench_with: Callable[..., Bench], sends: str) -> None:
    bench = bench_with(mailbox_messages_max=1_000)
    bench.add("deaf", "return { main = function() channel.new():receive() end }")
    source = f"return {{ main = function() local to = process.spawn('app:deaf', 'app:processes')\n{sends} end }}"
    bench.add("sender", source, modules=["time"])

    with pytest.raises(BoundReached, match=r"hold 1,001 messages, 1,001 of them are for .* \(app:(deaf|sender)\)"):
        bench.result("sender")


def test_large_messages_of_lua_reach_the_bound_of_bytes(bench_with: Callable[..., Bench]) -> None:
    bench = bench_with(mailbox_bytes_max=1_000_000)

    with pytest.raises(BoundReached, match=r"the bound mailbox_bytes_max=1000000 was reached: .* hold 1,000,"):
        bench.run("while true do process.send(process.pid(), 'word', ('x'):rep(10000)) end")
