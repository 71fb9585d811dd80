"""A pattern means what RE2 means by it, and what RE2 does not have is refused."""

from __future__ import annotations

import pickle
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simcore.security.pattern import PatternError, compile_pattern


@pytest.mark.parametrize(
    ("pattern", "found", "missed"),
    [
        ("", ["", "x"], []),
        ("abc", ["abc", "xabcx"], ["ab", "ABC"]),
        ("^a.c$", ["abc", "a\rc"], ["abc\n", "xabc", "a\nc"]),
        (r"\Aa\z", ["a"], ["a\n", "ba"]),
        ("(?m)^a$", ["a", "b\na\nc"], ["ab"]),
        ("(?m:^a)b$", ["c\nab"], ["ab\n"]),
        ("(?s)a.c", ["a\nc"], []),
        ("(?i)abc", ["ABC", "aBc"], ["abd"]),
        ("a(?i)b|c", ["ab", "aB", "C"], ["Ab"]),
        ("(a(?i)b)c", ["aBc"], ["aBC"]),
        ("(?i:a)b", ["Ab"], ["AB"]),
        ("(?i)a(?-i)b", ["Ab"], ["AB"]),
        ("(?i-i)a", ["a"], ["A"]),
        ("(?U)a+", ["a"], [""]),
        ("(?P<x>a)(?<y>b)", ["ab"], ["a"]),
        ("x{2,3}$", ["xx", "axxx"], ["x"]),
        ("^x{2}$", ["xx"], ["xxx"]),
        ("^x{2,}?$", ["xx", "xxx"], ["x"]),
        ("^x{,2}$", ["x{,2}"], ["", "x", "xx"]),
        ("^x{02}$", ["x{02}"], ["xx"]),
        ("a{b}c]", ["a{b}c]"], ["abc"]),
        ("^*a", ["a", "ba"], []),
        (r"\d", ["7"], ["\u0663"]),
        (r"^\D$", ["\u0663", "a"], ["7"]),
        (r"^\w+$", ["a_9"], ["\u00e9", "-"]),
        (r"^\W$", ["\u00e9"], ["a"]),
        (r"^\s$", [" ", "\t", "\f"], ["\v", "\u00a0"]),
        (r"^\S$", ["\v"], [" "]),
        (r"^[\s\d]$", [" ", "1"], ["\v", "a"]),
        (r"^[\S]$", ["\v", "a"], [" "]),
        (r"^[^\W]$", ["a"], ["-", "\u00e9"]),
        (r"\bcat\b", ["a cat", "caté cat"], ["cats"]),
        (r"a\Bb", ["ab"], ["a b"]),
        ("[]a]", ["]", "a"], ["b"]),
        ("[^]a]", ["b", "\n"], ["]", "a"]),
        ("^[a-c-]$", ["b", "-"], ["d"]),
        ("^[[a]$", ["[", "a"], ["b"]),
        ("^[[:alpha:]_]$", ["a", "Z", "_"], ["1", ":"]),
        ("^[[:^digit:]]$", ["a"], ["1"]),
        ("^[^[:space:]]$", ["a"], [" ", "\v"]),
        (r"^[\]\-\\^]$", ["]", "-", "\\", "^"], ["a"]),
        (r"^\x41\x{1F600}\101\0\07$", ["A\U0001f600A\x00\x07"], []),
        (r"\Qa.b*\Ec", ["a.b*c"], ["axbbc"]),
        (r"\Qa.b", ["a.b"], ["axb"]),
        (r"^\Qab\E+$", ["abb"], ["abab"]),
        (r"\{\|\_\.", ["{|_."], ["{|_x"]),
        (r"\a\f\n\r\t\v", ["\a\f\n\r\t\v"], []),
        ("(?:a|b)*c", ["c", "abc"], ["ab"]),
        ("a||b", ["", "a"], []),
        ("&&~~--[a&&b]", ["&&~~--&"], []),
    ],
)
def test_a_pattern_finds_what_re2_finds(pattern: str, found: list[str], missed: list[str]) -> None:
    compiled = compile_pattern(pattern)

    assert [text for text in found if not compiled.search(text)] == []
    assert [text for text in missed if compiled.search(text)] == []


@pytest.mark.parametrize(
    ("pattern", "problem"),
    [
        (r"(a)\1", "a back reference"),
        ("(?P<x>a)(?P=x)", "a back reference"),
        ("a(?=b)", "look-ahead"),
        ("a(?!b)", "look-ahead"),
        ("(?<=a)b", "look-behind"),
        ("(?<!a)b", "look-behind"),
        ("(?>a)", "an atomic group"),
        ("(a)(?(1)b)", "a conditional group"),
        ("(?#a)", "a comment"),
        ("a*+", "a possessive repetition"),
        ("a++", "a possessive repetition"),
        ("a?+", "a possessive repetition"),
        ("a{2}+", "a possessive repetition"),
        ("a**", "a repetition of a repetition"),
        ("a{2}{3}", "a repetition of a repetition"),
        ("*a", "missing argument to repetition operator *"),
        ("(+a)", "missing argument to repetition operator +"),
        ("a|?", "missing argument to repetition operator ?"),
        ("a{1001}", "invalid repeat count {1001}"),
        ("a{3,2}", "invalid repeat count {3,2}"),
        ("a{99999999999999999999}", "invalid repeat count"),
        ("(a", "missing closing )"),
        ("a)", "unexpected )"),
        ("[a", "missing closing ]"),
        ("[]", "missing closing ]"),
        ("[a-", "missing closing ]"),
        ("[z-a]", "a range whose end comes before its start"),
        (r"[a-\d]", r"unknown escape \d"),
        ("[[:alfa:]]", "unknown class [:alfa:]"),
        ("a\\", "trailing backslash"),
        (r"\q", r"unknown escape \q"),
        (r"\é", r"unknown escape \é"),
        (r"\Z", r"write \z"),
        (r"\pL", "Unicode classes are not part"),
        (r"\x4", "invalid hexadecimal escape"),
        (r"\x{110000}", "invalid hexadecimal escape"),
        ("(?x)a", "invalid group syntax (?x)"),
        ("(?)", "missing flags"),
        ("(?P<a>x)(?P<a>y)", "duplicate group name a"),
        ("(?P<a-b>x)", "invalid group syntax"),
        ("(" * 200 + ")" * 200, "groups nested deeper than 100"),
    ],
)
def test_what_re2_does_not_have_is_refused_with_its_name(pattern: str, problem: str) -> None:
    with pytest.raises(PatternError) as refused:
        compile_pattern(pattern)

    assert str(refused.value).startswith(f"bad pattern {pattern!r} at position ")
    assert problem in str(refused.value)


@given(st.text(r"ab(?:)[]{}|\*+^$-.,12imsPdwQE<=!>é", max_size=14))
def test_any_text_is_either_compiled_or_refused(text: str) -> None:
    try:
        compiled = compile_pattern(text)
    except PatternError:
        return

    assert compiled.search(text) in (True, False)


PLAIN = st.recursive(
    st.sampled_from(["a", "b", ".", "[ab]", "[^a]", "(?:a|b)", "^", "x"]),
    lambda inner: st.one_of(
        st.builds(lambda one, two: one + two, inner, inner),
        st.builds(lambda one, two: f"(?:{one}|{two})", inner, inner),
        st.builds(lambda one, sign: f"(?:{one}){sign}", inner, st.sampled_from(["*", "+", "?", "{1,2}", "*?"])),
    ),
    max_leaves=6,
)


@given(PLAIN, st.text("abx\n", max_size=6))
def test_a_pattern_that_both_read_alike_finds_the_same(pattern: str, text: str) -> None:
    assert compile_pattern(pattern).search(text) == bool(re.compile(pattern).search(text))


@pytest.mark.parametrize("pattern", ["(a+)+$", "(a|a)*b", "(a|aa)+$", "a*a*a*a*a*a*b", "(a?){30}a{30}b", "((a*)*)*b"])
def test_a_search_takes_no_longer_than_the_text_is_long(pattern: str) -> None:
    """Each of these would keep a backtracking search busy for longer than anybody lives."""
    assert not compile_pattern(pattern).search("a" * 500 + "c")


def test_a_long_text_is_searched_as_a_short_one_is() -> None:
    pattern = compile_pattern("xa*b$")

    assert (pattern.search("x" * 5000 + "ab"), pattern.search("x" * 5000 + "a")) == (True, False)


@pytest.mark.parametrize("pattern", ["(a{30}){40}", "((a{10}){11}){10}", "(a{2,999}){2}"])
def test_counts_that_multiply_to_more_than_a_thousand_are_refused(pattern: str) -> None:
    with pytest.raises(PatternError, match="its repetitions multiply to more than 1000"):
        compile_pattern(pattern)


def test_a_pattern_can_be_pickled() -> None:
    assert pickle.loads(pickle.dumps(compile_pattern("(a|b)+c"))).search("xabc")
