"""Results of a run with one item of every kind."""

from __future__ import annotations

import pytest

from simcore import ItemResult, Results, Verdict
from simcore.model.outcome import Remark, Sometimes

ITEMS = [
    ItemResult(
        id="scenarios/pool.py::checkout",
        schedules=100,
        cpu_s=0.5,
        remarks=[Remark("unobserved", "1 process failed and nobody looked: a\x00", schedules=9, first=4)],
    ),
    ItemResult(
        id="scenarios/orders::shop:lanes",
        suite="lanes",
        verdict=Verdict.FAILED,
        expected=True,
        schedules=7,
        first_failure=7,
        property="assert",
        message="order 2 was not shipped",
        case=".simcore/runs/r/cases/x.case.json",
        token="simcore1/uniform/5/0/orders::shop:lanes",
        replay="simcore replay .simcore/runs/r/cases/x.case.json",
        story=["the last events:", "  lane ends"],
    ),
    ItemResult(
        id="scenarios/pool.py::race",
        verdict=Verdict.FAILED,
        schedules=3,
        first_failure=3,
        property="no_double_charge",
        message="charged twice\nby </details> ``` \x1b[31m |",
        case="y.case.json",
        replay="simcore replay y.case.json",
        story=["```", "::error::no command"],
    ),
    ItemResult(
        id="shop:broken",
        suite="pipeline",
        verdict=Verdict.ERROR,
        schedules=1,
        first_failure=1,
        property="KeyError",
        message="KeyError: '\x00'",
    ),
    ItemResult(
        id="shop:endless",
        suite="pipeline",
        verdict=Verdict.INCONCLUSIVE,
        schedules=2,
        property="actions_max",
        message="the bound was reached",
        bounds={"actions_max": 2},
    ),
]


@pytest.fixture
def results() -> Results:
    """One run."""
    return Results(
        run="20260101T000000Z-abcd",
        command="simcore run",
        version="0.1.0",
        base_seed=7,
        strategy="uniform",
        items=ITEMS,
        sometimes=[Sometimes("properties/links.py::fails", "Something fails.", seen=False)],
        notes=["app: not part of the simulation: kind http.service"],
        wall_s=1.25,
    )
