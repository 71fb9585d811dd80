"""Starting processes (process 2.2, 7)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from simcore.kernel.channel import SUSPEND
from simcore.model.errors import (
    AlreadyExists,
    NotFound,
    ProcessError,
)
from simcore.model.messages import EVENTS_TOPIC, LinkDown
from simcore.model.operations import Spawn
from simcore.process.command import LATER, Command, Return
from simcore.process.mailbox import enqueue
from simcore.process.relate import tie, watch
from simcore.process.start import LateMessages, _enqueue_all, admit, bind_name, frame_of, start, usable_host
from simcore.process.state.envelope import Envelope
from simcore.process.verbs.verb import VerbRow

if TYPE_CHECKING:
    from simcore.model.pid import Pid
    from simcore.process.settings import Settings
    from simcore.process.state.record import ProcessRecord, Task


def spawn(record: ProcessRecord, task: Task, operation: Spawn) -> object:
    """Check a spawn at the call (process 7.2) and leave the start to a command, the answer to a later action (N9)."""
    runtime = record.runtime
    verb = spawn_verb(monitored=operation.monitored, linked=operation.linked)
    plain = verb == "spawn" and operation.settings is None
    skip = "process.host" if not plain and "host_check_only_plain_spawn" in runtime.options.quirks else ""
    runtime.require(record, verb, {"id": operation.id, "host": operation.host}, skip=skip)
    require_name(record, operation.settings)
    record.commands.append(Command(f"do:{verb}", record, task, operation.id, _spawn, operation))
    return SUSPEND


def require_name(record: ProcessRecord, settings: Settings | None) -> None:
    """Under ``strict_builder_permissions`` a builder's name needs what a register needs (process 7.6)."""
    runtime = record.runtime
    if settings is not None and settings.name and runtime.options.strict_builder_permissions:
        runtime.require(record, "register", {"name": settings.name})


def spawn_verb(*, monitored: bool, linked: bool) -> str:
    """Return the contract's word for this kind of spawn (process 7.1)."""
    return "spawn" + ("_linked" if linked else "") + ("_monitored" if monitored else "")


def _spawn(command: Command) -> object:
    record, operation = command.record, command.data
    answer = Return("return:spawn", record, command.task, operation.id)
    try:
        pid, late = _start(record, operation)
    except ProcessError as error:
        record.runtime.fold_error(error)
        record.runtime.observer.refused(record, command.verb.removeprefix("do:"), operation.id, error)
        answer.enable(None, error)
        return LATER
    answer.receiver = record.runtime.path_of(pid)
    if late is not None:
        late.answer = answer
    else:
        answer.enable(pid)
    return LATER


def _start(record: ProcessRecord, operation: Spawn) -> tuple[Pid, LateMessages | None]:
    """Perform process 2.2 steps 2 to 9; where the builder's name is taken, signal its holder instead (process 7.6)."""
    runtime, settings = record.runtime, operation.settings
    host = usable_host(runtime, operation.host)
    # Before the definition, which is not even looked up where the name is taken (process 7.3 row 4).
    if settings is not None and settings.name and (holder := runtime.names.get(settings.name)) is not None:
        return _signal(record, settings, holder), None
    child = start(runtime, host, operation.id, operation.arguments, frame_of(record, settings), creator=record)
    child.parent = record.pid
    if settings is not None and settings.name:
        bind_name(settings.name, child)
    _relate(record.pid, child, monitored=operation.monitored, linked=operation.linked)
    late = admit(child, () if settings is None else settings.messages)
    # After `admit`: the notice needs a mailbox, and finds the child before its first step all the same.
    if operation.linked and record.pid not in runtime.topology:
        _kill_orphan(child, record.pid)
    return child.pid, late


def _signal(record: ProcessRecord, settings: Settings, holder: Pid) -> Pid:
    """Hand the builder's messages to who holds the name; a holder that has ended loses them silently (process 7.6)."""
    runtime = record.runtime
    if runtime.options.name_conflict == "error":
        raise AlreadyExists(f"name already registered: {settings.name}")
    if settings.messages and runtime.options.strict_builder_permissions:
        runtime.require(record, "send", {"target": holder})
    receiver = runtime.routes.get(holder)
    if receiver is not None:
        _enqueue_all(receiver, settings.messages)
    return holder


def _kill_orphan(child: ProcessRecord, parent: Pid) -> None:
    """Let a child whose linked parent is gone die before its first step (process 6.10, O8)."""
    runtime = child.runtime
    if "orphan_on_dead_parent" not in runtime.options.quirks:
        event = LinkDown(parent, NotFound(f"pid not registered: {parent}"), runtime.now_ns)
        enqueue(child, Envelope(EVENTS_TOPIC, parent, event=event))


def _relate(parent: Pid, child: ProcessRecord, *, monitored: bool, linked: bool) -> None:
    """Install what the spawn asked for before the child can run (G7). A parent that is gone can have neither."""
    runtime = child.runtime
    assert not child.queued, "G7: monitor and link stand before the first step"
    # The edges need their node; `admit` adds it to the rest of the tables.
    runtime.topology.add(child.pid)
    if parent not in runtime.topology:
        return
    if monitored:
        watch(runtime, parent, child.pid)
    if linked:
        tie(runtime, parent, child.pid)


VERBS: Final = (
    VerbRow(
        Spawn,
        spawn,
        "the start of {id}",
        {
            "do:spawn": "the spawn of {whom} by {who}",
            "do:spawn_linked": "the linked spawn of {whom} by {who}",
            "do:spawn_monitored": "the monitored spawn of {whom} by {who}",
            "do:spawn_linked_monitored": "the linked and monitored spawn of {whom} by {who}",
            "do:with_message": "the delivery of the first messages of {who}",
            "return:spawn": "the answer to the spawn of {who}, {whom}",
        },
    ),
)
