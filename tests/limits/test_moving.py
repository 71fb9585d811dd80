"""Counting what was done in this process, without a cost for each action."""

from __future__ import annotations

from simcore import Process, World
from simcore.limits.moving import running, step_done, steps_done


async def sleeper(process: Process, seen: list[int]) -> None:
    for _ in range(3):
        LOOKS.append((steps_done(), len(list(running()))))
        await process.sleep("1s")


LOOKS: list[tuple[int, int]] = []


def test_the_actions_of_a_world_count_while_it_runs_and_afterwards() -> None:
    LOOKS.clear()
    before, world = steps_done(), World()
    world.define("app:sleeper", sleeper)
    world.spawn("app:sleeper", "app:host", [])
    world.run()

    assert steps_done() - before == world.kernel.actions
    assert [steps for steps, _ in LOOKS] == sorted({steps for steps, _ in LOOKS})
    assert [amount for _, amount in LOOKS] == [1, 1, 1]
    assert list(running()) == []


def test_a_world_that_runs_on_is_counted_once() -> None:
    before, world = steps_done(), World()
    world.define("app:sleeper", sleeper)
    world.spawn("app:sleeper", "app:host", [])
    world.run(until="1500ms")
    world.run()

    assert steps_done() - before == world.kernel.actions


def test_what_is_no_action_of_a_world_is_counted_by_hand() -> None:
    before = steps_done()
    step_done()

    assert steps_done() == before + 1
