"""Results say what held, and are counted."""

from __future__ import annotations

from simcore import ItemResult, Results, Verdict


def test_an_item_held_if_it_passed_or_failed_as_expected() -> None:
    held = [
        ItemResult(id="a", verdict=verdict, expected=expected).held()
        for verdict in (Verdict.PASSED, Verdict.FAILED, Verdict.ERROR, Verdict.INCONCLUSIVE)
        for expected in (False, True)
    ]

    assert held == [True, True, False, True, False, False, False, False]


def test_results_are_counted_by_verdict() -> None:
    verdicts = [Verdict.PASSED, Verdict.PASSED, Verdict.FAILED, Verdict.ERROR]
    items = [ItemResult(id=str(number), verdict=verdict) for number, verdict in enumerate(verdicts)]
    expected = ItemResult(id="x", verdict=Verdict.FAILED, expected=True)
    results = Results(run="r", command="c", version="v", base_seed=0, strategy="uniform", items=[*items, expected])

    assert results.counts() == {"passed": 2, "failed": 2, "error": 1, "inconclusive": 0, "expected": 1, "vacuous": 0}
