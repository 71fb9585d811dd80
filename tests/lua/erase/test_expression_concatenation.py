"""The wrapping of operands of `..`: which ones, where, and that a program still means the same."""

from __future__ import annotations

import pytest

from simcore.lua.bridge.chunk import new_runtime
from simcore.lua.erase import erase

# `§(` and `)` stand for the call that is put in.
WRAPPED = [
    ("a variable", 'x = "a" .. b', 'x = "a" .. §(b)'),
    ("both sides", "x = a .. b", "x = §(a) .. §(b)"),
    ("every operand of a chain", "x = a .. b .. c", "x = §(a) .. §(b) .. §(c)"),
    ("a string of either quote", "x = 'a' .. \"b\" .. [[c]]", "x = 'a' .. \"b\" .. [[c]]"),
    ("a number", 'x = 1.5 .. ""', 'x = §(1.5) .. ""'),
    ("tostring", "x = tostring(a) .. tostring 'b'", "x = tostring(a) .. tostring 'b'"),
    ("string.format", "x = string.format('%d', a) .. b", "x = string.format('%d', a) .. §(b)"),
    ("tostring with a suffix", "x = tostring(a):len() .. tostring", "x = §(tostring(a):len()) .. §(tostring)"),
    ("a field called tostring", "x = a.tostring(b) .. m:format(c)", "x = §(a.tostring(b)) .. §(m:format(c))"),
    (
        "a longer format",
        "x = string.format.x(a) .. s.string.format(b)",
        "x = §(string.format.x(a)) .. §(s.string.format(b))",
    ),
    ("string.rep", "x = string.rep(a, 2) .. 'b'", "x = §(string.rep(a, 2)) .. 'b'"),
    ("a nested concatenation", "x = ('a' .. b) .. c", "x = ('a' .. §(b)) .. §(c)"),
    ("a string in parentheses", "x = ('a') .. ((tostring(b)))", "x = ('a') .. ((tostring(b)))"),
    ("a choice in parentheses", "x = (a or 'b') .. 'c'", "x = §((a or 'b')) .. 'c'"),
    ("arithmetic", "x = 'a' .. b + 1 * 2 .. 'c'", "x = 'a' .. §(b + 1 * 2) .. 'c'"),
    ("arithmetic on the left", "x = 2 ^ b .. 'c'", "x = §(2 ^ b) .. 'c'"),
    ("a sign", "x = 'a' .. -b .. #c", "x = 'a' .. §(-b) .. §(#c)"),
    ("a sign before a string", "x = -'1' .. ''", "x = §(-'1') .. ''"),
    ("looser operators", "x = a and 'b' .. c or d == e .. f", "x = a and 'b' .. §(c) or d == §(e) .. §(f)"),
    ("a shift, which is looser", "x = a << b .. c", "x = a << §(b) .. §(c)"),
    ("no concatenation", "x = a + b == c", "x = a + b == c"),
    ("concatenations in arguments", "x = 'a' .. f('b' .. c) .. 'd'", "x = 'a' .. §(f('b' .. §(c))) .. 'd'"),
    ("varargs", "x = 'a' .. ...", "x = 'a' .. §(...)"),
    ("a table", "x = {} .. 'a'", "x = §({}) .. 'a'"),
    ("a cast", "x = 'a' .. b :: T .. 'c'", "x = 'a' .. §(b)      .. 'c'"),
    ("a cast without blanks", "x = b::T..c as U", "x = §(b)   ..§(c)     "),
    ("a cast of a string", "x = 'a' :: string .. 'b'", "x = 'a'           .. 'b'"),
    ("non-nil", "x = 'a' .. b!.c! .. d!", "x = 'a' .. §(b .c)  .. §(d) "),
    ("a cast of several lines", "x = 'a' .. b :: {\n  c: T\n}\n(f)()", "x = 'a' .. §(b)     \n      \n;\n(f)()"),
    ("operands on lines of their own", "x = a\n  .. b\n  .. 'c'", "x = §(a)\n  .. §(b)\n  .. 'c'"),
    ("a comment between", "x = 'a' .. --[[ b ]] c -- d", "x = 'a' .. --[[ b ]] §(c) -- d"),
    ("a concatenation in a type", "local x: typeof(a .. b) = c .. 'd'", "local x                 = §(c) .. 'd'"),
    (
        "a function",
        "x = 'a' .. (function() return b .. 'c' end)()",
        "x = 'a' .. §((function() return §(b) .. 'c' end)())",
    ),
]

PROGRAM = """
local function join(...)
  local n, t = select('#', ...), { ... }
  local text = '' for i = 1, n do text = text .. t[i] :: string .. (i < n and ',' or '') end
  return text .. '!', 'second'
end
local half: number = 1 / 2
return join(half, 2 ^ 2 .. '', -half .. 'x' .. #'abc' .. ('a' .. 1 + 1), tostring(3) .. 4 // 1) .. join()
"""


@pytest.mark.parametrize(("source", "expected"), [pytest.param(*rest, id=shows) for shows, *rest in WRAPPED])
def test_operands_that_may_be_floats_are_wrapped(source: str, expected: str) -> None:
    assert erase(source, "sample.lua").text == expected.replace("§", "__S")


@pytest.mark.parametrize(("source", "expected"), [pytest.param(*rest, id=shows) for shows, *rest in WRAPPED])
def test_nothing_is_wrapped_on_request(source: str, expected: str) -> None:
    text = erase(source, "sample.lua", wrap_concatenation=False).text

    assert "__S" not in text
    assert len(text) == len(source)


def test_an_identity_in_place_of_the_call_changes_no_result() -> None:
    runtime = new_runtime()
    runtime.execute("function __S(value) return value end")

    wrapped = erase(PROGRAM, "program.lua").text
    plain = erase(PROGRAM, "program.lua", wrap_concatenation=False).text

    assert wrapped.count("__S(") == 11
    assert runtime.execute(wrapped) == runtime.execute(plain) == "0.5,4.0,-0.5x3a2,34!!"


def test_the_call_sees_every_float_that_is_joined() -> None:
    runtime = new_runtime()
    runtime.execute("function __S(v) return math.type(v) == 'float' and string.format('%.14g', v) or v end")

    assert runtime.execute(erase(PROGRAM, "program.lua").text) == "0.5,4,-0.5x3a2,34!!"
