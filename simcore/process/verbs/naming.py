"""Names: register, look up, unregister, and what a destination means (process 11)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from simcore.kernel.action import Action, Label
from simcore.kernel.channel import SUSPEND
from simcore.model.errors import InvalidArgument, NotFound, ProcessError
from simcore.model.operations import Lookup, Register, Unregister
from simcore.model.pid import Pid, check_name, looks_like_pid, parse_pid
from simcore.process.verbs.verb import VerbRow

if TYPE_CHECKING:
    from collections.abc import Callable

    from simcore.process.state.record import ProcessRecord, Task
    from simcore.process.state.runtime import Runtime


def resolve(runtime: Runtime, destination: str) -> Pid:
    """Return the pid that *destination* means: itself if it has the shape of one, else who holds the name
    (process 11.6).

    Raises:
        NotFound: it is neither.
    """
    if isinstance(destination, Pid):
        return destination
    known = runtime.known(destination)
    if known is not None:
        return known.pid
    if looks_like_pid(destination):
        return parse_pid(destination)
    pid = runtime.names.get(destination)
    if pid is None:
        raise NotFound(f"could not resolve '{destination}' as PID or registered name")
    return pid


class Shared(Action):
    """A shared operation: a transition of its own in the middle of a step, which goes on when it is done
    (process 15.1.1)."""

    __slots__ = ("operation", "record", "task")

    def __init__(self, record: ProcessRecord, task: Task, operation: Register | Lookup | Unregister) -> None:
        super().__init__()
        self.record: ProcessRecord = record
        self.task: Task = task
        self.operation: Register | Lookup | Unregister = operation

    def label(self) -> Label:
        return Label(f"shared:{self.operation.word().lower()}", self.record.path, self.operation.name)

    def perform(self) -> None:
        record = self.record
        record.paused = False
        names, name = record.runtime.names, self.operation.name
        owner = names.get(name)
        try:
            value, error = perform_shared(record, self.operation), None
        except ProcessError as problem:
            assert names.get(name) == owner, "G18: a refused operation leaves the name as it was"
            verb = self.operation.word().lower()
            record.runtime.observer.refused(record, verb, name, problem)
            value, error = None, problem
        record.step.go_on(self.task, value, error)


def share(record: ProcessRecord, task: Task, operation: Register | Lookup | Unregister) -> object:
    """Pause the step: the operation becomes an action, and until it is performed the process does nothing else."""
    # The other coroutines have to wait: within one process nothing runs between a look-up and what follows it.
    record.paused = True
    record.runtime.kernel.enable(Shared(record, task, operation))
    return SUSPEND


def perform_shared(record: ProcessRecord, operation: Register | Lookup | Unregister) -> Any:
    """Perform a shared operation now, as a module body does (process A)."""
    return _PERFORMERS[type(operation)](record, operation)


def _register(record: ProcessRecord, operation: Register) -> None:
    runtime = record.runtime
    check_name(operation.name)
    pid = record.pid if operation.pid is None else _registered_pid(operation.pid)
    foreign = pid != record.pid and runtime.options.foreign_register_permission
    runtime.require(record, "register_foreign" if foreign else "register", {"name": operation.name, "target": pid})
    owner = runtime.living(pid)
    # A binding to a process that has ended would never be released (process 11.4, 11.12).
    stale = "stale_name_binding" in runtime.options.quirks
    # Its own pid passes: a module body, which may register, runs before the process is routable.
    if owner is None and pid != record.pid and not stale:
        raise NotFound(f"pid not found: {pid}")
    if runtime.names.register(operation.name, pid):
        runtime.observer.named(operation.name, pid)


def _registered_pid(text: Any) -> Pid:
    if not isinstance(text, str):
        raise InvalidArgument("pid must be a string")
    try:
        return parse_pid(text)
    except InvalidArgument as error:
        raise InvalidArgument(f"invalid pid: {text}") from error


def _lookup(record: ProcessRecord, operation: Lookup) -> Pid:
    return record.runtime.names.lookup(operation.name)


def _unregister(record: ProcessRecord, operation: Unregister) -> bool:
    runtime = record.runtime
    runtime.require(record, "unregister", {"name": operation.name})
    owner = runtime.names.unregister(operation.name)
    if owner is not None:
        runtime.observer.unnamed(operation.name, owner)
    return owner is not None


_PERFORMERS: dict[type, Callable[[ProcessRecord, Any], Any]] = {
    Register: _register,
    Lookup: _lookup,
    Unregister: _unregister,
}


VERBS: Final = (
    VerbRow(Register, share, "its turn to register {name}", {"shared:register": "register of {whom} by {who}"}),
    VerbRow(Lookup, share, "its turn to look up {name}", {"shared:lookup": "lookup of {whom} by {who}"}),
    VerbRow(Unregister, share, "its turn to unregister {name}", {"shared:unregister": "unregister of {whom} by {who}"}),
)
