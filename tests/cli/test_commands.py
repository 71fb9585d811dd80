"""The commands from end to end: what they print, what they leave, and how they end."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from simcore.runner import artifacts
from simcore.runner.explore import Exploration

Call = Callable[..., Any]


def objects(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines()]


def edit(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8")


def test_run_tells_each_item_and_leaves_a_report(call: Call, folder: Path) -> None:
    ended = call("run")

    lines = ended.out.splitlines()
    assert ended.code == 0
    assert lines[0].startswith("simcore ")
    assert lines[0].endswith(
        "the project's catalogue · base seed 0 · fifo, then uniform · 100 schedules, or what an item asks for"
    )
    assert lines[1] == "PASSED        scenarios/pairs::first_come  5 schedules"
    assert lines[2] == "FOUND         scenarios/pairs::silence  schedule 1 of 1"
    assert lines[3].startswith("  deadlock: ")
    assert lines[-1].startswith("report: .simcore/runs/")
    assert (folder / lines[-1].removeprefix("report: ")).exists()


def test_the_printed_replay_command_works_as_it_stands(call: Call) -> None:
    printed = [line.strip() for line in call("run", "silence").out.splitlines() if "replay: " in line]

    ended = call(*shlex.split(printed[0].removeprefix("replay: "))[1:])

    assert ended.code == 1
    assert "FAILED        reproduced" in ended.out
    assert "deadlock: " in ended.out


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


def test_a_failure_that_nobody_expects_is_exit_1(call: Call, folder: Path) -> None:
    edit(folder / "scenarios/pairs.py", '(expect="failed")', "")

    ended = call("run", "silence")

    assert ended.code == 1
    assert "FAILED        scenarios/pairs::silence" in ended.out
    assert "1 item: 1 failed" in ended.out


def test_an_expected_failure_that_is_not_found_is_exit_1(call: Call, folder: Path) -> None:
    edit(folder / "scenarios/pairs.py", "(seeds=5)", '(seeds=5, expect="failed")')

    ended = call("run", "first_come")

    assert ended.code == 1
    assert "none was found in 5 schedules" in ended.out


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

    assert ended.code == 0
    assert "PASSED        not reproduced" in ended.out
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


def test_jsonl_has_one_object_an_item_and_a_summary(call: Call) -> None:
    ended = call("test", "app", "--schedules", "3", "--format", "jsonl")

    test, last = objects(ended.out)
    assert ended.code == 0
    wanted = ("id", "suite", "verdict", "schedules", "first_failure", "property", "message", "case", "token")
    assert [test[key] for key in wanted] == ["shop:ships", "pipeline", "passed", 3, None, "", "", None, None]
    assert test["cpu_s"] >= 0
    assert (last["summary"]["items"], last["summary"]["passed"], last["summary"]["exit"]) == (1, 1, 0)


def test_a_case_of_an_app_outside_the_catalogue_finds_it_again(call: Call, folder: Path) -> None:
    (folder / "app/tests.lua").write_text("return { ships = function() return false end }\n", encoding="utf-8")
    found = objects(call("test", "app", "--format", "jsonl").out)[0]

    by_case = call("replay", found["case"], "--format", "jsonl")
    by_token = call("replay", found["token"], "--target", "app", "--format", "jsonl")

    assert [by_case.code, by_token.code] == [1, 1]
    assert objects(by_case.out)[0]["digest"] == objects(by_token.out)[0]["digest"]


def test_nothing_to_run_is_exit_5(call: Call, folder: Path) -> None:
    edit(folder / "app/_index.yaml", "type: test, ", "")

    ended = call("test", "app")

    assert ended.code == 5
    assert "nothing ran" in ended.out


def test_a_list_of_nothing_says_so(call: Call, folder: Path) -> None:
    (folder / "scenarios/pairs.py").unlink()

    ended = call("list")

    assert ended.code == 5
    assert "there is nothing to run here" in ended.err


def test_a_bound_is_inconclusive_and_exit_6(call: Call, folder: Path) -> None:
    (folder / "pyproject.toml").write_text("[tool.simcore.world]\nactions_max = 1\n", encoding="utf-8")

    ended = call("run", "first_come")

    assert ended.code == 6
    assert "INCONCLUSIVE  scenarios/pairs::first_come" in ended.out
    assert "bound reached: actions_max, 5 times, by scenarios/pairs::first_come" in ended.out


def test_a_broken_file_of_the_catalogue_is_one_item_in_error(call: Call, folder: Path) -> None:
    (folder / "scenarios/bad.py").write_text("def (\n", encoding="utf-8")

    ended = call("run")

    assert ended.code == 1
    assert "ERROR         scenarios/bad" in ended.out
    assert "scenarios/bad.py:1: SyntaxError: invalid syntax" in ended.out
    assert "PASSED        scenarios/pairs::first_come" in ended.out


def test_a_body_that_breaks_is_an_error_of_its_item(call: Call, folder: Path) -> None:
    edit(folder / "scenarios/pairs.py", '    assert world.result(pid) == "hello"', "    {}['gone']")

    ended = call("run", "first_come")

    assert ended.code == 1
    assert "ERROR         scenarios/pairs::first_come" in ended.out
    assert "KeyError" in ended.out
    assert "Traceback" not in ended.out + ended.err


def test_a_body_that_breaks_is_replayed_from_its_case(call: Call, folder: Path) -> None:
    edit(folder / "scenarios/pairs.py", '    assert world.result(pid) == "hello"', "    {}['gone']")

    (error, _) = objects(call("run", "first_come", "--format", "jsonl").out)
    again = call("replay", error["case"], "--format", "jsonl")

    assert error["replay"] == f"simcore replay {error['case']}"
    assert again.code == 1
    assert objects(again.out)[0]["verdict"] == "error"
    assert objects(again.out)[0]["reproduced"]


def test_a_full_disk_does_not_hide_the_failure(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(artifacts, "write_file", _no_space)

    ended = call("run", "silence", "--format", "jsonl")
    (failure, _) = objects(ended.out)
    again = call(*failure["replay"].split()[1:], "--format", "jsonl")

    assert ended.code == 0
    assert failure["verdict"] == "failed"
    assert failure["case"] is None
    assert "No space left on device" in failure["story"][0]
    assert objects(again.out)[0]["reproduced"]


def test_a_report_that_could_not_be_written_is_not_named(
    call: Call, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("simcore.output.folder.write_file", _no_space)
    (folder / ".simcore").mkdir()
    (folder / ".simcore/.gitignore").write_text("*", encoding="utf-8")

    ended = call("run", "first_come")

    assert "results.json could not be written: No space left on device" in ended.out
    assert "report:" not in ended.out


def _no_space(_file: Path, _content: bytes) -> None:
    raise OSError(28, "No space left on device")


def test_a_mistake_of_ours_is_told_without_a_traceback_and_kept(
    call: Call, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_arguments: object) -> None:
        raise LookupError("no such thing")

    monkeypatch.setattr(Exploration, "run", broken)

    ended = call("run")

    assert ended.code == 3
    assert "internal error: LookupError: no such thing" in ended.err
    assert "Traceback" not in ended.err
    kept = list((folder / ".simcore").glob("internal-error-*.txt"))
    assert "Traceback" in kept[0].read_text(encoding="utf-8")


def test_a_broken_guarantee_is_a_mistake_of_ours_with_the_command_that_shows_it_again(call: Call, folder: Path) -> None:
    """It must never look like a bug that was found in the program."""
    text = (folder / "scenarios/pairs.py").read_text(encoding="utf-8")
    early = "    world.run()\n    one = world.runtime.records[pid]\n    one.paused = True\n"
    early += "    world.kernel.enable(one.step)\n"
    (folder / "scenarios/early.py").write_text(
        text.replace("    world.send", f"{early}    world.send"), encoding="utf-8"
    )

    ended = call("run", "scenarios/early.py")

    assert ended.code == 3
    assert "an assertion of simcore does not hold: G14" in ended.err
    token = re.search(r"seen again by: simcore (replay .*)", ended.err)
    assert token is not None
    assert call(*shlex.split(token[1])).code == 3


def test_check_finds_no_difference_where_there_is_none(call: Call) -> None:
    ended = call("check", "first_come", "--seeds", "2", "--format", "jsonl")

    assert ended.code == 0
    assert [each.get("same") for each in objects(ended.out)] == [True, True, None]


def test_check_shows_both_sides_of_the_first_difference(call: Call, folder: Path) -> None:
    edit(
        folder / "scenarios/pairs.py",
        'world.send(pid, "hello")',
        'world.send(pid, min({"a", "b", "c", "d"}, key=hash))',
    )
    edit(folder / "scenarios/pairs.py", '    assert world.result(pid) == "hello"\n', "")

    ended = call("check", "first_come", "--seeds", "1")

    assert ended.code == 4
    assert "DIFFERS" in ended.out
    assert "PYTHONHASHSEED=0" in ended.out
    assert "PYTHONHASHSEED=1" in ended.out


def test_list_shows_items_strategies_and_broken_files(call: Call, folder: Path) -> None:
    (folder / "scenarios/bad.py").write_text("def (\n", encoding="utf-8")

    ended = call("list")

    lines = ended.out.splitlines()
    assert ended.code == 0
    assert "scenario  scenarios/pairs::first_come  5 schedules" in lines
    assert "scenario  scenarios/pairs::silence     expects a failure" in lines
    assert "strategies: fifo, uniform" in lines
    assert "reports: junit.xml, summary.md" in lines
    assert lines[-1] == "broken: scenarios/bad.py:1: SyntaxError: invalid syntax"


def test_list_tells_the_dialect_of_an_app(call: Call) -> None:
    ended = call("list", "app")

    assert "test      app::shop:ships  suite pipeline" in ended.out
    assert "app app: dialect " in ended.out


def test_artifacts_may_lie_elsewhere(call: Call, folder: Path) -> None:
    ended = call("run", "silence", "--artifacts", "with blank/out")

    replay = next(line for line in ended.out.splitlines() if "replay: " in line)
    assert not (folder / ".simcore").exists()
    assert len(list((folder / "with blank/out/runs").iterdir())) == 1
    assert call(*shlex.split(replay.strip().removeprefix("replay: "))[1:]).code == 1


def test_rich_says_the_same_words(call: Call) -> None:
    ended = call("run", "first_come", "--format", "rich")

    assert "PASSED        scenarios/pairs::first_come  5 schedules" in ended.out


def test_a_base_seed_decides_everything(call: Call) -> None:
    runs = [objects(call("run", "silence", "--seed", seed, "--format", "jsonl").out)[0] for seed in ("7", "7", "8")]

    assert runs[0]["token"] == runs[1]["token"] != runs[2]["token"]


@pytest.mark.parametrize("option", ["--help", "--version"])
def test_help_and_version_need_no_project(call: Call, folder: Path, option: str) -> None:
    (folder / "pyproject.toml").write_text("[tool\n", encoding="utf-8")

    assert call(option).code == 0


def test_what_a_scenario_prints_does_not_mix_with_the_objects(call: Call, folder: Path) -> None:
    edit(
        folder / "scenarios/pairs.py", "    world.run()\n    assert", "    world.run()\n    print('hello')\n    assert"
    )

    ended = call("run", "first_come", "--seeds", "1", "--format", "jsonl")

    assert len(objects(ended.out)) == 2
    assert "hello" in ended.err


def test_verify_notices_a_run_that_depends_on_the_hash_seed(call: Call, folder: Path) -> None:
    edit(
        folder / "scenarios/pairs.py",
        "    world.run()\n    world.result(pid)",
        "    world.send(pid, min(map(str, range(10_000)), key=hash))\n"
        "    world.run()\n    raise AssertionError('told')",
    )
    case = objects(call("run", "silence", "--format", "jsonl").out)[0]["case"]

    here, elsewhere = call("replay", case), call("replay", case, "--verify")

    assert (here.code, elsewhere.code) == (1, 4)
    assert "PYTHONHASHSEED=" in elsewhere.out


TWO_MESSAGES = """    other = world.spawn("app:worker", "app:host")
    world.send(other, "hello")
    world.run()
"""
PROPERTIES = """
from hypothesis import given, strategies
from simcore import World, always, sometimes

@always
def nobody_is_called_nobody(world: World) -> None:
    assert "nobody" not in world.names

@sometimes
def somebody_has_a_name(world: World) -> None:
    assert list(world.names)

@given(number=strategies.integers(0, 1000))
def test_numbers_stay_small(number: int) -> None:
    assert number < LIMIT, f"{number} is large"
"""


def with_properties(folder: Path, limit: int) -> None:
    (folder / "properties").mkdir()
    text = PROPERTIES.replace("LIMIT", str(limit))
    (folder / "properties/names.py").write_text(text, encoding="utf-8")


def test_properties_of_the_project_are_run_and_what_is_never_seen_is_told(call: Call, folder: Path) -> None:
    with_properties(folder, limit=1001)

    ended = call("run", "--seeds", "20")

    assert ended.code == 0
    assert "PASSED        properties/names::test_numbers_stay_small  20 schedules" in ended.out
    assert "never seen: properties/names::somebody_has_a_name: somebody has a name" in ended.out


def test_a_property_that_fails_leaves_a_case_that_replays(call: Call, folder: Path) -> None:
    with_properties(folder, limit=17)
    found = objects(call("run", "test_numbers_stay_small", "--format", "jsonl").out)[0]

    ended = call("replay", found["case"], "--format", "jsonl")

    assert (found["verdict"], found["token"]) == ("failed", None)
    assert "17 is large" in found["message"]
    assert ended.code == 1
    assert objects(ended.out)[0]["reproduced"]


def test_an_always_of_the_project_fails_the_scenario_that_breaks_it(call: Call, folder: Path) -> None:
    with_properties(folder, limit=1001)
    edit(
        folder / "scenarios/pairs.py",
        "    message = await process.inbox.receive()",
        "    await process.registry.register('nobody')\n    message = await process.inbox.receive()",
    )

    found = objects(call("run", "first_come", "--format", "jsonl").out)[0]

    assert (found["verdict"], found["property"]) == ("failed", "nobody_is_called_nobody")


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


@pytest.mark.parametrize("output", ["plain", "jsonl"])
def test_texts_that_no_file_can_hold_are_written_as_escapes(call: Call, folder: Path, output: str) -> None:
    text = (folder / "scenarios/pairs.py").read_text(encoding="utf-8")
    (folder / "scenarios/odd.py").write_text(text.replace("hello", "hello\\udcff", 1), encoding="utf-8")

    ended = call("run", "scenarios/odd.py", "--format", output)

    assert ended.code == 1
    assert "internal error" not in ended.err
    (case,) = [each for each in folder.glob(".simcore/runs/*/cases/*.json") if "first_come" in each.name]
    assert "reproduced" in call("replay", str(case), "--verify").out
