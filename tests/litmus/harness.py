"""Litmus tests: a tiny program with the table of all outcomes that the contract allows, each with its reason.

The tables were derived from the text of the rules, by hand; the numbers beside the rows are theirs. Under uniformly
random schedules each row has to be reached, and nothing else may ever be seen.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final, NamedTuple, TypeAlias

import pytest

from simcore import Behaviour, Channel, Fifo, Options, Pid, Process, ProcessError, SimcoreError, Uniform, World
from simcore.lua import load_app
from simcore.lua.application import Application

HOST: Final = "litmus:processes"
LUA: Final = Path(__file__).parent / "lua"
SCHEDULES_MAX: Final = 5_000
"""Within so many schedules each row has to be reached."""
SCHEDULES_QUICK: Final = 300
"""How many schedules there are at least where it has to be quick; the rows are often reached sooner."""
CAMPAIGNS: Final = (SCHEDULES_QUICK, pytest.param(SCHEDULES_MAX, marks=pytest.mark.slow))

Outcome: TypeAlias = Hashable


class Play:
    """One run of one program: a world, and whom the program puts into it.

    Args:
        seed: of the schedule.
        lua: whether the processes are the Lua twins, the entries of the same names in the application beside this file.
        strategy: the schedule; by default a uniform one.
        options: of the world.
    """

    def __init__(
        self, seed: int, *, lua: bool = False, strategy: Fifo | Uniform | None = None, options: Options | None = None
    ) -> None:
        self.world = World(seed, strategy or Uniform(), options or Options())
        self.log: list[str] = []
        """What the processes of a program wrote down, in the order of their doing."""
        self._lua = lua
        if lua:
            self.world.install(_application())
        else:
            self.world.runtime.add_host(HOST)

    def define(self, *behaviours: Behaviour) -> None:
        """Let processes spawn each of *behaviours* as ``litmus:<its name>``."""
        for behaviour in () if self._lua else behaviours:
            self.world.define(f"litmus:{behaviour.__name__}", behaviour)

    def start(self, behaviour: Behaviour, *args: Any) -> Pid:
        """Start a process; nothing of it runs before ``run``."""
        self.define(behaviour)
        return self.world.spawn(f"litmus:{behaviour.__name__}", HOST, *args)

    def run(self) -> None:
        """Let everything happen that can."""
        self.world.run()

    def settle(self) -> None:
        """Let happen what can happen without time; a program that has a beginning ends it with this."""
        self.world.run(until=self.world.now_ns + 1)

    def result(self, pid: Pid) -> Any:
        """Return the value that *pid* ended with, the text of its error, or that it waits."""
        outcome = self.world.outcome(pid)
        if outcome is None:
            return "waits"
        return _plain(outcome.payload.value()) if outcome.error is None else outcome.error.message

    def written(self) -> str:
        """Return the log."""
        return ", ".join(self.log)


@cache
def _application() -> Application:
    return load_app(LUA)


def _plain(value: Any) -> Any:
    return tuple(map(_plain, value)) if isinstance(value, (list, tuple)) else value


Program: TypeAlias = Callable[[Play], Outcome]


class Entry(NamedTuple):
    """A program as ``PROGRAMS`` holds it: the program, whether it has twins in Lua, and the options of its world."""

    program: Program
    lua: bool = False
    options: Options | None = None


PROGRAMS: Final[dict[str, Entry]] = {}
"""Every program of the modules that were imported, as ``<module>::<name>``: what the golden runs play."""


def enrol(program: Program, *, lua: bool = False, options: Options | None = None) -> Program:
    """Put *program* into ``PROGRAMS`` and return it as it is."""
    name = f"{program.__module__.rpartition('.')[2]}::{program.__name__}"
    assert name not in PROGRAMS, f"two programs are called {name}"
    PROGRAMS[name] = Entry(program, lua, options)
    return program


def litmus(outcomes: Mapping[Any, str], *, lua: bool = False) -> Callable[[Program], Callable[[int, bool], None]]:
    """Make a test of a program: it plays it under one schedule after the other and compares with the table.

    Args:
        outcomes: every outcome that the contract allows, and why.
        lua: whether the program has twins in Lua, which have the same table.
    """

    def decorate(program: Program) -> Callable[[int, bool], None]:
        enrol(program, lua=lua)

        @pytest.mark.parametrize(
            "schedules_min", [SCHEDULES_QUICK, pytest.param(SCHEDULES_MAX, marks=pytest.mark.slow)]
        )
        @pytest.mark.parametrize("lua", [False, True] if lua else [False], ids=("python", "lua")[: 1 + lua])
        def test(schedules_min: int, lua: bool) -> None:
            explore(program, outcomes, schedules_min=schedules_min, lua=lua)

        test.__name__, test.__doc__, test.__module__ = program.__name__, program.__doc__, program.__module__
        return test

    return decorate


def explore(
    program: Program,
    outcomes: Mapping[Any, str],
    *,
    schedules_min: int,
    schedules_max: int = SCHEDULES_MAX,
    lua: bool = False,
) -> None:
    """Play *program* under the seeds from 1 on: *schedules_min* of them, and until each row of *outcomes* was seen.

    Raises:
        AssertionError: something else was seen, or a row was not.
    """
    seen: Counter[Outcome] = Counter()
    for seed in range(1, schedules_max + 1):
        outcome = _play(program, seed, lua=lua)
        assert outcome in outcomes, f"seed {seed} gives {outcome!r}, which is no row of the table"
        seen[outcome] += 1
        if seed >= schedules_min and len(seen) == len(outcomes):
            return
    for outcome, why in outcomes.items():
        assert seen[outcome], f"{schedules_max} schedules did not reach {outcome!r} ({why}); seen: {dict(seen)}"


def _play(program: Program, seed: int, *, lua: bool) -> Outcome:
    try:
        return program(Play(seed, lua=lua))
    except SimcoreError as error:
        raise AssertionError(f"seed {seed} fails: {error}") from error


# -- what many programs do


async def pause(process: Process) -> None:
    """End the step with a command that has no effect (process 5.6), so that others may act before the next one."""
    await process.unmonitor(process.pid)


async def answer(call: Any) -> str:
    """Return "ok", or the kind of the error that *call* gave."""
    try:
        await call
    except ProcessError as error:
        return error.kind
    return "ok"


async def gather(process: Process, *channels: Channel) -> list[Any]:
    """Return all that arrives at *channels* while anything can happen: time passes only when nothing else does (A4)."""
    late = process.after("1s")
    cases = {str(number): channel for number, channel in enumerate(channels)} | {"late": late}
    values: list[Any] = []
    while True:
        chosen = await process.select(**cases)
        if chosen.name == "late":
            return values
        values.append(chosen.value)


# -- whom many programs start


async def leaver(process: Process) -> str:
    return "done"


async def crasher(process: Process) -> None:
    raise RuntimeError("burst")


async def boss(process: Process) -> str:
    """Return the topics that arrive, in their order."""
    return " ".join([message.topic for message in await gather(process, process.inbox)])


async def terminating(process: Process, target: str) -> str:
    return await answer(process.terminate(target))


async def cancelling(process: Process, target: str) -> str:
    return await answer(process.cancel(target))
