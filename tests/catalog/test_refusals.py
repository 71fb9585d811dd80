"""Checks and reports that are in force and cannot be used."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from simcore.catalog.find import app_tests, items
from simcore.catalog.mount import unmount_all
from simcore.catalog.project import find_project
from simcore.catalog.refusals import refusals

CHECK = "from simcore import always, scenario\n\n@always\nasync def it_holds(world): ...\n"


def told(folder: Path, *targets: str) -> list[str]:
    project = find_project(folder)
    return [each.id for each in refusals(items(project, targets), project)]


def test_a_check_of_the_project_that_cannot_be_asked_is_told_whatever_runs(
    folder: Path, write: Callable[..., Path]
) -> None:
    write("properties/async_one.py", CHECK)
    write("properties/broken.py", "def (\n")

    assert told(folder, "race") == ["properties/async_one.py::it_holds", "properties/broken.py"]
    assert told(folder) == []  # they are items of the whole catalogue already


def test_a_check_beside_the_only_scenario_that_is_asked_for_is_told(folder: Path, write: Callable[..., Path]) -> None:
    write("scenarios/both.py", CHECK + "\n@scenario\ndef one(world): ...\n\n@scenario\nasync def two(world): ...\n")

    assert told(folder, "both.py::one") == ["scenarios/both.py::it_holds"]
    assert told(folder, "race") == []


def test_a_check_of_an_app_is_told_with_its_tests(folder: Path, write: Callable[..., Path]) -> None:
    write("scenarios/orders/properties/inside.py", CHECK)
    project = find_project(folder)

    found = refusals(app_tests(project, "scenarios/orders"), project)

    assert [each.id for each in found] == ["scenarios/orders/properties/inside.py::it_holds"]


def test_whatever_is_wrong_in_the_reports_of_the_project_is_told(folder: Path, write: Callable[..., Path]) -> None:
    write("reports/wrong.py", "from simcore import report, scenario\n\n@report('x')\nasync def x(results): ...\n\n")
    write("reports/lost.py", "from simcore import scenario\n\n@scenario\ndef lost(world): ...\n")

    assert told(folder, "race") == ["reports/lost.py::lost", "reports/wrong.py::x"]


def test_two_reports_of_one_file_are_told(folder: Path, write: Callable[..., Path]) -> None:
    write("reports/zwei.py", "from simcore import report\n\n@report('names.txt')\ndef other(results): return ''\n")
    project = find_project(folder)

    (found,) = refusals([], project)

    assert found.error == (
        "reports/zwei.py:3: @report other writes names.txt, as the one at reports/names.py:4 does; "
        "one file has one report"
    )


def test_where_all_can_be_used_nothing_is_told(folder: Path) -> None:
    assert told(folder) == told(folder, "race") == told(folder, "scenarios/orders") == []


def test_a_report_file_that_cannot_be_used_is_told_like_an_item(folder: Path, write: Callable[..., Path]) -> None:
    write("reports/a.py", "import no_such_module\n")
    write("reports/b.py", "from simcore import report\n\n@report('../out.txt')\ndef out(results): ...\n")
    write("reports/c.py", "from simcore import report\n\n@report\ndef out(results): ...\n")
    project = find_project(folder)

    found = refusals([], project)

    assert [each.id for each in found] == ["reports/a.py", "reports/b.py::out", "reports/c.py::out"]
    assert found[0].error == "reports/a.py:1: ModuleNotFoundError: No module named 'no_such_module'"
    assert "takes the name of a file in the run folder" in found[1].error


@pytest.mark.parametrize("line", ["from . import _shared", "import lone_helper", "import lone_helper as other"])
def test_a_module_of_which_no_mark_is_taken_is_refused(
    folder: Path, write: Callable[..., Path], monkeypatch: pytest.MonkeyPatch, line: str
) -> None:
    monkeypatch.syspath_prepend(folder)
    monkeypatch.delitem(sys.modules, "lone_helper", raising=False)
    marks = "from simcore import always\n\n@always\ndef holds(world): ...\n"
    file = "scenarios/_shared.py" if "_shared" in line else "lone_helper.py"
    write(file, marks)
    write("scenarios/uses.py", f"{line}\nfrom simcore import scenario\n\n@scenario\ndef own(world): ...\n")

    try:
        project = find_project(folder)
        (found,) = refusals(items(project), project)
    finally:
        sys.modules.pop("lone_helper", None)
        unmount_all()

    assert found.error == (
        f"{file}:3: @always holds is taken by no file of the catalogue; import it by its name where it is to count"
    )


@pytest.mark.parametrize(
    ("text", "told_as"),
    [
        ("from simcore import scenario\n\n@scenario\ndef bad(world): ...\n", "3: @scenario bad"),
        ("import simcore\n\n@simcore.scenario(schedules=2)\ndef bad(world): ...\n", "3: @scenario bad"),
        ("from simcore import always\n\n@always\ndef bad(world): ...\n", "3: @always bad"),
        ("from hypothesis import given\n\n@given()\ndef test_bad(): ...\n", "3: @given test_bad"),
    ],
)
def test_what_stands_in_an_init_file_is_refused(
    folder: Path, write: Callable[..., Path], text: str, told_as: str
) -> None:
    write("scenarios/__init__.py", text)
    project = find_project(folder)

    (found,) = refusals(items(project), project)

    assert found.error.startswith(f"scenarios/__init__.py:{told_as} stands in an __init__.py, which is no file of a")


@pytest.mark.parametrize("text", ["", "def scenario(): ...\n", "def (\n"])
def test_an_init_file_without_marks_is_none_of_ours(folder: Path, write: Callable[..., Path], text: str) -> None:
    write("scenarios/__init__.py", text)

    assert told(folder, "race") == []
