"""A failure is on the disk before anybody hears of it, and its story comes last."""

from __future__ import annotations

from pathlib import Path

import pytest

from simcore import Verdict
from simcore.campaign.keep import Kept, keep
from simcore.campaign.work import Recorded
from simcore.model.item import ItemFacts
from simcore.model.outcome import ItemResult, Outcome
from simcore.model.run import Deviation
from simcore.model.trace import TraceEvent
from simcore.runner.case_files import load_case, script_path, trace_path
from simcore.runner.plan import Plan
from simcore.runner.replay_command import replay_command
from tests.files import write_files

ITEM = ItemFacts(kind="scenario", id="scenarios/a.py::b", expect="failed")
DEVIATION = Deviation("step#1@world/app:a.0", 2, "step#1@world/app:b.0")
EVENT = TraceEvent(step=1, t_ns=0, kind="action", who="world", text="it ran")


def kept(folder: Path) -> Kept:
    plan = Plan()
    (run,) = plan.runs(ITEM, plan.search(), [2])
    outcome = Outcome(Verdict.FAILED, "assert", "as ever", digest="0f" * 16, actions=3, decisions=1)
    result = ItemResult(id=ITEM.id, verdict=outcome.verdict, property=outcome.property, first_failure=2)
    return keep(folder, ITEM, run, outcome, result)


def test_a_failure_is_saved_without_its_schedule_and_told_without_its_story(tmp_path: Path) -> None:
    saved = kept(tmp_path)

    result = saved.result
    assert (result.story, result.expected, result.token is None) == ([], True, False)
    assert result.replay == f"simcore replay {result.case}"
    assert load_case(Path(result.case or "")) == saved.case
    assert saved.case.run.deviations is None
    assert not trace_path(saved.path).exists()


def test_its_schedule_goes_into_the_case_and_its_events_into_the_trace_when_it_was_replayed(tmp_path: Path) -> None:
    saved = kept(tmp_path)

    result = saved.recorded(Recorded(story=["so it went"], trace=[EVENT], deviations=[DEVIATION]))

    assert (result.story, result.diverged) == (["so it went"], False)
    assert load_case(saved.path).run.deviations == [DEVIATION]
    assert "it ran" in trace_path(saved.path).read_text(encoding="utf-8")


def test_a_failure_whose_first_replay_goes_another_way_says_how_to_see_where(tmp_path: Path) -> None:
    saved = kept(tmp_path)

    result = saved.recorded(Recorded(divergence="the digest of the case is 0f, now it is 10", deviations=[DEVIATION]))

    assert result.diverged
    assert result.story == [
        "the first replay went another way: the digest of the case is 0f, now it is 10",
        "to see where: simcore check scenarios/a.py::b",
    ]
    assert load_case(saved.path).run.deviations is None


def test_a_disk_that_takes_nothing_leaves_the_token_and_says_so(tmp_path: Path) -> None:
    (tmp_path / "cases").write_text("a file where the folder should be")

    saved = kept(tmp_path)
    result = saved.recorded(Recorded(story=["so it went"], trace=[EVENT], deviations=[]))

    assert result.case is None
    assert result.replay == f"simcore replay {result.token}"
    assert result.story[0].startswith("not saved: ")
    assert result.story[1:] == ["so it went"]


def test_a_failure_that_nobody_could_replay_says_why_it_has_no_story(tmp_path: Path) -> None:
    assert kept(tmp_path).unrecorded("the process died").story == ["no story is known: the process died"]


@pytest.mark.parametrize(
    ("target", "reference", "command"),
    [
        ("", "x.case.json", "simcore replay x.case.json"),
        ("a.py", "x.case.json", "simcore replay x.case.json"),
        ("app", "x.case.json", "simcore replay x.case.json"),
        ("../a.py", "x.case.json", "simcore replay x.case.json --target ../a.py"),
        ("a.py", "simcore1/fifo/1/00/a::b", "simcore replay simcore1/fifo/1/00/a::b --target a.py"),
        ("", "simcore1/fifo/1/00/a::b", "simcore replay simcore1/fifo/1/00/a::b"),
        ("../my app", "my run/x.case.json", "simcore replay 'my run/x.case.json' --target '../my app'"),
        ("a.py", None, None),
    ],
)
def test_the_replay_command_says_a_target_only_where_the_case_may_not_name_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, target: str, reference: str | None, command: str | None
) -> None:
    monkeypatch.chdir(write_files(tmp_path, {"a.py": "", "app/_index.yaml": ""}))

    assert replay_command(ItemFacts(kind="scenario", id="a::b", target=target), reference) == command


def test_the_script_of_a_program_lies_beside_its_case_and_is_told(tmp_path: Path) -> None:
    plan = Plan()
    (run,) = plan.runs(ITEM, plan.search(), [2])
    result = ItemResult(id=ITEM.id, verdict=Verdict.FAILED, property="assert", first_failure=2)

    saved = keep(tmp_path, ITEM, run, Outcome(Verdict.FAILED, "assert"), result, "world.run()")

    path = script_path(saved.path)
    assert path.read_text("utf-8") == "world.run()\n"
    assert saved.recorded(Recorded(story=["so it went"])).story == [f"the program as a script: {path}", "so it went"]
