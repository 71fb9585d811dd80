"""Asking the ``always`` of a project: when, and with which changes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from simcore import Changes, Failure, Process, UsageError, Verdict, World, deny
from simcore.catalog.item import Item
from simcore.catalog.properties import ProjectProperties, ProjectProperty
from simcore.limits.alarm import guarded, stretch
from simcore.limits.limit import Limit
from simcore.limits.moving import steps_done
from simcore.model.durations import MILLISECOND
from simcore.model.errors import StepTimeout
from simcore.model.run import Run
from simcore.runner.always import Watch, watching
from simcore.runner.stage import Stage, play


async def worker(process: Process) -> None:
    await process.sleep("1s")


async def failing(process: Process) -> None:
    await process.registry.register("n")
    await process.sleep("500ms")
    raise ValueError("as it should")


async def boss(process: Process) -> None:
    await process.set_options(trap_links=True)
    child = await process.spawn_linked_monitored("app:failing", "app:host")
    other = await process.spawn("app:worker", "app:host")
    await process.monitor(other)
    await process.unmonitor(other)
    await process.link(other)
    await process.unlink(other)
    await process.registry.register("b")
    await process.registry.unregister("b")
    assert child
    await process.sleep("2s")


def watched(function: Callable[..., Any], *, wants_changes: bool = True) -> tuple[World, Watch]:
    (watch,) = watching([ProjectProperty("properties/mine.py::it", function, "It holds.", wants_changes)])
    world = World(observers=[watch])
    for behaviour in (boss, failing, worker):
        world.define(f"app:{behaviour.__name__}", behaviour)
    return world, watch


def test_each_change_is_told_once_in_order() -> None:
    told: list[tuple[str, ...]] = []

    def noting(world: World, changes: Changes) -> None:
        told.extend((each.kind, each.pid[-2:-1], each.other[-2:-1], each.name) for each in changes)

    world, watch = watched(noting)
    world.spawn("app:boss", "app:host")
    world.run()
    watch.ask_at_the_end()

    relations = [each for each in told if each[0] not in ("spawned", "ended")]
    assert relations == [
        ("monitored", "1", "2", ""),
        ("linked", "1", "2", ""),
        ("named", "2", "", "n"),
        ("monitored", "1", "3", ""),
        ("unmonitored", "1", "3", ""),
        ("linked", "1", "3", ""),
        ("unlinked", "1", "3", ""),
        ("named", "1", "", "b"),
        ("unnamed", "1", "", "b"),
        ("unnamed", "2", "", "n"),
        ("unmonitored", "1", "2", ""),
        ("unlinked", "2", "1", ""),
        ("gone", "2", "", ""),
        ("gone", "3", "", ""),
        ("gone", "1", "", ""),
    ]
    assert sorted(each[:2] for each in told if each not in relations) == [
        (kind, pid) for kind in ("ended", "spawned") for pid in "123"
    ]


def test_hosts_services_and_policies_are_changes_too() -> None:
    told: dict[tuple[str, str], None] = {}

    def noting(world: World, changes: Changes) -> None:
        told.update(dict.fromkeys((each.kind, each.name) for each in changes.of("host", "service", "policies")))

    world, watch = watched(noting)
    world.service("app:service", process="app:worker", host="app:host", auto_start=True)
    world.run(until="500ms")
    world.policies.add(deny("process.send", "*", id="app:quiet"))
    world.shut_down()
    world.run()
    watch.ask_at_the_end()

    assert list(told) == [("service", "app:service"), ("policies", "app:quiet"), ("host", "app:host")]


def test_the_last_time_says_so_and_each_world_has_its_own_changes() -> None:
    asked: list[tuple[World, bool]] = []

    def noting(world: World, changes: Changes) -> None:
        asked.append((world, changes.at_the_end))
        assert all(each.pid == "{app:host|0x00001}" for each in changes)

    for _ in range(2):
        world, watch = watched(noting)
        world.spawn("app:worker", "app:host")
        world.run()
        watch.ask_at_the_end()
        # It was spawned, it ended, it left; and the run was over.
        assert [end for of, end in asked if of is world] == [False, False, False, True]


def test_a_property_of_one_argument_is_given_the_world_alone() -> None:
    worlds: list[World] = []
    world, watch = watched(worlds.append, wants_changes=False)
    world.spawn("app:worker", "app:host")
    world.run()
    watch.ask_at_the_end()

    assert worlds == [world] * 4


def test_what_does_not_hold_is_a_failure_with_the_statement() -> None:
    def nobody_comes(world: World, changes: Changes) -> None:
        assert not list(changes.of("spawned")), "somebody came"

    world, _ = watched(nobody_comes)
    world.spawn("app:worker", "app:host")

    with pytest.raises(Failure, match=r"^it: It holds\. somebody came"):
        world.run()


def test_nobody_watches_where_nothing_is_claimed() -> None:
    assert watching([]) == []


def test_a_property_that_names_the_log_finds_all_of_it() -> None:
    """It is asked first when something has happened already, and so cannot ask in time itself."""
    seen: list[int] = []

    def reading(world: World) -> None:
        assert world.log[0].action == "outside:spawn"
        seen.append(len(world.log))

    def scenario(world: World) -> None:
        for behaviour in (boss, failing, worker):
            world.define(f"app:{behaviour.__name__}", behaviour)
        world.spawn("app:boss", "app:host")
        world.run()

    item = Item(id="mine.py::scenario", kind="scenario", function=scenario)
    asked = ProjectProperty("mine.py::it", reading, "It holds.")
    stage = Stage(Run(item=item.reference, seed=0, strategy="fifo"), ProjectProperties((asked,), (asked,)))
    outcome = play(item, stage)

    assert outcome.verdict is Verdict.PASSED, outcome.message
    assert seen == sorted(seen)
    assert stage.world is not None
    assert len(stage.world.log) == seen[-1] == stage.world.kernel.actions + 1


def test_a_property_that_reads_the_log_through_another_function_is_told_what_to_do() -> None:
    def reading(world: World) -> None:
        world.log.__len__()

    def hiding(world: World) -> None:
        if world.kernel.actions:
            reading(world)

    world, _ = watched(hiding, wants_changes=False)
    world.spawn("app:boss", "app:host")
    with pytest.raises(UsageError, match=r"in a property name `world.log` itself"):
        world.run()


def spins(world: World) -> None:
    while True:
        """Nothing comes of it."""


def test_one_that_never_gives_control_back_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("simcore.limits.watch.is_debugged", lambda frame: False)
    world, _ = watched(spins, wants_changes=False)
    world.spawn("app:worker", "app:host")
    said = r"^the property properties/mine\.py::it did not give control back within .*, at last in spins"
    with guarded(Limit(20 * MILLISECOND)), pytest.raises(StepTimeout, match=said), stretch("the scenario"):
        world.run()


def test_each_takes_its_own_time() -> None:
    begun: list[int] = []
    several = [
        ProjectProperty(f"properties/mine.py::{name}", lambda world: begun.append(steps_done()), "It holds.")
        for name in ("one", "other")
    ]
    (watch,) = watching(several)
    World(observers=[watch]).run()
    before = steps_done()
    watch.ask()

    assert begun == sorted(set(begun) - {before})
    assert steps_done() > begun[-1]
