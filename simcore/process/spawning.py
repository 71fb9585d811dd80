"""Starting processes (semantics 2.2 and 7)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simcore.kernel.channel import SUSPEND
from simcore.model.errors import LIMIT_EXCEEDED, NOT_FOUND, BoundReached, NotFound, ProcessError, process_error
from simcore.model.pid import Pid, make_pid
from simcore.process.command import LATER, Command, Return
from simcore.process.record import ProcessRecord, Task
from simcore.process.relating import tie, watch
from simcore.process.runtime import CONTROL_HOST, FUNCTION_HOST, WORLD, Host, Runtime
from simcore.process.stepping import Step

if TYPE_CHECKING:
    from simcore.model.operations import CallFunction, Spawn
    from simcore.model.payload import Payload
    from simcore.security.frame import Frame


def spawn(runtime: Runtime, record: ProcessRecord, task: Task, operation: Spawn) -> object:
    """Check a spawn at the call (7.2) and leave the start to a command, the answer to a later action (N9)."""
    verb = spawn_verb(monitored=operation.monitored, linked=operation.linked)
    runtime.require(record, verb, {"id": operation.id, "host": operation.host})
    record.commands.append(Command(f"do:{verb}", record, task, operation.id, _spawn, operation))
    return SUSPEND


def spawn_verb(*, monitored: bool, linked: bool) -> str:
    """Return the seed's word for this kind of spawn."""
    return "spawn" + ("_linked" if linked else "") + ("_monitored" if monitored else "")


def _spawn(command: Command) -> object:
    record, operation = command.record, command.data
    answer = Return("return:spawn", record, command.task, operation.id)
    try:
        host = usable_host(record.runtime, operation.host)
        child = start(record.runtime, host, operation.id, operation.arguments, record.frame, creator=record)
    except ProcessError as error:
        record.runtime.fold_error(error)
        record.runtime.observer.refused(record, command.verb.removeprefix("do:"), operation.id, error)
        answer.enable(None, error)
        return LATER
    child.parent = record.pid
    _relate(record.runtime, record.pid, child, monitored=operation.monitored, linked=operation.linked)
    admit(record.runtime, child)
    answer.receiver = child.actor
    answer.enable(child.pid)
    return LATER


def usable_host(runtime: Runtime, id: str) -> Host:
    """Return the process host *id* (7.3, rows 1 and 2).

    Raises:
        ProcessError: there is no such host, or processes cannot be spawned on it.
    """
    if id in (CONTROL_HOST, FUNCTION_HOST):
        raise process_error("host does not implement process.Host", "Internal")
    host = runtime.hosts.get(id)
    if host is None:
        raise NotFound(f"host not found: {id}")
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
    record.front, coroutine = definition.start(record, arguments)
    record.main = record.start_task(coroutine)
    runtime.kernel.trace.fold(arguments)
    return record


def _actor(runtime: Runtime, creator: ProcessRecord | None, id: str) -> str:
    children = runtime.children if creator is None else creator.children
    number = children.get(id, 0)
    children[id] = number + 1
    return f"{WORLD if creator is None else creator.actor}/{id}.{number}"


def _relate(runtime: Runtime, parent: Pid, child: ProcessRecord, *, monitored: bool, linked: bool) -> None:
    """Install what the spawn asked for before the child can run (G7)."""
    runtime.topology.add(child.pid)
    if monitored:
        watch(runtime, parent, child.pid)
    if linked:
        tie(runtime, parent, child.pid)


def admit(runtime: Runtime, child: ProcessRecord) -> None:
    """Make the process routable and runnable (2.2, steps 7 to 9)."""
    runtime.topology.add(child.pid)
    runtime.records[child.pid] = child
    runtime.routes[child.pid] = child
    if child.host in runtime.hosts:
        runtime.hosts[child.host].processes += 1
    child.runnable.append((child.main, None, None))
    runtime.observer.spawned(child)
    child.wake()


# -- functions


def call_function(runtime: Runtime, record: ProcessRecord, task: Task, operation: CallFunction) -> object:
    """Check a function call and leave its start to a command (lua-environment 6.5)."""
    runtime.require(record, "funcs.call", {"id": operation.id})
    if operation.id not in runtime.definitions:
        raise NotFound(f"function not found: {operation.id}")
    record.commands.append(Command("do:funcs.call", record, task, operation.id, _call_function, operation))
    return SUSPEND


def _call_function(command: Command) -> object:
    record, operation = command.record, command.data
    try:
        callee = start_function(record.runtime, operation.id, operation.arguments, record.frame, creator=record)
    except ProcessError as error:
        record.runtime.fold_error(error)
        record.runtime.observer.refused(record, "funcs.call", operation.id, error)
        Return("return:funcs.call", record, command.task, operation.id).enable(None, error)
        return LATER
    callee.caller = Return("return:funcs.call", record, command.task, callee.actor)
    admit(record.runtime, callee)
    return LATER


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
