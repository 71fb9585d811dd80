"""Results say what held, and are counted."""

from __future__ import annotations

import msgspec

from simcore import ItemResult, Results, Verdict
from simcore.model.outcome import VACUOUS, Remark


def test_an_item_held_if_it_passed_or_failed_as_expected() -> None:
    held = [
        ItemResult(id="a", verdict=verdict, expected=expected).held()
        for verdict in (Verdict.PASSED, Verdict.FAILED, Verdict.ERROR, Verdict.INCONCLUSIVE)
        for expected in (False, True)
    ]

    assert held == [True, True, False, True, False, False, False, False]


def test_results_are_counted_by_verdict() -> None:
    verdicts = [Verdict.PASSED, Verdict.PASSED, Verdict.FAILED, Verdict.ERROR]
    items = [ItemResult(id=str(number), verdict=verdict, schedules=1) for number, verdict in enumerate(verdicts)]
    expected = ItemResult(id="x", verdict=Verdict.FAILED, expected=True)
    results = Results(run="r", command="c", version="v", base_seed=0, strategy="uniform", items=[*items, expected])

    assert results.counts() == {
        "passed": 2,
        "failed": 2,
        "error": 1,
        "inconclusive": 0,
        "skipped": 0,
        "expected": 1,
        "vacuous": 0,
    }


def test_an_item_is_vacuous_if_all_that_was_played_of_it_was() -> None:
    def item(amount: int, verdict: Verdict = Verdict.PASSED, examples: int | None = None) -> ItemResult:
        remarks = [Remark(VACUOUS, "vacuous: so it is", schedules=amount)]
        return ItemResult(id="a", verdict=verdict, schedules=3, examples=examples, remarks=remarks)

    several = [item(3), item(2), item(3, Verdict.FAILED), item(7, examples=7), item(3, examples=7)]

    assert [bool(each.vacuous()) for each in several] == [True, False, False, True, False]
    assert ItemResult(id="a").vacuous() == "vacuous: nothing of it was run"
    results = Results(run="r", command="c", version="v", base_seed=0, strategy="uniform", items=several)
    assert results.tally() == "4 passed (2 vacuous), 1 failed"


def test_an_item_is_refused_of_which_nothing_was_run() -> None:
    refused = ItemResult(id="a", verdict=Verdict.ERROR, property="usage")

    assert refused.refused()
    for other in ({"schedules": 1}, {"examples": 1}, {"property": "KeyError"}, {"verdict": Verdict.PASSED}):
        assert not msgspec.structs.replace(refused, **other).refused()
