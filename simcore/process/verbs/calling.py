"""Starting a process and waiting for its result (process 8)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from simcore.kernel.channel import SUSPEND
from simcore.model.errors import AlreadyExists, InvalidArgument, ProcessError, process_error
from simcore.model.operations import RunAndWait
from simcore.process.command import LATER, Command, Return
from simcore.process.start import admit, bind_name, frame_of, start, usable_host
from simcore.process.verbs.spawning import require_name
from simcore.process.verbs.verb import VerbRow

if TYPE_CHECKING:
    from collections.abc import Sequence

    from simcore.model.payload import Payload
    from simcore.process.state.record import ProcessRecord, Task


def run_and_wait(record: ProcessRecord, task: Task, operation: RunAndWait) -> object:
    """Check a call, more strictly than a spawn (process 8.2), and leave its start to a command."""
    if not operation.id:
        raise InvalidArgument("process ID required")
    namespace, _, name = operation.id.partition(":")
    if not namespace or not name:
        raise InvalidArgument("invalid process ID format (namespace:name required)")
    if not operation.host:
        raise InvalidArgument("host ID required")
    record.runtime.require(record, operation.verb, {"id": operation.id, "host": operation.host})
    require_name(record, operation.settings)
    record.commands.append(Command(f"do:{operation.verb}", record, task, operation.id, _run_and_wait, operation))
    return SUSPEND


def _run_and_wait(command: Command) -> object:
    record, operation = command.record, command.data
    runtime, settings = record.runtime, operation.settings
    try:
        host = usable_host(runtime, operation.host)
        if settings is not None and settings.name and runtime.names.get(settings.name) is not None:
            # There is nobody to wait for: the holder of the name was not started for this call.
            raise AlreadyExists(f"name already registered: {settings.name}")
        frame = frame_of(record, settings)
        callee = start(runtime, host, operation.id, operation.arguments, frame, creator=record)
    except ProcessError as error:
        kind = "Internal" if "command_errors_internal" in runtime.options.quirks else error.kind
        return refuse(command, process_error(f"exec failed: {error.message}", kind, details=error.details))
    if settings is not None and settings.name:
        bind_name(settings.name, callee)
    return _await(command, callee, () if settings is None else settings.messages)


def refuse(command: Command, error: ProcessError) -> object:
    """Answer that nothing was started, in an action of its own as any other answer."""
    record, verb = command.record, command.verb.removeprefix("do:")
    record.runtime.fold_error(error)
    record.runtime.observer.refused(record, verb, command.data.id, error)
    Return(f"return:{verb}", record, command.task, command.data.id).enable(None, error)
    return LATER


def _await(command: Command, callee: ProcessRecord, messages: Sequence[tuple[str, Payload]]) -> object:
    """Let the callee's end be the answer; the caller is neither its parent nor its watcher (process 8.3)."""
    verb = command.verb.removeprefix("do:")
    # By the answer alone and not by a monitor: no EXIT may reach the caller (process 8.3).
    callee.caller = Return(f"return:{verb}", command.record, command.task, callee.path)
    admit(callee, messages)
    return LATER


VERBS: Final = (
    VerbRow(
        RunAndWait,
        run_and_wait,
        "the result of {id}",
        {
            "do:call": "the call of {whom} by {who}",
            "do:exec": "the exec of {whom} by {who}",
            "return:call": "the result of {whom}, called by {who}",
            "return:exec": "the result of {whom}, executed by {who}",
        },
    ),
)
