"""The folder of a run is found from its case, and only where it is not from the current one."""

from __future__ import annotations

from pathlib import Path

import pytest

from simcore.model.case import Case, CaseEnd
from simcore.model.outcome import Verdict
from simcore.model.run import ItemReference, Run
from simcore.runner.run_folder import folder_of_run
from tests.files import write_files

LEFT = ".simcore/runs/x/cases/a.case.json"


def case(item: str, target: str = "") -> Case:
    end = CaseEnd(Verdict.FAILED, "", 0, 0, 0)
    return Case(run=Run(item=ItemReference(item, "", target), seed=0), property="assert", message="", end=end)


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    files = ("scenarios/a.py", "lib/b.py", "part/lib/c.py", LEFT, f"part/{LEFT}", "tests/cases/a.json", f"out/{LEFT}")
    write_files(tmp_path, {"p/pyproject.toml": "[tool.simcore]\n", "elsewhere/lib/d.py": "", "lib/d.py": ""})
    write_files(tmp_path / "p", dict.fromkeys(files, ""))
    monkeypatch.chdir("/")
    return tmp_path / "p"


@pytest.mark.parametrize(
    ("file", "item", "target", "folder"),
    [
        (LEFT, "scenarios/a.py::x", "", ""),
        (f"part/{LEFT}", "scenarios/a.py::x", "", "part"),
        (f"part/{LEFT}", "part/lib/c.py::x", "lib/c.py", "part"),
        ("tests/cases/a.json", "scenarios/a.py::x", "", ""),
        ("tests/cases/a.json", "scenarios/a::x", "", ""),
        ("tests/cases/a.json", "lib/b.py::x", "lib/b.py", ""),
        # What was moved there is no run of that folder.
        (f"out/{LEFT}", "lib/b.py::x", "lib/b.py", ""),
        ("out/kept/runs/x/cases/a.case.json", "scenarios/a.py::x", "", ""),
    ],
)
def test_it_is_that_of_the_run_folder_or_the_nearest_above_that_holds_the_item(
    project: Path, file: str, item: str, target: str, folder: str
) -> None:
    assert folder_of_run(project / file, case(item, target)) == project / folder


def test_nothing_above_the_project_is_looked_at(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(project.parent / "elsewhere")

    assert folder_of_run(project / "tests/cases/a.json", case("lib/d.py::x", "lib/d.py")) == Path.cwd()


def test_what_is_nowhere_is_looked_for_where_its_run_was(project: Path) -> None:
    assert folder_of_run(project / LEFT, case("gone.py::x")) == project
