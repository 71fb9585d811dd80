"""Coroutines of a world that is over: they are told so, and what does not end by it is given up."""

from __future__ import annotations

import contextlib
import gc
import sys
from collections.abc import AsyncGenerator, Callable
from typing import Any, TypeAlias

import pytest

from simcore import Process, World
from simcore.python.abandoned import abandon

SEEN: list[str] = []
Complaints: TypeAlias = "list[sys.UnraisableHookArgs]"


async def stubborn(process: Process) -> None:
    while True:
        try:
            await process.sleep("1s")
        except BaseException:
            continue


async def stubborn_at_last(process: Process) -> None:
    try:
        await process.sleep("1h")
    finally:
        await stubborn(process)


async def stubborn_at_its_inbox(process: Process) -> None:
    while True:
        try:
            await process.inbox.receive()
        except BaseException:
            continue


async def parent_of_a_stubborn_one(process: Process) -> None:
    process.go(stubborn)
    await process.sleep("1h")


async def stubborn_ticks(process: Process) -> AsyncGenerator[int, None]:
    while True:
        try:
            await process.sleep("1s")
            yield 1
        except BaseException:
            continue


async def reads_stubborn_ticks(process: Process) -> None:
    ticks = stubborn_ticks(process)
    while True:
        await anext(ticks)


async def polite(process: Process) -> None:
    try:
        await process.sleep("1h")
    finally:
        await process.sleep("1s")
        SEEN.append("asked for what nobody does")


async def a_stack_of_farewells(process: Process) -> None:
    async def farewell() -> None:
        try:
            await process.sleep("1s")
        finally:
            SEEN.append("farewell")

    async with contextlib.AsyncExitStack() as stack:
        for _ in range(20):
            stack.push_async_callback(farewell)
        await process.sleep("1h")


async def raises_at_last(process: Process) -> None:
    try:
        await process.sleep("1h")
    finally:
        raise KeyboardInterrupt


@pytest.fixture
def complaints(monkeypatch: pytest.MonkeyPatch) -> Complaints:
    """What Python could not raise."""
    heard: Complaints = []
    monkeypatch.setattr(sys, "unraisablehook", heard.append)
    SEEN.clear()
    return heard


def left(behaviour: Callable[..., Any]) -> World:
    world = World()
    world.define("app:left", behaviour)
    world.spawn("app:left", "app:host")
    world.run(until="3s")
    return world


@pytest.mark.parametrize("behaviour", [stubborn, stubborn_at_last, stubborn_at_its_inbox])
def test_what_catches_its_end_for_ever_is_given_up(behaviour: Callable[..., Any], complaints: Complaints) -> None:
    world = left(behaviour)
    abandon(world.runtime)

    assert [record for record, _ in world.runtime.given_up] == ["world/app:left.0"]
    del world
    gc.collect()
    assert complaints == []


@pytest.mark.parametrize("behaviour", [polite, a_stack_of_farewells, raises_at_last])
def test_what_ends_is_not(
    behaviour: Callable[..., Any], complaints: Complaints, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("simcore.python.abandoned.is_interrupt", lambda error: False)
    world = left(behaviour)
    abandon(world.runtime)

    assert world.runtime.given_up == []
    assert (["farewell"] * 20 if behaviour is a_stack_of_farewells else []) == SEEN
    del world
    gc.collect()
    assert complaints == []


def test_a_ctrl_c_meanwhile_is_heard(complaints: Complaints) -> None:
    world = left(raises_at_last)

    with pytest.raises(KeyboardInterrupt):
        abandon(world.runtime)


def test_a_world_that_is_over_still_says_what_was_waited_for() -> None:
    world = left(polite)
    (record,) = world.runtime.routes.values()
    before = [task.waiting for task in record.tasks]
    abandon(world.runtime)

    assert [task.waiting for task in record.tasks] == before


@pytest.mark.parametrize("behaviour", [stubborn, stubborn_at_last, stubborn_at_its_inbox, reads_stubborn_ticks])
def test_a_world_that_is_only_let_go_does_not_hang(behaviour: Callable[..., Any], complaints: Complaints) -> None:
    left(behaviour)
    gc.collect()

    assert all("ignored GeneratorExit" in str(each.exc_value) for each in complaints)


@pytest.mark.parametrize("behaviour", [stubborn, stubborn_at_its_inbox, reads_stubborn_ticks])
def test_a_process_that_is_terminated_is_given_up_too(behaviour: Callable[..., Any], complaints: Complaints) -> None:
    async def boss(process: Process) -> None:
        pid = await process.spawn("app:left", "app:host")
        await process.sleep("1s")
        await process.terminate(pid)

    world = World()
    world.define("app:left", behaviour)
    world.define("app:boss", boss)
    world.spawn("app:boss", "app:host")
    world.run(until="9s")

    assert [record for record, _ in world.runtime.given_up] == ["world/app:boss.0/app:left.0"]
    abandon(world.runtime)
    del world
    gc.collect()
    assert complaints == []
