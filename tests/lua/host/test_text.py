"""Numbers as text, and the string and table libraries (lua 4)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from simcore.model.errors import ProcessError

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.lua.conftest import Bench


@pytest.mark.parametrize(
    ("expression", "text"),
    [
        ("10/2", "5"),
        ("1e3", "1000"),
        ("1/3", "0.3333333333333333"),
        ("0.1", "0.1"),
        ("-0.0", "-0"),
        ("1e15", "1000000000000000"),
        ("1e100", "1e+100"),
        ("123456789.125", "123456789.125"),
        ("1/0", "+Inf"),
        ("-1/0", "-Inf"),
        ("0/0", "NaN"),
        ("7 // 2", "3"),
        ("2^53", "9007199254740992"),
        ("math.maxinteger", "9223372036854775807"),
    ],
)
def test_a_number_is_written_as_in_the_original_wherever_it_becomes_text(
    bench: Bench, expression: str, text: str
) -> None:
    body = f"""
    local n = {expression}
    return {{tostring(n), n .. "", string.format("%s", n), table.concat({{n}}), ("x"):gsub("x",
        function() return n end)}}
    """
    ways = bench.run(body)

    assert ways[:5] == [text] * 5


@pytest.mark.parametrize(
    ("call", "text"),
    [
        ("'%d', 3.99", "3"),
        ("'%d', -3.99", "-3"),
        ("'%5d|%-5d|%05d', 1, 2, 3", "    1|2    |00003"),
        ("'%i %u', 1, 2", "1 2"),
        ("'%x %X %o %c', 255, 255, 8, 65", "ff FF 10 A"),
        ("'%.2f %g %e', 1.005, 0.5, 12345.678", "1.00 0.5 1.234568e+04"),
        ("'%f %g', 1/0, 0/0", "+Inf NaN"),
        ("'%6.1f', -1/0", "  -Inf"),
        ("'%s %s %s', nil, true, 2.0", "nil true 2"),
        ("'%5s|%-5s|%.2s', 'a', 'b', 'xyz'", "    a|b    |xy"),
        ("'%q', 'a\\nb'", '"a\\\nb"'),
        ("'100%%'", "100%"),
        ("'%s', errors.new('oops')", "oops"),
        ("'%s', setmetatable({}, {__tostring = function() return 'me' end})", "me"),
        ("'%d', '10'", "10"),
    ],
)
def test_format_writes(bench: Bench, call: str, text: str) -> None:
    assert bench.run(f"return string.format({call})") == text


@pytest.mark.parametrize(
    ("call", "message"),
    [
        ("'%d', 'x'", r"bad argument #2 to format \(number expected, got string\)"),
        ("'%d'", r"bad argument #2 to format \(no value\)"),
        ("{}", r"bad argument #1 to format \(string expected, got table\)"),
    ],
)
def test_format_refuses_at_the_line_of_the_program(bench: Bench, call: str, message: str) -> None:
    with pytest.raises(ProcessError, match=rf"^app:main:3: {message}"):
        bench.run(f"\nlocal x = string.format({call})\nreturn 1")


def test_the_string_library_is_that_of_lua(bench: Bench) -> None:
    body = r"""
    local s = "key = value, other=thing"
    local found = {}
    for k, v in s:gmatch("(%w+)%s*=%s*(%w+)") do found[#found + 1] = k .. ":" .. v end
    return {
        found,
        {s:find("value")}, {s:find("(o)(t)")}, {s:find(".", 1, true) == nil}, {s:find("=", -8)},
        {s:match("^(%w+)"), s:match("nothing") == nil, s:match("()=()")},
        {("hello world"):gsub("o", "0", 1)}, {("hello"):gsub("", "-")}, {("abc"):gsub("%w", "%0%0")},
        {("$name is $age"):gsub("%$(%w+)", {name = "Bob"})}, {("abc"):gsub("b", function() return nil end)},
        ("ab"):rep(3, "-"), ("abc"):reverse(), ("abc"):upper(), #("\0ab"), ("abc"):byte(-1), ("x"):rep(0),
        ("  trim  "):match("^%s*(.-)%s*$"), ("THE (quick) fox"):find("%((%a+)%)"), ("f(a(b)c)d"):match("%b()"),
        ("THE (quick) fox"):gsub("%f[%a]%a+", "w"),
    }
    """
    result = bench.run(body)

    assert result[0] == ["key:value", "other:thing"]
    assert result[1:6] == [[7, 11], [14, 15, "o", "t"], [True], [19, 19], ["key", True, 5, 6]]
    assert result[6:9] == [["hell0 world", 1], ["-h-e-l-l-o-", 6], ["aabbcc", 3]]
    assert result[9:11] == [["Bob is $age", 2], ["abc", 1]]
    assert result[11:17] == ["ab-ab-ab", "cba", "ABC", 3, 99, ""]
    assert result[17:] == ["trim", 5, "(a(b)c)", "w (w) w", 3]


def test_the_table_library_is_that_of_lua(bench: Bench) -> None:
    body = """
    local t = {1, 2, 3}
    table.insert(t, 4)
    table.insert(t, 1, 0)
    local removed, last = table.remove(t, 2), table.remove(t)
    return {t, removed, last, table.concat({1, "a", 2.5}, ","), {unpack({1, 2})}, {table.unpack({1, 2, 3}, 2)},
        table.pack(1, nil, 3).n, table.getn(t), table.maxn({1, [10] = 1}), #table.create(5, 5), table.move({1, 2}, 1,
        2, 2)}
    """

    assert bench.run(body) == [[0, 2, 3], 1, 4, "1,a,2.5", [1, 2], [2, 3], 3, 3, 10, 0, [1, 1, 2]]


@pytest.mark.parametrize(
    "call", ["table.insert({}, 5, 1)", "table.insert({})", "table.concat({{}})", "table.remove(5)", "unpack(nil)"]
)
def test_the_table_library_refuses_wrong_arguments(bench: Bench, call: str) -> None:
    with pytest.raises(ProcessError):
        bench.run(f"local x = {call} return x")


@pytest.mark.parametrize(
    ("call", "message"),
    [
        ("table.unpack({}, 1, 1e7)", "too many results to unpack"),
        ("unpack({}, 1, 1e6)", "too many results to unpack"),
        ("table.unpack({}, 'x')", "bad argument #2 to unpack (number expected, got string)"),
        ("table.unpack({}, 1, {})", "bad argument #3 to unpack (number expected, got table)"),
        ("table.unpack({}, 1, 1.5)", "bad argument #3 to unpack (number has no integer representation)"),
        ("table.insert({}, 5, 1)", "bad argument #2 to 'insert' (position out of bounds)"),
        ("table.remove({}, 5)", "bad argument #2 to 'remove' (position out of bounds)"),
        ("table.move({}, 1, 2)", "bad argument #4 to 'move' (number expected, got nil)"),
        ("table.move({}, 'x', 2, 3)", "bad argument #2 to move (number expected, got string)"),
        ("table.concat({}, '', 'x')", "bad argument #3 to concat (number expected, got string)"),
        ("string.find('x', '[')", "malformed pattern (missing ']')"),
        ("string.match('x', '(')", "unfinished capture"),
        ("string.match(('x'):rep(5000), '.-.-(')", "unfinished capture"),
        ("string.gsub('x', 'x', '%2')", "invalid capture index %2"),
        ("string.gsub('x', 'x', '%')", "invalid use of '%' in replacement string"),
        ("string.gsub('x', 'x', function() return {} end)", "invalid replacement value (a table)"),
        ("string.find('x', 'x', {})", "bad argument #3 to 'find' (number expected, got table)"),
        ("string.sub('x', {})", "bad argument #2 to 'sub' (number expected, got table)"),
        ("string.format('%.3000f', 5)", "invalid conversion specification: '%.3000f'"),
        ("string.format('%q', {})", "bad argument #2 to 'format' (value has no literal form)"),
        ("string.format('%', 5)", "invalid conversion '%' to 'format'"),
        ("channel.new(1e100)", "number has no integer representation"),
        ("table.sort({2, 1}, function() error('mine', 2) end)", "mine"),
        ("string.gsub('x', 'x', function() error('mine', 2) end)", "mine"),
    ],
)
@pytest.mark.parametrize(
    "caught",
    [
        "local ok, problem = pcall(function()\n{} end)",
        "local ok, problem = xpcall(function()\n{} end, function(problem) return problem end)",
        "local ok, problem = coroutine.resume(coroutine.create(function()\n{} end))",
        "local ok, problem = pcall(coroutine.wrap(function()\n{} end))",
    ],
    ids=["pcall", "xpcall", "resume", "wrap"],
)
def test_an_error_inside_the_host_has_the_line_of_the_program(
    bench_with: Callable[..., Bench], caught: str, call: str, message: str
) -> None:
    """lua 4.8, 9.6: and never that of the host."""
    bench = bench_with(lua_instructions_max=20_000_000)
    body = f"{caught.format(call)}\nreturn problem"

    lines, text = ("app:main:2", "app:main:3"), str(bench.run(body))
    # What is raised for the caller of a function that the host has called has that function's own line.
    assert text in [f"{line}: {message}" for line in lines], text


def test_an_uncaught_error_inside_the_host_has_the_line_of_the_program(bench: Bench) -> None:
    bench.add("spawning", "\nreturn {main = function() coroutine.spawn(function() ('x'):find('[') end) end}")
    bench.add("loading", "\nlocal x = table.unpack({}, 1, 1e6)\nreturn {main = print}")

    with pytest.raises(ProcessError, match=r"^app:main:3: malformed pattern \(missing '\]'\)$"):
        bench.run("local text = 'x'\nlocal found = text:find('[')")
    with pytest.raises(ProcessError, match=r"^app:spawning:2: malformed pattern \(missing '\]'\)$"):
        bench.result("spawning")
    with pytest.raises(ProcessError, match=r"^failed to execute script: app:loading:2: too many results to unpack$"):
        bench.start("loading")
