"""The spawn builder from Lua, and context down every spawn and call (process 7.6 to 7.11; lua 6.6)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from simcore.lua.bridge.definition import LuaDefinition
from simcore.lua.bridge.process import LuaProcess
from simcore.model.errors import PermissionDenied
from simcore.security.actor import Actor
from simcore.security.frame import Frame
from simcore.security.policy import allow
from simcore.security.scope import Scope

if TYPE_CHECKING:
    from tests.lua.conftest import Bench

TELLS = """
return {main = function()
    local actor, scope = security.actor(), security.scope()
    return {all = ctx.all(), actor = actor and actor:id(), scope = scope and #scope:policies()}
end}
"""
MODULES = ("ctx", "security")
BARRED = Frame(actor=Actor("a"), scope=Scope([allow("process.registry.register", "*")]))


def test_every_with_gives_a_new_builder_and_leaves_the_old_one(bench: Bench) -> None:
    """process 7.10, 7.8."""
    bench.add("tells", TELLS, modules=[*MODULES])
    body = """
    local first = process.with_context({a = 1})
    local second = first:with_context({a = 2, b = {3}})
    local third = first:with_actor(security.new_actor("bob")):with_scope(security.new_scope())
    local answers = {}
    for i, builder in ipairs{first, second, third, first} do
        answers[i] = builder:exec("app:tells", "app:processes")
    end
    answers[5] = first ~= second and type(first) == "userdata"
    return answers
    """

    assert bench.run(body, modules=MODULES) == [
        {"all": {"a": 1}},
        {"all": {"a": 2, "b": [3]}},
        {"all": {"a": 1}, "actor": "bob", "scope": 0},
        {"all": {"a": 1}},
        True,
    ]


def test_context_is_inherited_down_spawn_call_and_function(bench: Bench) -> None:
    """process 7.8; lua 6.5."""
    bench.add("tells", TELLS, modules=[*MODULES])
    bench.add("function", TELLS, kind="function.lua", modules=[*MODULES])
    bench.add(
        "middle",
        """
        return {main = function()
            local events = process.events()
            process.spawn_monitored("app:tells", "app:processes")
            local spawned = events:receive().result.value
            return {process.call("app:tells", "app:processes"), spawned, (funcs.call("app:function"))}
        end}
        """,
        modules=["funcs"],
    )
    body = (
        "return process.with_context({k = 'v'}):with_actor(security.new_actor('x')):exec('app:middle', 'app:processes')"
    )

    assert bench.run(body, modules=MODULES) == [{"all": {"k": "v"}, "actor": "x"}] * 3


def test_a_context_value_is_a_copy_for_each_who_asks(bench: Bench) -> None:
    """process 7.8: a mutation never affects the parent, nor a later look."""
    bench.add(
        "changes",
        "return {main = function() ctx.get('t').n = 2 ctx.all().t.n = 3 return ctx.get('t').n end}",
        modules=["ctx"],
    )
    body = """
    local t = {n = 1}
    local builder = process.with_context({t = t})
    t.n = 9
    return {builder:exec("app:changes", "app:processes"), t.n}
    """

    assert bench.run(body) == [1, 9]


def test_a_look_at_no_context_value_fails(bench: Bench) -> None:
    """lua 6.6."""
    body = """
    local answers = {}
    for _, key in ipairs{"", "missing"} do
        local value, problem = ctx.get(key)
        answers[#answers + 1] = {value == nil, problem:kind(), problem:retryable()}
    end
    answers[#answers + 1] = next(ctx.all()) == nil
    answers[#answers + 1] = pcall(ctx.get, 5)
    return answers
    """

    assert bench.run(body, modules=MODULES) == [[True, "Invalid", False], [True, "NotFound", False], True, False]


@pytest.mark.parametrize(
    ("call", "message"),
    [
        ("builder:with_name('')", "name cannot be empty"),
        ("builder:with_actor(nil)", "actor cannot be nil"),
        ("builder:with_scope(nil)", "scope cannot be nil"),
        ("builder:with_actor('bob')", "Actor expected"),
        ("builder:with_scope(security.new_actor('bob'))", "Scope expected"),
        ("builder:with_message('@pid/events')", "cannot send to @ topics"),
        ("builder:with_context({[1] = 2})", "a key of this table is a text, not 1"),
        ("builder:with_context({'list'})", "a key of this table is a text, not 1"),
        ("process.with_context()", "bad argument #1 to with_context (table expected, got nil)"),
        ("builder:spawn(5, 'app:processes')", "bad argument #2 to spawn (string expected, got number)"),
        ("builder.with_name(process, 'x')", "bad argument #1 to with_name (spawn_builder expected, got table)"),
    ],
)
def test_a_bad_value_is_raised_as_a_text_with_its_line(bench: Bench, call: str, message: str) -> None:
    """process 7.6 to 7.8, 13."""
    body = f"""
    local builder = process.with_context({{}})
    local ok, problem = pcall(function() {call} end)
    return {{ok, type(problem), tostring(problem)}}
    """
    ok, kind, text = bench.run(body, modules=MODULES)

    assert (ok, kind) == (False, "string")
    assert message in text
    assert text.startswith("app:main:4: ")


@pytest.mark.parametrize("verb", ["spawn", "spawn_monitored", "spawn_linked", "spawn_linked_monitored", "exec"])
def test_missing_arguments_and_denials_of_a_start_are_returned(bench: Bench, verb: str) -> None:
    """process 7.9, 13."""
    bench.add("tells", TELLS, modules=[*MODULES])
    frame = Frame(actor=Actor("a"), scope=Scope([allow("process.context", "context")]))
    body = f"""
    local builder = process.with_context({{}})
    local one, missing = builder:{verb}("app:tells")
    local two, denied = builder:{verb}("app:tells", "app:processes")
    return {{one == nil, missing:kind(), missing:message(), two == nil, denied:kind()}}
    """
    *_, text, none, kind = answers = bench.run(body, frame=frame)

    assert answers[:2] == [True, "Invalid"]
    assert text.startswith(f"{verb} requires")
    assert (none, kind) == (True, "PermissionDenied")


@pytest.mark.parametrize(
    ("call", "message"),
    [
        ("process.with_context({})", "not allowed to spawn processes with custom context"),
        ("builder:with_context({})", "not allowed to spawn processes with custom context"),
        ("builder:with_actor(actor)", "not allowed to spawn processes with custom security context"),
        ("builder:with_scope(scope)", "not allowed to spawn processes with custom security context"),
    ],
)
def test_a_denied_with_is_raised_as_an_error_object(bench: Bench, call: str, message: str) -> None:
    """process 7.9. The builder's own making is allowed to the one who tests its methods."""
    actions = ["security.*"] if call.startswith("process") else ["security.*", "process.context"]
    frame = Frame(actor=Actor("a"), scope=Scope([allow(actions, "*")]))
    if call == "builder:with_context({})":
        frame = Frame(actor=Actor("a"), scope=Scope([allow("security.*", "*")]))
        call = "process.with_context({}):with_context({})"
    body = f"""
    local actor, scope = security.new_actor("b"), security.new_scope()
    local builder = {"nil" if call.startswith("process") else "process.with_context({})"}
    local ok, problem = pcall(function() return {call} end)
    return {{ok, problem:kind(), problem:message()}}
    """

    assert bench.run(body, modules=MODULES, frame=frame) == [False, "PermissionDenied", message]


def test_a_denied_with_that_nobody_catches_ends_the_process_with_its_kind(bench: Bench) -> None:
    """process 7.9."""
    with pytest.raises(PermissionDenied, match="custom context"):
        bench.run("process.with_context({})", frame=BARRED)


def test_messages_of_the_builder_come_first_and_have_no_sender(bench: Bench) -> None:
    """process 7.7, 3.11."""
    bench.add(
        "reads",
        """
        return {main = function()
            local inbox, seen = process.inbox(), {}
            for i = 1, 3 do
                local message = inbox:receive()
                seen[i] = {message:topic(), message:payload() or false, message:from() == nil}
            end
            return seen
        end}
        """,
    )
    body = """
    local events = process.events()
    local builder = process.with_context({}):with_message("a", 1):with_message("b")
    local pid = builder:spawn_monitored("app:reads", "app:processes")
    process.send(pid, "c", 3)
    return events:receive().result.value
    """

    assert bench.run(body) == [["a", 1, True], ["b", False, True], ["c", 3, False]]


def test_a_taken_name_is_signalled_instead(bench: Bench) -> None:
    """process 7.6."""
    body = """
    process.registry.register("me")
    local builder = process.with_context({}):with_name("me"):with_message("for the holder", 5)
    local pid, problem = builder:spawn("app:none", "app:processes")
    local message = process.inbox():receive()
    return {pid == process.pid(), problem == nil, message:topic(), message:payload()}
    """

    assert bench.run(body) == [True, True, "for the holder", 5]


def test_builders_that_the_program_has_lost_are_forgotten(bench: Bench) -> None:
    body = """
    local base = process.with_context({k = 1})
    for i = 1, 5000 do
        base:with_name("n" .. i)
        if i % 100 == 0 then time.sleep("1ms") end
    end
    process.inbox():receive()
    """
    bench.add("main", f"return {{main = function() {body} end}}", modules=["time"])
    record = bench.start("main")
    bench.runtime.kernel.run()

    definition = bench.runtime.definitions["app:main"]
    assert isinstance(definition, LuaDefinition)
    (process,) = definition.state.processes.values()
    assert isinstance(process, LuaProcess)
    assert record.alive
    assert len(process._kept) < 3000


def test_a_name_has_the_scope_of_the_one_node(bench: Bench) -> None:
    """process 16."""
    body = """
    local ok = process.registry.register("one", nil, process.registry.LOCAL)
    local refused = {}
    for _, scope in ipairs{process.registry.EVENTUAL, process.registry.CONSISTENT, process.registry.STRONG, "x"} do
        local value, problem = process.registry.register("two", process.pid(), scope)
        refused[#refused + 1] = value == nil and problem:kind()
    end
    return {ok, refused, (process.registry.lookup("two")) == nil}
    """

    assert bench.run(body) == [True, ["Invalid"] * 4, True]


@pytest.mark.parametrize(
    ("values", "key"),
    [
        ("{[{}] = 1}", "table"),
        ("{[print] = 1}", "function"),
        ("{[5] = print, x = 1}", "5"),
        ("{[{}] = 1, [print] = 2, [true] = 3}", "boolean"),
        ("{[channel.new()] = 1}", "userdata"),
    ],
)
@pytest.mark.parametrize("builder", ["process.", "process.with_context({}):"])
def test_a_key_that_is_no_text_raises_even_where_it_could_not_travel(
    bench: Bench, builder: str, values: str, key: str
) -> None:
    """process 7.8."""
    source = f"local ok, problem = pcall(function() return {builder}with_context({values}) end) return {{ok, problem}}"

    ok, problem = bench.run(source)

    assert ok is False
    assert problem.endswith(f"a key of this table is a text, not {key}")
