"""Programs that clean up after themselves, in every way that Python has, and of which nothing is to be said."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import tempfile
import weakref
from collections.abc import AsyncGenerator, Callable, Generator
from typing import Any, Final

import pytest

from simcore import Process, ProcessError, World
from simcore.catalog.item import Item
from simcore.model.options import Options
from simcore.model.outcome import Outcome, Verdict
from simcore.model.run import Run
from simcore.runner.stage import Stage, play

Behaviour = Callable[[Process], Any]
CLOSED: Final[list[str]] = []


class Resource:
    """What says that it went, and holds itself."""

    def __init__(self) -> None:
        self.circle = self

    def __enter__(self) -> Resource:
        return self

    def __exit__(self, *_: object) -> None:
        CLOSED.append("exit")

    def __del__(self) -> None:
        CLOSED.append("gone")


async def asks_on_its_way_out(process: Process) -> None:
    try:
        await process.inbox.receive()
    finally:
        await process.sleep("1s")


async def sends_on_its_way_out(process: Process) -> None:
    try:
        await process.inbox.receive()
    finally:
        await process.send(process.pid, "bye", 1)


async def unregisters_on_its_way_out(process: Process) -> None:
    await process.registry.register("server")
    try:
        await process.inbox.receive()
    finally:
        await process.registry.unregister("server")


async def holds_what_the_way_out_does_not_find(process: Process) -> None:
    held = [1]
    try:
        await process.inbox.receive()
    finally:
        held.clear()
        assert held == []


async def catches_what_it_can(process: Process) -> None:
    with contextlib.suppress(Exception):
        await process.inbox.receive()


async def catches_all_and_goes_on_to_raise_it(process: Process) -> None:
    try:
        await process.inbox.receive()
    except BaseException:
        CLOSED.append("told")
        raise


async def catches_all_and_returns(process: Process) -> int:
    try:
        await process.inbox.receive()
    except BaseException:
        return 1
    return 2


async def waits_in_a_context_manager(process: Process) -> None:
    with Resource():
        await process.inbox.receive()


async def waits_in_an_asynchronous_one(process: Process) -> None:
    @contextlib.asynccontextmanager
    async def opened() -> AsyncGenerator[int, None]:
        try:
            yield 1
        finally:
            await process.sleep("1s")

    async with opened() as number:
        assert number == 1
        await process.inbox.receive()


async def waits_in_a_stack(process: Process) -> None:
    async with contextlib.AsyncExitStack() as stack:
        stack.enter_context(Resource())
        stack.push_async_callback(lambda: process.sleep("1s"))
        stack.callback(CLOSED.append, "callback")
        await process.inbox.receive()


async def waits_in_a_generator_of_contexts(process: Process) -> None:
    @contextlib.contextmanager
    def opened() -> Generator[int, None, None]:
        try:
            yield 1
        finally:
            CLOSED.append("closed")

    with opened():
        await process.inbox.receive()


async def ticks(process: Process) -> AsyncGenerator[int, None]:
    try:
        for number in range(100):
            await process.sleep("1s")
            yield number
    finally:
        await process.sleep("1s")
        CLOSED.append("ticks")


async def leaves_an_async_generator(process: Process) -> None:
    async for number in ticks(process):
        if number:
            break
    await process.inbox.receive()


async def holds_an_async_generator(process: Process) -> None:
    held = ticks(process)
    await anext(held)
    await process.inbox.receive()


async def closes_an_async_generator(process: Process) -> None:
    async with contextlib.aclosing(ticks(process)) as held:
        await anext(held)


async def ends_with_one_open(process: Process) -> int:
    return await anext(ticks(process))


async def leaves_a_generator(process: Process) -> None:
    def numbers() -> Generator[int, None, None]:
        try:
            yield from range(3)
        finally:
            CLOSED.append("numbers")

    assert next(numbers()) == 0
    await process.inbox.receive()


async def lets_go_of_a_circle(process: Process) -> None:
    Resource()
    await process.inbox.receive()


async def holds_a_circle(process: Process) -> None:
    held = Resource()
    await process.inbox.receive()
    assert held.circle is held


async def looks_weakly(process: Process) -> None:
    held = Resource()
    weakref.finalize(held, CLOSED.append, "finalized")
    del held
    await process.inbox.receive()


async def collects_by_itself(process: Process) -> int:
    Resource()
    return gc.collect() * 0


async def has_a_companion(process: Process) -> int:
    process.go(asks_on_its_way_out)
    await process.sleep("1s")
    return 1


async def is_refused_on_its_way_out(process: Process) -> None:
    try:
        await process.inbox.receive()
    finally:
        with contextlib.suppress(ProcessError):
            await process.send("nobody", "bye", 1)


async def leaves_a_file_open_no_longer_than_it_lives(process: Process) -> None:
    with tempfile.TemporaryFile() as file:
        file.write(b"held")
        await process.inbox.receive()


async def shields_nothing(process: Process) -> None:
    try:
        await process.inbox.receive()
    except asyncio.CancelledError:
        CLOSED.append("of another library")


async def begins_another_on_its_way_out(process: Process) -> None:
    try:
        await process.inbox.receive()
    finally:
        await process.spawn("app:b", "app:h")


INNOCENT: Final[tuple[Behaviour, ...]] = (
    asks_on_its_way_out,
    sends_on_its_way_out,
    unregisters_on_its_way_out,
    holds_what_the_way_out_does_not_find,
    catches_what_it_can,
    catches_all_and_goes_on_to_raise_it,
    catches_all_and_returns,
    waits_in_a_context_manager,
    waits_in_an_asynchronous_one,
    waits_in_a_stack,
    waits_in_a_generator_of_contexts,
    leaves_an_async_generator,
    holds_an_async_generator,
    closes_an_async_generator,
    ends_with_one_open,
    leaves_a_generator,
    lets_go_of_a_circle,
    holds_a_circle,
    looks_weakly,
    collects_by_itself,
    has_a_companion,
    is_refused_on_its_way_out,
    leaves_a_file_open_no_longer_than_it_lives,
    shields_nothing,
    begins_another_on_its_way_out,
)


def played(body: Callable[[World], None]) -> Outcome:
    item = Item(kind="scenario", id="a.py::b", source_line="a.py:1", function=body)
    outcome = play(item, Stage(Run(item=item.reference, seed=0, options=Options())))
    return outcome


@pytest.mark.parametrize("behaviour", INNOCENT, ids=lambda each: str(each.__name__))
def test_nothing_is_said_of_who_waits_when_its_world_is_over(
    behaviour: Behaviour, capsys: pytest.CaptureFixture[str]
) -> None:
    def body(world: World) -> None:
        world.define("app:b", behaviour)
        world.spawn("app:b", "app:h")
        world.run(until="10s")

    outcome = played(body)

    assert (outcome.verdict, outcome.message, outcome.remarks) == (Verdict.PASSED, "", ())
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize("behaviour", INNOCENT, ids=lambda each: str(each.__name__))
def test_nothing_is_said_of_who_is_terminated(behaviour: Behaviour) -> None:
    async def kills(process: Process, victim: str) -> None:
        await process.sleep("5s")
        with contextlib.suppress(ProcessError):
            await process.terminate(victim)

    def body(world: World) -> None:
        world.define("app:b", behaviour)
        world.define("app:k", kills)
        world.spawn("app:k", "app:h", world.spawn("app:b", "app:h"))
        world.run(until="20s")

    outcome = played(body)

    assert (outcome.verdict, outcome.message, outcome.remarks) == (Verdict.PASSED, "", ())


def test_a_simpy_process_that_cleans_up_is_left_alone() -> None:
    def body(world: World) -> None:
        def keeps() -> Generator[Any, Any, None]:
            with Resource():
                try:
                    yield world.environment.event()
                finally:
                    CLOSED.append("keeps")

        world.environment.process(keeps())
        world.run(until="1s")

    outcome = played(body)

    assert (outcome.verdict, outcome.remarks) == (Verdict.PASSED, ())
