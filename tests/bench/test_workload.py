"""What a workload reports: the median of its rounds, judged by the best of them."""

from __future__ import annotations

import pytest

from simcore.bench.hash_identity import compared
from simcore.bench.workload import Gate, Pair, judged

ROUNDS = [Pair(200, 400), Pair(100, 400), Pair(400, 400)]
FASTER = Gate(">=", 3.5)


def test_a_ratio_of_speeds_is_how_many_times_as_fast_the_workload_is() -> None:
    row = judged("pingpong", "simpy.timeout", FASTER, ROUNDS, quick=True)

    assert (row.ratio, row.lo, row.hi, row.rounds) == (2.0, 1.0, 4.0, [2.0, 4.0, 1.0])


def test_a_ratio_of_costs_is_how_many_times_as_dear_the_workload_is() -> None:
    row = judged("help", "python-c-pass", Gate("<=", 0.3), ROUNDS, quick=True)

    assert (row.ratio, row.lo, row.hi, row.rounds) == (0.5, 0.25, 1.0, [0.5, 0.25, 1.0])


@pytest.mark.parametrize(
    ("gate", "holds"),
    [
        (Gate(">=", 4.0), True),
        (Gate(">=", 4.01), False),
        (Gate("<=", 0.25), True),
        (Gate("<=", 0.24), False),
    ],
)
def test_the_best_round_alone_is_held_against_the_gate(gate: Gate, *, holds: bool) -> None:
    assert judged("any", "other", gate, ROUNDS, quick=False).ok is holds


def test_a_row_is_one_line() -> None:
    row = judged("pingpong", "simpy.timeout", FASTER, ROUNDS, quick=True)

    expected = "pingpong ratio=2.00 lo=1.00 hi=4.00 base=simpy.timeout ns=200 base_ns=400 target>=3.5 OK"
    assert row.line() == expected


def test_a_missed_gate_is_said_in_the_line() -> None:
    row = judged("pingpong", "simpy.timeout", Gate(">=", 5), ROUNDS, quick=True)

    assert row.line().endswith(" target>=5 MISSED")


def test_a_row_without_times_leaves_them_out() -> None:
    row = compared(["one", "one", "one", "one"], quick=True)

    assert row.line() == "hash-identity ratio=1.00 lo=1.00 hi=1.00 base=PYTHONHASHSEED=0 target==1 OK"


def test_one_digest_that_differs_is_a_miss() -> None:
    row = compared(["one", "one", "other", "one"], quick=True)

    assert (row.ratio, row.ok) == (0.75, False)
