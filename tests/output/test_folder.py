"""What a run leaves, and that it is whole."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from simcore import ItemResult, Results
from simcore.catalog.project import find_project
from simcore.catalog.reports import render
from simcore.cli import machine
from simcore.model.outcome import Reports
from simcore.output.folder import leave, make_run_folder

RESULTS = Results(
    run="r", command="simcore run", version="1", base_seed=0, strategy="uniform", items=[ItemResult(id="a::b")]
)


def reports_of(folder: Path) -> Callable[[Results], Reports]:
    return partial(render, find_project(folder))


def test_the_artifacts_folder_ignores_itself(folder: Path) -> None:
    made = make_run_folder(None, machine.new_run_id)

    assert made.path == Path(".simcore/runs") / made.id
    assert Path(".simcore/.gitignore").read_text(encoding="utf-8") == "*\n"


def test_two_runs_of_one_second_have_two_folders(folder: Path) -> None:
    names = iter(["20260101T000000Z-0001", "20260101T000000Z-0001", "20260101T000000Z-0002"])

    assert [make_run_folder("out", lambda: next(names)).id for _ in range(2)] == [
        "20260101T000000Z-0001",
        "20260101T000000Z-0002",
    ]


def test_a_run_leaves_results_and_reports(folder: Path) -> None:
    made = make_run_folder(None, machine.new_run_id)

    assert leave(made, RESULTS, reports_of(folder)) == []
    assert sorted(file.name for file in made.path.iterdir()) == ["junit.xml", "results.json", "summary.md"]
    assert json.loads((made.path / "results.json").read_text(encoding="utf-8"))["items"][0]["id"] == "a::b"


@pytest.mark.parametrize(
    ("body", "complaint"),
    [
        ("raise KeyError('gone')", "KeyError: 'gone'"),
        ("return 3", "TypeError: it returned 3, not a text"),
    ],
)
def test_a_report_that_fails_hides_nothing(folder: Path, body: str, complaint: str) -> None:
    reports = folder / "reports"
    reports.mkdir()
    text = f'from simcore import report\n@report("mine.txt")\ndef mine(results): {body}\n'
    (reports / "mine.py").write_text(text, encoding="utf-8")
    made = make_run_folder(None, machine.new_run_id)

    complaints = leave(made, RESULTS, reports_of(folder))

    assert len(complaints) == 1
    assert complaints[0].startswith(f"mine.txt was not written, reports/mine.py failed: {complaint}")
    assert sorted(file.name for file in made.path.iterdir()) == ["junit.xml", "results.json", "summary.md"]


def test_the_summary_is_appended_where_a_ci_wants_it(folder: Path) -> None:
    (folder / "step.md").write_text("before\n", encoding="utf-8")
    made = make_run_folder(None, machine.new_run_id)

    leave(made, RESULTS, reports_of(folder), "step.md")

    text = (folder / "step.md").read_text(encoding="utf-8")
    assert text.startswith("before\n## simcore")
    assert (made.path / "summary.md").read_text(encoding="utf-8") in text


def test_a_ci_summary_that_cannot_be_written_is_a_warning(folder: Path) -> None:
    complaints = leave(make_run_folder(None, machine.new_run_id), RESULTS, reports_of(folder), "no/such/folder/step.md")

    assert [complaint.partition(" ")[0] for complaint in complaints] == ["GITHUB_STEP_SUMMARY"]


def test_ids_of_runs_sort_by_time_and_fit_every_file_system() -> None:
    make: Callable[[], str] = machine.new_run_id

    stamp, _, digits = make().partition("-")
    assert (len(stamp), stamp[8], stamp[-1], len(digits)) == (16, "T", "Z", 4)
