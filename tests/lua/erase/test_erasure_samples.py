"""Every construct of the dialect, beside the plain Lua that is left of it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from simcore.lua.erase import erase

# Each sample: what it shows, the source, and the plain program with every run of blanks as one blank.
ANNOTATIONS = [
    ("a local", "local x: number = 1", "local x = 1"),
    ("a local without a value", "local x: string\nlocal y", "local x local y"),
    ("several locals", "local a: A, b, c: C? = 1, 2, 3", "local a , b, c = 1, 2, 3"),
    ("a local with an attribute before", "local x <const>: number = 1", "local x <const> = 1"),
    (
        "a local with an attribute behind",
        "local x: Handle <close>, y: T <const> = f()",
        "local x <close>, y <const> = f()",
    ),
    ("parameters", "local function f(a: number, b: string) end", "local function f(a , b ) end"),
    ("optional parameters", "local function f(a?: number, b?) end", "local function f(a , b ) end"),
    ("varargs", "function f(a, ...: any) return ... end", "function f(a, ... ) return ... end"),
    ("a numeric loop", "for i: integer = 1, 3 do print(i) end", "for i = 1, 3 do print(i) end"),
    ("a generic loop", "for k: string, v: T in pairs(t) do end", "for k , v in pairs(t) do end"),
    ("one return type", "function f(): number return 1 end", "function f() return 1 end"),
    ("a bare list of returns", "function f(): A, B? return 1 end", "function f() return 1 end"),
    ("a parenthesised list", "function M.f<T>(x: T): (T, string?) return x end", "function M.f (x ) return x end"),
    ("an empty list", "return function(): () end", "return function() end"),
    ("a method", "function M.sub:get<K, V>(k: K): V return self[k] end", "function M.sub:get (k ) return self[k] end"),
    ("a function returned by a function", "function f(): (a: T) -> R return g end", "function f() return g end"),
    ("a variadic return", "local f: (x: number) -> ...string", "local f"),
    ("a predicate", "function f(x): x is string return true end", "function f(x) return true end"),
    ("an assertion", "function f(x): asserts x is T? error(x) end", "function f(x) error(x) end"),
    ("generics with bounds", "function f<T: Base, U = T, V extends W, P...>(x: T) end", "function f (x ) end"),
    (
        "a generic function expression",
        "local id = function<T>(x: T): T return x end",
        "local id = function (x ) return x end",
    ),
    ("a call of a generic function", "local x: number = id(5)", "local x = id(5)"),
    (
        "an annotated callback",
        "each(t, function(v: T): boolean return v end, 1)",
        "each(t, function(v ) return v end, 1)",
    ),
    ("a comment between", "local x --[[: no ]] : --[=[ ] ]=] number -- yes\n= 1", "local x --[[: no ]] -- yes = 1"),
    ("an annotation on lines of its own", "local x\n  : number\n  = 1", "local x = 1"),
]

CASTS = [
    ("a cast", "local x = y :: number", "local x = y"),
    ("a cast with as", "local x = y as number", "local x = y"),
    ("a cast of an operand", "local s = (n :: number) + m :: number * 2", "local s = (n ) + m * 2"),
    ("a cast behind and-or", "local z = cond and a or b :: T", "local z = cond and a or b"),
    ("casts in arguments", "f(a :: A, b as B, g(c :: C).d :: D)", "f(a , b , g(c ).d )"),
    (
        "casts in a table",
        "local t = { a = b :: T, [k :: K] = v as V, c :: C; d }",
        "local t = { a = b , [k ] = v , c ; d }",
    ),
    ("a cast in a condition", "if x :: boolean then end", "if x then end"),
    ("a cast in a loop", "while x :: boolean do end repeat until y as boolean", "while x do end repeat until y"),
    ("a cast that ends a statement", "x = y :: T\nz = 1", "x = y z = 1"),
    ("casts in a row", "x = y :: any :: T as U", "x = y"),
    ("a cast on the next line", "x = y\n  :: T", "x = y"),
    ("a cast of a call", "local d = m:payload():data() :: { n: number }", "local d = m:payload():data()"),
    ("a cast to a record of several lines", "x = y :: {\n  a: number, -- first\n  b: string,\n}", "x = y"),
    ("a cast compared", "if x :: number < 5 and y :: T < z then end", "if x < 5 and y < z then end"),
    ("a cast with arguments", "x = y :: Map<string, List<T>>", "x = y"),
    ("a cast compared with an array", "if a :: integer >= #b :: integer then end", "if a >= #b then end"),
    ("a cast shifted", "x = y :: T >> 1", "x = y >> 1"),
    ("a trial of arguments undone", "x = y :: A < B >> 1", "x = y < B >> 1"),
    ("a cast of a literal", 'local mode = "fast" :: "fast" | "slow"', 'local mode = "fast"'),
    ("a cast of a function", "local f = function() end :: () -> ()", "local f = function() end"),
    ("a cast before a concatenation", 'x = y :: string .. "z"', 'x = y .. "z"'),
    ("non-nil", "local x = y!.z![1]!:m()! + 1", "local x = y .z [1] :m() + 1"),
    ("non-nil behind a cast and a literal", "x = y :: T! z = nil!", "x = y z = nil"),
    ("a cast before parentheses on the next line", "x = y :: T\n(z):f()", "x = y ; (z):f()"),
    ("a non-nil target", "x!.y = 1", "x .y = 1"),
    ("non-nil before a comparison", "if x! == 1 then end", "if x == 1 then end"),
]

DECLARATIONS = [
    ("an alias", "type Id = string", ""),
    ("an exported alias", "export type Id = string\nlocal x = 1", "local x = 1"),
    ("a generic alias", "type Box<T, U = string> = { value: T, [U]: boolean }", ""),
    (
        "a record of several lines",
        "type P = {\n  name: string,\n  age?: number;\n  tags: string[],\n}\nreturn 1",
        "return 1",
    ),
    ("a union of several lines", 'type Kind =\n  | "a"\n  | "b"\nreturn 1', "return 1"),
    ("an intersection", "type C = A & B & { c: number }", ""),
    ("literal types", 'type L = "a" | 1 | -2.5 | true | false | nil', ""),
    ("arrays", "type A = number[][] type B = { string? } type C = {{T}}", ""),
    ("maps", "type M = { [string]: { [number]: T } }", ""),
    ("a closing of two generics", "type N = Map<string, List<T>>\nlocal x: A<B<C>> = 1", "local x = 1"),
    ("a closing of three generics", "local x: A<B<C<D>>> = 1", "local x = 1"),
    ("a closing run into the equals sign", "local x: A<B>= 1", "local x = 1"),
    ("readonly", "type R = readonly { x: number, readonly y: T }", ""),
    ("keyof and typeof", "type K = keyof(T) | typeof(require('m').new(1 :: A))", ""),
    ("a function type", "type F = (a: number, b?: string, ...: any) -> (T, string?)", ""),
    ("a function type of the other spelling", "type F = fun(a: number, ...: T): fun(): R", ""),
    ("a function type without a list", "type F = fun | function", ""),
    ("function types without results", "local f: fun(a: A), g: function(b: B) = 1", "local f , g = 1"),
    ("a generic type without arguments", "local x: List<>", "local x"),
    ("a generic function type", "type F = <T>(x: T) -> T", ""),
    ("an optional function type", "type F = ((x: T) -> R)? | () -> ()", ""),
    ("a condition", "type C<T> = T extends string ? A? : B extends C ? D : E", ""),
    ("a condition over an optional", "type C = A extends B? ? { x?: C } : D", ""),
    (
        "validators",
        'type V = { age: number @min(0) @max(150), mail: string @pattern("^.+@.+$")?, @deprecated old: T }',
        "",
    ),
    ("validators before", "type V = @email @length(1, 20) string | @x T", ""),
    ("a validator without arguments", "interface I @key @unique() id: string @each end", ""),
    ("a map behind a member", "interface I\n  a: T\n  [string]: U\nend", ""),
    ("variadic types", "type P = Pack<T..., ...string>", ""),
    ("a qualified name", "type Q = module.Name<module.Other>", ""),
    ("an indexed type", 'type I = T["name"]', ""),
    ("fields called like keywords", "type W = { end: T, type: string, nil?: U, as: V }", ""),
    ("an interface", "interface Shape\n  name: string\n  area?: number,\nend\nreturn 1", "return 1"),
    (
        "an interface with bases and methods",
        "export interface A<T>: B, C<T>\n  readonly x: T;\n  area(self, k: K): number\n"
        "  function move<U>(u: U)\n  [string]: any\nend f()",
        "f()",
    ),
    ("a type inside a block", "do type T = A local x: T = 1 end", "do local x = 1 end"),
]

NAMES = [
    ("type as a function", "local t = type(x) == 'table' and type (y)", "local t = type(x) == 'table' and type (y)"),
    ("type as a variable", "type = 5 type.x = type", "type = 5 type.x = type"),
    ("type kept in a local", "local type = type\ntype(x)", "local type = type type(x)"),
    ("type as a field", "x.type = y.type t = { type = 'a' }", "x.type = y.type t = { type = 'a' }"),
    ("type as a method", "x:type():as():is(1)", "x:type():as():is(1)"),
    ("type called with a string", "type 'x' type { 1 } type [[y]]", "type 'x' type { 1 } type [[y]]"),
    ("type before a statement", "local y = type\nx = 5", "local y = type x = 5"),
    ("as as a variable", "local as = 1 as = as + as\nreturn as", "local as = 1 as = as + as return as"),
    ("as as a function", "as(1)\nlocal x = y\nas(2)", "as(1) local x = y as(2)"),
    ("as as a field", "x = y.as\nas.z = 1", "x = y.as as.z = 1"),
    ("as cast to as", "local as = as as as", "local as = as"),
    (
        "the other words",
        "interface = readonly is = asserts keyof = extends export = fun typeof = 1",
        "interface = readonly is = asserts keyof = extends export = fun typeof = 1",
    ),
    (
        "the other words called",
        "interface() readonly{} is'x' asserts() keyof(1) extends() export(type) typeof(x)",
        "interface() readonly{} is'x' asserts() keyof(1) extends() export(type) typeof(x)",
    ),
    (
        "the words as parameters",
        "function f(type, as, is: T, readonly: U) end",
        "function f(type, as, is , readonly ) end",
    ),
    ("the words as types", "local x: type, y: as, z: readonly, w: is, v: keyof = 1", "local x , y , z , w , v = 1"),
    ("is behind a return type", "function f(): T\n  is = 1 end", "function f() is = 1 end"),
    ("an annotation called like a method", "a:b(c) local a: b = c", "a:b(c) local a = c"),
    ("a label behind an expression", "x = y\n::top::\ngoto top", "x = y ::top:: goto top"),
    ("a label on the same line", "do x = y ::next:: end", "do x = y ::next:: end"),
    ("a label behind a call", "f() ::next:: goto next", "f() ::next:: goto next"),
    ("a label behind a cast", "x = y :: T\n::top::", "x = y ::top::"),
    ("two casts in a row", "local x = y :: any :: string", "local x = y"),
    ("two casts and a comma", "local x, z = y :: A :: B, w", "local x, z = y , w"),
    ("two casts in a table", "t = { x :: A :: B, c = 5, y :: A :: C }", "t = { x , c = 5, y }"),
    ("two casts in a call", "f(x :: A :: B, y)", "f(x , y)"),
    ("two casts in parentheses", "local s = (x :: A :: B).c", "local s = (x ).c"),
    ("two casts over lines in brackets", "f(x\n:: A\n:: B)", "f(x )"),
    ("two casts before a parenthesis below", "local x = y :: A :: B\n(f or g)()", "local x = y ; (f or g)()"),
    ("two casts, the last of an array", "local x = y :: A :: B[] :: C[K]", "local x = y"),
    ("two casts, the last of a function", "local x = y :: A :: (B) -> C", "local x = y"),
    ("two casts, the last with arguments", "local x = y :: A :: m.B<C>", "local x = y"),
    ("a cast and a label on one line", "local x = y :: T ::top:: x = 1", "local x = y ::top:: x = 1"),
    ("a label behind an annotation", "local x: number ::top:: x = 1", "local x ::top:: x = 1"),
    (
        "colons in strings and comments",
        "x = 'a :: b' -- c :: d\ny = [[e :: f]]",
        "x = 'a :: b' -- c :: d y = [[e :: f]]",
    ),
]

PLAIN = [
    ("numbers", "return 3, 3.0, .5, 3., 0x10, 0xA.8p-1, 0x.1P4, 1e3, 1E-3, 3.1416, 0xffffffffffffffff", None),
    (
        "strings",
        r"""return "a\n\z   b\x41\065\u{48}\"", 'it\'s\
on', "\\", [[x]], [==[ ]=] ]==], "--[[" """,
        None,
    ),
    ("bytes beyond ASCII", "x = 'h\xc3\xa9' -- \xff\n--[[ \x80 ]]", None),
    ("operators", "x = -a ^ -b // c % d << 1 >> 2 & ~e | f ~ g .. #h == not i", None),
    ("comparisons", "x = a < b, a > b, a <= b, a >= b, a ~= b, f(a < b, c > (d))", None),
    ("indexes", "a[b[c]][1].d['e'] = f[ [[g]] ] a.b[1]:c{}'x'[[y]](z).w = 1", None),
    ("calls across lines", "f\n(x)\n'y'\n{z}", None),
    (
        "control",
        "if a then elseif b then else end while a do break end for i = 1, 2, 3 do end for k in f, s do end",
        None,
    ),
    ("scopes", "do local function f(...) return ... end end repeat local x until x; ;;; return;", None),
    ("goto", "for i = 1, 3 do goto continue; ::continue:: end", None),
    ("attributes", "local a <const>, b <close> = 1, nil", None),
    ("tables", "t = { 1, 2; a = 3, ['b'] = 4, { }, f(), function() end, ..., }", None),
    ("an empty program", "", None),
    ("only a comment", "-- nothing", None),
    ("a bracket comment", "--[==[ ]] \n ]=] ]==] return --[ not long\n1", None),
    ("methods", "function a.b.c:d(e, ...) return self, select('#', ...) end", None),
    ("parentheses", "(f or g)(x); (a).b = 1; local x = (...)", None),
]

DIALECT = ANNOTATIONS + CASTS + DECLARATIONS + NAMES
TEXTS = [pytest.param(source, id=shows) for shows, source, _ in DIALECT + PLAIN]


def breaks(text: str) -> list[int]:
    return [at for at, character in enumerate(text) if character == "\n"]


@pytest.mark.parametrize(("source", "plain"), [pytest.param(*rest, id=shows) for shows, *rest in DIALECT])
def test_of_a_typed_program_the_plain_one_is_left(source: str, plain: str) -> None:
    erased = erase(source, "sample.lua", wrap_concatenation=False)

    assert " ".join(erased.text.split()) == plain


@pytest.mark.parametrize("source", [pytest.param(source, id=shows) for shows, source, _ in PLAIN])
def test_a_plain_program_is_left_alone(source: str) -> None:
    assert erase(source, "sample.lua", wrap_concatenation=False).text == source


@pytest.mark.parametrize("source", TEXTS)
def test_length_and_lines_stay(source: str) -> None:
    text = erase(source, "sample.lua", wrap_concatenation=False).text

    assert len(text) == len(source)
    assert breaks(text) == breaks(source)


@pytest.mark.parametrize("source", TEXTS)
def test_what_is_left_stands_where_it_stood(source: str) -> None:
    text = erase(source, "sample.lua", wrap_concatenation=False).text

    assert [new for new, old in zip(text, source, strict=True) if new not in (old, " ", ";")] == []


@pytest.mark.parametrize("source", TEXTS)
def test_erasing_twice_changes_nothing(source: str) -> None:
    once = erase(source, "sample.lua", wrap_concatenation=False).text

    assert erase(once, "sample.lua", wrap_concatenation=False).text == once


@pytest.mark.parametrize("wrap_concatenation", [False, True])
@pytest.mark.parametrize("source", TEXTS)
def test_what_is_left_compiles(source: str, wrap_concatenation: bool, complaint: Callable[[str], str | None]) -> None:
    text = erase(source, "sample.lua", wrap_concatenation=wrap_concatenation).text

    assert complaint(text) is None


@pytest.mark.parametrize("source", TEXTS)
def test_wrapping_keeps_the_lines(source: str) -> None:
    text = erase(source, "sample.lua", wrap_concatenation=True).text

    assert text.count("\n") == source.count("\n")


BEFORE = [
    *("x = 1", "x = a", "x = a.b", "x = a[1]", "x = f()", "x = f{}", "x = 's'", "x = {}", "x = function() end"),
    *("x = -a", "x = ...", "x = nil", "x = not a", "x = a .. b", "x = (a)", "x = a:m()", "x = #a", "x = a < b"),
    *("local x", "f()", "x = a and b", "x, y = a, b", "local x <const> = a", "local function h() end", "do end"),
    *("goto other", ";"),
]
BEHIND = [
    *("i = i + 1", "a.b = 1", "a[1] = 2", "a[b[c]].d = 2", "a, b = b, a", "a.b, c[1] = 1, 2", "f()", "f 's'", "f{}"),
    *("a:m()", "a.b:m 's'", "f[[s]]", "f(a)(b)", "f().x = 1", "(f or g)()", "(a).b = 1", "(a)[1], b = 1, 2"),
    *("(a):m()", "function g() end", "function g.h:k() end", "local y", "local function h() end", "do end"),
    *("while a do end", "if a then end", "for i = 1, 2 do end", "for k in f do end", "repeat until a", ";"),
    *("::next::", "f\n{a}", "f 'a' { b } (c)"),
]
"""What may stand before a label and behind it in one line; one of each is a whole program."""
ROOMS = ["%s", "do %s end", "f(function(...) %s end)", "t = { function(...) %s end, c = 5 }", "if a then %s else end"]


@pytest.mark.parametrize("label", ["::again::", ":: again ::", "::again::::more::", "::as::", "::type::"])
@pytest.mark.parametrize("before", BEFORE)
def test_a_label_stands_wherever_lua_takes_one(before: str, label: str, complaint: Callable[[str], str | None]) -> None:
    for behind in BEHIND:
        for room in ROOMS:
            source = room % f"{before} {label} {behind} ::other::"
            assert complaint(source) is None
            assert erase(source, "sample.lua", wrap_concatenation=False).text == source


def test_what_may_be_a_cast_is_a_label_where_some_goto_names_it() -> None:
    source = "x = y ::again:: f\n(g)()"

    assert " ".join(erase(source, "sample.lua", wrap_concatenation=False).text.split()) == "x = y ; (g)()"
    assert erase(f"{source} goto again", "sample.lua", wrap_concatenation=False).text == f"{source} goto again"
