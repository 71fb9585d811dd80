"""What is done to a world from outside, at once and between its actions: a scenario's own part in a run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from simcore.kernel.action import Label
from simcore.model.errors import InvalidArgument, NotFound
from simcore.model.messages import RESERVED_PREFIX
from simcore.model.payload import pack
from simcore.process import mailbox
from simcore.process.start import admit, start, start_function, usable_host
from simcore.process.state.envelope import Envelope
from simcore.process.state.runtime import CONTROL_HOST, FUNCTION_HOST, WORLD
from simcore.process.verbs import naming
from simcore.security.frame import EMPTY_FRAME, Frame
from simcore.world.hosts import grace_of

if TYPE_CHECKING:
    from simcore.check.deadlocks import Deadlocks
    from simcore.model.pid import Pid
    from simcore.process.state.record import ProcessRecord
    from simcore.security.actor import Actor
    from simcore.security.scope import Scope
    from simcore.supervision.supervisor import Supervisor
    from simcore.world.driver import Driver


class Outside:
    """Does to one world what its methods of the same names say, and notes each as what happened.

    Args:
        supervisor: of the world.
        deadlocks: of the world; who is in one when the outside stops something was not helped out by that.
        driver: who lets the world go on, and is told that something may happen again.
    """

    def __init__(self, supervisor: Supervisor, deadlocks: Deadlocks, driver: Driver) -> None:
        self._runtime = supervisor.runtime
        self._supervisor = supervisor
        self._deadlocks = deadlocks
        self._driver = driver
        self.has_apps: bool = False
        """Whether an application was loaded: it says which hosts there are."""

    # -- processes

    def spawn(self, id: str, host: str, args: tuple[Any, ...], actor: Actor | None, scope: Scope | None) -> Pid:
        """Start a process."""
        if not self._runtime.hosts or not self.has_apps:
            self.know_host(host)
        usable, frame = usable_host(self._runtime, host), _frame(actor, scope)
        with self._driver.noting_bounds():
            return self._admit("outside:spawn", start(self._runtime, usable, id, pack(args), frame, creator=None))

    def know_host(self, host: str) -> None:
        """Make a host that is not known yet, unless it is one of the runtime itself."""
        if host not in self._runtime.hosts and host not in (CONTROL_HOST, FUNCTION_HOST):
            self._runtime.add_host(host)

    def call(self, id: str, args: tuple[Any, ...], actor: Actor | None, scope: Scope | None) -> Pid:
        """Start a function."""
        with self._driver.noting_bounds():
            record = start_function(self._runtime, id, pack(args), _frame(actor, scope), creator=None)
            return self._admit("outside:call", record)

    def _admit(self, verb: str, record: ProcessRecord) -> Pid:
        # Before `admit`, whose effects belong under this label.
        self._note(verb, record.path)
        admit(record)
        return record.pid

    def send(self, destination: str, topic: str, payload: tuple[Any, ...]) -> None:
        """Enqueue a message."""
        if topic[:1] == RESERVED_PREFIX:
            raise InvalidArgument(f"cannot send to @ topics: {topic}")
        receiver = self._runtime.route(naming.resolve(self._runtime, destination))
        # Before it is noted: what cannot be copied was not sent.
        envelope = Envelope(topic, None, pack(payload))
        self._note("outside:send", receiver.path)
        with self._driver.noting_bounds():
            mailbox.enqueue(receiver, envelope)

    # -- services and hosts

    def start_service(self, id: str) -> None:
        """Let a service run, and before it all that it needs."""
        service = self._supervisor.roster.service(id)
        self._note("outside:start_service", id)
        self._supervisor.start([id])
        if service.start_error is not None and not service.wanted:
            raise service.start_error

    def stop_service(self, id: str) -> None:
        """Stop a service, and before it all that need it."""
        self._supervisor.roster.service(id)
        self._note_stop("outside:stop_service", id)
        self._supervisor.stop([id])

    def stop_host(self, id: str, grace: str | int | None) -> None:
        """Stop a host for ever, after all that need it."""
        host = self._runtime.hosts.get(id)
        if host is None:
            raise NotFound(f"host not found: {id}")
        grace_ns = grace_of(grace)
        self._note_stop("outside:stop_host", id)
        self._supervisor.stop([], [host], grace_ns=grace_ns)

    def shut_down(self, grace: str | int | None) -> None:
        """Stop all services and hosts in their order."""
        grace_ns = grace_of(grace)
        self._note_stop("outside:shut_down", "world")
        hosts = list(self._runtime.hosts.values())
        self._supervisor.stop(list(self._supervisor.services), hosts, grace_ns=grace_ns)

    def _note_stop(self, verb: str, id: str) -> None:
        if self._driver.is_quiescent():
            self._deadlocks.seal()
        self._note(verb, id)

    def _note(self, verb: str, whom: str) -> None:
        self._driver.disturb()
        self._runtime.kernel.trace.note(Label(verb, WORLD, whom))


def _frame(actor: Actor | None, scope: Scope | None) -> Frame:
    return EMPTY_FRAME if actor is None and scope is None else Frame(actor=actor, scope=scope)
