"""What belongs to the event loop of another library is told in one line, with its place and what to use instead."""

from __future__ import annotations

import asyncio
import contextlib
import re
import types
import warnings
from collections.abc import AsyncIterator, Awaitable, Callable, Generator
from typing import Any

import pytest

from simcore import InvalidArgument, Process, ProcessError
from tests.conftest import Make
from tests.worlds import HOST, result_of


@pytest.fixture(autouse=True)
def no_loop_is_left() -> Generator[None, None, None]:
    """Close what `asyncio.gather` and its like have made as the current loop, as Python 3.11 does without one."""
    yield
    with warnings.catch_warnings():
        # Where there is none, it is made and closed, or refused.
        warnings.simplefilter("ignore")
        with contextlib.suppress(RuntimeError):
            asyncio.get_event_loop().close()
        asyncio.set_event_loop(None)


async def nothing() -> None:
    """Do nothing."""


async def sleeps(process: Process) -> None:
    await asyncio.sleep(0.1)


async def gives_way(process: Process) -> None:
    await asyncio.sleep(0)


async def queues(process: Process) -> None:
    await asyncio.Queue[int]().get()


async def has_a_time_limit(process: Process) -> None:
    async with asyncio.timeout(1):
        await process.sleep("5s")


async def has_an_endless_limit(process: Process) -> None:
    async with asyncio.timeout(None):
        await process.sleep("5s")


async def waits_for(process: Process) -> None:
    await asyncio.wait_for(process.sleep("5s"), 1)


async def gathers(process: Process) -> None:
    await asyncio.gather(process.sleep("5s"), process.sleep("5s"))


async def creates_a_task(process: Process) -> None:
    coroutine = nothing()
    try:
        await asyncio.create_task(coroutine)
    finally:
        coroutine.close()


async def groups(process: Process) -> None:
    async with asyncio.TaskGroup():
        pass


async def asks_for_the_loop(process: Process) -> None:
    asyncio.get_running_loop()


async def uses_a_thread(process: Process) -> None:
    await asyncio.to_thread(print)


async def waits_for_an_event(process: Process) -> None:
    await asyncio.Event().wait()


async def locks(process: Process) -> None:
    lock = asyncio.Lock()
    async with lock, lock:
        pass


async def waits_for_a_future(process: Process) -> None:
    loop = asyncio.new_event_loop()
    try:
        await loop.create_future()
    finally:
        loop.close()


CURES = {
    sleeps: ("asyncio.sleep", "process.sleep"),
    gives_way: ("asyncio.sleep", "process.sleep"),
    queues: ("asyncio.Queue.get", "process.channel"),
    has_a_time_limit: ("asyncio.timeout", "process.after, and process.select with what is waited for"),
    has_an_endless_limit: ("asyncio.timeout", "process.after, and process.select with what is waited for"),
    waits_for: ("asyncio.wait_for", "process.after, and process.select with what is waited for"),
    gathers: ("asyncio.gather", "process.go"),
    creates_a_task: ("asyncio.create_task", "process.go"),
    groups: ("asyncio.TaskGroup", "process.go"),
    asks_for_the_loop: ("asyncio.get_running_loop", "what `process` gives"),
    uses_a_thread: ("asyncio.to_thread", "a plain call, since nothing else runs meanwhile"),
    waits_for_an_event: ("asyncio.Event.wait", "process.channel"),
    locks: ("asyncio.Lock.acquire", "process.channel"),
    waits_for_a_future: ("asyncio.Future", "process.channel"),
}


@pytest.mark.parametrize("behaviour", CURES, ids=lambda behaviour: behaviour.__name__)
def test_what_needs_an_event_loop_is_told_with_file_line_and_cure(make: Make, behaviour: Callable[..., Any]) -> None:
    what, cure = CURES[behaviour]

    assert in_general(message_of(make, behaviour)) == (
        f"test_foreign.py:N: {what} needs an event loop, and a process has none; use {cure}"
    )


def message_of(make: Make, behaviour: Callable[..., Any]) -> str:
    with warnings.catch_warnings():
        # Some versions of Python warn of a missing loop before they fail, and make one.
        warnings.simplefilter("ignore")
        with pytest.raises(InvalidArgument) as caught:
            result_of(make, behaviour)
    return caught.value.message


def in_general(message: str) -> str:
    return re.sub(r":\d+:", ":N:", message)


def test_the_line_is_that_of_the_users_own_code_however_deep(make: Make) -> None:
    async def helper() -> None:
        await asyncio.sleep(1)

    async def main(process: Process) -> None:
        await helper()

    line = helper.__code__.co_firstlineno + 1
    assert message_of(make, main).startswith(f"test_foreign.py:{line}: asyncio.sleep needs")


def test_the_line_may_be_one_of_an_asynchronous_generator(make: Make) -> None:
    async def ticks() -> AsyncIterator[int]:
        await asyncio.sleep(0)
        yield 1

    async def main(process: Process) -> None:
        async for _ in ticks():
            pass

    line = ticks.__code__.co_firstlineno + 1
    assert message_of(make, main).startswith(f"test_foreign.py:{line}: asyncio.sleep needs")


def test_a_bare_yield_is_no_operation(make: Make) -> None:
    """What libraries of coroutines do at the bottom of all."""

    @types.coroutine
    def trap() -> Generator[object, None, None]:
        yield ("trap", 1)

    async def main(process: Process) -> None:
        await trap()

    assert in_general(message_of(make, main)) == (
        "test_foreign.py:N: a tuple is no operation; await only what `process` gives"
    )


def test_a_foreign_awaitable_is_no_operation(make: Make) -> None:
    class Promise:
        def __await__(self) -> Generator[object, None, None]:
            yield self

    async def main(process: Process) -> None:
        await Promise()

    assert in_general(message_of(make, main)) == (
        "test_foreign.py:N: a Promise is no operation; await only what `process` gives"
    )


def library(name: str, source: str) -> dict[str, Any]:
    """Return the names of a module that is called as that of another library."""
    module: dict[str, Any] = {"__name__": name}
    exec(compile(source, f"/usr/lib/site-packages/{name.replace('.', '/')}.py", "exec"), module)
    return module


TRIO = """
async def sleep(seconds):
    raise RuntimeError("must be called from async context")

class CancelScope:
    def __enter__(self):
        raise RuntimeError("must be called from async context")
    def __exit__(self, *error):
        pass
"""


@pytest.mark.parametrize(
    ("name", "what", "cure"),
    [
        ("trio._timeouts", "trio.sleep", "process.sleep"),
        ("anyio._core._eventloop", "anyio.sleep", "process.sleep"),
        ("curio.task", "curio.sleep", "process.sleep"),
    ],
)
def test_other_libraries_are_told_as_asyncio_is(make: Make, name: str, what: str, cure: str) -> None:
    sleep: Callable[[int], Awaitable[None]] = library(name, TRIO)["sleep"]

    async def main(process: Process) -> None:
        await sleep(1)

    assert in_general(message_of(make, main)) == (
        f"test_foreign.py:N: {what} needs an event loop, and a process has none; use {cure}"
    )


def test_a_scope_of_another_library_is_told_by_its_own_name(make: Make) -> None:
    scope = library("trio._core._run", TRIO)["CancelScope"]

    async def main(process: Process) -> None:
        with scope():
            pass

    assert "trio.CancelScope needs an event loop" in message_of(make, main)


def test_what_asyncio_gives_without_a_loop_is_the_programs_own_affair(make: Make) -> None:
    async def main(process: Process) -> None:
        asyncio.Queue[int]().get_nowait()

    async def releases(process: Process) -> None:
        asyncio.Lock().release()

    for behaviour, text in ((main, "QueueEmpty"), (releases, "RuntimeError: Lock is not acquired.")):
        with pytest.raises(ProcessError) as caught:
            result_of(make, behaviour)
        assert caught.value.message == text


def test_an_error_of_the_programs_own_is_no_mistake_of_this_kind(make: Make) -> None:
    async def main(process: Process) -> None:
        raise RuntimeError("the event loop of our own is closed")

    with pytest.raises(ProcessError, match=r"^RuntimeError: the event loop of our own is closed$"):
        result_of(make, main)


# -- what brings a loop of its own


async def runs_a_helper(process: Process) -> None:
    async def helper() -> None:
        await process.sleep("1s")

    asyncio.run(helper())


async def runs_an_operation(process: Process) -> None:
    asyncio.run(process.sleep("1s"))  # type: ignore[arg-type]


async def runs_in_a_runner(process: Process) -> None:
    with asyncio.Runner() as runner:
        runner.run(process.inbox.receive())  # type: ignore[arg-type]


async def runs_a_loop(process: Process) -> None:
    async def helper() -> None:
        await process.inbox.receive()

    loop = asyncio.new_event_loop()
    try:
        loop.run_until_complete(helper())
    finally:
        loop.close()


@pytest.mark.parametrize(
    ("behaviour", "what", "further"),
    [
        (runs_a_helper, "asyncio.run", 4),
        (runs_an_operation, "asyncio.run", 1),
        (runs_in_a_runner, "asyncio.Runner.run", 2),
        (runs_a_loop, "asyncio.BaseEventLoop.run_until_complete", 6),
    ],
)
def test_what_brings_a_loop_of_its_own_is_told_with_the_line_that_runs_it(
    make: Make, behaviour: Callable[..., Any], what: str, further: int
) -> None:
    line = behaviour.__code__.co_firstlineno + further

    assert message_of(make, behaviour) == (
        f"test_foreign.py:{line}: {what} has an event loop of its own, which knows no process; "
        "use process.go, or await it"
    )


def test_what_the_program_itself_raises_in_such_a_loop_is_its_own_affair(make: Make) -> None:
    async def helper() -> None:
        raise RuntimeError("burst")

    async def main(process: Process) -> None:
        asyncio.run(helper())

    with pytest.raises(ProcessError, match=r"^RuntimeError: burst$"):
        result_of(make, main)


@pytest.mark.parametrize(
    "said", ["object Timeout can't be used in 'await' expression", "'Timeout' object can't be awaited"]
)
def test_an_event_of_simpy_that_is_awaited_itself_is_told_in_the_words_of_any_python(make: Make, said: str) -> None:
    async def main(process: Process) -> None:
        raise TypeError(said)

    with pytest.raises(ProcessError, match=r"test_foreign\.py:\d+: an event of SimPy is waited for with process\.wait"):
        result_of(make, main)


def test_an_event_of_simpy_that_is_awaited_itself_is_told_by_this_python(make: Make) -> None:
    async def main(process: Process) -> None:
        await events[0]

    world = make(main=main)
    events: list[Any] = [world.environment.timeout(5)]
    pid = world.spawn("app:main", HOST)
    world.run()

    with pytest.raises(ProcessError, match=r"an event of SimPy is waited for with process\.wait"):
        world.result(pid)
