"""Syntax errors: where they point, what they say, and that depth ends in one."""

from __future__ import annotations

import pytest

from simcore.lua.erase import LuaSyntaxError, erase
from simcore.lua.erase.cursor import DEPTH_MAX
from simcore.model.errors import UsageError


def complaint(source: str) -> str:
    with pytest.raises(LuaSyntaxError) as caught:
        erase(source, "src/worker.lua")
    return str(caught.value)


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("x = end", "1:5: unexpected 'end', expected an expression"),
        ("\n\n  end", "3:3: unexpected 'end', expected a statement or the end of the file: no block is open"),
        ("if x then\n  y()\n", "3:1: unexpected end of file, expected 'end' to close 'if' of line 1"),
        ("f(1,\n2", "2:2: unexpected end of file, expected ')' to close '(' of line 1"),
        ("t = {\n1\n2 }", "3:1: unexpected '2', expected '}' to close '{' of line 1"),
        ("repeat f() end", "1:12: unexpected 'end', expected 'until' to close 'repeat' of line 1"),
        ("if x y() end", "1:6: unexpected 'y', expected 'then'"),
        ("for i = 1 do end", "1:11: unexpected 'do', expected ','"),
        ("for i, j = 1, 2 do end", "1:10: unexpected '=', expected 'in'"),
        ("x + 1", "1:3: unexpected '+', expected '=' or the arguments of a call: an expression alone is no statement"),
        (
            "f() = 1",
            "1:5: a call or an expression in parentheses cannot be assigned to, expected a variable or a field",
        ),
        (
            "(a) = 1",
            "1:5: a call or an expression in parentheses cannot be assigned to, expected a variable or a field",
        ),
        ("local 1", "1:7: unexpected '1', expected a name"),
        ("local x <fixed> = 1", "1:10: unexpected 'fixed', expected 'const' or 'close'"),
        ("x = a.b:c", "1:10: unexpected end of file, expected the arguments of a method call"),
        ("return 1 x = 2", "1:10: unexpected 'x', expected the end of the block: 'return' is its last statement"),
        ("function f(a,) end", "1:14: unexpected ')', expected a name"),
        ("goto 1", "1:6: unexpected '1', expected a name"),
        ("local x: = 1", "1:10: unexpected '=', expected a type"),
        ("type T = { a: A b: B }", "1:17: unexpected 'b', expected '}' to close '{' of line 1"),
        ("type T = A |", "1:13: unexpected end of file, expected a type"),
        ("type T = A @", "1:13: unexpected end of file, expected a name"),
        ("type T = -x", "1:10: unexpected '-', expected a type"),
        ("type T<> = A", "1:8: unexpected '>', expected a name"),
        ("local x: A<B = 1", "1:14: unexpected '=', expected '>'"),
        (
            "interface I\n  x = 1\nend",
            "2:3: unexpected 'x', expected a member of the interface, 'name: type', or 'end'",
        ),
        ("interface I\n  x: A", "2:7: unexpected end of file, expected 'end' to close 'interface' of line 1"),
        (
            "if a != b then end",
            "1:6: '!=' is no operator of Lua, write '~='; after a non-nil '!' leave a blank before '='",
        ),
        (
            "if a !== b then end",
            "1:6: '!=' is no operator of Lua, write '~='; after a non-nil '!' leave a blank before '='",
        ),
        ("x = 'a", "1:5: unfinished string, expected its closing quote on the same line"),
        ("x = 'a\n'", "1:5: unfinished string, expected its closing quote on the same line"),
        ("x = [==[ ]]", "1:5: unfinished long string, expected its closing bracket"),
        ("x\n --[[ ]=]", "2:2: unfinished long comment, expected its closing bracket"),
        ("x = 12ab", "1:5: malformed number '12ab'"),
        ("x = 1..2", "1:5: malformed number '1..2'"),
        ("x = 0x", "1:5: malformed number '0x'"),
        ("x = 3 $ 4", "1:7: unexpected character '$'"),
        ("h\xe9 = 1", "1:2: unexpected character 'é'"),
        ("x = '\\n' .. '\\q'", "1:14: invalid escape '\\q' in a string; a backslash itself is written '\\\\'"),
        ("x = '\\300'", "1:6: invalid escape '\\3' in a string; a backslash itself is written '\\\\'"),
        ("x = '\\xg0'", "1:6: invalid escape '\\x' in a string; a backslash itself is written '\\\\'"),
        ("x = '\\u{80000000}'", "1:6: invalid escape '\\u' in a string; a backslash itself is written '\\\\'"),
        (
            "a\r\nb\rc\n\rd",
            "2:1: unexpected 'b', expected '=' or the arguments of a call: an expression alone is no statement",
        ),
        (
            "f()\r\nf()\rf()\n\rend",
            "4:1: unexpected 'end', expected a statement or the end of the file: no block is open",
        ),
        ("x = " + "y" * 40 + " 'z" + "z" * 40 + "'1", "1:89: unexpected '1', expected a statement"),
        (
            "f(" + "y" * 40 + " " + "y" * 40,
            "1:44: unexpected '" + "y" * 30 + "...', expected ')' to close '(' of line 1",
        ),
    ],
)
def test_an_error_names_place_and_expectation(source: str, expected: str) -> None:
    assert complaint(source) == f"src/worker.lua:{expected}"


NESTED = {
    "parentheses": ("x = ", "(", "1", ")"),
    "calls": ("x = ", "f(", "1", ")"),
    "method calls": ("x = ", "a:f(", "1", ")"),
    "indexes": ("x = ", "a[", "1", "]"),
    "tables": ("x = ", "{", "1", "}"),
    "table fields": ("x = ", "{ [1] = ", "1", "}"),
    "functions": ("x = ", "function() return ", "1", " end"),
    "functions in calls": ("", "f(function() ", "", " end)"),
    "blocks": ("", "do ", "", " end"),
    "conditions": ("", "if x then ", "", " end"),
    "else branches": ("", "if x then else ", "", " end"),
    "loops": ("", "for i: T = 1, 2 do ", "", " end"),
    "repeats": ("", "repeat ", "", " until x"),
    "named functions": ("", "local function f() ", "", " end"),
    "records": ("type T = ", "{ a: ", "A", "}"),
    "arrays": ("type T = ", "{", "A", "}"),
    "generics": ("local x: ", "A<", "A", "> "),
    "generics of casts": ("x = y :: ", "A<", "A", "> "),
    "function types": ("type T = ", "(a: ", "A", ") -> A"),
    "results": ("type T = ", "() -> ", "A", ""),
    "other function types": ("type T = ", "fun(a: ", "A", "): A"),
    "types of expressions": ("x = ", "y :: typeof(", "y", ")"),
    "conditional types": ("type T = ", "A extends B ? C : ", "A", ""),
    "variadic types": ("type T = ", "...{", "A", "}"),
    "generic function types": ("type T = ", "<U>(a: ", "A", ") -> A"),
    "keys of maps": ("type T = ", "{ [A<", "A", ">]: B }"),
    "validators": ("type T = ", "A @min(x :: ", "A", ")"),
}


@pytest.mark.parametrize("form", NESTED)
def test_nesting_without_end_is_a_syntax_error(form: str) -> None:
    before, opening, middle, closing = NESTED[form]

    text = complaint(before + opening * 3000 + middle + closing * 3000)

    assert text.endswith(f"nested deeper than {DEPTH_MAX} levels, expected a flatter program")


@pytest.mark.parametrize("form", NESTED)
def test_the_depth_of_real_programs_is_read(form: str) -> None:
    before, opening, middle, closing = NESTED[form]

    assert erase(before + opening * 25 + middle + closing * 25, "sample.lua").text


def test_long_programs_are_not_deep_ones() -> None:
    source = "x = 1 " * 2000 + "y = " + "a .. " * 2000 + "b z = " + "- " * 2000 + "c" + ".d" * 2000 + " :: T" * 2000

    assert erase(source, "sample.lua", wrap_concatenation=False).text.rstrip() == source.replace(" :: T", "")


def test_depth_in_a_deep_caller_is_a_syntax_error_too() -> None:
    def deepen(levels: int) -> str:
        return deepen(levels - 1) if levels else complaint("x = " + "(" * 150 + "1" + ")" * 150)

    assert "nested deeper" in deepen(600)


def test_unfinished_strings_are_refused_in_linear_time() -> None:
    source = "x = '" + "\\z   " * 20000

    assert "unfinished string" in complaint(source)


def test_a_syntax_error_is_a_usage_error_with_its_place() -> None:
    error = LuaSyntaxError("src/worker.lua", 12, 7, "unexpected 'end'")

    assert isinstance(error, UsageError)
    assert (error.name, error.line, error.column, error.message) == ("src/worker.lua", 12, 7, "unexpected 'end'")
    assert str(error) == "src/worker.lua:12:7: unexpected 'end'"
