"""Starting a process, or a function, and waiting for its result (semantics 8; lua-environment 6.5)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simcore.kernel.channel import SUSPEND
from simcore.model.errors import InvalidArgument, NotFound, ProcessError, process_error
from simcore.process.command import LATER, Command, Return
from simcore.process.spawning import admit, frame_of, start, start_function, usable_host

if TYPE_CHECKING:
    from simcore.model.operations import CallFunction, RunAndWait
    from simcore.process.record import ProcessRecord, Task
    from simcore.process.runtime import Runtime


def run_and_wait(runtime: Runtime, record: ProcessRecord, task: Task, operation: RunAndWait) -> object:
    """Check a call, more strictly than a spawn (8.2), and leave its start to a command."""
    if not operation.id:
        raise InvalidArgument("process ID required")
    namespace, _, name = operation.id.partition(":")
    if not namespace or not name:
        raise InvalidArgument("invalid process ID format (namespace:name required)")
    if not operation.host:
        raise InvalidArgument("host ID required")
    runtime.require(record, operation.verb, {"id": operation.id, "host": operation.host})
    record.commands.append(Command(f"do:{operation.verb}", record, task, operation.id, _run_and_wait, operation))
    return SUSPEND


def _run_and_wait(command: Command) -> object:
    record, operation = command.record, command.data
    runtime = record.runtime
    try:
        host = usable_host(runtime, operation.host)
        frame = frame_of(record, operation.settings)
        callee = start(runtime, host, operation.id, operation.arguments, frame, creator=record)
    except ProcessError as error:
        kind = "Internal" if "command_errors_internal" in runtime.options.quirks else error.kind
        return _refuse(command, process_error(f"exec failed: {error.message}", kind, details=error.details))
    return _await(command, callee)


def call_function(runtime: Runtime, record: ProcessRecord, task: Task, operation: CallFunction) -> object:
    """Check a function call and leave its start to a command (lua-environment 6.5)."""
    runtime.require(record, "funcs.call", {"id": operation.id})
    if operation.id not in runtime.definitions:
        raise NotFound(f"function not found: {operation.id}")
    record.commands.append(Command("do:funcs.call", record, task, operation.id, _call_function, operation))
    return SUSPEND


def _call_function(command: Command) -> object:
    record, operation = command.record, command.data
    frame = frame_of(record, operation.settings)
    try:
        callee = start_function(record.runtime, operation.id, operation.arguments, frame, creator=record)
    except ProcessError as error:
        return _refuse(command, error)
    return _await(command, callee)


def _refuse(command: Command, error: ProcessError) -> object:
    record, verb = command.record, command.verb.removeprefix("do:")
    record.runtime.fold_error(error)
    record.runtime.observer.refused(record, verb, command.data.id, error)
    Return(f"return:{verb}", record, command.task, command.data.id).enable(None, error)
    return LATER


def _await(command: Command, callee: ProcessRecord) -> object:
    """Let the callee's end be the answer; the caller is neither its parent nor its watcher (8.3)."""
    verb = command.verb.removeprefix("do:")
    callee.caller = Return(f"return:{verb}", command.record, command.task, callee.actor)
    admit(command.record.runtime, callee)
    return LATER
