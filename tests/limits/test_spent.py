"""What one step has taken, by whose work it was."""

from __future__ import annotations

from simcore.limits.limit import Limit
from simcore.limits.spent import Moment, Spent
from simcore.limits.whereabouts import Work
from simcore.model.durations import SECOND

LIMIT = Limit(SECOND)


def spent(*looks: tuple[Work, float]) -> Spent:
    """Return the account after *looks*, with what has passed before each."""
    account = Spent()
    for work, seconds in looks:
        account.add(work, Moment(seconds, seconds), LIMIT)
    return account


def by_cpu(account: Spent) -> tuple[float, float, float]:
    return account.users.cpu_s, account.calls.cpu_s, account.simcores.cpu_s


def test_what_a_look_sees_is_who_has_spent_the_time() -> None:
    assert by_cpu(spent((Work.USERS, 0.5), (Work.GOES_ON, 0.25), (Work.USERS, 0.125))) == (0.625, 0.0, 0.25)


def test_an_operation_that_is_seen_twice_is_simcores_from_its_beginning() -> None:
    assert by_cpu(spent((Work.BEGINS, 0.125), (Work.GOES_ON, 0.125))) == (0.0, 0.0, 0.25)


def test_operations_that_are_seen_once_are_calls() -> None:
    assert by_cpu(spent((Work.BEGINS, 0.125), (Work.BEGINS, 0.125), (Work.USERS, 0.125))) == (0.125, 0.25, 0.0)


def test_after_work_of_simcore_one_look_at_the_users_code_counts_for_a_quarter_at_most() -> None:
    assert by_cpu(spent((Work.GOES_ON, 1.0), (Work.USERS, 50.0))) == (0.25, 0.0, 1.0)
    assert by_cpu(spent((Work.USERS, 50.0))) == (50.0, 0.0, 0.0)


def test_who_was_stopped_has_not_waited() -> None:
    assert spent((Work.USERS, 3_600.0)).users == Moment(3_600.0, LIMIT.wall_s / 4)


def test_a_limit_is_reached_by_either_clock() -> None:
    assert [Moment(1.0, 0.0).reaches(LIMIT), Moment(0.9, 4.9).reaches(LIMIT), Moment(0.0, 5.0).reaches(LIMIT)] == [
        True,
        False,
        True,
    ]
