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

END = CaseEnd(Verdict.FAILED, "0f" * 16, 3, 1, 0)
VERSION_1 = Path(__file__).parent / "version_1"
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
    "of a test that is driven on": Case(
        run=Run(item=ItemReference("a::b", ""), seed=1, settle_ns=90_000_000_000),
        property="deadlock",
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


def test_a_case_without_a_word_of_it_is_of_a_world_that_is_not_driven_on(tmp_path: Path) -> None:
    """As are all that were saved before there was such a thing, of either version; and so they stay, to the byte."""
    path = tmp_path / "x.case.json"

    save_case(path, CASES["with its schedule"])

    assert "settle_ns" not in json.loads(path.read_bytes())
    assert load_case(path).run.settle_ns == 0
    save_case(path, CASES["of a test that is driven on"])
    assert json.loads(path.read_bytes())["settle_ns"] == 90_000_000_000


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


@pytest.mark.parametrize(
    ("item", "name"),
    [
        ("scenarios/pairs.py::first_come", "scenarios+pairs.py--first_come-assert-2"),
        ("scenarios/pairs::first_come", "scenarios+pairs--first_come-assert-2"),
        ("orders::shop.orders:ships", "orders--shop.orders-ships-assert-2"),
        ("shop.orders:ships", "shop.orders-ships-assert-2"),
    ],
)
def test_an_ordinary_item_is_read_in_the_name_of_its_case(tmp_path: Path, item: str, name: str) -> None:
    assert case_path(tmp_path, item, "assert", 2).name == f"{name}.case.json"


ALIKE = [
    ["a/b::c", "a_b::c", "a+b::c", "a::b::c", "a/b:c", "a-b::c", "a/b--c", "a b::c", "a//b::c", "a\\b::c"],
    ["é::a", "ö::a", "_::a", "\n::a", "\x1b[31m::a", "\ud800::a"],
    ["a::b", "a::B", "A::b"],
    ["x" * 400 + "a", "x" * 400 + "b", "x" * 150],
    [".a::b", "..a::b", "_a::b", "../a::b", "/a::b"],
    ["a:assert", "a:assert-1", "a"],
]


@pytest.mark.parametrize("items", ALIKE, ids=lambda items: ascii(items[0][:9]))
def test_items_whose_ids_are_alike_have_cases_of_their_own(tmp_path: Path, items: list[str]) -> None:
    """Neither replaces another's, also where capital letters are not told from small ones."""
    paths = [case_path(tmp_path, item, kind, 1) for item in items for kind in ("assert", "1-assert", "is-said")]
    names = [path.name for path in paths]

    assert len({name.lower() for name in names}) == len(names)
    assert [name for name in names if name.startswith(".") or not name.isascii() or len(name) > 200] == []


def test_the_name_of_a_case_is_the_same_on_every_day(tmp_path: Path) -> None:
    assert case_path(tmp_path, "scenarios/a-b.py::c", "assert", 7).name == (
        "scenarios+a-b.py--c-assert-7-89a06241.case.json"
    )


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("verdict", "lost"),
        ("verdict", 1),
        ("digest", 5),
        ("digest", "0f" * 15),
        ("digest", "0F" * 16),
        ("digest", None),
        ("actions", -1),
        ("actions", "3"),
        ("actions", 3.5),
        ("actions", True),
        ("decisions", -1),
        ("decisions", None),
        ("now_ns", -1),
        ("now_ns", [0]),
    ],
)
def test_a_damaged_end_is_refused_with_its_field(tmp_path: Path, field: str, value: object) -> None:
    path = tmp_path / "x.case.json"
    save_case(path, CASES["with its schedule"])
    case = json.loads(path.read_bytes())
    case["end"][field] = value
    path.write_text(json.dumps(case))

    with pytest.raises(UsageError, match=rf"x\.case\.json: the case is damaged: .*\$\.end\.{field}"):
        load_case(path)


@pytest.mark.parametrize("end", [None, [], {}, {"verdict": "failed"}])
def test_an_end_of_another_shape_is_refused(tmp_path: Path, end: object) -> None:
    path = tmp_path / "x.case.json"
    save_case(path, CASES["with its schedule"])
    path.write_text(json.dumps(json.loads(path.read_bytes()) | {"end": end}))

    with pytest.raises(UsageError, match=r"x\.case\.json: the case is damaged: .*\$\.end"):
        load_case(path)


def test_a_case_of_version_1_is_read_and_saved_as_one_of_today(tmp_path: Path) -> None:
    (first, *_) = sorted(VERSION_1.glob("*.case.json"))
    case = load_case(first)
    assert (case.version, case.run.item.id.startswith("properties/members")) == (1, True)

    save_case(tmp_path / "x.case.json", case)

    assert json.loads((tmp_path / "x.case.json").read_bytes())["version"] == 2


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
