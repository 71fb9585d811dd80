"""A case is read back as it was saved, its files lie where the run says, and no other file is taken for one."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from simcore import Options, UsageError, Verdict
from simcore.model.case import Case, CaseEnd
from simcore.model.run import Deviation, ItemReference, Run
from simcore.model.trace import TraceEvent
from simcore.runner.case_files import CASE_BYTES_MAX, case_path, load_case, save_case, save_trace, trace_path

END = CaseEnd(Verdict.FAILED, "digest", 3, 1, 0)
CASES = {
    "found just now": Case(run=Run(item=ItemReference("a::b", ""), seed=0), property="deadlock", message="", end=END),
    "with its schedule": Case(
        run=Run(
            item=ItemReference("a::b", "0f", "folder/a.py"),
            seed=2**64 - 1,
            strategy="uniform",
            options=Options(actions_max=5, quirks=("flat_backoff",), epoch="1970-01-01T00:00:00Z"),
            deviations=[Deviation("step#1@world/app:a.0", 2, "step#1@world/app:b.0")],
        ),
        property="assert",
        message="two\nlines, and é",
        end=END,
    ),
    "of a property": Case(
        run=Run(item=ItemReference("a::b", ""), seed=1, arguments={"numbers": [1, None, {"x": "y"}]}),
        property="given",
        message="",
        end=END,
    ),
    "with a schedule of the oldest first": Case(
        run=Run(item=ItemReference("a::b", ""), seed=1, deviations=[]), property="assert", message="", end=END
    ),
}


@pytest.mark.parametrize("which", CASES)
def test_a_saved_case_is_read_back_as_it_was(tmp_path: Path, which: str) -> None:
    path = case_path(tmp_path, "a::b", "assert", 1)

    save_case(path, CASES[which])

    assert load_case(path) == CASES[which]


def test_a_case_file_holds_those_options_alone_that_were_changed(tmp_path: Path) -> None:
    """An option that a later simcore adds does not make the cases of today unreadable."""
    path = tmp_path / "x.case.json"

    save_case(path, CASES["with its schedule"])

    assert sorted(json.loads(path.read_bytes())["options"]) == ["actions_max", "epoch", "quirks"]


def test_a_case_that_is_saved_anew_replaces_the_first(tmp_path: Path) -> None:
    path = tmp_path / "x.case.json"
    save_case(path, CASES["with its schedule"])

    save_case(path, CASES["found just now"])

    assert load_case(path) == CASES["found just now"]
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("item", ["scenarios/a.py::b", "../../a::b", "/a::b", "a b\n;é::b", "a" * 400])
def test_case_and_trace_lie_in_the_run_folder_whatever_the_item_is_called(tmp_path: Path, item: str) -> None:
    case = case_path(tmp_path, item, "result ../", 3)
    trace = trace_path(case)

    assert (case.parent, trace.parent) == (tmp_path / "cases", tmp_path / "traces")
    assert (case.name.count(".case.json"), trace.name) == (1, case.name.replace(".case.json", ".trace.jsonl"))
    save_case(case, CASES["found just now"])
    save_trace(trace, [])


def test_items_properties_and_schedules_have_cases_of_their_own(tmp_path: Path) -> None:
    paths = {case_path(tmp_path, item, kind, schedule) for item in "ab" for kind in "xy" for schedule in (1, 2)}

    assert len(paths) == 8


def test_a_trace_has_one_object_a_line(tmp_path: Path) -> None:
    events = [TraceEvent(step, 5, "log", "world", "two\nlines") for step in range(2)]

    save_trace(tmp_path / "traces/x.trace.jsonl", events)

    lines = (tmp_path / "traces/x.trace.jsonl").read_text(encoding="utf-8").splitlines()
    assert [json.loads(line) for line in lines] == [
        {"step": step, "t_ns": 5, "kind": "log", "who": "world", "text": "two\nlines"} for step in range(2)
    ]


@pytest.mark.parametrize("content", [b"\xff{}", b"", b"[]", b"{", b"[" * 100_000, b"3"])
def test_what_is_no_case_is_refused_with_its_name(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "x.case.json"
    path.write_bytes(content)

    with pytest.raises(UsageError, match=r"x\.case\.json: (is no case|the case is damaged)"):
        load_case(path)


def test_a_file_larger_than_any_case_is_refused_unread(tmp_path: Path) -> None:
    path = tmp_path / "x.case.json"
    path.touch()
    os.truncate(path, CASE_BYTES_MAX + 1)

    with pytest.raises(UsageError, match="is larger than any case"):
        load_case(path)


def test_a_folder_is_no_case_and_a_file_is_no_folder_for_one(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    with pytest.raises(UsageError, match="cannot be read: Is a directory"):
        load_case(tmp_path)
    with pytest.raises(UsageError, match=r"cannot be written: .*--artifacts"):
        save_case(tmp_path / "file/x.case.json", CASES["found just now"])
