"""How long one step may take: what is written, and what is refused."""

from __future__ import annotations

import pytest

from simcore.limits.limit import DEFAULT_NS, Limit, limit_ns
from simcore.model.durations import SECOND
from simcore.model.errors import UsageError


def test_a_step_may_take_a_minute_of_cpu_time_and_five_of_wall_time() -> None:
    assert (Limit(), Limit().cpu_s, Limit().wall_s) == (Limit(DEFAULT_NS), 60.0, 300.0)


def test_it_is_told_by_the_clock_that_counts() -> None:
    assert Limit(3 * SECOND // 10).told(wall=False) == "300ms of CPU time"
    assert Limit(3 * SECOND // 10).told(wall=True) == "1.5s of wall time"


@pytest.mark.parametrize(("text", "expected"), [("60s", 60 * SECOND), ("1m30s", 90 * SECOND), ("10ms", SECOND // 100)])
def test_it_is_written_as_other_durations_are(text: str, expected: int) -> None:
    assert limit_ns(text, "--step-timeout") == expected


@pytest.mark.parametrize("text", ["0", "0s", "9ms", "-1s", "", "60", "soon", "1 s", "8761h", "10000000h"])
def test_what_is_no_such_duration_or_cannot_be_measured_is_refused(text: str) -> None:
    said = f"a duration such as 60s or 5m, from 10ms to 8760h0m0s, not '{text}'"
    with pytest.raises(UsageError, match=f"^--step-timeout takes {said}$"):
        limit_ns(text, "--step-timeout")
