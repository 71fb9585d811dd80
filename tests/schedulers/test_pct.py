"""Priorities: one process at a time runs as long as it can, but for a few places; the length of a run is learned."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise

import pytest

from simcore import Process, Uniform, World
from simcore.kernel.action import Action, Label
from simcore.kernel.choices import Choices
from simcore.kernel.scheduler import Scheduler
from simcore.model.outcome import Outcome, Verdict
from simcore.schedulers.pct import Pct, PctSearch


class Named(Action):
    """An action of the process called *path*."""

    def __init__(self, path: str) -> None:
        super().__init__()
        self.path = path

    def label(self) -> Label:
        return Label("step", self.path)


READY: list[Action] = [Named(path) for path in "abcd"]


def begun(scheduler: Pct, seed: int) -> Pct:
    scheduler.begin(Choices(seed))
    return scheduler


@pytest.mark.parametrize("seed", range(20))
def test_with_one_order_the_same_process_is_picked_as_long_as_it_is_ready(seed: int) -> None:
    pct = begun(Pct(depth=1), seed)

    assert len({pct.pick(READY) for _ in range(100)}) == 1


def test_each_process_is_the_highest_about_as_often() -> None:
    counts = Counter(begun(Pct(depth=1), seed).pick(READY) for seed in range(2_000))

    assert sorted(counts) == [0, 1, 2, 3]
    assert all(400 < count < 600 for count in counts.values())


@pytest.mark.parametrize("depth", [2, 3, 5])
def test_who_is_highest_changes_at_as_many_places_as_the_depth_says_at_most(depth: int) -> None:
    changes = []
    for seed in range(200):
        pct = begun(Pct(depth=depth, length=50), seed)
        picked = [pct.pick(READY) for _ in range(50)]
        changes.append(sum(one != other for one, other in pairwise(picked)))

    # At the first step the change comes before the first pick, and two may fall on one place.
    assert max(changes) == depth - 1
    assert sum(changes) / len(changes) > 0.8 * (depth - 1)


def test_of_two_actions_of_the_highest_process_the_older_one_is_picked() -> None:
    pct = begun(Pct(depth=1), 1)

    assert {pct.pick([Named("a"), Named("a")]) for _ in range(10)} == {0}


def test_the_length_is_half_as_long_again_as_the_longest_run_so_far() -> None:
    search = PctSearch("pct:3", 3)

    assert search.round([1, 2]) == ["fifo", "pct:3,100"]
    search.told([Outcome(Verdict.PASSED, decisions=each) for each in (50, 400)])
    assert search.round([3]) == ["pct:3,600"]
    search.told([Outcome(Verdict.PASSED, decisions=10)])
    assert search.round([4]) == ["pct:3,600"]
    search.told([])


def test_a_length_that_is_given_stays() -> None:
    search = PctSearch("pct:3,77", 3, 77)
    search.told([Outcome(Verdict.PASSED, decisions=5_000)])

    assert search.round([2]) == ["pct:3,77"]


async def busy(process: Process, target: str) -> None:
    """Take many steps and then say so."""
    for _ in range(20):
        await process.send(process.pid, "step")
        await process.inbox.receive()
    await process.send(target, "busy")


async def quick(process: Process, target: str) -> None:
    await process.send(target, "quick")


async def listener(process: Process) -> str:
    return "".join([(await process.inbox.receive()).topic[0] for _ in range(2)])


def first(scheduler: Scheduler, seed: int) -> str:
    world = World(seed, scheduler)
    for behaviour in (busy, quick, listener):
        world.define(f"app:{behaviour.__name__}", behaviour)
    target = world.spawn("app:listener", "app:host")
    for name in ("quick", "busy"):
        world.spawn(f"app:{name}", "app:host", target)
    world.run()
    return str(world.result(target))


def test_a_process_that_has_to_be_held_back_for_long_is_held_back_where_chance_never_does() -> None:
    """The one step of the quick one against the hundred of the busy one."""
    assert {first(Uniform(), seed) for seed in range(100)} == {"qb"}
    held = Counter(first(Pct(3, 150), seed) for seed in range(100))
    assert held["bq"] >= 10
