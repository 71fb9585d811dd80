"""The shared state of all processes of one world: who there is, where they run, what they may do."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextvars import Context, copy_context
from typing import TYPE_CHECKING, Any, Final, Literal, Protocol, TypeAlias, cast

from simcore.graph.names import Names
from simcore.graph.topology import Topology
from simcore.kernel.channel import KernelChannel
from simcore.kernel.choices import derive_seed
from simcore.model.effects import Denial
from simcore.model.errors import UNAVAILABLE, NotFound, ProcessError, UsageError, process_error
from simcore.model.messages import Cancel, Exit, LinkDown
from simcore.model.payload import Payload, pack
from simcore.model.texts import class_name
from simcore.process.state.held import Held
from simcore.process.state.record import ProcessRecord, Task
from simcore.security.book import PolicyBook
from simcore.security.decision import require

if TYPE_CHECKING:
    from simcore.kernel.kernel import Kernel
    from simcore.model.options import Options
    from simcore.model.pid import Pid
    from simcore.process.state.definition import Definition
    from simcore.process.state.farewell import Farewell
    from simcore.process.state.observer import Observer
    from simcore.process.state.scribe import Scribe
    from simcore.security.frame import Frame

CONTROL_HOST: Final = "node:control"
FUNCTION_HOST: Final = "node:functions"
WORLD: Final = "world"
"""The creator path of everything that is done from outside."""


Handler: TypeAlias = Callable[[ProcessRecord, Task, Any], Any]
"""The meaning of one operation: called in the step, answers a value, ``SUSPEND``, or raises the ``ProcessError``."""


HostState: TypeAlias = Literal["created", "running", "stopping", "stopped"]


class HostEnding(Protocol):
    """The stop of a host, as those know it who only have to say what happened."""

    @property
    def deadline_ns(self) -> int:
        """The instant at which the processes that are left are ended."""
        ...

    def ended(self, record: ProcessRecord) -> None:
        """One of the host's processes has its result."""

    def when_done(self, done: Callable[[], None]) -> None:
        """Call *done* when the last process has ended."""


class Subscriber(Protocol):
    """Who wants events of the bus."""

    @property
    def record(self) -> ProcessRecord:
        """The process that they are for."""
        ...

    def wants(self, system: str, kind: str) -> bool:
        """Tell whether an event is meant."""
        ...

    def give(self, event: Payload) -> None:
        """Take an event."""


class Host:
    """Where processes run. *processes_max* is 0 for no limit (process 7.3 row 6).

    A host that was *created* runs nothing before it is started; one that was stopped is so for ever (process 2.6).
    """

    __slots__ = ("id", "processes", "processes_max", "state", "stop")

    def __init__(self, id: str) -> None:
        self.id: str = id
        self.processes_max: int = 0
        self.processes: int = 0
        self.state: HostState = "running"
        self.stop: HostEnding | None = None


class Runtime:
    """What the verb families work on. It decides nothing by itself."""

    def __init__(self, kernel: Kernel, observer: Observer, handlers: Mapping[type, Handler]) -> None:
        self.kernel = kernel
        self.handlers = handlers
        self.options: Options = kernel.options
        self.observer = observer
        self.topology: Topology = Topology()
        self.names: Names = Names()
        self.policies: PolicyBook = PolicyBook()
        self.bus: dict[Subscriber, None] = {}
        self.denials: list[Denial] = []
        self.definitions: dict[str, Definition] = {}
        self.hosts: dict[str, Host] = {}
        self.routes: dict[Pid, ProcessRecord] = {}
        self.stopping: dict[Pid, ProcessRecord] = {}
        """Who lives on a host that is shutting down: nothing is routed to them any more (process 2.6)."""
        # Those that have ended stay: labels name them, and their results are asked for. Each costs about 3 KB.
        self.records: dict[Pid, ProcessRecord] = {}
        self.enqueued: dict[type, int] = dict.fromkeys((type(None), Exit, LinkDown, Cancel), 0)
        self.children: dict[str, int] = {}
        self.context: Context = copy_context()
        """What the world was made in; each Python process begins with a copy, so that nothing that is set in a context
        variable reaches another process or another run."""
        self.running: ProcessRecord | None = None
        """Whose step it is, or was last."""
        self.given_up: list[tuple[str, object]] = []
        """Those that have caught their own end again and again, and whose they are."""
        self.farewells: list[Farewell] = []
        """What coroutines raised on their way out."""
        self.judgement: BaseException | None = None
        """The first of these that says that something does not hold, of those in the run: it has ended that."""
        self.accepted = 0
        """How many envelopes all mailboxes together have accepted."""
        self.held: Held = Held(self)
        self.scribe: Scribe | None = None
        """Who writes down what programs ask for and are answered, if anybody does."""
        self._pids = 0

    @property
    def now_ns(self) -> int:
        """The virtual time in nanoseconds."""
        return self.kernel.now_ns

    def define(self, definition: Definition) -> None:
        """Let *definition* be spawned by its id; a later one of the same id replaces it."""
        self.definitions[definition.id] = definition
        if self.scribe is not None:
            self.scribe.defined(definition.id)

    def add_host(self, id: str, *, processes_max: int = 0) -> Host:
        """Add a process host and return it; one that exists keeps what runs on it.

        Raises:
            UsageError: the id has a character that a pid uses as its own.
        """
        if any(each in id for each in "{}|@"):
            raise UsageError(f"the id of a host has none of the characters {{ }} | @, which spell a pid: {id!r}")
        host = self.hosts.setdefault(id, Host(id))
        host.processes_max = processes_max
        if self.scribe is not None:
            self.scribe.host_declared(host)
        return host

    def next_unique(self) -> str:
        """Return the next unique part of a pid, never used before (process 1.3)."""
        self._pids += 1
        return f"0x{self._pids:05x}"

    def path_of(self, pid: Pid) -> str:
        """Return the creator path of *pid*, or the pid itself where no such process ever was."""
        record = self.records.get(pid)
        return record.path if record is not None else str(pid)

    def known(self, text: str) -> ProcessRecord | None:
        """Return the process that is or was under the pid of this *text*, or None."""
        # A pid is equal to its text and hashes alike, so the text of a known process need not be taken apart.
        return self.records.get(cast("Pid", text))

    def route(self, pid: Pid) -> ProcessRecord:
        """Return the routable process *pid*.

        Raises:
            NotFound: ``process not found``, ``host not found`` or ``node not found`` (process 3.3, 1.4).
            ProcessError: ``host is shutting down``, kind ``Unavailable`` (process 2.6).
        """
        record = self.routes.get(pid)
        if pid in self.stopping:
            raise process_error(f"host is shutting down: {pid.host}", UNAVAILABLE)
        if record is None and pid.node:
            raise NotFound(f"node not found: {pid.node}")
        if record is None:
            # Functions run on a host that is in no table.
            known = pid.host in self.hosts or pid in self.records
            raise NotFound(f"process not found: {pid}" if known else f"host not found: {pid.host}")
        return record

    def living(self, pid: Pid) -> ProcessRecord | None:
        """Return the process *pid* unless it has ended, routable or not."""
        return self.routes.get(pid) or self.stopping.get(pid)

    def require(
        self,
        record: ProcessRecord,
        verb: str,
        subjects: Mapping[str, str],
        typed: Mapping[str, str] | None = None,
        *,
        skip: str = "",
    ) -> None:
        """Check the rows of *verb* in the permission table, in their order; the first denial stops (process 12.5).

        Args:
            record: the caller.
            verb: a key of the table.
            subjects: what the rows speak of, by ``target``, ``id``, ``host`` or ``name``.
            typed: what the caller wrote, where it differs, for the message.
            skip: an action of the table that is not checked (process 18.1).

        Raises:
            PermissionDenied: the operation must have no effect; of two rows the error is ``InvalidArgument``
                (process 12.10).
        """
        strict = self.options.strict_mode
        try:
            require(record.frame, verb, subjects, pid=record.pid, strict=strict, typed=typed, skip=skip)
        except ProcessError as denial:
            details = denial.details or {}
            action, resource = str(details.get("action")), str(details.get("resource"))
            self.denials.append(Denial(record.path, record.pid, action, resource, self.now_ns))
            self.observer.denied(record, action, resource)
            raise

    def require_target(self, record: ProcessRecord, verb: str, target: Pid, typed: str) -> None:
        """Check the one row of a verb that has a destination, the resolved *target*."""
        if record.guarded:
            self.require(record, verb, {"target": target}, {"target": typed})

    def guards(self, frame: Frame) -> bool:
        """Tell whether a check in *frame* can be denied at all (process 12.1)."""
        return self.options.strict_mode or (frame.actor is not None and frame.scope is not None)

    def channel(self, record: ProcessRecord, capacity: int) -> KernelChannel:
        """Return a new channel between coroutines of *record*."""
        return KernelChannel(record.wakeups, capacity)

    def log(self, record: ProcessRecord, level: str, message: str, fields: Mapping[str, Any], place: str = "") -> None:
        """Write a log record of the simulated program."""
        self.kernel.trace.fold(pack((level, message, dict(fields))))
        self.observer.logged(record, level, message, fields, place)

    def fold_error(self, error: ProcessError) -> None:
        """Fold an error into the digest; of a Python exception type and kind, since its text may hold an address."""
        cause = error.__cause__
        text = class_name(cause) if cause is not None else error.message
        self.kernel.trace.fold(f"{error.kind}\x00{text}".encode("utf-8", "surrogatepass"))

    def seed_for(self, name: str) -> int:
        """Return a 64-bit seed derived from the world's seed and *name*."""
        return derive_seed(self.kernel.choices.seed, name)
