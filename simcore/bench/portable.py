"""Workloads that any installation of simcore can run, an older one as well: what ``--against`` compares.

The other interpreter runs this very file, and has nothing of this package but what its own ``simcore`` brings: here are
public names alone, and no import of a neighbour.
"""

from __future__ import annotations

import contextlib
import gc
import io
import runpy
import sys
import tempfile
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeAlias

from simcore import Options, Process, Uniform, World

if TYPE_CHECKING:
    from collections.abc import Callable

    Prepare: TypeAlias = Callable[[int, Path], Callable[[], None]]

UNBOUNDED: Final = 1 << 40
UNREAD: Final = 10_000
"""The messages that nobody reads, of the workload ``backlog``."""
ORDERS: Final = "scenarios/orders"
SUITES: Final = {"pipeline": 2, "supervision": 3}
"""The suites of the app whose tests hold under every schedule, and how many these are."""
SUPERVISION: Final = "supervised_restart_in_lua"


def main(cpu_ns: Callable[[], int]) -> None:
    """Answer each line of standard input with the CPU nanoseconds of one operation.

    The arguments of the command: the workload, how many operations a sample has, the root of the shipped catalogue.
    """
    name, operations, root = sys.argv[-3:]
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    for _ in sys.stdin:
        perform = PREPARE[name](int(operations), Path(root))
        # As in the process of the bench itself: nobody pays for the garbage of what was before.
        gc.collect()
        before = cpu_ns()
        perform()
        sys.stdout.write(f"{(cpu_ns() - before) / int(operations)}\n")
        sys.stdout.flush()


# -- worlds


def worlds(count: int, root: Path) -> Callable[[], None]:
    """Return what makes so many worlds."""

    def perform() -> None:
        for _ in range(count):
            World(1)

    return perform


# -- the backlog


def beside_a_backlog(messages: int, root: Path) -> Callable[[], None]:
    """Return what sends so many messages to a process in whose mailbox lie those that nobody reads."""
    return waited_for(messages, UNREAD)


def waited_for(messages: int, unread: int) -> Callable[[], None]:
    """Return what sends *messages* messages, one after the other, to a process with *unread* others in its mailbox."""
    world = World(1, Uniform(), Options(actions_max=UNBOUNDED, instant_actions_max=UNBOUNDED))
    world.define("bench:reader", reader)
    world.define("bench:writer", writer)
    one = world.spawn("bench:reader", "bench:processes", messages)
    for number in range(unread):
        world.send(one, "unread", number)
    world.run()
    other = world.spawn("bench:writer", "bench:processes", messages, one)

    def perform() -> None:
        world.run()
        assert (world.result(one), world.result(other)) == (messages, None)

    return perform


async def reader(process: Process, messages: int) -> int:
    """Answer so many messages of one topic, and read no other."""
    wanted = process.listen("wanted")
    for _ in range(messages):
        await process.send(await wanted.receive(), "answer")
    return messages


async def writer(process: Process, messages: int, to: str) -> None:
    """Send so many messages, each after the answer to the one before."""
    for _ in range(messages):
        await process.send(to, "wanted", process.pid)
        await process.inbox.receive()


# -- schedules of the shipped catalogue, as the command plays them


def orders(schedules: int, root: Path) -> Callable[[], None]:
    """Return what plays so many schedules of tests of the app ``orders``, as many of each."""
    each = str(max(schedules // sum(SUITES.values()), 1))
    performs = [commanded("test", str(root / ORDERS), "--suite", suite, "--schedules", each) for suite in SUITES]

    def perform() -> None:
        for one in performs:
            one()

    return perform


def lua_scenario(schedules: int, root: Path) -> Callable[[], None]:
    """Return what plays so many schedules of the scenario that supervises a worker in Lua."""
    return commanded("run", SUPERVISION, "--seeds", str(schedules))


def commanded(*words: str) -> Callable[[], None]:
    """Return what calls the command in this process, which has called it once, so that nothing is imported later."""
    # An older one plays in the process that was called, and does not know the option that says so.
    here = ["--jobs", "0"] if find_spec("simcore.campaign") else []
    called([*words[:-1], "1", *here])
    return lambda: called([*words, *here])


def called(words: list[str]) -> None:
    """Call the command; raises ``RuntimeError`` where it does not say that all is well."""
    before, told = sys.argv, io.StringIO()
    # In a folder of its own there is no project, and a name is one of the shipped catalogue.
    with tempfile.TemporaryDirectory() as folder, contextlib.chdir(folder), contextlib.redirect_stdout(told):
        sys.argv = ["simcore", *words]
        try:
            runpy.run_module("simcore", run_name="__main__")
        except SystemExit as end:
            if end.code:
                raise RuntimeError(f"simcore {' '.join(words)} ended with {end.code}") from None
        finally:
            sys.argv = before


PREPARE: Final[dict[str, Prepare]] = {
    "orders": orders,
    "lua-scenario": lua_scenario,
    "world": worlds,
    "backlog": beside_a_backlog,
}
"""What sets up so many operations of a workload and returns the function that performs them; only that is timed."""
