"""Which renderers a run has."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from simcore.catalog.project import find_project, shipped_project
from simcore.catalog.reports import renderers


def test_a_projects_reports_come_beside_the_shipped_ones(folder: Path) -> None:
    found = renderers(find_project(folder)).found

    assert [each.name for each in found] == ["junit.xml", "summary.md", "names.txt"]


def test_a_projects_report_replaces_the_shipped_one_of_its_name(folder: Path, write: Callable[..., Path]) -> None:
    write("reports/mine.py", 'from simcore import report\n@report("summary.md")\ndef mine(results): return "mine"\n')

    found = {each.name: each for each in renderers(find_project(folder)).found}

    assert found["summary.md"].source == "reports/mine.py"


def test_a_report_file_that_breaks_is_named_and_hides_no_other(folder: Path, write: Callable[..., Path]) -> None:
    write("reports/broken.py", "def (\n")

    found = renderers(find_project(folder))

    assert found.broken == ("reports/broken.py:1: SyntaxError: invalid syntax",)
    assert len(found.found) == 3


def test_the_shipped_catalogue_renders_summary_and_junit() -> None:
    assert sorted(each.name for each in renderers(shipped_project()).found) == ["junit.xml", "summary.md"]
