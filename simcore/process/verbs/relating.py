"""Monitors and links between living processes (process 5, 6)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from simcore.kernel.channel import SUSPEND
from simcore.model.errors import NotFound
from simcore.model.operations import Link, Monitor, Unlink, Unmonitor
from simcore.process.command import Command
from simcore.process.relate import tie, watch
from simcore.process.state.record import GONE
from simcore.process.verbs.naming import resolve
from simcore.process.verbs.verb import VerbRow

if TYPE_CHECKING:
    from collections.abc import Callable

    from simcore.process.state.record import ProcessRecord, Task


def monitor(record: ProcessRecord, task: Task, operation: Monitor) -> object:
    """Check a monitor at the call and leave the rest to a command (process 5.1)."""
    return _issue(record, task, operation, "monitor", _monitor)


def unmonitor(record: ProcessRecord, task: Task, operation: Unmonitor) -> object:
    """Check an unmonitor at the call and leave the rest to a command (process 5.6)."""
    return _issue(record, task, operation, "unmonitor", _unmonitor)


def link(record: ProcessRecord, task: Task, operation: Link) -> object:
    """Check a link at the call and leave the rest to a command (process 6.1)."""
    return _issue(record, task, operation, "link", _link)


def unlink(record: ProcessRecord, task: Task, operation: Unlink) -> object:
    """Check an unlink at the call and leave the rest to a command (process 6.5)."""
    return _issue(record, task, operation, "unlink", _unlink)


def _issue(
    record: ProcessRecord,
    task: Task,
    operation: Any,
    verb: str,
    effect: Callable[[Command], None],
) -> object:
    runtime = record.runtime
    target = resolve(runtime, operation.destination)
    runtime.require_target(record, verb, target, operation.destination)
    record.commands.append(Command(f"do:{verb}", record, task, target, effect))
    return SUSPEND


def _monitor(command: Command) -> None:
    # The commands of a process that a stopping host has ended are performed for nobody (process 2.6).
    if command.record.phase == GONE:
        raise NotFound(f"pid not registered: {command.record.pid}")
    watch(command.record.runtime, command.record.pid, command.target)


def _unmonitor(command: Command) -> None:
    runtime = command.record.runtime
    runtime.topology.unmonitor(command.record.pid, command.target)
    runtime.observer.unmonitored(command.record.pid, command.target)


def _link(command: Command) -> None:
    tie(command.record.runtime, command.record.pid, command.target)


def _unlink(command: Command) -> None:
    runtime = command.record.runtime
    runtime.topology.unlink(command.record.pid, command.target)
    runtime.observer.unlinked(command.record.pid, command.target)


VERBS: Final = (
    VerbRow(Monitor, monitor, "its turn to monitor {destination}", {"do:monitor": "monitor of {whom} by {who}"}),
    VerbRow(
        Unmonitor, unmonitor, "its turn to unmonitor {destination}", {"do:unmonitor": "unmonitor of {whom} by {who}"}
    ),
    VerbRow(Link, link, "its turn to link to {destination}", {"do:link": "link of {who} and {whom}"}),
    VerbRow(Unlink, unlink, "its turn to unlink from {destination}", {"do:unlink": "unlink of {who} and {whom}"}),
)
