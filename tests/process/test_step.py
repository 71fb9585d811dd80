"""A step runs in the context of its process: a context variable belongs to one process of one world."""

from __future__ import annotations

from contextvars import ContextVar
from typing import Any

import pytest

from simcore import Process, Uniform, World, scenario
from simcore.catalog.item import Item
from simcore.model.run import Run
from simcore.runner.stage import Stage, play
from tests.conftest import Make
from tests.worlds import HOST, result_of

request: ContextVar[str] = ContextVar("request", default="none")


async def handler(process: Process, name: str) -> list[str]:
    before = request.get()
    request.set(name)
    await process.sleep("1ms")
    return [before, request.get()]


@pytest.mark.parametrize("seed", range(5))
def test_each_process_keeps_its_own_and_sees_none_of_another(make: Make, seed: int) -> None:
    world = make(seed=seed, strategy=Uniform(), handler=handler)
    pids = [world.spawn("app:handler", HOST, name) for name in "ab"]
    world.run()

    assert [world.result(pid) for pid in pids] == [["none", "a"], ["none", "b"]]
    assert request.get() == "none"


def test_a_process_begins_with_what_was_set_where_its_world_was_made(make: Make) -> None:
    token = request.set("outside")
    try:
        world = make(handler=handler)
        request.set("later")
        pid = world.spawn("app:handler", HOST, "a")
        world.run()
    finally:
        request.reset(token)

    assert world.result(pid) == ["outside", "a"]


def test_a_child_sees_nothing_of_its_parent(make: Make) -> None:
    async def main(process: Process) -> Any:
        request.set("parent")
        return await process.call("app:handler", HOST, "child")

    assert result_of(make, main, handler=handler) == ["none", "child"]


def test_the_coroutines_of_a_process_share_its_context(make: Make) -> None:
    async def helper(process: Process) -> None:
        request.set("helper")

    async def main(process: Process) -> str:
        process.go(helper)
        await process.sleep("1ms")
        return request.get()

    assert result_of(make, main) == "helper"


def test_an_upgrade_keeps_the_context_of_the_process(make: Make) -> None:
    async def second(process: Process) -> str:
        return request.get()

    async def main(process: Process) -> None:
        request.set("first")
        process.upgrade("app:second")

    assert result_of(make, main, second=second) == "first"


def test_what_an_ended_process_cleans_up_runs_in_its_context(make: Make) -> None:
    seen: list[str] = []

    async def guarded(process: Process) -> None:
        request.set("guarded")
        try:
            await process.inbox.receive()
        finally:
            seen.append(request.get())

    async def main(process: Process) -> None:
        pid = await process.spawn("app:guarded", HOST)
        await process.sleep("1ms")
        await process.terminate(pid)

    result_of(make, main, guarded=guarded)

    assert seen == ["guarded"]


def test_what_a_scenario_sets_is_gone_in_the_next_schedule() -> None:
    seen: list[str] = []

    @scenario
    def body(world: World) -> None:
        seen.append(request.get())
        request.set("body")

    item = Item(kind="scenario", id="scenarios/a.py::body", function=body)
    for seed in (1, 2):
        play(item, Stage(Run(item=item.reference, seed=seed, strategy="uniform")))

    assert seen == ["none", "none"]
