"""What a program finds, what it cannot reach, and what one process cannot do to another (lua 3.3, 4)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from simcore.model.errors import BoundReached, ProcessError, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.lua.conftest import Bench


@pytest.mark.parametrize(
    "name",
    [
        *("io", "debug", "utf8", "load", "loadstring", "loadfile", "dofile", "collectgarbage", "rawlen", "package"),
        *("python", "getfenv", "setfenv", "newproxy", "module", "time", "logger", "funcs"),
    ],
)
def test_what_the_original_lacks_is_absent(bench: Bench, name: str) -> None:
    assert bench.run(f"return {name} == nil") is True


@pytest.mark.parametrize(
    "write",
    [
        "string.foo = 1",
        "process.send = nil",
        "process.registry.lookup = nil",
        "process.event.EXIT = 'x'",
        "getmetatable('').__index.foo = 1",
        "rawset(string, 'foo', 1)",
        "table.insert(string, 1)",
        "local _, t = pairs(string); t.foo = 1",
        "channel.new().foo = 1",
        "errors.new('x').message = 1",
        "setmetatable(string, {})",
        "setmetatable(channel.new(), {})",
        "setmetatable(_G, {})",
    ],
)
def test_shared_tables_and_host_objects_cannot_be_changed(bench: Bench, write: str) -> None:
    ok, text = bench.run(f"local ok, text = pcall(function() {write} end) return {{ok, text}}")

    assert not ok
    assert text.startswith("app:main:2: "), text


@pytest.mark.parametrize(
    "thing", ["channel.new()", "errors.new('x')", "payload.new(1)", "channel.new():case_receive()"]
)
@pytest.mark.parametrize(
    "attempt", ["rawget(thing, 1)", "rawset(thing, 1, 1)", "next(thing)", "pairs(thing)", "#thing"]
)
def test_host_objects_are_opaque(bench: Bench, thing: str, attempt: str) -> None:
    body = (
        f"local thing = {thing} return {{type(thing), getmetatable(thing), (pcall(function() return {attempt} end))}}"
    )

    assert bench.run(body) == ["userdata", False, False]


def test_each_process_has_its_own_globals(bench: Bench) -> None:
    bench.add("other", "shared = (shared or 0) + 1\nreturn {main = function() return shared end}")

    assert bench.result("other") == 1
    assert bench.result("other") == 1


def test_a_global_of_the_base_can_be_replaced_in_one_process_only(bench: Bench) -> None:
    bench.add("other", "print = 5\n_G.type = 6\nreturn {main = function() return {print, type} end}")
    bench.add("plain", "return {main = function() return type(print) end}")

    assert bench.result("other") == [5, 6]
    assert bench.result("plain") == "function"


def test_a_listed_module_is_a_global_and_can_be_required(bench: Bench) -> None:
    assert bench.run("return time == require('time') and require('process') == process", modules=("time",)) is True


def test_a_module_that_is_not_listed_cannot_be_required(bench: Bench) -> None:
    with pytest.raises(ProcessError, match=r"^app:main:2: module 'time' not found$"):
        bench.run("local time = require('time')")


def test_an_unknown_module_fails_at_its_first_use_and_not_before(bench: Bench) -> None:
    told = (
        r"^app:main:3: sql is not part of this simulation; app:main \(_index.yaml:\d+\) lists it as module: "
        r"import a library.lua as sql in its place, or leave its use out of what is simulated$"
    )
    with pytest.raises(ProcessError, match=told):
        bench.run("local sql = require('sql')\nreturn sql.get('db')", modules=("sql",))


@pytest.mark.parametrize(
    "use",
    [
        "sql.x",
        "sql.x = 1",
        "sql()",
        "#sql",
        "-sql",
        "sql + 1",
        "2 // sql",
        "1 | sql",
        "~sql",
        "sql .. 'x'",
        "sql < sql",
        "1 <= sql",
        "sql == {}",
        "pairs(sql)",
        "next(sql)",
        "next(sql, nil)",
        "select(2, next, sql)(sql)",
        "rawget(sql, 'x')",
        "rawset(sql, 'x', 1)",
        "setmetatable(sql, {})",
        "unpack(sql)",
        "table.concat(sql)",
        "table.concat(sql, ',', 1, 0)",
        "table.unpack(sql)",
        "table.unpack(sql, 1, 0)",
        "table.sort(sql)",
        "table.sort({sql, sql})",
        "table.insert(sql, 1)",
        "table.remove(sql)",
        "table.move(sql, 1, 0, 1, {})",
        "table.getn(sql)",
        "table.maxn(sql)",
        "string.gsub('a', 'a', sql)",
        "json.encode(sql)",
        "json.encode({rows = {sql}})",
        "process.send(process.pid(), 't', sql)",
        "process.send(process.pid(), 't', {rows = {sql}})",
    ],
)
def test_every_use_of_an_unknown_module_fails(bench: Bench, use: str) -> None:
    told = r"^app:main:\d+: sql is not part of this simulation; app:main \(_index.yaml:\d+\) lists it as module: "
    program = use if "= 1" in use and "==" not in use and "(" not in use else f"local _ = {use}"

    with pytest.raises(ProcessError, match=told):
        bench.run(program, modules=("sql", "json"))


def test_loops_over_an_unknown_module_fail(bench: Bench) -> None:
    for head in ("k in pairs(sql)", "k in next, sql", "k in ipairs(sql)", "i = 1, #sql", "k in sql"):
        with pytest.raises(ProcessError, match="sql is not part of this simulation"):
            bench.run(f"for {head} do end", modules=("sql",))


def test_an_unknown_module_may_be_there_unused(bench: Bench) -> None:
    program = "local s = require('sql') return {type(s), s ~= nil, s == sql, rawequal(s, sql), #tostring(s) > 0}"

    assert bench.run(program, modules=("sql",)) == ["table", True, True, True, True]


def test_an_unknown_module_that_a_program_returns_is_used(bench: Bench) -> None:
    for value in ("sql", "{sql}", "{a = {b = sql}}"):
        with pytest.raises(ProcessError, match="sql is not part of this simulation"):
            bench.run(f"return {value}", modules=("sql",))


@pytest.mark.parametrize(
    "raised", ["sql", "{sql}", "errors.new({message = 'x', details = {a = sql}})", "errors.wrap(errors.new('x'), sql)"]
)
def test_an_unknown_module_in_an_error_does_not_blind_the_host(bench: Bench, raised: str) -> None:
    with pytest.raises(ProcessError):
        bench.run(f"error({raised})", modules=("sql",))


def test_a_library_can_take_the_place_of_an_unknown_module(bench: Bench) -> None:
    bench.add("fake", "return {get = function(name) return 'fake ' .. name end}", "library.lua")
    source = "local sql = require('sql')\nreturn {main = function() return sql.get('db') end}"
    bench.add("user", source, modules=["sql"], imports={"sql": "app:fake"})

    assert bench.result("user") == "fake db"


@pytest.mark.parametrize("use", ["Point({x = 1})", "Point:is({x = 1})", "Point.name"])
def test_a_type_as_a_value_says_that_it_cannot_be_one(bench: Bench, use: str) -> None:
    with pytest.raises(ProcessError, match=r"^app:main:3: Point is a type, and a type as a value is not part of this"):
        bench.run(f"type Point = {{x: number}}\nlocal x = {use}")


def test_a_variable_may_be_called_like_a_type(bench: Bench) -> None:
    assert bench.run("type time = number type Point = {x: time} local Point: Point = {x = 5} return Point.x") == 5


def test_an_import_from_outside_fails_at_its_first_use(bench: Bench) -> None:
    bench.add("user", "local x = require('x')\nreturn {main = function() x() end}", imports={"x": "far.away:lib"})

    with pytest.raises(ProcessError, match=r"^app:user:2: far.away:lib is not part of this simulation; app:user "):
        bench.result("user")


def test_a_library_runs_once_and_is_shared_by_all_who_import_it(bench: Bench) -> None:
    bench.add("counter", "runs = (runs or 0) + 1\nreturn {runs = runs}", "library.lua")
    bench.add("middle", "return {counter = counter}", "library.lua", imports={"counter": "app:counter"})
    source = "return {main = function() return {counter.runs, middle.counter == counter} end}"
    bench.add("top", source, imports={"counter": "app:counter", "middle": "app:middle"})

    assert bench.result("top") == [1, True]


def test_a_library_finds_its_own_modules_and_its_importer_sees_them(bench: Bench) -> None:
    bench.add("clock", "local time = require('time')\nreturn {second = time.SECOND}", "library.lua", modules=["time"])
    bench.add(
        "top", "return {main = function() return {clock.second, time ~= nil} end}", imports={"clock": "app:clock"}
    )

    assert bench.result("top") == [1_000_000_000, True]


def test_a_chunk_may_return_the_function_itself(bench: Bench) -> None:
    bench.add("plain", "return function(a, b) return a + b end")

    assert bench.result("plain", 2, 3) == 5


def test_an_entry_without_a_method_runs_main_and_one_with_a_method_runs_that(bench: Bench) -> None:
    """process 2.2, step 6."""
    source = "return {main = function() return 'main' end, other = function() return 'other' end}"
    bench.add("silent", source)
    bench.add("telling", source, method="other")

    assert (bench.result("silent"), bench.result("telling")) == ("main", "other")


@pytest.mark.parametrize(
    "source",
    [
        "return (nothing or {})",
        "local M = {} for _, key in ipairs({}) do M[key] = print end return M",
        "return {main = nothing}",
        "return setmetatable({}, {__index = {main = print}})",
        "return setmetatable({}, {__call = print})",
        "return tostring(1)",
    ],
)
def test_a_chunk_without_the_method_is_not_found(bench: Bench, source: str) -> None:
    bench.add("empty", source)

    with pytest.raises(ProcessError, match='method "main" not found in module') as caught:
        bench.start("empty")
    assert caught.value.kind == "NotFound"
    places = [(place.bare.partition(":")[0], place.function) for place in caught.value.raised_at]
    assert places == [("_index.yaml", "app:empty"), ("empty.lua", "app:empty")]


def test_the_place_of_a_missing_method_is_what_the_module_returns(bench: Bench) -> None:
    bench.add("empty", "local function main() end\nlocal function back()\n  return {}\nend\nreturn back()\n")

    with pytest.raises(ProcessError, match="not found in module") as caught:
        bench.start("empty")
    assert caught.value.raised_at[-1].line == 5


def test_a_module_body_that_raises_an_object_is_told_with_its_line(bench: Bench) -> None:
    bench.add("broken", "\nerror({ code = 5 })")

    with pytest.raises(ProcessError, match=r"^failed to execute script: {code = 5}$") as caught:
        bench.start("broken")
    assert [place.bare for place in caught.value.raised_at] == ["app:broken:2"]


def test_a_module_body_that_raises_fails_the_spawn(bench: Bench) -> None:
    bench.add("broken", "\nerror('no luck')")

    with pytest.raises(ProcessError, match=r"^failed to execute script: app:broken:2: no luck$") as caught:
        bench.start("broken")
    assert caught.value.kind == "Internal"


@pytest.mark.parametrize(
    "call",
    [
        "process.send('a', 'b')",
        "process.spawn('app:eager', 'app:processes')",
        "require('time').sleep('1s')",
        "channel.new():receive()",
        "channel.new():send(1)",
        "process.inbox():receive()",
        "channel.select{channel.new():case_receive()}",
        "channel.select{}",
        "local c = channel.new(1) c:send(1) c:send(2)",
        "coroutine.wrap(function() channel.new():receive() end)()",
        "coroutine.spawn(print)",
    ],
)
def test_a_module_body_cannot_wait(bench: Bench, call: str) -> None:
    bench.add("eager", f"\n{call}\nreturn {{main = print}}", modules=["time"])

    with pytest.raises(ProcessError, match="failed to execute script: app:eager:2: the module body cannot wait"):
        bench.start("eager")


@pytest.mark.parametrize(
    ("body", "seen"),
    [
        ("local c = channel.new(2) c:send('a') c:send('b') return {c:receive(), (c:receive())}", ["a", "b"]),
        ("local c = channel.new(1) c:send('a') c:close() return {c:receive(), select(2, c:receive())}", ["a", False]),
        ("return channel.select{channel.new():case_receive(), default = true}.default", True),
        ("local c = channel.new(1) return channel.select{c:case_send('x')}.value .. c:receive()", "xx"),
        ("local c = channel.new() c:close() return select(2, pcall(c.send, c, 1)):match('send on .*')",
         "send on closed channel"),
        ("return {process.set_options({trap_links = true}), process.get_options().trap_links}", [True, True]),
        ("local ok, problem = process.set_options({x = 1}) return {ok, problem:kind()}", [False, "Invalid"]),
        ("return process.inbox() == process.inbox() and process.events() == process.events()", True),
        ("local c = process.listen('t') return {process.unlisten(c), select(2, c:receive()), c == process.listen('t')}",
         [True, False, False]),
        ("local c = channel.new(1) return {subscribe('t', c), process.listen('t') == c, unsubscribe(c)}", [True] * 3),
        ("local _, problem = process.listen('@x') return problem:kind()", "Invalid"),
        ("return coroutine.wrap(function() return process.set_options({trap_links = true}) end)()", True),
    ],
)  # fmt: skip
def test_a_module_body_does_what_does_not_wait(bench: Bench, body: str, seen: Any) -> None:
    """process 18, O30."""
    bench.add("eager", f"local seen = (function() {body} end)()\nreturn {{main = function() return seen end}}")

    assert bench.result("eager") == seen


def test_a_full_channel_of_a_module_body_is_an_error_that_it_can_catch(bench: Bench) -> None:
    source = """
    local c = channel.new(1)
    local sent = c:send("a")
    local ok, problem = pcall(c.send, c, "b")
    return {main = function() return {sent, ok, tostring(problem), c:receive()} end}
    """
    bench.add("eager", source)

    text = "app:eager:4: the module body cannot wait; 'channel send' belongs into the main function"
    assert bench.result("eager") == [True, False, text, "a", True]


def test_options_of_a_module_body_hold_in_the_main_function_and_after_an_upgrade(bench: Bench) -> None:
    """process 4.9, 10.2, G10: what is set in the body of the new code counts when a waiting LINK_DOWN is looked at."""
    bench.add("kid", "return {main = function() error('kid') end}")
    main = "return {main = function() return {process.events():receive().kind} end}"
    bench.add("new", f"process.set_options({{trap_links = true}})\n{main}")
    source = """
    process.set_options({trap_links = true})
    return {main = function()
        process.spawn_linked_monitored("app:kid", "app:processes")
        local exit = process.events():receive()
        process.upgrade("app:new")
    end}
    """
    bench.add("old", source)

    assert bench.result("old") == ["pid.link.down"]


def test_a_module_body_that_fails_leaves_no_timer(bench: Bench) -> None:
    """process 7.3, I8."""
    bench.add("broken", "require('time').after('1s')\nerror('no luck')", modules=["time"])

    with pytest.raises(ProcessError, match="no luck"):
        bench.start("broken")
    bench.runtime.kernel.run()
    assert (bench.runtime.now_ns, bench.runtime.records) == (0, {})


def test_a_module_body_may_use_the_name_registry(bench: Bench) -> None:
    source = """
    local ok = process.registry.register("early")
    local found = process.registry.lookup("early")
    local missing, problem = process.registry.lookup("nobody")
    return {main = function() return {ok, found == process.pid(), missing == nil, problem:kind()} end}
    """
    bench.add("early", source)

    assert bench.result("early") == [True, True, True, "NotFound"]


def test_a_goto_without_label_is_a_usage_error(bench: Bench) -> None:
    bench.add("broken", "\ngoto nowhere\nreturn {main = print}")

    with pytest.raises(UsageError, match=r"broken\.lua:2: no visible label 'nowhere' for <goto>;"):
        bench.start("broken")


def test_functions_of_the_base_work_as_validators(bench: Bench) -> None:
    body = "return {string('a'), number(1), integer(2), boolean(false), (pcall(string, 1)), (pcall(integer, 1.5))}"

    assert bench.run(body) == ["a", 1, 2, False, False, False]


def test_a_process_that_finds_no_memory_for_its_code_reaches_the_bound(bench_with: Callable[..., Bench]) -> None:
    bench = bench_with(lua_memory_max=4 * 1024 * 1024)
    code = "local t = {" + "{}, " * 20_000 + "}"
    bench.add("large", f"return {{main = function() if never then {code} end process.inbox():receive() end}}")

    def start_many() -> None:
        for _ in range(100):
            bench.start("large")

    with pytest.raises(BoundReached, match="lua_memory_max"):
        start_many()
