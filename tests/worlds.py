"""Worlds of the tests: where their processes live, and one process played to its end."""

from __future__ import annotations

from typing import Any, Final

from simcore import Actor, Behaviour, Options, Pid, Scope, Uniform, World
from simcore.process.state.record import ProcessRecord
from tests.conftest import Make

HOST: Final = "app:processes"
SECOND: Final = 1_000_000_000


def result_of(
    make: Make,
    main: Behaviour,
    *,
    seed: int = 0,
    strategy: Any = None,
    options: Options | None = None,
    scope: Scope | None = None,
    **behaviours: Behaviour,
) -> Any:
    """Run a process of *main* until nothing happens any more, and return its result.

    Args:
        make: makes the world.
        main: what the process does.
        seed: of the schedule, which is uniform where this is not 0 and no *strategy* is given.
        strategy: of the schedule.
        options: of the world.
        scope: of the process, which then acts as ``me``.
        behaviours: what it may spawn, each as ``app:<name>``.
    """
    strategy = strategy or (Uniform() if seed else None)
    world = make(seed=seed, strategy=strategy, options=options, main=main, **behaviours)
    pid = world.spawn("app:main", HOST, actor=Actor("me") if scope else None, scope=scope)
    world.run()
    return world.result(pid)


def record(world: World, pid: Pid) -> ProcessRecord:
    """Return what the runtime keeps of a process that is alive."""
    return world.runtime.records[pid]
