"""Starting processes (semantics 2.2 and 7)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simcore.kernel.action import Action, Label
from simcore.kernel.channel import SUSPEND
from simcore.model.errors import (
    LIMIT_EXCEEDED,
    NOT_FOUND,
    UNAVAILABLE,
    AlreadyExists,
    BoundReached,
    NotFound,
    ProcessError,
    process_error,
)
from simcore.model.messages import EVENTS_TOPIC, LinkDown
from simcore.model.pid import Pid, make_pid
from simcore.process.command import LATER, Command, Return
from simcore.process.envelope import Envelope
from simcore.process.messaging import enqueue
from simcore.process.record import ProcessRecord, Task
from simcore.process.relating import tie, watch
from simcore.process.runtime import CONTROL_HOST, FUNCTION_HOST, WORLD, Host, Runtime
from simcore.process.stepping import Step

if TYPE_CHECKING:
    from collections.abc import Sequence

    from simcore.model.operations import Spawn
    from simcore.model.payload import Payload
    from simcore.process.building import Settings
    from simcore.security.frame import Frame


def spawn(runtime: Runtime, record: ProcessRecord, task: Task, operation: Spawn) -> object:
    """Check a spawn at the call (7.2) and leave the start to a command, the answer to a later action (N9)."""
    verb = spawn_verb(monitored=operation.monitored, linked=operation.linked)
    plain = verb == "spawn" and operation.settings is None
    skip = "process.host" if not plain and "host_check_only_plain_spawn" in runtime.options.quirks else ""
    runtime.require(record, verb, {"id": operation.id, "host": operation.host}, skip=skip)
    require_name(runtime, record, operation.settings)
    record.commands.append(Command(f"do:{verb}", record, task, operation.id, _spawn, operation))
    return SUSPEND


def require_name(runtime: Runtime, record: ProcessRecord, settings: Settings | None) -> None:
    """Under ``strict_builder_permissions`` a builder's name needs what a register needs (7.6)."""
    if settings is not None and settings.name and runtime.options.strict_builder_permissions:
        runtime.require(record, "register", {"name": settings.name})


def spawn_verb(*, monitored: bool, linked: bool) -> str:
    """Return the seed's word for this kind of spawn."""
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
    answer.receiver = record.runtime.actor_of(pid)
    if late is not None:
        late.answer = answer
    else:
        answer.enable(pid)
    return LATER


def _start(record: ProcessRecord, operation: Spawn) -> tuple[Pid, LateMessages | None]:
    """Perform 2.2, steps 2 to 9; where the builder's name is taken, signal its holder instead (7.6)."""
    runtime, settings = record.runtime, operation.settings
    host = usable_host(runtime, operation.host)
    if settings is not None and settings.name and (holder := runtime.names.get(settings.name)) is not None:
        return _signal(record, settings, holder), None
    child = start(runtime, host, operation.id, operation.arguments, frame_of(record, settings), creator=record)
    child.parent = record.pid
    if settings is not None and settings.name:
        bind_name(runtime, settings.name, child)
    _relate(runtime, record.pid, child, monitored=operation.monitored, linked=operation.linked)
    late = admit(runtime, child, () if settings is None else settings.messages)
    if operation.linked and record.pid not in runtime.topology:
        _kill_orphan(runtime, child, record.pid)
    return child.pid, late


def bind_name(runtime: Runtime, name: str, child: ProcessRecord) -> None:
    """Bind a builder's name before the child can run (G8)."""
    assert not child.queued, "G8: the name is bound before the first step"
    runtime.names.register(name, child.pid)
    runtime.observer.named(name, child.pid)


def frame_of(record: ProcessRecord, settings: Settings | None) -> Frame:
    """Return what a child inherits: the caller's frame, or what the builder laid over it (7.8)."""
    return record.frame if settings is None else settings.frame


def _signal(record: ProcessRecord, settings: Settings, holder: Pid) -> Pid:
    """Hand the builder's messages to who holds the name; a holder that has ended loses them silently (7.6)."""
    runtime = record.runtime
    if runtime.options.name_conflict == "error":
        raise AlreadyExists(f"name already registered: {settings.name}")
    if settings.messages and runtime.options.strict_builder_permissions:
        runtime.require(record, "send", {"target": holder})
    receiver = runtime.routes.get(holder)
    if receiver is not None:
        _enqueue_all(runtime, receiver, settings.messages)
    return holder


def _enqueue_all(runtime: Runtime, receiver: ProcessRecord, messages: Sequence[tuple[str, Payload]]) -> None:
    """Put a builder's messages into a mailbox, contiguous and in their order, without a sender (3.11, G11)."""
    for topic, payload in messages:
        enqueue(runtime, receiver, Envelope(topic, None, payload))


class LateMessages(Action):
    """The builder's messages as an action of their own: the quirk ``weak_with_message`` (N12). The *answer* of the
    spawn comes after it, and so does all that the spawner sends to the new pid (G11)."""

    __slots__ = ("_messages", "_record", "answer")

    def __init__(self, record: ProcessRecord, messages: Sequence[tuple[str, Payload]]) -> None:
        super().__init__()
        self._record = record
        self._messages = messages
        self.answer: Return | None = None

    def label(self) -> Label:
        return Label("do:with_message", self._record.actor)

    def perform(self) -> None:
        if self._record.alive:
            _enqueue_all(self._record.runtime, self._record, self._messages)
        if self.answer is not None:
            self.answer.enable(self._record.pid)


def _kill_orphan(runtime: Runtime, child: ProcessRecord, parent: Pid) -> None:
    """Let a child whose linked parent is gone die before its first step (6.10, decision O8)."""
    if "orphan_on_dead_parent" not in runtime.options.quirks:
        event = LinkDown(parent, NotFound(f"pid not registered: {parent}"), runtime.now_ns)
        enqueue(runtime, child, Envelope(EVENTS_TOPIC, parent, event=event))


def usable_host(runtime: Runtime, id: str) -> Host:
    """Return the process host *id* (7.3, rows 1 to 3).

    Raises:
        ProcessError: there is no such host, or processes cannot be spawned on it.
    """
    if id in (CONTROL_HOST, FUNCTION_HOST):
        raise process_error("host does not implement process.Host", "Internal")
    host = runtime.hosts.get(id)
    if host is None:
        raise NotFound(f"host not found: {id}")
    if host.state != "running":
        state = "shutting down" if host.state == "stopping" else "not running"
        raise process_error(f"host is {state}: {id}", UNAVAILABLE)
    return host


def start(
    runtime: Runtime,
    host: Host,
    id: str,
    arguments: Payload,
    frame: Frame,
    *,
    creator: ProcessRecord | None,
) -> ProcessRecord:
    """Make a process that is not routable yet (2.2, steps 4 to 6).

    Raises:
        ProcessError: rows 5 to 8 of 7.3; nothing is left behind but a used-up pid.
    """
    definition = runtime.definitions.get(id)
    if definition is None:
        raise process_error(f"factory not found: {id}", NOT_FOUND)
    if host.processes_max and host.processes >= host.processes_max:
        raise process_error(f"max processes limit exceeded: {host.id} has {host.processes}", LIMIT_EXCEEDED)
    if len(runtime.routes) >= runtime.options.processes_max:
        raise BoundReached("processes_max", runtime.options.processes_max)
    pid = make_pid(host.id, runtime.next_unique())
    record = ProcessRecord(runtime, pid, id, host.id, _actor(runtime, creator, id), frame)
    record.step = Step(record)
    try:
        record.front, coroutine = definition.start(record, arguments)
    except ProcessError:
        _forget_names(record)
        raise
    record.main = record.start_task(coroutine)
    runtime.kernel.trace.fold(arguments)
    return record


def _forget_names(record: ProcessRecord) -> None:
    """Free what the module body of a process that never came has registered: a failed spawn leaves no name (7.3)."""
    for name in record.runtime.names.release(record.pid):
        record.runtime.observer.unnamed(name, record.pid)


def _actor(runtime: Runtime, creator: ProcessRecord | None, id: str) -> str:
    children = runtime.children if creator is None else creator.children
    number = children.get(id, 0)
    children[id] = number + 1
    return f"{WORLD if creator is None else creator.actor}/{id}.{number}"


def _relate(runtime: Runtime, parent: Pid, child: ProcessRecord, *, monitored: bool, linked: bool) -> None:
    """Install what the spawn asked for before the child can run (G7). A parent that is gone can have neither."""
    assert not child.queued, "G7: monitor and link stand before the first step"
    runtime.topology.add(child.pid)
    if parent not in runtime.topology:
        return
    if monitored:
        watch(runtime, parent, child.pid)
    if linked:
        tie(runtime, parent, child.pid)


def admit(runtime: Runtime, child: ProcessRecord, messages: Sequence[tuple[str, Payload]] = ()) -> LateMessages | None:
    """Make the process routable and runnable (2.2, steps 7 to 10); a builder's *messages* are first in its mailbox.
    Under ``weak_with_message`` return the action that puts them there."""
    runtime.topology.add(child.pid)
    runtime.records[child.pid] = child
    runtime.routes[child.pid] = child
    if child.host in runtime.hosts:
        runtime.hosts[child.host].processes += 1
    child.runnable.append((child.main, None, None))
    runtime.observer.spawned(child)
    assert not child.queued, "G11: the messages of the builder are there before the first step, and before all others"
    late = None
    if messages and "weak_with_message" in runtime.options.quirks:
        late = LateMessages(child, messages)
        runtime.kernel.enable(late)
    else:
        _enqueue_all(runtime, child, messages)
    child.wake()
    return late


def start_function(
    runtime: Runtime,
    id: str,
    arguments: Payload,
    frame: Frame,
    *,
    creator: ProcessRecord | None,
) -> ProcessRecord:
    """Make the process of a function call, on the built-in host ``node:functions``; the caller admits it."""
    return start(runtime, Host(FUNCTION_HOST), id, arguments, frame, creator=creator)
