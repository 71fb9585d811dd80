"""The spawn: as many processes as are counted are made, and each comes to its end."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

import simpy

from simcore.bench import spawn


class _Noting(simpy.Environment):
    """An environment that keeps the processes that were made in it."""

    def __init__(self) -> None:
        super().__init__()
        self.made: list[simpy.Process] = []

    def process(self, generator: Generator[Any, Any, Any]) -> simpy.Process:
        """Make a process and keep it."""
        self.made.append(super().process(generator))
        return self.made[-1]


def test_each_process_that_is_counted_is_made_and_ends() -> None:
    world = spawn.new_world(50)
    one = world.spawn("bench:parent", "bench:processes", 50)
    world.run()

    records = world.runtime.records.values()
    assert [record.id for record in records].count("bench:child") == 50
    assert not any(world.alive(record.pid) for record in records)
    assert world.result(one) is None


def test_what_is_timed_runs_to_its_end() -> None:
    spawn.prepare(20)()
    spawn.prepare_simpy(20)()


def test_the_baseline_makes_as_many_processes_of_bare_simpy() -> None:
    environment = _Noting()
    environment.process(spawn._parent(environment, 20))
    environment.run()

    assert len(environment.made) == 1 + 20
    assert all(process.processed for process in environment.made)
