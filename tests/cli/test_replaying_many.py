"""Several cases at once, from any folder, each in a process of its own: one that is broken or fatal stops no other."""

from __future__ import annotations

import json
import os
import shlex
import shutil
from pathlib import Path
from typing import Any, Final

import pytest

from simcore.campaign.replays import ReplayWish
from simcore.cli.replay_tellers import ReplayProgress
from tests.cli.conftest import Call
from tests.cli.project import edit, objects
from tests.files import write_files
from tests.runner.edited import TALK

SILENT: Final = "    world.run()\n    world.result(pid)\n"


@pytest.fixture
def cases(call: Call, folder: Path) -> Path:
    """A folder ``cases`` of the project with two cases, each of another scenario."""
    write_files(folder, {"scenarios/talk.py": TALK})
    for item in ("silence", "meeting"):
        found = objects(call("run", item, "--format", "jsonl").out)[0]
        write_files(folder, {f"cases/{item}.json": (folder / found["case"]).read_bytes()})
    return folder / "cases"


def changed(file: Path, **fields: Any) -> None:
    file.write_text(json.dumps(json.loads(file.read_text()) | fields))


def told(out: str) -> dict[str, str]:
    """Return the answer of each case by its file, as people are told."""
    lines = (line.split("  ") for line in out.partition("\n\n")[0].splitlines() if not line.startswith(" "))
    return {words[1].strip(): words[0] for words in ([word for word in line if word] for line in lines)}


def test_a_folder_is_replayed_case_by_case_with_a_line_for_each_and_a_sum(call: Call, cases: Path) -> None:
    write_files(cases, {"notes.json": "{}", "deeper/silence.json": (cases / "silence.json").read_bytes()})
    write_files(cases, {".hidden/x.json": (cases / "silence.json").read_bytes(), "trace.jsonl": "{}"})

    ended = call("replay", "cases")

    assert ended.code == 1
    assert told(ended.out) == {
        "cases/deeper/silence.json": "REPRODUCED",
        "cases/meeting.json": "REPRODUCED",
        "cases/silence.json": "REPRODUCED",
    }
    assert "3 cases: 3 reproduced" in ended.out
    assert "note: cases: 2 files skipped, each is no case: notes.json, trace.jsonl" in ended.out
    assert "note: cases: 1 hidden folder skipped, each is not looked into: .hidden" in ended.out


def test_a_case_that_is_named_twice_is_replayed_once(call: Call, cases: Path) -> None:
    assert "2 cases: 2 reproduced" in call("replay", "cases", "cases/silence.json", str(cases)).out


def test_what_is_broken_stops_no_other_and_is_said(call: Call, cases: Path) -> None:
    write_files(cases, {"a.case.json": "{", "b.json": '{"format": "simcore-case", "version": 2}'})
    changed(cases / "silence.json", item={"id": "scenarios/pairs.py::nobody", "digest": "", "target": ""})

    ended = call("replay", "cases", "gone.json")

    assert ended.code == 1
    assert [*told(ended.out).values()] == ["REFUSED", "REFUSED", "REPRODUCED", "REFUSED", "REFUSED"]
    assert "REFUSED            cases/a.case.json: the case is damaged" in ended.out
    assert "there is no item scenarios/pairs.py::nobody" in ended.out
    assert "gone.json: neither a case file nor a token" in ended.out
    assert ended.err == ""


def test_a_case_of_a_test_of_pytest_is_left_to_that_and_the_folder_is_not_called_green(
    call: Call, cases: Path, folder: Path
) -> None:
    write_files(folder, {"tests/test_own.py": "import nowhere\n\ndef test_own(sim):\n    sim.explore(nowhere.it)\n"})
    (cases / "meeting.json").unlink()
    write_files(cases, {"own.json": (cases / "silence.json").read_bytes()})
    changed(cases / "own.json", item={"id": "tests/test_own.py::test_own", "digest": "", "target": ""})
    edit(folder / "scenarios/pairs.py", SILENT, "    world.run()\n")

    among, alone = call("replay", "cases", "--search", "20"), call("replay", "cases/own.json")

    said = (
        "cases/own.json: it is of a test of pytest, which replays it: "
        "pytest tests/test_own.py::test_own --sim-replay=cases/own.json"
    )
    assert (among.code, alone.code) == (6, 2)
    assert told(among.out) == {said: "NOT PLAYED HERE", "cases/silence.json": "GONE"}
    assert "2 cases: 1 not played here, 1 gone" in among.out
    assert alone.err.strip() == f"simcore: {said}"


def test_the_exit_code_is_the_first_of_what_there_is_as_of_a_run(call: Call, cases: Path, folder: Path) -> None:
    silence, meeting = (cases / f"{name}.json" for name in ("silence", "meeting"))
    edit(folder / "scenarios/pairs.py", SILENT, "    world.run()\n")
    edit(folder / "scenarios/talk.py", "words ==", "sorted(words) ==")
    gone = call("replay", "cases", "--search", "20")

    value = json.loads(meeting.read_text())
    value["deviations"].append(value["deviations"][0])
    meeting.write_text(json.dumps(value))
    unknown = call("replay", "cases", "--search", "20")
    write_files(cases, {"broken.case.json": ""})
    refused = call("replay", "cases", "--search", "20")
    write_files(folder, {"scenarios/talk.py": TALK.replace("world.result(head)", "{}['gone']")})
    other = call("replay", "cases", "--search", "20")
    changed(meeting, seed=5)
    value = json.loads(meeting.read_text())
    write_files(folder, {"scenarios/talk.py": TALK})
    diverged = call("replay", "cases", "--search", "20")

    assert [each.code for each in (gone, unknown, refused, other, diverged)] == [0, 6, 2, 1, 4]
    assert set(told(gone.out).values()) == {"GONE"}
    assert told(other.out)["cases/meeting.json"] == "ANOTHER FAILURE"
    assert silence.exists()


def test_a_folder_without_a_case_is_nothing_that_ran(call: Call, folder: Path) -> None:
    (folder / "empty").mkdir()

    ended = call("replay", "empty")

    assert ended.code == 5
    assert "note: empty: there is no case in it" in ended.out


def test_programs_are_told_an_object_for_each_and_a_summary(call: Call, cases: Path) -> None:
    write_files(cases, {"a.case.json": "{"})

    broken, *others, last = objects(call("replay", "cases", "--format", "jsonl").out)

    assert (broken["case"], broken["answer"], broken["exit"]) == ("cases/a.case.json", "refused", 2)
    assert [(each["case"], each["answer"], each["exit"]) for each in others] == [
        ("cases/meeting.json", "reproduced", 1),
        ("cases/silence.json", "reproduced", 1),
    ]
    assert last["summary"]["answers"] == {"refused": 1, "reproduced": 2}
    assert (last["summary"]["cases"], last["summary"]["exit"]) == (3, 1)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "name what is to be replayed"),
        (("cases", "--verify"), "--verify, --trace, --pdb and --until are for one case alone"),
        (("cases", "--search", "many"), "--search takes a number from 0 to 1,000,000, or off, not 'many'"),
        (("cases", "--search", "-1"), "--search takes a number"),
        (("cases", "--jobs", "x"), "--jobs takes a number"),
    ],
)
def test_a_mistake_in_the_command_is_said_before_anything_is_played(
    call: Call, cases: Path, arguments: tuple[str, ...], said: str
) -> None:
    ended = call("replay", *arguments)

    assert (ended.code, ended.out) == (2, "")
    assert said in ended.err


# -- from any folder


@pytest.mark.parametrize("where", ["/", "scenarios", ".simcore", ".."])
@pytest.mark.parametrize("named", ["absolute", "relative"])
def test_a_verdict_does_not_depend_on_the_current_folder(
    call: Call, cases: Path, folder: Path, monkeypatch: pytest.MonkeyPatch, where: str, named: str
) -> None:
    file = next((folder / ".simcore").glob("runs/*/cases/*meeting*.json"))
    here = objects(call("replay", str(file.relative_to(folder)), "--format", "jsonl").out)[0]

    monkeypatch.chdir(folder / where)
    path = str(file) if named == "absolute" else os.path.relpath(file)
    there = call("replay", path, "--format", "jsonl")

    assert (there.code, objects(there.out)[0]) == (1, here)


def test_a_case_of_what_lies_outside_the_catalogue_is_found_from_any_folder(
    call: Call, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_files(folder, {"lib/talk.py": TALK})
    (folder / "app/tests.lua").write_text("return { ships = function() return false end }\n")
    python, lua = (
        objects(call(*words, "--format", "jsonl").out)[0]["case"] for words in (("run", "lib/talk.py"), ("test", "app"))
    )
    shutil.copy(folder / lua, folder / "kept.json")

    monkeypatch.chdir("/")

    answers = [
        objects(call("replay", str(folder / each), "--format", "jsonl").out)[0] for each in (python, lua, "kept.json")
    ]
    assert [(each["answer"], each["id"]) for each in answers] == [
        ("reproduced", "lib/talk.py::meeting"),
        ("reproduced", "app::shop:ships"),
        ("reproduced", "app::shop:ships"),
    ]


def test_a_case_without_a_project_is_found_where_its_run_left_it(
    call: Call, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "pyproject.toml").unlink()
    write_files(folder, {"lib/talk.py": TALK})
    case = objects(call("run", "lib/talk.py", "--format", "jsonl").out)[0]["case"]

    monkeypatch.chdir(folder / "lib")

    assert objects(call("replay", f"../{case}", "--format", "jsonl").out)[0]["answer"] == "reproduced"


# -- a new case


def test_what_fails_nearby_leaves_a_case_whose_command_works(call: Call, cases: Path, folder: Path) -> None:
    edit(folder / "scenarios/talk.py", "app:speaker", "app:talker")

    ended = call("replay", "cases/meeting.json")
    (command,) = (line.strip() for line in ended.out.splitlines() if "replay: simcore" in line)
    again = call(*shlex.split(command.removeprefix("replay: simcore ")), "--verify", "--format", "jsonl")

    assert ended.code == 1
    assert "FAILED        reproduced nearby: " in ended.out
    assert (again.code, objects(again.out)[0]["answer"]) == (1, "reproduced")
    assert len([*(folder / ".simcore").glob("runs/*/traces/*.jsonl")]) == 3


def test_a_new_case_goes_where_its_reader_wants_it(call: Call, cases: Path, folder: Path) -> None:
    edit(folder / "scenarios/talk.py", "app:speaker", "app:talker")

    answer = objects(call("replay", "cases/meeting.json", "--artifacts", "kept", "--format", "jsonl").out)[0]

    assert answer["replay"].startswith("simcore replay kept/runs/")
    assert Path(shlex.split(answer["replay"])[2]).exists()


def test_a_new_case_that_cannot_be_saved_hides_no_answer(call: Call, cases: Path, folder: Path) -> None:
    edit(folder / "scenarios/talk.py", "app:speaker", "app:talker")
    (folder / "taken").write_text("")

    ended = call("replay", "cases/meeting.json", "--artifacts", "taken")

    assert ended.code == 1
    assert "not saved: taken: cannot be written to" in ended.out


# -- what ends its process

DEADLY: Final = """
import os
from simcore import World, scenario

@scenario
def dies(world: World) -> None:
    os.kill(os.getpid(), 9)
"""


def test_an_item_that_ends_its_process_is_told_and_the_others_are_replayed(
    called: Call, call: Call, cases: Path, folder: Path
) -> None:
    write_files(folder, {"scenarios/deadly.py": DEADLY.replace("os.kill(os.getpid(), 9)", "assert False")})
    found = objects(call("run", "dies", "--format", "jsonl").out)[0]
    write_files(folder, {"scenarios/deadly.py": DEADLY})

    ended = called("replay", found["token"], found["case"], "cases/silence.json", "--jobs", "2", "--format", "jsonl")

    token, case, other, _ = objects(ended.out)
    assert ended.code == 1
    assert [each["answer"] for each in (token, case, other)] == ["reproduced", "another failure", "reproduced"]
    assert token["message"] == "the process that played it was ended by SIGKILL, twice"
    assert (case["property"], case["verdict"]) == ("worker", "error")


def test_how_far_it_has_come_is_told_every_few_seconds_beside_the_answers(capsys: pytest.CaptureFixture[str]) -> None:
    now_s = 0.0
    progress = ReplayProgress(3, clock=lambda: now_s)
    wishes = [ReplayWish(reference=name, folder="/") for name in ("a.json", "b.json")]

    progress.looked(0, wishes)
    now_s = 5.0
    progress.looked(1, wishes)
    progress.looked(1, wishes)

    assert capsys.readouterr() == ("", "  progress: 1 of 3 cases · a.json, b.json\n")
