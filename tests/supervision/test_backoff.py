"""The distance between two starts of a failing service (process 14.6)."""

from __future__ import annotations

import pytest

from simcore.kernel.choices import Choices
from simcore.supervision.backoff import Restart
from tests.worlds import SECOND


def bases(restart: Restart, count: int) -> list[float]:
    return [restart.base_ns(attempt) / SECOND for attempt in range(1, count + 1)]


def test_delays_grow_by_the_factor_up_to_the_cap() -> None:
    """process 14.6, O12."""
    assert bases(Restart(), 9) == [1, 2, 4, 8, 16, 32, 64, 90, 90]


def test_the_first_delay_is_not_capped() -> None:
    """process 14.6."""
    assert bases(Restart(initial_delay_ns=5 * SECOND, max_delay_ns=2 * SECOND), 3) == [5, 2, 2]


def test_a_factor_that_is_not_positive_counts_as_one() -> None:
    """process 14.6; a zero means the default (process 14.1)."""
    assert bases(Restart(backoff_factor=-3), 3) == [1, 1, 1]
    assert bases(Restart(backoff_factor=0), 3) == [1, 2, 4]


def test_a_factor_below_one_makes_delays_shorter_also_from_above_the_cap() -> None:
    """process 14.6: each is the formula's own minimum, and none is left at the cap that an earlier one met."""
    shrinking = Restart(initial_delay_ns=100 * SECOND, max_delay_ns=30 * SECOND, backoff_factor=0.5)

    assert bases(shrinking, 5) == [100, 30, 25, 12.5, 6.25]


def test_zero_values_mean_the_defaults() -> None:
    """process 14.1: so a jitter of 0 cannot be configured."""
    assert Restart(initial_delay_ns=0, max_delay_ns=0, backoff_factor=0, jitter=0) == Restart()


def test_a_delay_never_overflows() -> None:
    assert Restart(backoff_factor=1e300, max_delay_ns=10**18).base_ns(1000) == 10**18
    assert Restart(backoff_factor=0.5).base_ns(1000) == 0


@pytest.mark.parametrize("jitter", [0.1, -0.1, 0.5, 3.0])
def test_the_jitter_stays_in_its_range_and_reaches_both_ends(jitter: float) -> None:
    """process 14.6, N29: applied after the cap, never below 0."""
    restart = Restart(jitter=jitter, max_delay_ns=2 * SECOND)
    stream = Choices(7).stream("jitter")

    delays = [restart.delay_ns(5, stream) for _ in range(500)]

    widest = int(2 * SECOND * abs(jitter))
    assert min(delays) == max(0, 2 * SECOND - widest)
    assert max(delays) == 2 * SECOND + widest
    assert len(set(delays)) > 100


def test_the_same_seed_gives_the_same_delays() -> None:
    def drawn(seed: int) -> list[int]:
        stream = Choices(seed).stream("jitter")
        return [Restart().delay_ns(1, stream) for _ in range(20)]

    assert drawn(3) == drawn(3) != drawn(4)
