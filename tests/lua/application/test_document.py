from __future__ import annotations

import contextlib

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from simcore.lua.application.document import ALIASES_MAX, DEPTH_MAX, Plain, YamlNode, parse
from simcore.model.errors import UsageError


def _plain(text: str) -> Plain:
    return parse(text.encode(), "app/_index.yaml").plain


def _field(node: YamlNode, key: str) -> YamlNode:
    assert isinstance(node.value, dict)
    return node.value[key]


def _bomb(levels: int) -> str:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    for level in range(1, levels):
        lines.append(f"a{level}: &a{level} [{', '.join([f'*a{level - 1}'] * 9)}]")
    return "\n".join(lines)


def test_a_document_becomes_plain_values() -> None:
    assert _plain("a: [1, 1.5, true, ~, text, '1']\nb:\n  c: |\n    two\n    lines\n") == {
        "a": [1, 1.5, True, None, "text", "1"],
        "b": {"c": "two\nlines\n"},
    }


def test_an_empty_document_is_nothing() -> None:
    assert _plain("") is None
    assert _plain("# only a comment\n") is None


def test_a_value_has_the_line_of_its_key() -> None:
    root = parse(b"first: 1\nsecond:\n  - a\n  - third:\n      deep: 1\n", "f")
    second = _field(root, "second")

    assert isinstance(second.value, tuple)
    assert [second.line, second.value[0].line, _field(_field(second.value[1], "third"), "deep").line] == [2, 3, 5]


def test_an_alias_has_its_own_line() -> None:
    root = parse(b"first: &a text\nsecond: 1\nthird: *a\n", "f")

    assert _field(root, "third").line == 3
    assert root.plain == {"first": "text", "second": 1, "third": "text"}


def test_keys_are_the_texts_that_were_written() -> None:
    assert _plain("on: 1\n200: 2\ntrue: 3\n") == {"on": 1, "200": 2, "true": 3}


def test_merged_keys_yield_to_written_ones() -> None:
    text = "base: &base {a: 1, b: 2}\nmore: &more {b: 3, c: 4}\nuse:\n  a: 0\n  <<: [*base, *more]\n"
    merged = _plain(text)

    assert isinstance(merged, dict)
    assert merged["use"] == {"a": 0, "b": 2, "c": 4}


def test_a_key_may_be_an_anchor() -> None:
    assert _plain("&a first: 1\nsecond: *a\n") == {"first": 1, "second": "first"}


def test_a_quoted_merge_key_is_an_ordinary_key() -> None:
    assert _plain("'<<': 1\n") == {"<<": 1}


def test_explicit_core_tags_are_obeyed() -> None:
    assert _plain("a: !!str 12\nb: !!float 1\nc: !!int 7\nd: !!map {}\ne: !!null ''\n") == {
        "a": "12",
        "b": 1.0,
        "c": 7,
        "d": {},
        "e": None,
    }


def test_two_escapes_in_json_style_are_one_character() -> None:
    assert _plain('a: "\\ud83d\\ude00"') == {"a": "\U0001f600"}


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("a: 1\nb: [1\n", ["f:3: ", "not valid YAML"]),
        ("a: 1\n\tb: 2\n", ["f:2: ", "not valid YAML"]),
        ("a: 1\nb: 2\na: 3\n", ["f:3: ", "the key 'a' stands here and in line 1", "remove one"]),
        ("a: 1\n---\nb: 2\n", ["f:2: ", "a second document", "without '---'"]),
        ("? [a]\n: 1\n", ["f:1: ", "a key must be a text"]),
        ("a: !!python/object:os.system x\n", ["f:1: ", "tag", "not allowed"]),
        ("a: !mine [x]\n", ["f:1: ", "tag !mine", "not allowed"]),
        ("a: !!int x\n", ["f:1: ", "tag", "at 'x'"]),
        ("a: !!int true\n", ["f:1: ", "tag", "at 'true'"]),
        ("a: 1\nb: *c\n", ["f:2: ", "the alias *c names no anchor"]),
        ("a: &a [1, *a]\n", ["f:1: ", "the alias *a stands inside its own value"]),
        ("a: 1\n<<: 2\n", ["f:2: ", "'<<' must name a mapping, got a number"]),
        ('a: "\\ud83d"\n', ["f:1: ", "half a character"]),
        ('a: "\\UFFFFFFFF"\n', ["f:1: ", "not valid YAML"]),
        ("a: 1\nb: x\x07y\n", ["f:2: ", "control character U+0007"]),
        ("a: 1\nb: \x1b[31m\n", ["f:2: ", "control character U+001B"]),
    ],
)
def test_a_bad_document_is_told_with_its_line(text: str, parts: list[str]) -> None:
    with pytest.raises(UsageError) as caught:
        parse(text.encode(), "f")

    assert all(part in str(caught.value) for part in parts), str(caught.value)


def test_bytes_that_are_no_utf_8_are_told_with_their_line() -> None:
    with pytest.raises(UsageError, match=r"^f:2: the file is not UTF-8 \(byte 8\); save it as UTF-8$"):
        parse(b"a: 1\nb: \xff\n", "f")


def test_a_byte_order_mark_is_no_part_of_the_text() -> None:
    assert parse(b"\xef\xbb\xbfa: 1\n", "f").plain == {"a": 1}


def test_nesting_is_allowed_up_to_the_bound_and_not_deeper() -> None:
    deepest = "[" * DEPTH_MAX + "]" * DEPTH_MAX

    assert parse(deepest.encode(), "f").height == DEPTH_MAX
    with pytest.raises(UsageError, match="nested deeper than 64"):
        parse(f"[[{deepest}]]".encode(), "f")


def test_very_deep_nesting_is_refused_at_once() -> None:
    with pytest.raises(UsageError, match="nested deeper than 64"):
        parse(b"[" * 500_000, "f")


def test_aliases_are_allowed_up_to_the_bound_and_not_beyond() -> None:
    allowed = "a: &a 1\nb: [" + ", ".join(["*a"] * ALIASES_MAX) + "]\n"

    assert parse(allowed.encode(), "f").size == ALIASES_MAX + 3
    with pytest.raises(UsageError, match="more than 100 aliases"):
        parse(f"{allowed}c: *a\n".encode(), "f")


def test_few_aliases_that_expand_to_very_much_are_refused_before_they_are_expanded() -> None:
    with pytest.raises(UsageError, match=r"f:6: more than 200000 values"):
        parse(_bomb(9).encode(), "f")


def test_aliases_cannot_nest_deeper_than_brackets() -> None:
    levels = "\n".join([f"a{level}: &a{level} [*a{level - 1}]" for level in range(1, 80)])

    with pytest.raises(UsageError, match="nested deeper than 64"):
        parse(f"a0: &a0 [x]\n{levels}\n".encode(), "f")


_SCALARS = (
    st.none() | st.booleans() | st.integers(-(2**63), 2**63 - 1) | st.floats(allow_nan=False) | st.text(max_size=20)
)
_VALUES = st.recursive(
    _SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=10), inner, max_size=4),
    max_leaves=12,
)


@settings(database=None, deadline=None, max_examples=100)
@given(_VALUES)
def test_what_json_can_say_is_read_back(value: object) -> None:
    written = yaml.safe_dump(value, default_style='"', allow_unicode=False)

    assert parse(written.encode(), "f").plain == value


@settings(database=None, deadline=None, max_examples=200)
@given(st.text(alphabet="ab:-[]{}&*!|>'\"#%@, \n\t<?.0\\~", max_size=40) | st.text(max_size=40))
def test_any_text_is_read_or_refused(text: str) -> None:
    with contextlib.suppress(UsageError):
        assert parse(text.encode("utf-8", "surrogatepass"), "f").size >= 1
