"""Monitors and links between living processes (semantics 5 and 6)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from simcore.kernel.channel import SUSPEND
from simcore.model.errors import NotFound
from simcore.process.command import Command
from simcore.process.naming import resolve
from simcore.process.record import GONE

if TYPE_CHECKING:
    from collections.abc import Callable

    from simcore.model.operations import Link, Monitor, Unlink, Unmonitor
    from simcore.model.pid import Pid
    from simcore.process.record import ProcessRecord, Task
    from simcore.process.runtime import Runtime


def monitor(runtime: Runtime, record: ProcessRecord, task: Task, operation: Monitor) -> object:
    """Check a monitor at the call and leave the rest to a command (5.1)."""
    return _issue(runtime, record, task, operation, "monitor", _monitor)


def unmonitor(runtime: Runtime, record: ProcessRecord, task: Task, operation: Unmonitor) -> object:
    """Check an unmonitor at the call and leave the rest to a command (5.6)."""
    return _issue(runtime, record, task, operation, "unmonitor", _unmonitor)


def link(runtime: Runtime, record: ProcessRecord, task: Task, operation: Link) -> object:
    """Check a link at the call and leave the rest to a command (6.1)."""
    return _issue(runtime, record, task, operation, "link", _link)


def unlink(runtime: Runtime, record: ProcessRecord, task: Task, operation: Unlink) -> object:
    """Check an unlink at the call and leave the rest to a command (6.5)."""
    return _issue(runtime, record, task, operation, "unlink", _unlink)


def _issue(
    runtime: Runtime,
    record: ProcessRecord,
    task: Task,
    operation: Any,
    verb: str,
    effect: Callable[[Command], None],
) -> object:
    target = resolve(runtime, operation.destination)
    runtime.require_target(record, verb, target, operation.destination)
    record.commands.append(Command(f"do:{verb}", record, task, target, effect))
    return SUSPEND


def _monitor(command: Command) -> None:
    if command.record.phase == GONE:
        raise NotFound(f"pid not registered: {command.record.pid}")
    watch(command.record.runtime, command.record.pid, command.target)


def watch(runtime: Runtime, watcher: Pid, target: Pid) -> None:
    """Let *watcher* be told of the end of *target*; errors as ``Topology.monitor``."""
    runtime.topology.monitor(watcher, target)
    runtime.observer.monitored(watcher, target)


def _unmonitor(command: Command) -> None:
    runtime = command.record.runtime
    runtime.topology.unmonitor(command.record.pid, command.target)
    runtime.observer.unmonitored(command.record.pid, command.target)


def _link(command: Command) -> None:
    tie(command.record.runtime, command.record.pid, command.target)


def tie(runtime: Runtime, one: Pid, other: Pid) -> None:
    """Link the two; errors as ``Topology.link``."""
    if runtime.topology.link(one, other):
        runtime.observer.linked(one, other)


def _unlink(command: Command) -> None:
    runtime = command.record.runtime
    runtime.topology.unlink(command.record.pid, command.target)
    runtime.observer.unlinked(command.record.pid, command.target)
