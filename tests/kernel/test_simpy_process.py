"""SimPy processes beside those of a world: their failures, their mistakes, and who may interrupt whom."""

from __future__ import annotations

from collections.abc import Callable, Generator
from contextlib import suppress
from typing import Any

import pytest
import simpy

from simcore import Process, Uniform, UsageError, World
from simcore.runner.judging import judge
from tests.worlds import HOST

Events = Generator[Any, Any, Any]


class Odd(Exception):
    """Cannot be made of its ``args``, as SimPy would do it."""

    def __init__(self, one: int, other: int) -> None:
        super().__init__(f"{one} and {other}")


class Odder(Exception):
    """Is made of its ``args`` as something else."""

    def __new__(cls, *args: object) -> Any:
        return super().__new__(cls) if args != ("told",) else ValueError("another")


FAILURES = [lambda: ValueError("boom"), lambda: Odd(1, 2), lambda: Odder("told once"), lambda: KeyError("key")]


def line(function: Callable[..., Any], offset: int = 1) -> int:
    return function.__code__.co_firstlineno + offset


def raised(world: World) -> BaseException:
    with pytest.raises(BaseException) as caught:  # noqa: PT011  # which one it is, is what is asked
        world.run()
    return caught.value


def told(world: World) -> str:
    return judge(raised(world)).message


@pytest.mark.parametrize("failure", FAILURES)
def test_what_a_simpy_process_fails_by_ends_the_run_as_it_is_with_its_own_line(failure: Any) -> None:
    error, world = failure(), World()

    def failing() -> Events:
        yield world.environment.timeout(5)
        raise error

    world.environment.process(failing())
    found = raised(world)

    assert found is error
    assert f"test_simpy_process.py:{line(failing, 2)}" in judge(found).message


@pytest.mark.parametrize("failure", FAILURES)
def test_a_simpy_process_is_told_of_any_failure_that_it_waits_for(failure: Any) -> None:
    error, world, seen = failure(), World(), list[BaseException]()

    def failing() -> Events:
        yield world.environment.timeout(5)
        raise error

    def waiting() -> Events:
        try:
            yield world.environment.process(failing())
        except Exception as told:
            seen.append(told)

    world.environment.process(waiting())
    world.run()

    assert [(type(each), str(each)) for each in seen] == [(type(error), str(error))]


def test_each_simpy_process_that_waits_is_told_by_a_copy_of_its_own() -> None:
    world, seen = World(), list[BaseException]()
    event = world.environment.event()

    def waiting() -> Events:
        try:
            yield event
        except ValueError as told:
            seen.append(told)

    for _ in range(2):
        world.environment.process(waiting())
    event.fail(ValueError("boom"))
    world.run()

    assert len({id(each) for each in (*seen, event.value)}) == 3


def test_an_event_that_nobody_waits_for_is_told_with_the_line_that_failed_it() -> None:
    world = World()

    async def careless(process: Process) -> None:
        world.environment.event().fail(ValueError("boom"))

    world.define("app:careless", careless)
    world.spawn("app:careless", HOST)

    assert told(world).endswith(f"note: the event was failed at tests/kernel/test_simpy_process.py:{line(careless)}")


def test_a_defused_event_ends_nothing() -> None:
    world = World()
    event = world.environment.event().fail(ValueError("boom"))
    event.defused = True

    world.run()

    assert event.processed


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (lambda world: 5, "yields events of SimPy, and 5 is none"),
        (lambda world: None, "yields events of SimPy, and None is none"),
        (lambda world: (yield), "yields events of SimPy, and <generator object"),
        (lambda world: simpy.Environment().timeout(1), "is of another environment than world.environment"),
        (lambda world: World().environment.event(), "is of another environment than world.environment"),
    ],
)
def test_what_a_simpy_process_yields_by_mistake_is_told_at_its_line(wrong: Any, said: str) -> None:
    world = World()

    def mistaken() -> Events:
        yield wrong(world)

    world.environment.process(mistaken())
    message = told(world)

    assert said in message
    assert f"test_simpy_process.py:{line(mistaken)}" in message


def test_a_simpy_process_may_catch_its_mistake_and_go_on() -> None:
    world, seen = World(), list[object]()

    def mistaken() -> Events:
        try:
            yield 5
        except UsageError:
            seen.append((yield world.environment.timeout(3, "on time")))

    world.environment.process(mistaken())
    world.run()

    assert (seen, world.now_ns) == (["on time"], 3)


def test_a_simpy_process_that_never_yields_an_event_is_given_up() -> None:
    world = World()

    def stubborn() -> Events:
        while True:
            with suppress(UsageError):
                yield 5

    world.environment.process(stubborn())

    assert isinstance(raised(world), UsageError)


def test_a_coroutine_is_no_simpy_process() -> None:
    world = World()

    async def behaviour() -> None: ...

    with pytest.raises(UsageError, match="spawn it"):
        world.environment.process(behaviour())


def test_a_process_of_the_world_interrupts_a_simpy_process_and_sees_it_finish() -> None:
    world = World()

    def patient() -> Events:
        try:
            yield world.environment.timeout(10_000)
        except simpy.Interrupt as interrupt:
            return interrupt.cause, world.environment.now

    async def impatient(process: Process) -> list[Any]:
        running = world.environment.process(patient())
        await process.sleep(7)
        running.interrupt("enough")
        answer = await process.wait(running)
        try:
            running.interrupt()
        except RuntimeError as refused:
            return [*answer, str(refused).endswith("has terminated and cannot be interrupted.")]
        return []

    world.define("app:impatient", impatient)
    pid = world.spawn("app:impatient", HOST)
    world.run()

    assert world.result(pid) == ["enough", 7, True]


def test_an_interrupt_that_a_simpy_process_does_not_expect_ends_the_run_at_its_line() -> None:
    world = World()

    def patient() -> Events:
        yield world.environment.timeout(10_000)

    world.environment.process(patient()).interrupt("why")
    message = told(world)

    assert "Interrupt('why')" in message
    assert f"test_simpy_process.py:{line(patient)}" in message


@pytest.mark.parametrize("seed", range(6))
def test_a_failure_is_the_run_s_where_who_waited_for_it_has_ended(seed: int) -> None:
    """In SimPy who is interrupted waits no more, and what fails unseen is raised."""
    world = World(seed, Uniform())

    def failing() -> Events:
        yield world.environment.timeout(1_000)
        raise ValueError("boom")

    async def waiting(process: Process) -> None:
        await process.wait(world.environment.process(failing()))

    async def boss(process: Process) -> None:
        pid = await process.spawn("app:waiting", HOST)
        await process.sleep(500)
        await process.terminate(pid)

    world.define("app:waiting", waiting)
    world.define("app:boss", boss)
    world.spawn("app:boss", HOST)

    assert told(world).startswith("boom")


def test_nested_conditions_give_what_simpy_gives() -> None:
    world = World()
    environment = world.environment

    async def main(process: Process) -> list[Any]:
        one, two, three = (environment.timeout(delay, delay) for delay in (5, 7, 9))
        log: list[Any] = []
        for event in ((one & two) | three, environment.all_of([]), environment.any_of([one, three]), one & three):
            log.append([*(await process.wait(event)).values(), environment.now])
        return log

    world.define("app:main", main)
    pid = world.spawn("app:main", HOST)
    world.run()

    assert world.result(pid) == [[5, 7, 7], [7], [5, 7], [5, 9, 9]]


def test_a_condition_fails_by_what_one_of_its_events_holds() -> None:
    world = World()

    async def main(process: Process) -> str:
        event = world.environment.event()
        both = (event & world.environment.timeout(1_000_000)) | world.environment.event()
        event.fail(ValueError("boom"))
        try:
            await process.wait(both)
        except ValueError as error:
            return f"{error} at {process.now_ns}"
        return "nothing"

    world.define("app:main", main)
    pid = world.spawn("app:main", HOST)
    world.run()

    assert world.result(pid) == "boom at 0"


@pytest.mark.parametrize("seed", range(6))
def test_a_request_is_given_back_by_whoever_ends_inside_of_it(seed: int) -> None:
    world = World(seed, Uniform())
    resource = simpy.Resource(world.environment, 1)

    async def user(process: Process) -> None:
        with resource.request() as request:
            await process.wait(request)
            await process.sleep("1s")

    async def boss(process: Process) -> None:
        pids = [await process.spawn("app:user", HOST) for _ in range(3)]
        await process.sleep("1ms")
        for pid in pids[:2]:
            await process.terminate(pid)
        await process.cancel(pids[2], "1ms")

    world.define("app:user", user)
    world.define("app:boss", boss)
    world.spawn("app:boss", HOST)
    world.run()

    assert (resource.users, resource.queue) == ([], [])


@pytest.mark.parametrize("kind", [simpy.Store, simpy.FilterStore, simpy.PriorityStore])
def test_a_get_that_is_given_up_takes_nothing(kind: Any) -> None:
    world = World()
    store = kind(world.environment)

    async def impatient(process: Process) -> bool:
        with store.get() as wanted:
            return wanted in await process.wait(wanted | world.environment.timeout(5))

    async def patient(process: Process) -> Any:
        await process.sleep(7)
        await process.wait(store.put("a thing"))
        return await process.wait(store.get())

    world.define("app:impatient", impatient)
    world.define("app:patient", patient)
    pids = [world.spawn(f"app:{name}", HOST) for name in ("impatient", "patient")]
    world.run()

    assert list(map(world.result, pids)) == [False, "a thing"]
