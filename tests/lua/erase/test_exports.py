"""What a module exports is known from its text where it is plain to see, and never thought to be less than it is."""

from __future__ import annotations

import pytest

from simcore.lua.bridge.chunk import new_runtime
from simcore.lua.erase import erase, exports

KNOWN = [
    ("a table of names", "local function a() end\nreturn { a = a, b = function() end }", {"a", "b"}),
    ("a table of texts as keys", "return { ['a'] = print, [\"b\\x63\"] = print; [ [[d]] ] = print }", {"a", "bc", "d"}),
    ("a table with more than names", "return { 1, print, ..., [2] = 3, a = f, { b = f } }", {"a"}),
    ("what functions in it assign", "return { a = function() local x, b = f, f; c = { d = f } end }", {"a"}),
    ("blocks in it", "return { a = function() if x then for i = 1, 2 do f{ b = f } end end end, c = f }", {"a", "c"}),
    ("an empty table", "return {}", set()),
    ("a table and more", "return { a = print }, 5", {"a"}),
    ("nothing", "return", set[str]()),
    ("nil", "return nil", set()),
    ("a text", "return 'run'", set()),
    (
        "a table in a variable",
        "local M = {} function M.a() end M.b = print M['c'] = print return M",
        {"a", "b", "c"},
    ),
    ("methods", "local M = { a = f }\nfunction M:b() return self end\nreturn M", {"a", "b"}),
    ("deeper names", "local M = { sub = {} }\nfunction M.sub.a() end\nM.sub.b = 1\nreturn M", set()),
    ("several at once", "local M = {}\nM.a, M.b = print, print\nreturn M", {"a", "b"}),
    ("some of them perhaps", "local M = {}\nif x then M.a = print end\nreturn M", {"a"}),
    ("fields that are read", "local M = {}\nlocal x = M.a\nprint(M.b)\nM.c()\nreturn M", set()),
    ("a constant variable", "local M <const> = { a = print }\nreturn M", {"a"}),
    ("a field of its name elsewhere", "local M = { a = print }\nx.M = 1\nx:M()\nreturn M", {"a"}),
    ("returns in functions", "local M = {}\nfunction M.a() if x then return 1 end return end\nreturn M;", {"a"}),
    ("no return", "local M = { a = print }", set()),
    ("nothing at all", "", set()),
    ("a comment", "-- return { a = f }\n", set()),
    ("a global function", "function a() end", set()),
    ("a return in a function alone", "local function a() return { a = f } end", set()),
    ("no functions", "return { a = nil, b = 5, ['c'] = 'x', d = {}, e = true, f = false, ['g'] = {} }", set()),
    ("what is computed of no functions", "return { a = 5 or f, b = {} and f, c = nil == nil and f }", {"a", "b", "c"}),
    ("assigned values that are no functions", "local M = {} M.a = nil M['b'] = 5 M.c = {} M.d = 'x' return M", set()),
    ("assigned together", "local M = {} M.a, M.b = 5, f x, M.c = f, f return M", {"a", "b", "c"}),
    ("computed values", "local M = {} M.a = 5 and f M.b = {} and f return M", {"a", "b"}),
    ("two returns", "if x then return { a = print } end\nreturn { b = print }", {"a", "b"}),
    ("a return that is one of several", "if x then return { a = f } elseif y then return else return {} end", {"a"}),
    ("a return in a block", "do return { a = print } end", {"a"}),
    ("a return in a loop", "while true do repeat return { a = f } until true end", {"a"}),
    ("a table in parentheses", "return ({ a = print })", {"a"}),
    ("a variable in parentheses", "local M = {} M.a = f return ((M)), 5", {"a"}),
    ("an inner variable of its name", "local M = { a = f } do local M = {} M.b = f end return M", {"a"}),
    ("an inner one in a branch", "local M = {} if x then local M M = f else M.a = f end return M", {"a"}),
    ("a variable of an inner block alone", "do local M = { a = f } return M end", {"a"}),
    ("a variable without a value", "local M return M", set()),
    ("a variable that holds no table", "local M <const> = 5 return M", set()),
    ("the arguments of the module", "return ...", set()),
    ("a field", "local M = { sub = { a = print } } return M.sub", {"a"}),
    (
        "a field that gets more",
        "local M = { s = { a = 1 } } function M.s.b() end M.s.c = f M.d = f return M.s",
        {"b", "c"},
    ),
    ("a field that is not there", "local M = { a = f } return M.sub", set()),
    (
        "types",
        "type T = { b: number }\nlocal M: T = {}\nfunction M.a<X>(x: X): T return M.c :: T end\nreturn M :: T",
        {"a"},
    ),
]
UNKNOWN = [
    ("a function", "return function() end"),
    ("a function in a variable", "local function run() end\nreturn run"),
    ("a call", "return make()"),
    ("a library", "return require('lib')"),
    ("a table with a metatable", "return setmetatable({}, { __index = x })"),
    ("a computed key", "local k = 'a' return { [k] = print }"),
    ("a key that is computed of a text", "return { ['a' .. 'b'] = print }"),
    ("a choice", "return { a = print } or x"),
    ("a global", "M = { a = print } return M"),
    ("what was imported", "return M"),
    ("what is assigned anew", "local M = {} M = make() return M"),
    ("what is declared together", "local A, M = {}, make() return M"),
    ("what is given away", "local M = {} fill(M) return M"),
    ("what gives itself away", "local M = {} function M:fill() self.a = print end M:fill() return M"),
    ("what has another name", "local M = {} local N = M N.a = print return M"),
    ("computed names", "local M = {} for _, k in ipairs(names) do M[k] = print end return M"),
    ("what is no table at first", "local M = x or {} return M"),
    ("what is chosen", "local M = {} or x return M"),
    ("a variable of an inner block", "do local M = { a = print } end return M"),
    ("a variable of a function", "local function f() local M = {} M.a = 1 end return M"),
    ("no return, and it raises", "error('not today')"),
    ("no return, and what it claims", "assert(f())"),
    ("a group that is called", "return (make)()"),
    ("a field of a group", "return ({ a = { b = f } }).a"),
    ("a choice in parentheses", "return ({ a = print } or x)"),
    ("one unknown return of several", "if x then return make() end return { b = print }"),
    ("an inner one that holds the outer", "local M = {} do local M = { n = M } M.n.a = f end return M"),
    ("an inner one in another branch", "local M = {} if x then local M = {} else fill(M) end return M"),
    ("an inner one until its block ends", "local M = {} do local M = {} end fill(M) return M"),
    ("a field of what is given away", "local M = { s = { a = f } } fill(M) return M.s"),
    ("a field that is given away", "local M = { s = {} } fill(M.s) return M.s"),
    ("a field that is assigned", "local M = { s = {} } M.s = make() return M.s"),
    ("a field that is assigned by its text", "local M = { s = {} } M['s'] = make() return M.s"),
    ("a field with another name", "local M = { s = {} } M.t = M.s M.t.a = f return M.s"),
    ("a field of unknown value", "local M = { s = make() } return M.s"),
    ("a field of a field", "local M = { s = { t = { a = f } } } return M.s.t"),
    ("a field of a global", "return M.s"),
    ("a parameter", "local function f(M) M.a = 1 end return M"),
]


def plain(source: str) -> str:
    return erase(source, "module.lua").text


@pytest.mark.parametrize(("source", "names"), [pytest.param(*rest, id=shows) for shows, *rest in KNOWN])
def test_the_exports_of_a_plain_module_are_known(source: str, names: set[str]) -> None:
    assert exports(plain(source)) == frozenset(names)


@pytest.mark.parametrize("source", [pytest.param(source, id=shows) for shows, source in UNKNOWN])
def test_what_the_text_does_not_tell_is_not_guessed(source: str) -> None:
    assert exports(plain(source)) is None


SURROUNDINGS = """
local function none() end
x, names = { sub = {} }, { "a", "b" }
M = { of_the_global = none }
function f() return f end
function make() return { made = none } end
function fill(t) t.filled = none end
function require() return { of_the_library = none } end
function __S(value) return value end
function print() return none end
setmetatable(x, { __index = function() return f end, __call = none })
local given = load(text, "=module", "t", _G)
local done, module = pcall(given)
if not done or type(module) ~= "table" then return "" end
local found = {}
for name, value in pairs(module) do
    if type(name) == "string" and type(value) == "function" then found[#found + 1] = name end
end
return table.concat(found, " ")
"""


@pytest.mark.parametrize("source", [source for _, source, *_ in (*KNOWN, *UNKNOWN)])
def test_whatever_a_module_has_when_it_runs_is_among_its_exports(source: str) -> None:
    text = plain(source)
    names = new_runtime().execute("local text = ... " + SURROUNDINGS, text).split()

    known = exports(text)

    assert known is None or set(names) <= known
