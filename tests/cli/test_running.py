"""A run from end to end: what it prints, what it leaves, and how it ends."""

from __future__ import annotations

import shlex
from pathlib import Path

import pytest

from simcore.runner import case_files
from tests.cli.conftest import Call
from tests.cli.project import edit, objects, with_properties


def test_run_tells_each_item_and_leaves_a_report(call: Call, folder: Path) -> None:
    ended = call("run")

    lines = ended.out.splitlines()
    assert ended.code == 0
    assert lines[0].startswith("simcore ")
    assert lines[0].endswith(
        "the project's catalogue · base seed 0 · fifo, then uniform · 100 schedules, or what an item asks for"
    )
    assert lines[1] == "PASSED        scenarios/pairs.py::first_come  5 schedules"
    assert lines[2] == "FOUND         scenarios/pairs.py::silence  schedule 1 of 1"
    assert lines[3].startswith("  deadlock: ")
    assert lines[-1].startswith("report: .simcore/runs/")
    assert (folder / lines[-1].removeprefix("report: ")).exists()


def test_a_failure_that_nobody_expects_is_exit_1(call: Call, folder: Path) -> None:
    edit(folder / "scenarios/pairs.py", '(expect="failed")', "")

    ended = call("run", "silence")

    assert ended.code == 1
    assert "FAILED        scenarios/pairs.py::silence" in ended.out
    assert "1 item: 1 failed" in ended.out


def test_an_expected_failure_that_is_not_found_is_exit_1(call: Call, folder: Path) -> None:
    edit(folder / "scenarios/pairs.py", "(schedules=5)", '(schedules=5, expect="failed")')

    ended = call("run", "first_come")

    assert ended.code == 1
    assert "none was found in 5 schedules" in ended.out


def test_jsonl_has_one_object_an_item_and_a_summary(call: Call) -> None:
    ended = call("test", "app", "--schedules", "3", "--format", "jsonl")

    test, last = objects(ended.out)
    assert ended.code == 0
    wanted = ("id", "suite", "verdict", "schedules", "first_failure", "property", "message", "case", "token")
    assert [test[key] for key in wanted] == ["app::shop:ships", "pipeline", "passed", 3, None, "", "", None, None]
    assert test["cpu_s"] >= 0
    assert (last["summary"]["items"], last["summary"]["passed"], last["summary"]["exit"]) == (1, 1, 0)


def test_nothing_to_run_is_exit_5(call: Call, folder: Path) -> None:
    edit(folder / "app/_index.yaml", "type: test, ", "")

    ended = call("test", "app")

    assert ended.code == 5
    assert "nothing ran" in ended.out


def test_a_bound_is_inconclusive_and_exit_6(call: Call, folder: Path) -> None:
    (folder / "pyproject.toml").write_text("[tool.simcore.world]\nactions_max = 1\n", encoding="utf-8")

    ended = call("run", "first_come")

    assert ended.code == 6
    assert "INCONCLUSIVE  scenarios/pairs.py::first_come" in ended.out
    assert "in each of the first 3 schedules, so 2 more were not played" in ended.out
    assert "bound reached: actions_max, 3 times, by scenarios/pairs.py::first_come" in ended.out


def test_a_broken_file_of_the_catalogue_is_one_item_in_error(call: Call, folder: Path) -> None:
    (folder / "scenarios/bad.py").write_text("def (\n", encoding="utf-8")

    ended = call("run")

    assert ended.code == 2
    assert "ERROR         scenarios/bad" in ended.out
    assert "scenarios/bad.py:1: SyntaxError: invalid syntax" in ended.out
    assert "PASSED        scenarios/pairs.py::first_come" in ended.out


def test_a_body_that_breaks_is_an_error_of_its_item(call: Call, folder: Path) -> None:
    edit(folder / "scenarios/pairs.py", '    assert world.result(pid) == "hello"', "    {}['gone']")

    ended = call("run", "first_come")

    assert ended.code == 1
    assert "ERROR         scenarios/pairs.py::first_come" in ended.out
    assert "KeyError" in ended.out
    assert "Traceback" not in ended.out + ended.err


def test_a_full_disk_does_not_hide_the_failure(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(case_files, "write_file", _no_space)

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


def test_artifacts_may_lie_elsewhere(call: Call, folder: Path) -> None:
    ended = call("run", "silence", "--artifacts", "with blank/out")

    replay = next(line for line in ended.out.splitlines() if "replay: " in line)
    assert not (folder / ".simcore").exists()
    assert len(list((folder / "with blank/out/runs").iterdir())) == 1
    assert call(*shlex.split(replay.strip().removeprefix("replay: "))[1:]).code == 1


def test_rich_says_the_same_words(call: Call) -> None:
    ended = call("run", "first_come", "--format", "rich")

    assert "PASSED        scenarios/pairs.py::first_come  5 schedules" in ended.out


def test_a_base_seed_decides_everything(call: Call) -> None:
    runs = [objects(call("run", "silence", "--seed", seed, "--format", "jsonl").out)[0] for seed in ("7", "7", "8")]

    assert runs[0]["token"] == runs[1]["token"] != runs[2]["token"]


def test_what_a_scenario_prints_does_not_mix_with_the_objects(call: Call, folder: Path) -> None:
    edit(
        folder / "scenarios/pairs.py", "    world.run()\n    assert", "    world.run()\n    print('hello')\n    assert"
    )

    ended = call("run", "first_come", "--schedules", "1", "--format", "jsonl")

    assert len(objects(ended.out)) == 2
    assert "hello" in ended.err


def test_properties_of_the_project_are_run_and_what_is_never_seen_is_told(call: Call, folder: Path) -> None:
    with_properties(folder, limit=1001)

    ended = call("run", "--schedules", "20")

    assert ended.code == 0
    assert "PASSED        properties/names.py::test_numbers_stay_small  20 examples" in ended.out
    assert "never seen: properties/names.py::somebody_has_a_name: somebody has a name" in ended.out


def test_an_always_of_the_project_fails_the_scenario_that_breaks_it(call: Call, folder: Path) -> None:
    with_properties(folder, limit=1001)
    edit(
        folder / "scenarios/pairs.py",
        "    message = await process.inbox.receive()",
        "    await process.registry.register('nobody')\n    message = await process.inbox.receive()",
    )

    found = objects(call("run", "first_come", "--format", "jsonl").out)[0]

    assert (found["verdict"], found["property"]) == ("failed", "nobody_is_called_nobody")


def test_outside_of_any_project_no_shipped_property_is_asked_of_the_users_own(call: Call, folder: Path) -> None:
    with_properties(folder, limit=1001)
    (folder / "pyproject.toml").unlink()

    ended = call("run", "scenarios/pairs.py", "properties/names.py", "--schedules", "5")

    assert ended.code == 0
    assert "PASSED        properties/names.py::test_numbers_stay_small" in ended.out
    assert ended.out.count("never seen") == ended.out.count("names.py::somebody_has_a_name") == 1


def test_beside_the_users_own_the_shipped_properties_are_asked_of_shipped_items(call: Call, folder: Path) -> None:
    (folder / "pyproject.toml").unlink()

    ended = call("run", "scenarios/pairs.py", "test_a_name_has_one_owner_at_a_time", "--schedules", "20")

    assert ended.code == 0
    assert "PASSED        properties/registry.py::test_a_name_has_one_owner_at_a_time" in ended.out
    (summary,) = folder.glob(".simcore/runs/*/summary.md")
    never = summary.read_text(encoding="utf-8").replace("\\", "").partition("**Never seen**")[2]
    assert "never seen: " in ended.out
    assert "properties/permissions.py::a_denial_happens" in never
    assert "properties/registry.py::a_name_is_refused" not in never


@pytest.mark.parametrize("output", ["plain", "jsonl"])
def test_texts_that_no_file_can_hold_are_written_as_escapes(call: Call, folder: Path, output: str) -> None:
    text = (folder / "scenarios/pairs.py").read_text(encoding="utf-8")
    (folder / "scenarios/odd.py").write_text(text.replace("hello", "hello\\udcff", 1), encoding="utf-8")

    ended = call("run", "scenarios/odd.py", "--format", output)

    assert ended.code == 1
    assert "internal error" not in ended.err
    (case,) = [each for each in folder.glob(".simcore/runs/*/cases/*.json") if "first_come" in each.name]
    assert "reproduced" in call("replay", str(case), "--verify").out
