"""A litmus test fails where the table has a row too many, a row too few, or where the run breaks."""

from __future__ import annotations

import pytest

from simcore import Failure, Process

from .harness import Play, explore


async def racer(process: Process, boss: str, name: str) -> None:
    await process.send(boss, name)


async def finish(process: Process) -> str:
    return "".join([(await process.inbox.receive()).topic for _ in range(2)])


def race(play: Play) -> object:
    boss = play.start(finish)
    play.start(racer, boss, "a")
    play.start(racer, boss, "b")
    play.run()
    return play.result(boss)


def test_a_table_that_is_exact_holds() -> None:
    explore(race, {"ab": "N3", "ba": "N3"}, schedules_min=1)


def test_an_outcome_that_is_no_row_is_told_with_the_seed_that_gives_it() -> None:
    with pytest.raises(AssertionError, match=r"seed \d+ gives 'ba', which is no row of the table"):
        explore(race, {"ab": "N3"}, schedules_min=100)


def test_a_row_that_is_never_reached_is_told_with_its_reason() -> None:
    with pytest.raises(AssertionError, match=r"200 schedules did not reach 'aa' \(never\); seen: .*'ab'"):
        explore(race, {"ab": "N3", "ba": "N3", "aa": "never"}, schedules_min=1, schedules_max=200)


def test_a_run_that_breaks_is_told_with_its_seed() -> None:
    def broken(play: Play) -> object:
        raise Failure("assert", "no good")

    with pytest.raises(AssertionError, match="seed 1 fails: assert: no good"):
        explore(broken, {}, schedules_min=1)
