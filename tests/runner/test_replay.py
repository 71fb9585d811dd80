"""A replay says where it goes another way than its case, whatever the verdict: a case may be too long or too short."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from simcore import cli
from simcore.campaign.exploration import Exploration
from simcore.campaign.players import players
from simcore.campaign.work import Wanted
from simcore.model.outcome import Results
from simcore.runner.plan import Plan
from tests.files import ROOT

SCENARIO = """
from simcore import Process, World, scenario

async def speaker(process: Process, boss: str, word: str) -> None:
    await process.send(boss, word)
    await process.sleep(5)

async def boss(process: Process) -> None:
    words = [(await process.inbox.receive()).topic for _ in range(3)]
    assert words == ["a", "b", "c"]

@scenario
def meeting(world: World) -> None:
    world.define("app:boss", boss)
    world.define("app:speaker", speaker)
    head = world.spawn("app:boss", "app:host")
    for word in "abc":
        world.spawn("app:speaker", "app:host", head, word)
    world.run()
    ENDING
"""
ENDINGS = {
    "failed": "world.result(head)",
    "error": "assert world.outcome(head).error is None or {}['gone']",
}
"""How the scenario ends where the order was another; of a bound no case is made."""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "pyproject.toml").write_text("[tool.simcore]\n")
    (tmp_path / "scenarios").mkdir()
    return tmp_path


class Deaf:
    """A listener that does not listen."""

    def __getattr__(self, _name: str) -> Callable[..., None]:
        return lambda *_arguments: None


def case_of(folder: Path, verdict: str, scenario: str = SCENARIO) -> Path:
    """Return a case with at least two deviations."""
    (folder / "scenarios/talk.py").write_text(scenario.replace("ENDING", ENDINGS[verdict]))
    for seed in range(20):
        deaf: Any = Deaf()
        nothing = Results(run="", command="", version="", base_seed=seed, strategy="uniform")
        with players(Wanted(command=str(seed), folder=str(folder)), "0", 1) as playing:
            exploration = Exploration(
                plan=Plan(base_seed=seed), folder=folder / f"run{seed}", listener=deaf, players=playing
            )
            (result,) = exploration.run(playing.catalogue().items, nothing).items
        assert (result.verdict, result.diverged) == (verdict, False), result
        assert result.case is not None
        if len(json.loads(Path(result.case).read_text())["deviations"]) >= 2:
            return Path(result.case)
    raise AssertionError("no schedule deviates twice")


def replayed(case: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    monkeypatch.setattr("sys.argv", ["simcore", "replay", str(case), "--jobs", "0", "--format", "jsonl"])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    answer: dict[str, Any] = json.loads(capsys.readouterr().out)
    return answer | {"code": ended.value.code}


def edited(case: Path, edit: Callable[[dict[str, Any]], None]) -> Path:
    value = json.loads(case.read_text())
    edit(value)
    case.write_text(json.dumps(value))
    return case


def longer(case: dict[str, Any]) -> None:
    case["deviations"].append({"at": "step#99@world/app:boss.0", "of": 2, "take": "step#98@world/app:speaker.1"})


def cut(case: dict[str, Any]) -> None:
    del case["deviations"][1:]


def of_another_count(case: dict[str, Any]) -> None:
    case["deviations"][0]["of"] += 1


def shorter(case: dict[str, Any]) -> None:
    case["end"]["actions"] -= 1


def with_more_actions(case: dict[str, Any]) -> None:
    case["end"]["actions"] += 1


EDITS: dict[str, tuple[Callable[[dict[str, Any]], None], list[str]]] = {
    "longer": (longer, ["the run ended 1 choice earlier", "step#99@world/app:boss.0", "step#98@world/app:speaker.1"]),
    "cut": (cut, ["of the case is"]),
    "of another count": (of_another_count, ["the case takes", "enabled: "]),
    "of fewer actions": (shorter, ["the number of actions of the case is", "now one more follows: ", "@world"]),
    "of more actions": (with_more_actions, ["the case has", "actions, now there are", "the last of them ", "@world"]),
}


@pytest.mark.parametrize("verdict", ENDINGS)
@pytest.mark.parametrize("how", EDITS)
def test_a_case_that_does_not_fit_is_a_divergence_that_says_where(
    folder: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    how: str,
    verdict: str,
) -> None:
    edit, said = EDITS[how]
    case = edited(case_of(folder, verdict), edit)

    answer = replayed(case, capsys, monkeypatch)

    assert (answer["code"], answer["reproduced"]) == (4, False)
    assert [part for part in said if part not in answer["divergence"]] == [], answer["divergence"]


@pytest.mark.parametrize("bound", ["actions_max", "virtual_time_max_ns"])
def test_a_bound_that_is_reached_before_the_end_of_a_case_is_a_divergence(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, bound: str
) -> None:
    case = edited(case_of(folder, "failed"), lambda value: value.update(options={bound: 1}))

    answer = replayed(case, capsys, monkeypatch)

    assert (answer["code"], answer["verdict"], answer["reproduced"]) == (4, "inconclusive", False)
    assert "the verdict of the case is failed, now it is inconclusive" in answer["divergence"]


def test_a_divergence_that_the_program_swallows_is_told_all_the_same(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    swallowing = "    try:\n        world.run()\n    except Exception:\n        world.run()\n"
    case = edited(case_of(folder, "failed", SCENARIO.replace("    world.run()\n", swallowing)), of_another_count)

    answer = replayed(case, capsys, monkeypatch)

    assert (answer["code"], answer["reproduced"]) == (4, False)
    assert "the case takes" in answer["divergence"]


def test_a_fixed_program_says_how_many_choices_it_did_not_reach(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    case = edited(case_of(folder, "failed"), longer)
    file = folder / "scenarios/talk.py"
    file.write_text(file.read_text() + "# another source\n")

    answer = replayed(case, capsys, monkeypatch)

    assert (answer["code"], answer["verdict"], answer["reproduced"]) == (1, "failed", True)
    assert (answer["source_changed"], answer["skipped"]) == (True, 1)


def of_an_earlier_kernel(case: dict[str, Any]) -> None:
    """Another digest, other counts, and labels that there are no more."""
    case["version"] = 1
    case["end"] |= {"digest": "0f" * 16, "actions": 3, "decisions": 1, "now_ns": 7}
    case["deviations"].append({"at": "link#9@gone", "of": 2, "take": "exit#9@gone"})


@pytest.mark.parametrize("verdict", ENDINGS)
def test_a_case_of_an_earlier_kernel_is_reproduced_by_verdict_and_property_alone(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, verdict: str
) -> None:
    case = edited(case_of(folder, verdict), of_an_earlier_kernel)

    answer = replayed(case, capsys, monkeypatch)

    assert (answer["code"], answer["verdict"], answer["reproduced"]) == (1, verdict, True)
    assert (answer["divergence"], answer["lenient"], answer["skipped"]) == (None, True, 1)


def test_the_same_case_of_today_s_kernel_is_a_divergence(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    case = edited(case_of(folder, "failed"), of_an_earlier_kernel)
    edited(case, lambda value: value.update(version=2))

    answer = replayed(case, capsys, monkeypatch)

    assert (answer["code"], answer["reproduced"], answer["lenient"]) == (4, False, False)


def test_another_digest_alone_is_a_divergence_that_is_named(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    case = edited(case_of(folder, "failed"), lambda value: value["end"].update(digest="0f" * 16))

    answer = replayed(case, capsys, monkeypatch)

    assert (answer["code"], answer["reproduced"]) == (4, False)
    assert f"the digest of the case is {'0f' * 16}, now it is " in answer["divergence"]


def test_a_schedule_of_an_earlier_kernel_that_fits_nowhere_is_looked_for_by_its_seed(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def lost(case: dict[str, Any]) -> None:
        of_an_earlier_kernel(case)
        case["deviations"] = case["deviations"][-1:]

    case = edited(case_of(folder, "failed"), lost)

    answer = replayed(case, capsys, monkeypatch)

    assert (answer["code"], answer["verdict"], answer["reproduced"]) == (1, "failed", True)
    assert printed(case, capsys, monkeypatch)[1] == (
        "  a case of version 1, made by an earlier kernel: replayed leniently; found again by its seed, its schedule"
        " leads there no more"
    )


def by_its_oldest_first(case: dict[str, Any]) -> None:
    of_an_earlier_kernel(case)
    case |= {"deviations": [], "strategy": "fifo"}


def test_a_failure_of_an_earlier_kernel_that_its_case_does_not_lead_to_is_looked_for_around_it(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    case = edited(case_of(folder, "failed"), by_its_oldest_first)

    answer = replayed(case, capsys, monkeypatch)

    assert (answer["code"], answer["answer"], answer["verdict"]) == (1, "reproduced nearby", "failed")


def test_of_a_failure_of_an_earlier_kernel_that_is_not_found_again_nobody_can_tell(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    case = edited(case_of(folder, "failed"), by_its_oldest_first)
    file = folder / "scenarios/talk.py"
    file.write_text(file.read_text().replace("    assert words", "    assert sorted(words)"))

    answer = replayed(case, capsys, monkeypatch)

    assert (answer["code"], answer["answer"], answer["divergence"]) == (6, "cannot tell", None)
    assert answer["doubts"] == ["the case is of version 1, made by an earlier kernel"]


def test_another_property_than_that_of_an_earlier_kernel_s_case_is_not_its_failure(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    case = edited(case_of(folder, "failed"), of_an_earlier_kernel)
    edited(case, lambda value: value.update(property="deadlock"))

    answer = replayed(case, capsys, monkeypatch)

    assert (answer["code"], answer["verdict"], answer["reproduced"]) == (1, "failed", False)


def printed(case: Path | str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> list[str]:
    monkeypatch.setattr("sys.argv", ["simcore", "replay", str(case), "--jobs", "0"])
    with pytest.raises(SystemExit):
        cli.main()
    return capsys.readouterr().out.splitlines()


VERSION_1 = sorted((Path(__file__).parent / "version_1").glob("*.case.json"))
TOKENS_1 = (Path(__file__).parent / "version_1/tokens.txt").read_text().splitlines()


@pytest.mark.parametrize("case", VERSION_1, ids=lambda case: case.name)
def test_a_kept_case_of_version_1_is_reproduced_and_said_to_be_replayed_leniently(
    case: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ROOT)

    answer = replayed(case, capsys, monkeypatch)
    lines = printed(case, capsys, monkeypatch)

    assert (answer["code"], answer["reproduced"], answer["lenient"]) == (1, True, True)
    said = [line for line in lines if "a case of version 1, made by an earlier kernel: replayed leniently" in line]
    assert len(said) == 1, lines


@pytest.mark.parametrize("token", TOKENS_1)
def test_a_kept_token_of_version_1_is_replayed_and_said_to_be_replayed_leniently(
    token: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ROOT)

    lines = printed(token, capsys, monkeypatch)

    assert "  a token of version 1, made by an earlier kernel: replayed leniently" in lines
    assert [line for line in lines if "digest: " in line]
