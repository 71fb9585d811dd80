"""The birth of a process, whoever asked for it (process 2.2)."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Final

from simcore.kernel.action import Action, Label
from simcore.model.errors import (
    LIMIT_EXCEEDED,
    NOT_FOUND,
    UNAVAILABLE,
    BoundReached,
    NotFound,
    ProcessError,
    process_error,
)
from simcore.model.pid import make_pid
from simcore.process.mailbox import enqueue
from simcore.process.state.envelope import Envelope
from simcore.process.state.record import ProcessRecord
from simcore.process.state.runtime import CONTROL_HOST, FUNCTION_HOST, WORLD, Host, Runtime
from simcore.process.step import ProcessStep

if TYPE_CHECKING:
    from collections.abc import Sequence

    from simcore.model.payload import Payload
    from simcore.process.command import Return
    from simcore.process.settings import Settings
    from simcore.security.frame import Frame


WAY_MAX: Final = 1_000
"""A longer way to a creator stands in the paths of its children as a digest of so many digits."""
WAY_DIGITS: Final = 16


def bind_name(name: str, child: ProcessRecord) -> None:
    """Bind a builder's name before the child can run (G8)."""
    runtime = child.runtime
    assert not child.queued, "G8: the name is bound before the first step"
    runtime.names.register(name, child.pid)
    runtime.observer.named(name, child.pid)


def frame_of(record: ProcessRecord, settings: Settings | None) -> Frame:
    """Return what a child inherits: the caller's frame, or what the builder laid over it (process 7.8)."""
    return record.frame if settings is None else settings.frame


def _enqueue_all(receiver: ProcessRecord, messages: Sequence[tuple[str, Payload]]) -> None:
    """Put a builder's messages into a mailbox, contiguous and in their order, without a sender (process 3.11, G11)."""
    for topic, payload in messages:
        enqueue(receiver, Envelope(topic, None, payload))


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
        return Label("do:with_message", self._record.path)

    def perform(self) -> None:
        if self._record.alive:
            _enqueue_all(self._record, self._messages)
        if self.answer is not None:
            self.answer.enable(self._record.pid)


def usable_host(runtime: Runtime, id: str) -> Host:
    """Return the process host *id* (process 7.3 rows 1 to 3).

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
    """Make a process that is not routable yet (process 2.2 steps 4 to 6).

    Raises:
        ProcessError: process 7.3 rows 5 to 8; nothing is left behind but a used-up pid.
    """
    definition = runtime.definitions.get(id)
    if definition is None:
        raise process_error(f"factory not found: {id}", NOT_FOUND)
    if host.processes_max and host.processes >= host.processes_max:
        raise process_error(f"max processes limit exceeded: {host.id} has {host.processes}", LIMIT_EXCEEDED)
    if len(runtime.routes) >= runtime.options.processes_max:
        # A bound of the simulation ends the run; the program gets no answer that the contract does not know.
        raise BoundReached("processes_max", runtime.options.processes_max)
    if len(runtime.routes) >= runtime.options.processes_max // 2:
        runtime.kernel.become_long()
    # After the definition was found, which is the order that programs see in the numbers (process 1.3).
    pid = make_pid(host.id, runtime.next_unique())
    record = ProcessRecord(runtime, pid, id, host.id, _path(runtime, creator, id), frame)
    record.creator = None if creator is None else creator.pid
    record.step = ProcessStep(record)
    if runtime.scribe is not None:
        runtime.scribe.handed(record, arguments)
    try:
        record.front, coroutine = definition.start(record, arguments)
    except ProcessError:
        _abandon(record)
        raise
    record.main = record.start_task(coroutine)
    runtime.kernel.trace.fold(arguments)
    return record


def _abandon(record: ProcessRecord) -> None:
    """Free what the module body of a process that never came has made: a failed spawn leaves no name and no timer
    (process 7.3)."""
    for name in record.runtime.names.release(record.pid):
        record.runtime.observer.unnamed(name, record.pid)
    for pending in record.pending:
        pending.cancel()
    record.pending.clear()


def _path(runtime: Runtime, creator: ProcessRecord | None, id: str) -> str:
    children = runtime.children if creator is None else creator.children
    # Counted by creator and definition and not in the world, so that one process more elsewhere renames nobody.
    number = children.get(id, 0)
    children[id] = number + 1
    return f"{WORLD if creator is None else _way_to(creator.path)}/{id}.{number}"


def _way_to(path: str) -> str:
    """Return *path* as it stands in those of its children: whoever starts one that starts one, and so on, would fill
    the memory with the names of all before."""
    if len(path) <= WAY_MAX:
        return path
    digest = hashlib.sha256(path.encode("utf-8", "surrogatepass")).hexdigest()
    return f"...{digest[:WAY_DIGITS]}"


def admit(child: ProcessRecord, messages: Sequence[tuple[str, Payload]] = ()) -> LateMessages | None:
    """Make the process routable and runnable (process 2.2 steps 7 to 10); a builder's *messages* are first in its
    mailbox. Under ``weak_with_message`` return the action that puts them there."""
    runtime = child.runtime
    runtime.topology.add(child.pid)
    runtime.records[child.pid] = child
    runtime.routes[child.pid] = child
    # The built-in host of functions is not in there; nothing limits it.
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
        _enqueue_all(child, messages)
    # Last of all: from here on it can run (process 2.2 step 9).
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
