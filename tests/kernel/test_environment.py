"""The clock: whole nanoseconds, no order of the heap, and no move for what nobody waits for."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

import pytest
import simpy

from simcore import Fifo, InvalidArgument, Options, Process, UsageError, World
from simcore.kernel.action import Action, Label
from simcore.kernel.choices import Choices
from simcore.kernel.kernel import Kernel, Timer
from simcore.kernel.scheduler import Scheduler
from tests.worlds import HOST, SECOND


class Last:
    """Pick the newest enabled action."""

    name = "last"

    def begin(self, choices: Choices) -> None: ...

    def pick(self, ready: list[Action]) -> int:
        return len(ready) - 1


def made(strategy: Scheduler | None = None) -> tuple[Kernel, list[str]]:
    kernel = Kernel(choices=Choices(), scheduler=strategy or Fifo(), options=Options())
    log: list[str] = []
    kernel.on_action = lambda action, number: log.append(f"{kernel.now_ns} {action.label().verb} {action.label().path}")
    return kernel, log


class Ring(Timer):
    __slots__ = ("name",)

    def __init__(self, kernel: Kernel, due_ns: int, name: str) -> None:
        self.number = -1
        self.name = name
        super().__init__(kernel, due_ns)

    def label(self) -> Label:
        return Label("fire", self.name)

    def fire(self) -> None:
        pass


@pytest.mark.parametrize("delay", [1.0, 0.5, -1, True, "1s"])
def test_a_delay_that_is_not_a_whole_number_of_nanoseconds_is_refused(delay: Any) -> None:
    kernel, _ = made()

    with pytest.raises(InvalidArgument, match="int of nanoseconds"):
        kernel.environment.schedule(kernel.environment.event(), delay=delay)
    assert kernel.environment.next_instant() is None


def test_a_timeout_of_simpy_with_a_float_is_refused() -> None:
    kernel, _ = made()

    with pytest.raises(InvalidArgument, match=r"got 1\.5"):
        kernel.environment.timeout(1.5)


def test_a_delay_of_zero_enables_one_action_however_many_events_there_are() -> None:
    kernel, log = made()
    for _ in range(3):
        kernel.environment.timeout(0)

    assert [action.label().verb for action in kernel.ready] == ["simpy"]
    kernel.run()
    assert log == ["0 simpy world"] * 3


@pytest.mark.parametrize("strategy", [Fifo(), Last()], ids=["oldest", "newest"])
def test_events_of_simpy_keep_the_order_of_simpy_whatever_the_strategy(strategy: Scheduler) -> None:
    kernel, _ = made(strategy)
    environment = kernel.environment
    seen: list[str] = []

    def ticker(name: str) -> Generator[Any, Any, None]:
        for round_number in range(2):
            yield environment.timeout(5)
            seen.append(f"{name}{round_number}")

    for name in ("a", "b"):
        environment.process(ticker(name))
    Ring(kernel, 5, "timer")
    kernel.run()

    assert seen == ["a0", "b0", "a1", "b1"]
    assert kernel.now_ns == 10


@pytest.mark.parametrize("strategy", [Fifo(), Last()], ids=["oldest", "newest"])
def test_the_timers_of_one_instant_are_enabled_together_and_fire_in_any_order(strategy: Scheduler) -> None:
    """N24."""
    kernel, log = made(strategy)
    for name in ("a", "b", "c"):
        Ring(kernel, 7, name)
    kernel.run()

    assert sorted(log) == ["7 fire a", "7 fire b", "7 fire c"]
    assert log[0] == ("7 fire a" if strategy.name == "fifo" else "7 fire c")


def test_a_timer_of_simpy_and_one_of_a_process_at_one_instant_come_in_any_order() -> None:
    """N24."""
    orders = set()
    for strategy in (Fifo(), Last()):
        kernel, log = made(strategy)
        kernel.environment.timeout(7)
        Ring(kernel, 7, "a")
        kernel.run()
        orders.add(tuple(log))

    assert orders == {("7 fire a", "7 simpy world"), ("7 simpy world", "7 fire a")}


def test_a_cancelled_timer_never_moves_the_clock() -> None:
    kernel, log = made()
    timer = Ring(kernel, 1_000, "never")

    assert [timer.cancel(), timer.cancel()] == [True, False]
    kernel.run()
    assert (log, kernel.now_ns, kernel.environment.now) == ([], 0, 0)


def test_a_timer_is_cancelled_until_it_has_fired() -> None:
    kernel, log = made()
    one, other = Ring(kernel, 5, "one"), Ring(kernel, 5, "other")
    kernel.on_action = lambda action, number: log.append(f"cancelled {other.cancel()}")
    kernel.run()

    assert (log, one.cancel()) == (["cancelled True"], False)


def test_an_instant_whose_timers_were_all_cancelled_can_be_used_again() -> None:
    kernel, log = made()
    Ring(kernel, 5, "a").cancel()
    Ring(kernel, 5, "b")
    Ring(kernel, 5, "c").cancel()
    kernel.run()

    assert (log, kernel.now_ns) == (["5 fire b"], 5)


def test_a_timer_that_is_due_already_is_enabled_at_once() -> None:
    kernel, log = made()
    Ring(kernel, 0, "now")
    Ring(kernel, -5, "past")
    kernel.run()

    assert log == ["0 fire now", "0 fire past"]


def test_time_moves_only_when_nothing_else_is_enabled() -> None:
    """A4: a ready process is never overtaken by time."""
    kernel, log = made(Last())

    class Again(Action):
        left = 3

        def label(self) -> Label:
            return Label("step", "p")

        def perform(self) -> None:
            self.left -= 1
            if self.left:
                kernel.enable(self)

    kernel.enable(Again())
    Ring(kernel, 1, "t")
    kernel.run()

    assert log == ["0 step p"] * 3 + ["1 fire t"]


# -- of a world: only the world moves its time


@pytest.mark.parametrize("call", ["run", "step"])
def test_the_environment_of_a_world_does_not_run_by_itself(call: str) -> None:
    world = World()

    with pytest.raises(UsageError, match=rf"environment\.{call} would pass by .*; call world\.run"):
        getattr(world.environment, call)()

    assert world.now_ns == world.environment.now == 0


def test_nor_from_a_process_or_from_a_process_of_simpy() -> None:
    refused: list[str] = []

    def ordinary(world: World) -> Any:
        yield world.environment.timeout(1)
        with pytest.raises(UsageError) as caught:
            world.environment.run(until=3 * SECOND)
        refused.append(str(caught.value))

    async def main(process: Process) -> int:
        with pytest.raises(UsageError) as caught:
            world.environment.step()
        refused.append(str(caught.value))
        await process.sleep("1s")
        return process.now_ns

    world = World()
    world.define("app:main", main)
    pid = world.spawn("app:main", HOST)
    world.environment.process(ordinary(world))
    world.run()

    assert (world.result(pid), world.environment.now) == (SECOND, SECOND)
    assert len(refused) == 2


@pytest.mark.parametrize("delay", [0.5, -1, True, "1s", None])
def test_a_timeout_that_is_no_whole_number_of_nanoseconds_is_refused_in_one_way(delay: Any) -> None:
    kernel, _ = made()

    with pytest.raises(InvalidArgument, match="int of nanoseconds"):
        kernel.environment.timeout(delay)


def test_a_preemptive_resource_is_refused_to_who_cannot_be_interrupted_and_nothing_is_asked_for() -> None:
    world = World()
    resource = simpy.PreemptiveResource(world.environment)
    seen: list[str] = []

    async def urgent(process: Process) -> None:
        try:
            resource.request(priority=0)
        except UsageError as refused:
            seen.append(str(refused))

    def interruptible() -> Generator[Any, Any, None]:
        with resource.request(priority=1) as request:
            yield request

    world.define("app:urgent", urgent)
    world.spawn("app:urgent", HOST)
    world.environment.process(interruptible())
    world.run()

    assert "let one make the request, await process.wait(world.environment.process(generator))" in seen[0]
    assert (resource.users, resource.queue) == ([], [])
    with pytest.raises(UsageError):
        resource.request(priority=0)


def test_a_process_has_a_preemptive_resource_by_way_of_a_simpy_process() -> None:
    """As the refusal advises."""
    world = World()
    resource = simpy.PreemptiveResource(world.environment)

    def use(priority: int) -> Generator[Any, Any, str]:
        with resource.request(priority=priority) as request:
            yield request
            try:
                yield world.environment.timeout(100)
            except simpy.Interrupt:
                return f"interrupted at {world.environment.now}"
        return f"done at {world.environment.now}"

    async def user(process: Process, priority: int) -> Any:
        if priority == 0:
            await process.sleep(10)
        return await process.wait(world.environment.process(use(priority)))

    world.define("app:user", user)
    pids = [world.spawn("app:user", HOST, priority) for priority in (1, 0)]
    world.run()

    assert [world.result(pid) for pid in pids] == ["interrupted at 10", "done at 110"]
