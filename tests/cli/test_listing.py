"""A list from end to end: what there is to run, and what cannot be read."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Call
from tests.files import write_files


def test_a_list_of_nothing_says_so(call: Call, folder: Path) -> None:
    (folder / "scenarios/pairs.py").unlink()

    ended = call("list")

    assert ended.code == 5
    assert "there is nothing to run here" in ended.err


def test_list_shows_items_strategies_and_broken_files(call: Call, folder: Path) -> None:
    (folder / "scenarios/bad.py").write_text("def (\n", encoding="utf-8")

    ended = call("list")

    lines = ended.out.splitlines()
    assert ended.code == 2, "as of a run"
    assert "scenario  scenarios/pairs.py::first_come  5 schedules" in lines
    assert "scenario  scenarios/pairs.py::silence     expects a failure" in lines
    assert "strategies: fifo, uniform, pct[:depth,length]" in lines
    assert "reports: junit.xml, summary.md" in lines
    assert lines[-1] == "broken: scenarios/bad.py:1: SyntaxError: invalid syntax"


def test_list_tells_the_dialect_of_an_app(call: Call) -> None:
    ended = call("list", "app")

    assert "test      app::shop:ships  suite pipeline" in ended.out
    assert "app app: dialect " in ended.out


def test_an_app_without_a_test_is_listed_all_the_same(call: Call, tmp_path: Path) -> None:
    """docs/your-app.md looks at an app before it has a test."""
    app = tmp_path / "bare"
    app.mkdir()
    (app / "_index.yaml").write_text("version: '1.0'\nnamespace: a\nentries:\n  - {name: x, kind: http.endpoint}\n")

    ended = call("list", str(app))

    assert ended.code == 0
    assert "dialect seed" in ended.out
    assert "http.endpoint" in ended.out
    assert "has no test yet" in ended.out


BROKEN = {"scenarios/bad.py": "def (\n", "worse/_index.yaml": "namespace: a\nentries: 7\n"}


@pytest.mark.parametrize("format", ["plain", "jsonl"])
def test_what_is_named_and_cannot_be_read_hides_none_of_the_others(folder: Path, call: Call, format: str) -> None:
    write_files(folder, BROKEN)

    ended = call("list", "scenarios/bad.py", "worse", "silence", "nothing_like_it", "app", "--format", format)

    assert ended.code == 2
    assert [name in ended.out for name in ("pairs.py::silence", "app::shop:ships")] == [True, True]
    assert [line.partition(":")[0] for line in ended.err.splitlines()] == ["simcore"] * 3
    for said in ("scenarios/bad.py:1: SyntaxError", "worse/_index.yaml:2: field 'entries'", "'nothing_like_it'"):
        assert said in ended.err


def test_where_nothing_that_is_named_can_be_read_each_is_told(folder: Path, call: Call) -> None:
    write_files(folder, BROKEN)

    ended = call("list", "scenarios/bad.py", "worse")

    assert (ended.code, ended.out) == (2, "")
    assert "scenarios/bad.py:1: SyntaxError" in ended.err
    assert "worse/_index.yaml:2: field 'entries'" in ended.err


def test_the_checks_beside_what_is_listed_are_listed_with_it(call: Call, folder: Path) -> None:
    checks = "from simcore import always, scenario\n\n@always\ndef it_holds(world): ...\n\n"
    (folder / "scenarios/beside.py").write_text(checks + "@scenario\ndef one(world): ...\n", encoding="utf-8")

    assert "always    scenarios/beside.py::it_holds: it holds" in call("list", "beside.py").out
    assert "always    scenarios/beside.py::it_holds: it holds" in call("list").out
    assert "it_holds" not in call("list", "pairs.py").out


def test_an_import_that_never_ends_is_ended_in_the_time_that_is_given(call: Call, folder: Path) -> None:
    write_files(folder, {"scenarios/bad.py": "while True:\n    pass\n"})

    ended = call("list", "scenarios/bad.py", "--step-timeout", "50ms")

    assert ended.code == 2
    assert "did not give control back within 50ms of" in ended.err
