"""The databases of Hypothesis that a project names."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis.database import DirectoryBasedExampleDatabase, MultiplexedDatabase, ReadOnlyDatabase

from simcore import UsageError
from simcore.catalog.databases import Database, read_databases
from simcore.strategies.database import opened

WHERE = "pyproject.toml: [tool.simcore.hypothesis]"
FORM = (
    'takes one or several of "directory:PATH" and "github:OWNER/REPOSITORY", such as '
    '["directory:.simcore/examples", "github:our/shop"]'
)


def test_one_and_several_are_read_in_their_order(tmp_path: Path) -> None:
    directory, github = Database("directory", str(tmp_path / "examples")), Database("github", "our/shop")

    assert read_databases({}, tmp_path, WHERE) == ()
    assert read_databases({"database": "directory:examples"}, tmp_path, WHERE) == (directory,)
    both = ["directory:examples", "github:our/shop"]
    assert read_databases({"database": both}, tmp_path, WHERE) == (directory, github)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({"database": "examples"}, f"{WHERE}.database {FORM}, not 'examples'"),
        ({"database": ["directory:"]}, f"{WHERE}.database {FORM}, not 'directory:'"),
        ({"database": ["github:shop"]}, f"{WHERE}.database {FORM}, not 'github:shop'"),
        ({"database": 3}, f"{WHERE}.database {FORM}"),
        ({"data": "x"}, f"{WHERE} has an unknown key 'data', and may hold database; did you mean database?"),
    ],
)
def test_what_names_no_database_is_refused_with_its_place(data: object, said: str, tmp_path: Path) -> None:
    with pytest.raises(UsageError) as refused:
        read_databases(data, tmp_path, WHERE)

    assert str(refused.value) == said


def test_what_is_on_github_is_read_alone_and_several_are_one(tmp_path: Path) -> None:
    directory, github = Database("directory", str(tmp_path)), Database("github", "our/shop")

    assert opened([]) is None
    assert isinstance(opened([directory]), DirectoryBasedExampleDatabase)
    assert isinstance(opened([github]), ReadOnlyDatabase)
    assert isinstance(opened([directory, github]), MultiplexedDatabase)


PROPERTY = """
from hypothesis import given, strategies

@given(number=strategies.integers(0, 10**9))
def test_numbers(number: int) -> None:
    assert number % 1000 != 77 or number < 1000
"""


def test_what_failed_once_is_tried_first_by_the_command_and_by_pytest_alike(
    pytester: pytest.Pytester, call_run: Callable[..., dict[str, Any]]
) -> None:
    pytester.makepyprojecttoml('[tool.simcore]\n[tool.simcore.hypothesis]\ndatabase = "directory:kept"\n')
    (pytester.path / "properties").mkdir()
    (pytester.path / "properties/numbers.py").write_text(PROPERTY)

    first = call_run("--schedules", "20000")
    again = call_run("--seed", "9")
    under_pytest = pytester.runpytest_inprocess("-p", "no:cacheprovider", "-p", "no:randomly", "--sim-seed=4")

    assert first["verdict"] == again["verdict"] == "failed"
    assert first["examples"] > 20
    assert again["examples"] <= 3
    under_pytest.assert_outcomes(failed=1)
    under_pytest.stdout.fnmatch_lines(["FAILED  *properties/numbers.py::test_numbers  example [123] of [123]*"])


def test_a_file_is_no_folder_for_examples(tmp_path: Path) -> None:
    (tmp_path / "lib.py").write_text("")

    with pytest.raises(UsageError, match=r"lib\.py is a file; name a folder"):
        read_databases({"database": "directory:lib.py"}, tmp_path, WHERE)
