"""Patterns that could keep the library busy for ever are matched in Lua, and match the same (lua 4)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.lua.conftest import Bench


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
