"""Asserts of catalogue files show what was compared; what pytest keeps to itself does for that what it is taken for."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from _pytest.assertion import rewrite

from simcore.catalog import asserts
from simcore.catalog.asserts import VALUE_MAX, rewritten
from simcore.catalog.mount import BrokenFile, load_file
from simcore.runner.judging import judge
from tests.files import write_files

Claim = Callable[..., str]


@pytest.fixture
def claim(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Claim:
    """Return what an assert of a catalogue file is told as; the place is left out."""

    def told(body: str, before: str = "") -> str:
        lines = "".join(f"    {line}\n" for line in body.splitlines())
        write_files(tmp_path, {"s/claims.py": f"{before}\ndef claims():\n{lines}"})
        monkeypatch.chdir(tmp_path)
        for name in [name for name in sys.modules if name.endswith(".claims")]:
            monkeypatch.delitem(sys.modules, name)
        module = load_file(tmp_path / "s/claims.py", tmp_path / "s", "s/claims.py")
        with pytest.raises(AssertionError) as caught:
            module.claims()
        place = f" (s/claims.py:{caught.traceback[-1].lineno + 1})"
        message = judge(caught.value).message
        assert place in message
        return message.replace(place, "")

    return told


def test_what_pytest_keeps_to_itself_is_there() -> None:
    """Where this fails, asserts are plain ones: adapt simcore/catalog/asserts.py to the pytest that is installed."""
    tree = ast.parse("assert 1 == 2")
    rewrite.rewrite_asserts(tree, b"assert 1 == 2")
    imported = [name for node in tree.body if isinstance(node, ast.Import) for name in node.names]
    called = {
        node.attr
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "@pytest_ar"
    }

    assert ("_pytest.assertion.rewrite", "@pytest_ar") in [(name.name, name.asname) for name in imported]
    assert called <= {
        "_call_reprcompare",
        "_saferepr",
        "_format_explanation",
        "_format_assertmsg",
        "_should_repr_global_name",
        "_format_boolop",
        "_check_if_assertion_pass_impl",
        "_call_assertion_pass",
    }
    assert all(callable(getattr(asserts, name)) for name in called)


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ("a, b = 3, 4\nassert a == b", "assert 3 == 4"),
        ("a, b = 3, 4\nassert a == b, 'they differ'", "they differ\nassert 3 == 4"),
        ("a = [1]\nassert 2 in a", "assert 2 in [1]"),
        ("a = 5\nassert 0 < a < 3", "assert 5 < 3"),
        ("assert not [1]", "assert not [1]"),
        ("assert len('ab') == 3", "assert 2 == 3\n +  where 2 = len('ab')"),
        ("a = {'z', 'y', 'x'}\nassert a == {'x'}", "assert {'x', 'y', 'z'} == {'x'}"),
        ("a = frozenset('zyx')\nassert not a", "assert not frozenset({'x', 'y', 'z'})"),
        ("a = {'k': {'c', 'b', 'a'}}\nassert a == 0", "assert {'k': {'a', 'b', 'c'}} == 0"),
        ("a = object()\nassert a is None", "assert <object object at 0x…> is None"),
        ("a = 'one\\ntwo'\nassert a == ''", "assert 'one\\ntwo' == ''"),
        ("assert False, {'b', 'a'}", "{'a', 'b'}\nassert False"),
        ("a = 1\nassert a == 2, '100% of {a}'", "100% of {a}\nassert 1 == 2"),
        ("raise AssertionError({'b', 'a'})", "{'a', 'b'}"),
    ],
)
def test_an_assert_shows_its_values(claim: Claim, body: str, told: str) -> None:
    assert claim(body) == told


def test_an_object_of_the_file_is_named_by_its_file(claim: Claim) -> None:
    assert claim("a = Till()\nassert a is None", "class Till: pass\n") == (
        "assert <s/claims.py::Till object at 0x…> is None"
    )


def test_an_object_that_cannot_be_shown_is_told_all_the_same(claim: Claim) -> None:
    before = "class Mute:\n    def __repr__(self):\n        raise RuntimeError('mute')\n"

    assert "RuntimeError('mute') raised in repr()" in claim("a = Mute()\nassert a is None", before)


def test_of_long_values_both_are_shown(claim: Claim) -> None:
    told = claim("a, b = 'x' * 5000, 'y' * 5000\nassert a == b")

    assert "xxx" in told
    assert "yyy" in told
    assert len(told) < 2 * VALUE_MAX + 50


def test_where_nobody_reads_an_assert_fails_and_shows_no_value(claim: Claim) -> None:
    with asserts.unread():
        assert "'3'" not in claim("assert str(3) == 'other'")

    assert "'3'" in claim("assert str(3) == 'other'")


def test_a_file_that_a_catalogue_file_imports_is_treated_alike(tmp_path: Path) -> None:
    write_files(
        tmp_path,
        {"s/first.py": "from .helper import check\n", "s/helper.py": "def check(a):\n    assert a == 2\n"},
    )
    module = load_file(tmp_path / "s/first.py", tmp_path / "s", "s/first.py")

    with pytest.raises(AssertionError, match="assert 1 == 2"):
        module.check(1)


def test_nothing_is_left_beside_the_file_and_nothing_old_is_read(tmp_path: Path) -> None:
    write_files(tmp_path, {"s/one.py": "def check(a):\n    assert a == 2\n"})
    subprocess.run([sys.executable, "-m", "compileall", "-q", "s"], cwd=tmp_path, check=True)
    (kept,) = (tmp_path / "s/__pycache__").iterdir()
    before = kept.read_bytes()

    module = load_file(tmp_path / "s/one.py", tmp_path / "s", "s/one.py")

    with pytest.raises(AssertionError, match="assert 1 == 2"):
        module.check(1)
    assert [file.read_bytes() for file in (tmp_path / "s/__pycache__").iterdir()] == [before]


def test_a_file_without_an_assert_is_left_to_python() -> None:
    assert rewritten(b"x = 1\n", "a.py") is None


@pytest.mark.parametrize(
    "change",
    [
        lambda patch: patch.delattr(rewrite, "rewrite_asserts"),
        lambda patch: patch.setattr(rewrite, "rewrite_asserts", lambda *_: 1 / 0),
        lambda patch: patch.setattr(rewrite, "rewrite_asserts", lambda: None),
        lambda patch: patch.setitem(sys.modules, "_pytest.assertion.rewrite", None),
    ],
    ids=["gone", "raises", "takes something else", "not there"],
)
def test_without_pytest_an_assert_is_a_plain_one(claim: Claim, change: Any) -> None:
    with pytest.MonkeyPatch.context() as patch:
        asserts._rewritten.cache_clear()
        change(patch)
        assert claim("a, b = 3, 4\nassert a == b") == "assert a == b"
        assert claim("a, b = 3, 4\nassert a == b, 'they differ'") == "they differ"
    asserts._rewritten.cache_clear()


def test_a_file_that_is_no_python_is_broken_as_before(tmp_path: Path) -> None:
    write_files(tmp_path, {"s/broken.py": "assert True\ndef (\n"})

    with pytest.raises(BrokenFile, match=r"s/broken.py:2: SyntaxError: invalid syntax"):
        load_file(tmp_path / "s/broken.py", tmp_path / "s", "s/broken.py")
