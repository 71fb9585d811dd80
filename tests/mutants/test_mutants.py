"""The mutants: each applies, and what tries them says what came of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.files import ROOT
from tests.mutants.__main__ import main
from tests.mutants.all import MUTANTS
from tests.mutants.campaign import Campaign, Trial
from tests.mutants.loading import become, compiled
from tests.mutants.mutant import Change, Mutant, Stale
from tests.mutants.sample import sample

DAY = date(2026, 11, 29)


def mutant(name: str, **said: Any) -> Mutant:
    return Mutant(name=name, wrong="something", changes=(Change("simcore/a.py", "one", "two"),), **said)


# -- the mutants themselves


def test_there_are_74() -> None:
    assert list(MUTANTS)[:74] == [f"M{number:02d}" for number in range(1, 75)]


@pytest.mark.parametrize("name", MUTANTS)
def test_a_mutant_applies_to_the_kernel_as_it_is(name: str) -> None:
    for module in MUTANTS[name].modules:
        file = next(change.file for change in MUTANTS[name].changes if change.module == module)

        compiled(MUTANTS[name], module, (ROOT / file).read_text("utf-8"), file)


@pytest.mark.parametrize(("source", "times"), [("none", 0), ("one and one", 2)])
def test_a_mutant_whose_code_has_moved_is_told_by_its_name(source: str, times: int) -> None:
    with pytest.raises(Stale, match=f"^M99 does not apply: simcore/a.py has {times} times what it changes: one$"):
        mutant("M99").changed("simcore.a", source.replace("none", "nothing"))


def test_a_mutant_changes_its_own_modules_alone() -> None:
    assert mutant("M99").changed("simcore.a", "one") == "two"
    assert mutant("M99").changed("simcore.b", "one") == "one"


def test_a_mutant_of_what_was_imported_already_comes_too_late() -> None:
    with pytest.raises(RuntimeError, match=r"^M01 comes too late: simcore\.graph\.topology was imported already$"):
        become(MUTANTS["M01"])


# -- the command


def test_a_mutant_is_tried_and_the_unchanged_kernel_too(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = (ROOT / "simcore/process/verbs/controlling.py").read_bytes()

    code = main(["--mutant", "M57", "--controls", "3", "--results", str(tmp_path / "results.json")])

    told = capsys.readouterr().out
    assert code == 0, told
    assert "M57  killed by the_reference_model_agrees (" in told
    assert "unchanged (python): no alarm, 3 schedules" in told
    assert "1 of 1 mutants killed" in told
    assert (ROOT / "simcore/process/verbs/controlling.py").read_bytes() == before


def test_a_mutant_of_what_finds_failures_is_tried_by_the_tests_that_have_to_notice_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code = main(["--mutant", "F08", "--results", str(tmp_path / "results.json")])

    told = capsys.readouterr().out
    assert code == 0, told
    assert "F08  killed by tests/schedulers/test_pct.py::test_who_is_highest_changes" in told
    assert "unchanged (tests): no alarm" in told


@pytest.mark.parametrize("name", [name for name, each in MUTANTS.items() if each.tests])
def test_the_tests_that_have_to_notice_a_mutant_are_there(name: str) -> None:
    assert [file for file in MUTANTS[name].tests if not (ROOT / file).is_file()] == []


@pytest.mark.parametrize(("name", "meant"), [("m1", "did you mean M"), ("links", "docs/mutants.md lists them")])
def test_a_mutant_that_there_is_not_is_refused_in_one_line(
    name: str, meant: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--mutant", "M01", name]) == 2

    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.startswith(f"--mutant: there is no mutant {name!r}; {meant}")
    assert said.err.count("\n") == 1


@dataclass(frozen=True, slots=True)
class Counted(Trial):
    """A trial that is over at once, and counted."""

    def run(self) -> Mapping[str, Any]:
        TRIED.append(self.name)
        return {"killed_by": "", "schedules": 1, "cpu_s": 0.0} if self.name != "M03" else {"error": "it hangs"}


TRIED: list[str] = []


def test_a_campaign_goes_on_where_it_was_ended_and_tries_again_what_went_wrong(tmp_path: Path) -> None:
    TRIED.clear()
    every = [Counted(name, (name,)) for name in ("M01", "M02", "M03")]
    Campaign(tmp_path / "kept" / "results.json").run([every[0], every[2]], 1, lambda trial, result: None)
    told: list[str] = []
    Campaign(tmp_path / "kept" / "results.json").run(every, 1, lambda trial, result: told.append(trial.name))

    assert TRIED == ["M01", "M03", "M02", "M03"]
    assert sorted(told) == ["M01", "M02", "M03"]


@pytest.mark.parametrize("kept", ["", "[]", '{"sources": "others", "results": {"M01": {}}}'])
def test_results_of_other_sources_or_none_at_all_are_made_anew(kept: str, tmp_path: Path) -> None:
    TRIED.clear()
    (tmp_path / "results.json").write_text(kept)

    Campaign(tmp_path / "results.json").run([Counted("M01", ("M01",))], 1, lambda trial, result: None)

    assert TRIED == ["M01"]


# -- the sample


def test_a_sample_is_the_same_all_day_and_in_a_few_days_all() -> None:
    to_be_killed = {each.name for each in MUTANTS.values() if each.is_to_be_killed and not each.tests}
    days = [DAY + timedelta(number) for number in range(-(-len(to_be_killed) // 12))]

    samples = [[each.name for each in sample(MUTANTS.values(), 12, day)] for day in days]

    assert samples[0] == [each.name for each in sample(reversed(MUTANTS.values()), 12, DAY)]
    assert [len(set(each)) for each in samples] == [12] * len(days)
    assert {name for each in samples for name in each} == to_be_killed


def test_a_sample_has_none_that_no_program_can_kill() -> None:
    others = [mutant("B", equivalent="it is the same"), mutant("C", known="nobody looks"), mutant("D", tests=("a.py",))]
    found = sample([mutant("A"), *others], 12, DAY)

    assert [each.name for each in found] == ["A"]
    assert sample([], 12, DAY) == []


# -- all


@pytest.mark.slow
def test_all_mutants_are_killed_and_the_unchanged_kernel_gives_no_alarm(tmp_path: Path) -> None:
    assert main(["--no-shrink", "--results", str(tmp_path / "results.json")]) == 0
