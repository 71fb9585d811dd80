"""A replay from end to end: the printed command works as it stands, and what differs from the run is told."""

from __future__ import annotations

import io
import json
import re
import shlex
import sys
from pathlib import Path

import pytest

from simcore.catalog.project import find_project
from simcore.model.run import ItemReference, Run
from simcore.runner.token import make_token
from tests.cli.conftest import Call
from tests.cli.project import TWO_MESSAGES, edit, objects, with_properties
from tests.files import write_files
from tests.runner.edited import TALK


def test_the_printed_replay_command_works_as_it_stands(call: Call) -> None:
    printed = [line.strip() for line in call("run", "silence").out.splitlines() if "replay: " in line]

    ended = call(*shlex.split(printed[0].removeprefix("replay: "))[1:])

    assert ended.code == 1
    assert "FAILED        reproduced" in ended.out
    assert "deadlock: " in ended.out


def test_a_case_says_what_decided_its_run(call: Call, folder: Path) -> None:
    with_properties(folder, limit=2000)

    file = folder / objects(call("run", "silence", "--format", "jsonl").out)[0]["case"]

    case = json.loads(file.read_text(encoding="utf-8"))
    assert case["always"] == ["properties/names.py::nobody_is_called_nobody"]
    assert [*case["sources"]] == ["properties/names.py", "scenarios/pairs.py"]
    assert len(case["checksum"]) == 32


def test_a_token_replays_and_verifies_in_other_processes(call: Call) -> None:
    token = objects(call("run", "silence", "--format", "jsonl").out)[0]["token"]

    ended = call("replay", token, "--verify", "--format", "jsonl")

    answer = objects(ended.out)[0]
    assert ended.code == 1
    assert (answer["verdict"], answer["reproduced"], answer["divergence"]) == ("failed", True, None)
    assert len(answer["digest"]) >= 32


def test_a_trace_shows_every_event(call: Call) -> None:
    token = objects(call("run", "silence", "--format", "jsonl").out)[0]["token"]

    ended = call("replay", token, "--trace")

    assert "step" in ended.out
    assert len(ended.out.splitlines()) > len(call("replay", token).out.splitlines())


def test_a_fixed_source_makes_the_replay_pass(call: Call, folder: Path) -> None:
    case = objects(call("run", "silence", "--format", "jsonl").out)[0]["case"]
    edit(folder / "scenarios/pairs.py", "    world.run()\n    world.result(pid)\n", "    world.run()\n")

    ended = call("replay", case)

    assert ended.code == 0, ended
    assert "the source has changed" in ended.out


def test_a_token_of_what_holds_now_says_what_it_cannot_tell(call: Call, folder: Path) -> None:
    token = objects(call("run", "silence", "--format", "jsonl").out)[0]["token"]
    edit(folder / "scenarios/pairs.py", "    world.run()\n    world.result(pid)\n", "    world.run()\n")

    ended = call("replay", token)

    assert ended.code == 6
    assert "PASSED        not reproduced, and cannot tell whether it is mended; 16 others tried" in ended.out
    assert "it cannot tell whether the program has changed since" in ended.out


def test_a_token_whose_run_reaches_a_bound_is_not_reproduced(call: Call, folder: Path) -> None:
    edit(folder / "pyproject.toml", "[tool.simcore]\n", "[tool.simcore.world]\nactions_max = 1\n")
    token = objects(call("run", "silence", "--format", "jsonl").out)[0]["token"]
    edit(folder / "scenarios/pairs.py", "    world.run()\n    world.result(pid)\n", TWO_MESSAGES)

    ended = call("replay", token, "--format", "jsonl")

    assert (ended.code, objects(ended.out)[0]["reproduced"]) == (6, False)


def test_a_divergence_is_told_once(call: Call, folder: Path) -> None:
    edit(
        folder / "scenarios/pairs.py",
        "    world.run()\n    world.result(pid)\n",
        TWO_MESSAGES + "    world.result(pid)\n",
    )
    case = folder / objects(call("run", "silence", "--format", "jsonl").out)[0]["case"]
    value = json.loads(case.read_text(encoding="utf-8"))
    value["deviations"] = [{"at": "step#1@world/app:worker.0", "of": 9, "take": "step#1@world/app:worker.1"}]
    case.write_text(json.dumps(value), encoding="utf-8")

    ended = call("replay", str(case))

    assert ended.code == 4
    assert ended.out.count("of 9 enabled actions") == 1


def test_a_changed_case_is_a_divergence(call: Call, folder: Path) -> None:
    case = folder / objects(call("run", "silence", "--format", "jsonl").out)[0]["case"]
    value = json.loads(case.read_text(encoding="utf-8"))
    value["end"]["digest"] = "0" * 32
    case.write_text(json.dumps(value), encoding="utf-8")

    ended = call("replay", str(case.relative_to(folder)), "--format", "jsonl")

    answer = objects(ended.out)[0]
    assert ended.code == 4
    assert not answer["reproduced"]
    assert "digest" in answer["divergence"]


def test_a_prompt_where_lua_failed_says_that_lua_has_no_frames_there(
    call: Call, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = 'return { ships = function() error("lost at sea") end }\n'
    (folder / "app/tests.lua").write_text(text, encoding="utf-8")
    found = objects(call("test", "app", "--format", "jsonl").out)[0]
    monkeypatch.setattr("sys.stdin", io.StringIO("p world, error\nq\n"))

    ended = call("replay", found["case"], "--pdb")

    assert "lost at sea" in ended.out
    assert "Lua has no frames to show here: look at `world`, `error`, or at every event" in ended.out
    assert "(Pdb) (<World at 0s: " in ended.out


def test_a_case_of_an_app_outside_the_catalogue_finds_it_again(call: Call, folder: Path) -> None:
    (folder / "app/tests.lua").write_text("return { ships = function() return false end }\n", encoding="utf-8")
    found = objects(call("test", "app", "--format", "jsonl").out)[0]

    by_case = call("replay", found["case"], "--format", "jsonl")
    by_token = call("replay", found["token"], "--target", "app", "--format", "jsonl")

    assert [by_case.code, by_token.code] == [1, 1]
    assert objects(by_case.out)[0]["digest"] == objects(by_token.out)[0]["digest"]


def test_a_body_that_breaks_is_replayed_from_its_case(call: Call, folder: Path) -> None:
    edit(folder / "scenarios/pairs.py", '    assert world.result(pid) == "hello"', "    {}['gone']")

    (error, _) = objects(call("run", "first_come", "--format", "jsonl").out)
    again = call("replay", error["case"], "--format", "jsonl")

    assert error["replay"] == f"simcore replay {error['case']}"
    assert again.code == 1
    assert objects(again.out)[0]["verdict"] == "error"
    assert objects(again.out)[0]["reproduced"]


def test_a_property_that_fails_leaves_a_case_that_replays(call: Call, folder: Path) -> None:
    with_properties(folder, limit=17)
    found = objects(call("run", "test_numbers_stay_small", "--format", "jsonl").out)[0]

    ended = call("replay", found["case"], "--format", "jsonl")

    assert (found["verdict"], found["token"]) == ("failed", None)
    assert "17 is large" in found["message"]
    assert ended.code == 1
    assert objects(ended.out)[0]["reproduced"]


def test_a_failure_near_a_token_that_holds_is_told_as_one_that_may_be_another(call: Call, folder: Path) -> None:
    write_files(folder, {"scenarios/talk.py": TALK})
    run = Run(item=ItemReference("scenarios/talk.py::meeting", ""), seed=1, options=find_project(folder).options)

    ended = call("replay", str(make_token(run)))

    assert ended.code == 1
    assert "FAILED        reproduced nearby: " in ended.out
    assert "which failure it was a token does not say" in ended.out
    assert "  replay: simcore replay .simcore/runs/" in ended.out


def test_another_failure_is_named_with_the_one_that_it_is_not(call: Call, folder: Path) -> None:
    case = objects(call("run", "silence", "--format", "jsonl").out)[0]["case"]
    edit(folder / "scenarios/pairs.py", "    world.run()\n    world.result(pid)\n", "    {}['gone']\n")

    ended = call("replay", case, "--search", "4")

    assert ended.code == 1
    assert "ERROR         another failure: KeyError instead of deadlock; 4 others tried" in ended.out


def test_a_replay_stops_where_it_failed_and_before_an_action(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    token = objects(call("run", "silence", "--format", "jsonl").out)[0]["token"]
    monkeypatch.setattr(sys, "stdin", io.StringIO("p process\nq\nwhere\nq\n"))

    ended = call("replay", token, "--pdb", "--until", "1")

    assert ended.code == 1
    assert "before action #1: step#1@" in ended.out
    assert "and here waits: " in ended.out
    assert ended.out.count("(Pdb)") == 4
    assert "FAILED        reproduced" in ended.out


def test_an_action_that_never_comes_is_said(call: Call) -> None:
    token = objects(call("run", "silence", "--format", "jsonl").out)[0]["token"]

    assert "note: the run was over before action #900" in call("replay", token, "--until", "900").out


def test_who_wants_to_look_looks_at_one_case_at_a_prompt(call: Call, folder: Path) -> None:
    token = objects(call("run", "silence", "--format", "jsonl").out)[0]["token"]

    refusals = [
        call("replay", token, "--pdb", "--format", "jsonl"),
        call("replay", token, "--pdb", "--verify"),
        call("replay", token, "--until", "0"),
        call("replay", token, token, "--pdb"),
        call("replay", ".simcore", "--until", "3"),
    ]

    assert [each.code for each in refusals] == [2] * 5
    assert [len(each.err.splitlines()) for each in refusals] == [1] * 5


def test_a_breakpoint_stops_a_replay_though_another_process_plays_it(
    call: Call, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = objects(call("run", "silence", "--format", "jsonl").out)[0]["case"]
    edit(folder / "scenarios/pairs.py", "    world.result(pid)\n", "    breakpoint()\n    world.result(pid)\n")
    stopped: list[int] = []
    monkeypatch.setattr(sys, "breakpointhook", lambda: stopped.append(1))

    ended = call("replay", case, "--search", "off", "--jobs", "1")

    assert stopped
    assert "no prompt" not in ended.out
    assert "FAILED        reproduced" in ended.out


def test_a_breakpoint_stops_a_run_that_is_played_here(
    call: Call, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    edit(folder / "scenarios/pairs.py", "    world.result(pid)\n", "    breakpoint()\n    world.result(pid)\n")
    stopped: list[int] = []
    monkeypatch.setattr(sys, "breakpointhook", lambda: stopped.append(1))

    ended = call("run", "silence", "--jobs", "0", "--schedules", "1")

    assert stopped
    assert "no prompt" not in ended.out


def test_a_breakpoint_in_a_run_says_where_there_is_a_prompt(call: Call, folder: Path) -> None:
    edit(folder / "scenarios/pairs.py", "    world.result(pid)\n", "    breakpoint()\n    world.result(pid)\n")

    ended = call("run", "silence", "--jobs", "1")

    assert re.search(r"usage: scenarios/pairs.py:\d+: breakpoint\(\) has no prompt in .*; add --jobs 0", ended.out)


QUITS = "    import bdb; raise bdb.BdbQuit\n"


def test_who_quits_a_debugger_ends_the_command_and_no_item_is_blamed(call: Call, folder: Path) -> None:
    case = objects(call("run", "silence", "--format", "jsonl").out)[0]["case"]
    edit(folder / "scenarios/pairs.py", "    world.result(pid)\n", f"{QUITS}    world.result(pid)\n")

    run = call("run", "scenarios/pairs.py")
    replay = call("replay", case, "--search", "off")
    elsewhere = call("run", "silence", "--jobs", "1")

    assert run.code == 130
    assert "INCONCLUSIVE  scenarios/pairs.py::silence  0 schedules" in run.out
    assert re.search(r"interrupted after \d items?: .*1 inconclusive", run.out)
    assert (replay.code, replay.err) == (130, "interrupted\n")
    assert "ERROR         scenarios/pairs.py::silence" in elsewhere.out, "there nobody sits at a prompt"


DICE = """
from simcore import Process, World, scenario


async def dice(process: Process, throws: int) -> int:
    return sum(process.random.randint(1, 6) for _ in range(throws))


@scenario
def nobody_throws_much(world: World) -> None:
    world.define("app:dice", dice)
    one, other = world.spawn("app:dice", "app:host", 3), world.spawn("app:dice", "app:host", 3)
    world.run()
    assert world.result(other) < 13, f"{world.result(other)} of three dice, and {world.random.random()}"
"""


def test_a_replay_draws_what_the_run_drew_also_where_another_process_draws_more_now(call: Call, folder: Path) -> None:
    file = folder / "scenarios/dice.py"
    file.write_text(DICE)
    found = objects(call("run", "nobody_throws_much", "--format", "jsonl").out)[0]

    again = objects(call("replay", found["case"], "--format", "jsonl").out)[0]
    edit(file, '"app:host", 3), world', '"app:host", 9), world')
    changed = objects(call("replay", found["case"], "--search", "off", "--format", "jsonl").out)[0]

    assert found["verdict"] == "failed"
    assert (again["reproduced"], again["message"]) == (True, found["message"])
    assert (changed["reproduced"], changed["message"].partition(" (")[0]) == (True, found["message"].partition(" (")[0])
