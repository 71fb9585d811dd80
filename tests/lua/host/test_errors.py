"""The errors module (lua 6.4)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from simcore.model.errors import ProcessError

if TYPE_CHECKING:
    from tests.lua.conftest import Bench


def test_an_error_has_message_kind_retryable_and_details(bench: Bench) -> None:
    body = """
    local plain = errors.new("plain")
    local full = errors.new{message = "full", kind = errors.TIMEOUT, retryable = false, details = {a = 1, [1] = 2}}
    local empty = errors.new{message = "", details = {5}}
    return {plain:message(), plain:kind(), plain:retryable() == nil, plain:details() == nil, full:kind(),
        full:retryable(),
        full:details(), empty:details() == nil, type(plain), errors.UNKNOWN == plain:kind(), tostring(full)}
    """

    assert bench.run(body) == ["plain", "", True, True, "Timeout", False, {"a": 1}, True, "userdata", True, "full"]


def test_an_error_joins_with_text_and_with_errors(bench: Bench) -> None:
    body = "local a, b = errors.new('a'), errors.new('b') return {a .. 'x', 'x' .. a, a .. b, 1.0 .. a, a .. 2 / 1}"

    assert bench.run(body) == ["ax", "xa", "ab", "1a", "a2"]


def test_a_wrapped_error_keeps_all_but_gains_context(bench: Bench) -> None:
    body = """
    local inner = errors.new{message = "inner", kind = errors.CONFLICT, retryable = true, details = {a = 1}}
    local outer = errors.wrap(inner, "while saving")
    local text = errors.wrap("just text", errors.new("context"))
    return {outer:message(), outer:kind(), outer:retryable(), outer:details(),
        outer:stack():match("^while saving: inner") ~= nil,
        text:message(), text:stack():match("^context: just text") ~= nil}
    """

    assert bench.run(body) == ["inner", "Conflict", True, {"a": 1}, True, "just text", True]


def test_is_asks_for_the_kind_and_is_false_for_others(bench: Bench) -> None:
    body = """
    local e = errors.new{message = "x", kind = errors.NOT_FOUND}
    return {errors.is(e, errors.NOT_FOUND), errors.is(e, errors.INVALID), errors.is("x", errors.NOT_FOUND),
        errors.is(nil, "")}
    """

    assert bench.run(body) == [True, False, False, False]


def test_an_error_is_caught_unchanged(bench: Bench) -> None:
    body = """
    local e = errors.new("x")
    local ok, caught = pcall(error, e)
    local ok2, asserted = pcall(function() assert(nil, e) end)
    local ok3, handled = xpcall(function() error(e) end, function(problem) return {problem == e} end)
    local ok4, text = pcall(error, {1})
    return {ok, caught == e, asserted == e, handled[1], text[1]}
    """

    assert bench.run(body) == [False, True, True, True, 1]


def test_the_stack_names_the_lines_of_the_program_alone(bench: Bench) -> None:
    body = """
    local function deep() return (errors.new("deep")) end
    local e = deep()
    local stack = errors.call_stack(e)
    return {stack.thread, stack.frames[1].source, stack.frames[1].line, #stack.frames, errors.call_stack("x") == nil,
        e:stack()}
    """
    thread, source, line, count, none, text = bench.run(body)

    assert (thread, source, line, none) == ("{app:processes|0x00001}", "app:main", 3, True)
    assert count == 2
    assert "simcore" not in text


@pytest.mark.parametrize(
    "call",
    [
        "errors.new()",
        "errors.new{}",
        "errors.new{message = 5}",
        "errors.new(5)",
        "errors.new{message = 'x', kind = 1}",
        "errors.wrap(5, 'x')",
        "errors.wrap('x', 5)",
    ],
)
def test_wrong_arguments_are_raised_at_the_line_of_the_program(bench: Bench, call: str) -> None:
    with pytest.raises(ProcessError, match=r"^app:main:3: "):
        bench.run(f"\nlocal e = {call}\nreturn e")


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("{code = 1, message = 'x', 5}", '{[1] = 5, code = 1, message = "x"}'),
        ("{1, 'two', {3.0, true}}", '{1, "two", {3, true}}'),
        ("{}", "{}"),
        ("{[1.5] = 1, [false] = 2}", "{[1.5] = 1, [false] = 2}"),
        ("{a = {b = {c = {d = {e = 1}}}}}", "{a = {b = {c = {d = {...}}}}}"),
        ("(function() local t = {} t.t = t return t end)()", "{t = {...}}"),
        ("{print, coroutine.create(print), channel.new()}", "{function, thread, channel}"),
        ("{[print] = 1}", "{[function] = 1}"),
        ("print", "function"),
        ("coroutine.create(print)", "thread"),
        ("channel.new()", "channel"),
        ("setmetatable({}, {__tostring = function() return 'own' end})", "own"),
        ("{errors.new('inner')}", "{inner}"),
        ("5.0", "5"),
        ("nil", "nil"),
        ("{('x'):rep(2000)}", '{"' + "x" * 1000 + '...", ...}'),
        ("('x'):rep(2000)", "x" * 2000),
    ],
)
def test_a_raised_value_is_told_by_its_fields_and_never_by_an_address(bench: Bench, value: str, text: str) -> None:
    with pytest.raises(ProcessError) as caught:
        bench.run(f"error({value}, 0)")
    assert caught.value.message == text


def test_the_text_of_a_large_raised_table_is_short(bench: Bench) -> None:
    with pytest.raises(ProcessError, match=r"^\{1, 2, 3, .*, \.\.\.\}$") as caught:
        bench.run("local t = {} for i = 1, 100000 do t[i] = i end error(t)")
    assert len(caught.value.message) < 2000


def test_a_table_that_a_module_body_raises_is_told_by_its_fields(bench: Bench) -> None:
    bench.add("broken", "error({code = 7})")

    with pytest.raises(ProcessError, match=r"^failed to execute script: \{code = 7\}$"):
        bench.start("broken")


def test_a_program_still_catches_the_table_that_it_raised(bench: Bench) -> None:
    assert bench.run("local t = {1} local ok, caught = pcall(error, t) return {ok, caught == t}") == [False, True]


# -- where an error stands for its text (process 18, O33)

MADE = ["errors.new('no x here')", "select(2, process.send('no x here', 't'))"]
"""An error of the program, and one that the host returns."""


@pytest.mark.parametrize("made", MADE, ids=["own", "of the host"])
@pytest.mark.parametrize(
    "call",
    [
        "find({0}, 'no x')",
        "find({0}, ' x', 1, true)",
        "find('!' .. {0}, {0}, 1, true)",
        "match({0}, '(x) (h)')",
        "gmatch({0}, '%w+')()",
        "gsub({0}, 'x', 'y')",
        "gsub('z', 'z', {0})",
        "gsub('z', 'z', {{z = {0}}})",
        "gsub('z', 'z', function() return {0} end)",
        "gsub('z', {0}, 'y')",
        "sub({0}, 1, 4)",
        "byte({0}, -3, -1)",
        "len({0})",
        "upper({0})",
        "lower({0})",
        "reverse({0})",
        "rep({0}, 2)",
        "rep('z', 3, {0})",
        "format('%s|%10s|%q', {0}, {0}, {0})",
        "format({0})",
        "pack('z', {0}):len()",
        "unpack('c2', {0})",
    ],
)
def test_an_error_stands_for_its_text_in_the_functions_of_texts(bench: Bench, made: str, call: str) -> None:
    body = f"""
    local problem = {made}
    local text = tostring(problem)
    local function all(...) return {{...}} end
    return {{all(string.{call.format("problem")}), all(string.{call.format("text")})}}
    """

    of_error, of_text = bench.run(body)
    assert of_error == of_text
    assert of_error


@pytest.mark.parametrize("made", MADE, ids=["own", "of the host"])
@pytest.mark.parametrize(
    "call",
    ["find('x')", "match('n(.) x')", "gmatch('%w+')()", "gsub('x', 'y')", "sub(-4)", "byte(1, 3)", "len()", "upper()",
     "lower()", "reverse()", "rep(2)", "format()"],
)  # fmt: skip
def test_an_error_has_the_methods_of_its_text(bench: Bench, made: str, call: str) -> None:
    body = f"""
    local problem = {made}
    local text = tostring(problem)
    return {{{{problem:{call}}}, {{text:{call}}}}}
    """

    of_error, of_text = bench.run(body)
    assert of_error == of_text


def test_its_own_methods_are_still_those_of_an_error(bench: Bench) -> None:
    body = """
    local problem = errors.new({message = "x", kind = "Conflict"})
    return {problem:message(), problem:kind(), problem:stack():sub(1, 1), type(problem),
        table.concat({problem, 1}, "-"), pcall(function() return #problem end), string.format("%d", errors.new("12"))}
    """

    result = bench.run(body)
    assert result[:5] == ["x", "Conflict", "x", "userdata", "x-1"]
    assert (result[5], result[-1]) == (False, "12")


@pytest.mark.parametrize("value", ["{}", "channel.new()", "print", "true", "payload.new('x')"])
def test_no_other_value_stands_for_a_text(bench: Bench, value: str) -> None:
    with pytest.raises(ProcessError, match=r"^app:main:2: bad argument #1 to find \(string expected"):
        bench.run(f"local found = string.find({value}, 'x')")
