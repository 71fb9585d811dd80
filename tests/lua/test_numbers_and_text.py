"""Numbers as text, and the string, table, math and os libraries (lua 4)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from simcore.model.errors import ProcessError

if TYPE_CHECKING:
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


PATTERNS = [
    r"a*b", r"(a+)(b?)", r"^(.-)%s*$", r"%f[%w]%w+", r"()b()", r"%b()", r"[^%s]+", r"(a)%1", r"x*", r"[a-c%d]+$",
    r"(%a+)=(%d-)$", r".-b.-c", r"^a?a?a?", r"%w%W", r"([^,]*),", r"[]]", r"[^]]", r"%%", r"a-$", r"(a*(.)%w(%s*))",
    r"[%a_][%w_]*", r"%d%d?:%d%d", r"^$", r"$^", r"a.$",
]  # fmt: skip
SUBJECTS = ["", "aaab", "a(b(c)d)e", "key=12", "a,b,,c", "x1 y2  ", "aab abb", "]x]", "100%", "12:30 3:45", "a_b2$^"]


@pytest.mark.parametrize("pattern", PATTERNS)
def test_the_bounded_matcher_agrees_with_the_library(bench: Bench, pattern: str) -> None:
    # The pattern gets a long tail that matches nothing, so that it looks too costly for the library.
    body = """
    local pattern, subjects = ...
    local long = pattern .. ("z?"):rep(40)
    local differences = {}
    for _, subject in ipairs(subjects) do
        for from = 1, #subject + 1 do
            local short, slow = {subject:find(pattern, from)}, {subject:find(long, from)}
            if pattern:sub(-1) ~= "$" and table.concat(short, "|") ~= table.concat(slow, "|") then
                differences[#differences + 1] = {subject, from, short, slow}
            end
        end
        local a, b = {}, {}
        for x, y in subject:gmatch(pattern) do a[#a + 1] = x .. ";" .. tostring(y) end
        for x, y in subject:gmatch(long) do b[#b + 1] = x .. ";" .. tostring(y) end
        if pattern:sub(-1) ~= "$" and table.concat(a, "|") ~= table.concat(b, "|") then
            differences[#differences + 1] = {subject, a, b}
        end
        local one, n = subject:gsub(pattern, "<%0>")
        local two, m = subject:gsub(pattern, function(...) return nil end)
        if n ~= m or two ~= subject then differences[#differences + 1] = {subject, one, n, two, m} end
    end
    return differences
    """

    assert bench.run(body, pattern, SUBJECTS) == []


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


def test_the_math_library_has_the_names_of_the_original(bench: Bench) -> None:
    body = """
    return {math.pow(2, 10), math.log10(1000), math.mod(7, 3), math.atan2(0, 1), math.cosh(0), math.sinh(0),
        math.tanh(0),
        math.ldexp(0.5, 4), {math.frexp(8)}, {math.frexp(-0.3)}, {math.frexp(0)}, math.type(1), math.type(1.0),
        math.tointeger(3.0),
        math.maxinteger, math.ult(1, -1), math.floor(2.7), math.huge}
    """
    result = bench.run(body)

    assert result[:8] == [1024, 3, 1, 0, 1, 0, 0, 8]
    assert result[8:11] == [[0.5, 4], [-0.6, -1], [0, 0]]
    assert result[11:] == ["integer", "float", 3, 2**63 - 1, True, 2, float("inf")]


def test_os_reads_the_virtual_clock_and_nothing_else(bench: Bench) -> None:
    body = """
    local start = os.time()
    time.sleep("20h1m2.5s")
    local t = os.date("*t")
    return {os.time() - start, os.clock(), os.difftime(5, 2), os.platform, os.date(), os.date("%Y-%m-%d %H:%M:%S"),
        os.date("!%j %a %B %p %I %U %% %k"), t.wday, t.yday, os.time({year = 2024, month = 14, day = -3, hour = 0}),
        os.date("%c", 0), os.getenv, os.execute}
    """
    result = bench.run(body, modules=("time",))

    assert result == [
        *(72062, 72062.5, 3, "wippy", "Mon Jan 1 20:01:02 2024", "2024-01-01 20:01:02"),
        *("001 Mon January PM 08 01 % %k", 2, 1, 1738022400, "Thu Jan 1 00:00:00 1970"),
    ]
