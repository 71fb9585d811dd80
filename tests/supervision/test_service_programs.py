"""Drawn services under drawn orders from outside: whatever happens, the invariants hold and a shutdown ends it all."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any

import pytest

from simcore import Options, Process, ProcessError, Uniform, UsageError, World
from simcore.kernel.choices import Choices

from .supervised import ends, ignores, runs

if TYPE_CHECKING:
    from collections.abc import Sequence

HOSTS = ("app:first", "app:second")
KINDS = ("runs", "slow", "ignores", "ends", "breaks", "breaks_at_once", "missing")
MILLISECOND = 1_000_000
PROGRAMS = 300


async def slow(process: Process) -> None:
    await process.events.receive()
    await process.sleep("1s")


async def breaks(process: Process) -> None:
    await process.sleep("700ms")
    raise RuntimeError("broken")


async def breaks_at_once(process: Process) -> None:
    raise RuntimeError("broken")


class Draw:
    """What a program consists of, from one number."""

    def __init__(self, number: int) -> None:
        self._stream = Choices(number).stream("workload")

    def one_of(self, options: Sequence[Any]) -> Any:
        """Return one of *options*."""
        return options[self._stream.place(options)]

    def in_ten(self, count: int) -> bool:
        """Return True so often in ten times."""
        return self._stream.below(10) < count


def drawn_world(number: int, *, options: Options | None = None) -> World:
    """Return a world of up to six services with up to six orders on their way."""
    draw = Draw(number)
    world = World(number, Uniform(), options)
    for behaviour in (runs, slow, ignores, ends, breaks, breaks_at_once):
        world.define(f"app:{behaviour.__name__}", behaviour)
    ids = [f"app:s{place}" for place in range(draw.one_of(range(1, 7)))]
    if draw.in_ten(5):
        world.host(HOSTS[1], auto_start=draw.in_ten(8), depends_on=[draw.one_of(ids)], stop_timeout="700ms")
    for place, id in enumerate(ids):
        # The host may need what is to run on it, or needs it: refused, and so unknown to all others.
        with contextlib.suppress(UsageError):
            declare(world, draw, id, ids[:place])
    for _ in range(draw.one_of(range(7))):
        order(world, draw, ids)
    return world


def declare(world: World, draw: Draw, id: str, earlier: Sequence[str]) -> None:
    """Declare a service that may need *earlier* ones, and now and then one that is not there."""
    world.service(
        id,
        process=f"app:{draw.one_of(KINDS)}",
        host=draw.one_of(HOSTS),
        auto_start=draw.in_ten(6),
        depends_on=[need for need in (*earlier, "app:nobody") if draw.in_ten(1 if need == "app:nobody" else 4)],
        restart={"max_attempts": draw.one_of(range(4)), "initial_delay": draw.one_of(("100ms", "1s"))},
        stable_threshold=draw.one_of(("500ms", "5s")),
        stop_timeout=draw.one_of(("500ms", "1s")),
        start_delay=draw.one_of((0, 0, "200ms", "2s")),
        start_timeout=draw.one_of(("1s", "2s")),
    )


def order(world: World, draw: Draw, ids: Sequence[str]) -> None:
    """Have something done from outside at a drawn instant."""
    verb = draw.one_of(("start", "start", "stop", "stop", "host", "all"))
    subject = draw.one_of(HOSTS if verb == "host" else ids)

    def act(_: Any) -> None:
        # A host is made by the first service on it, and a service may need what is not there: both are answered.
        with contextlib.suppress(ProcessError):
            ask(world, verb, subject)

    world.environment.timeout(draw.one_of(range(4000)) * MILLISECOND).callbacks.append(act)


def ask(world: World, verb: str, subject: str) -> None:
    """Ask for one thing from outside."""
    if verb == "start":
        world.start_service(subject)
    elif verb == "stop":
        world.stop_service(subject)
    elif verb == "host":
        world.stop_host(subject)
    else:
        world.shut_down(grace="500ms")


@pytest.mark.parametrize("quirks", [(), ("leak_on_stop_timeout",)])
def test_whatever_was_asked_a_shutdown_ends_every_service_and_every_host(quirks: tuple[str, ...]) -> None:
    """process 14.12, 14.13; I14, I15, I87 to I95."""
    states: set[str] = set()
    hosts: set[str] = set()
    for number in range(PROGRAMS):
        world = drawn_world(number, options=Options(quirks=quirks))
        world.run(until="20s")
        world.shut_down(grace="1s")
        world.run()
        states.update(world.services.states().values())
        hosts.update(host.state for host in world.hosts.values())
        assert {host.state for host in world.hosts.values()} <= {"created", "stopped"}
        assert not any(world.alive(pid) for pid in world.runtime.records)

    assert states == {"Unknown", "Stopped", "Exited", "Failed"}
    assert hosts == {"created", "stopped"}


def test_a_program_of_services_is_repeated_exactly() -> None:
    """I98."""

    def digest(number: int) -> str:
        world = drawn_world(number)
        world.run(until="10s")
        return world.digest

    numbers = range(20)
    assert [digest(number) for number in numbers] == [digest(number) for number in numbers]
