"""Starting, stopping and restarting services (semantics 14); each of it is an action of its own (A5)."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from simcore.graph.dependencies import Dependencies
from simcore.kernel.action import Action, Label
from simcore.kernel.kernel import Timer
from simcore.model.durations import format_duration
from simcore.model.errors import INVALID, TIMEOUT, NotFound, ProcessError, UsageError, process_error
from simcore.model.messages import EVENTS_TOPIC, Cancel
from simcore.model.pid import make_pid
from simcore.process.controlling import request_end, timestamp
from simcore.process.envelope import Envelope
from simcore.process.hosting import GRACE_NS, stop_host
from simcore.process.messaging import enqueue
from simcore.process.runtime import CONTROL_HOST, WORLD, Host, Runtime
from simcore.process.service import (
    EXITED,
    FAILED,
    RUNNING,
    STARTING,
    STOPPED,
    STOPPING,
    Service,
    ServiceSpec,
    State,
)
from simcore.process.spawning import admit, start, usable_host

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from simcore.model.payload import Payload
    from simcore.process.record import Outcome, ProcessRecord


def supervisor_of(runtime: Runtime) -> Supervisor:
    """Return the supervisor of all services of *runtime*."""
    if runtime.supervisor is None:
        runtime.supervisor = Supervisor(runtime)
    return runtime.supervisor


class Supervisor:
    """All services of a world and what they need.

    ``provided`` holds ids that count as running although they are no service and no host: entries of an application
    that are no part of a simulation.
    """

    def __init__(self, runtime: Runtime) -> None:
        self.runtime = runtime
        self.services: dict[str, Service] = {}
        self.dependencies = Dependencies()
        self.provided: dict[str, None] = {}
        self._unbooted: list[str] = []
        self._batches: list[StopBatch] = []
        self._host_starts: dict[str, Action] = {}

    def declare(self, spec: ServiceSpec) -> Service:
        """Enter a service; it starts with the world, or when it is asked for.

        Raises:
            UsageError: the id is taken, or the service would need itself.
        """
        if spec.id in self.services or spec.id in self.runtime.hosts:
            raise UsageError(f"the id {spec.id} is taken by another {self._what(spec.id)}; rename one of the two")
        self.dependencies.add(spec.id, [*spec.depends_on, spec.host])
        cycle = self.dependencies.cycle()
        if cycle:
            self.dependencies.add(spec.id, ())
            raise UsageError(f"services need each other in a circle: {' -> '.join([*cycle, cycle[0]])}; break it")
        service = self.services[spec.id] = Service(spec)
        if spec.auto_start:
            self._unbooted.append(spec.id)
        return service

    def _what(self, id: str) -> str:
        return "service" if id in self.services else "host"

    def service(self, id: str) -> Service:
        """Return the service *id*.

        Raises:
            NotFound: there is no such service.
        """
        if id not in self.services:
            raise NotFound(f"service not found: {id}")
        return self.services[id]

    # -- starting

    def boot(self) -> None:
        """Start every service with ``auto_start`` that was declared since the last boot, as one batch (14.9)."""
        if self._unbooted:
            ids, self._unbooted = self._unbooted, []
            self.start(ids)

    def start(self, ids: Sequence[str]) -> None:
        """Let the services *ids* run, and before them whatever they need; one that runs is left alone (14.9)."""
        batch = [self.services[id] for id in self.dependencies.start_order(ids) if id in self.services]
        wanted = [service for service in batch if not _runs_or_will(service)]
        for service in wanted:
            service.wanted = service.waiting = True
            service.begun = False
            service.retries = 0
            service.error = service.start_error = None
            self.runtime.observer.service_asked(service, run=True)
        for service in wanted:
            unknown = [id for id in self.dependencies.needs(service.id) if not self._known(id)]
            if unknown:
                self._block(service, f"unknown dependency: {unknown[0]}")
        for service in wanted:
            self._try(service)

    def _known(self, id: str) -> bool:
        return id in self.services or id in self.runtime.hosts or id in self.provided

    def _block(self, service: Service, message: str) -> None:
        """Give up a start that has not begun, and with it the starts of all that need it (14.9, 14.10)."""
        if service.waiting:
            service.waiting = service.wanted = False
            self._disable(service)
            service.error = service.start_error = process_error(message, INVALID)
            self.runtime.observer.service_asked(service, run=False)
            self._block_dependents(service)

    def _block_dependents(self, service: Service) -> None:
        for id in self.dependencies.needed_by(service.id):
            self._block(self.services[id], f"dependency {service.id} failed to start")

    def _try(self, service: Service) -> None:
        """Enable the start of a service that waits for nothing any more."""
        free = service.waiting and service.action is None and service.child is None
        if not free or any(service.id in batch.members for batch in self._batches):
            return
        if all([self._ready(id) for id in self.dependencies.needs(service.id)]):
            service.action = Start(self, service)
            self.runtime.kernel.enable(service.action)

    def _ready(self, id: str) -> bool:
        """Tell whether a dependency has been Running since it was asked to; a later crash is no matter (14.11)."""
        if id in self.services:
            service = self.services[id]
            return service.begun and not service.to_be_stopped
        host = self.runtime.hosts.get(id)
        if host is None or host.state != "created":
            return True
        if id not in self._host_starts:
            self._host_starts[id] = StartHost(self, host)
            self.runtime.kernel.enable(self._host_starts[id])
        return False

    def host_started(self, host: Host) -> None:
        """A host takes processes in from now on."""
        self._host_starts.pop(host.id, None)
        self._try_dependents(host.id)

    def _try_dependents(self, id: str) -> None:
        for dependent in self.dependencies.needed_by(id):
            self._try(self.services[dependent])

    def begin(self, service: Service) -> None:
        """Go on to Starting (14.3): at once, or, where a start takes time, after it."""
        service.action = None
        service.timers.pop("retry", None)
        if service.waiting:
            service.waiting = service.begun = False
            service.retries = 0
        else:
            service.restarts += 1
        self._change(service, STARTING)
        service.supervisor = make_pid(CONTROL_HOST, self.runtime.next_unique())
        if service.spec.start_delay_ns:
            self._set_timer(service, "spawn", service.spec.start_delay_ns, self._spawn)
            self._set_timer(service, "start_timeout", service.spec.start_timeout_ns, self._start_timed_out)
        else:
            self._spawn(service)

    def _spawn(self, service: Service) -> None:
        service.cancel_timers()
        spec, runtime = service.spec, self.runtime
        try:
            frame = spec.identity.frame(runtime.policies)
            host = usable_host(runtime, spec.host)
            child = start(runtime, host, spec.process, spec.arguments, frame, creator=None)
        except ProcessError as error:
            self._failed(service, error, uptime_ns=0)
            return
        child.caller = Watcher(self, service, child)
        service.child, service.pid = child, child.pid
        service.started_ns = runtime.now_ns
        service.begun = True
        admit(runtime, child)
        self._change(service, RUNNING)
        self._try_dependents(service.id)
        if service.stop_due:
            self._ask_to_stop(service)

    def _start_timed_out(self, service: Service) -> None:
        service.cancel_timers()
        error = process_error("service start timed out", TIMEOUT, retryable=True, details={"status": "start timeout"})
        self._failed(service, error, uptime_ns=0)

    # -- the end of a child

    def ended(self, service: Service, child: ProcessRecord) -> None:
        """The supervisor learns that its child is gone (14.4)."""
        if service.child is not child:
            return
        service.child = None
        outcome = child.outcome
        assert outcome is not None
        if service.state == STOPPING:
            service.cancel_timers()
            self._stopped(service)
        elif service.state == RUNNING and self._is_final(outcome):
            service.error = outcome.error
            self._change(service, EXITED)
        elif service.state == RUNNING:
            assert outcome.error is not None
            self._failed(service, outcome.error, uptime_ns=self.runtime.now_ns - service.started_ns)
        self._try(service)

    def _is_final(self, outcome: Outcome) -> bool:
        """Tell whether nobody is to try again. What the runtime itself says of an end never means that (14.4)."""
        return outcome.error is None or (outcome.own and outcome.error.retryable is False)

    def _failed(self, service: Service, error: ProcessError, *, uptime_ns: int) -> None:
        """Note a failure and let it be tried again, unless it is given up (14.5)."""
        service.error = error
        was_starting = service.state == STARTING
        self._change(service, FAILED)
        service.retries += 1
        attempt = service.retries
        if uptime_ns and uptime_ns >= service.spec.stable_threshold_ns:
            service.retries, attempt = 0, 1
        restart = service.spec.restart
        if service.to_be_stopped:
            if was_starting and service.stop_due:
                service.stop_due = False
                self._change(service, STOPPING)
                self._stopped(service)
        elif restart.max_attempts == 0 or attempt < restart.max_attempts:
            counted = 1 if "flat_backoff" in self.runtime.options.quirks else attempt
            delay_ns = restart.delay_ns(counted, self.runtime.kernel.choices.stream("jitter"))
            self.runtime.observer.service_retrying(service, attempt, delay_ns)
            self._set_timer(service, "retry", delay_ns, self.begin)
        elif not service.begun:
            service.start_error = error
            self._block_dependents(service)

    # -- stopping

    def stop(self, ids: Iterable[str], hosts: Sequence[Host] = (), *, grace_ns: int = GRACE_NS) -> None:
        """Stop services and hosts, before them all that need them: level by level, in parallel within one (14.12).

        Args:
            ids: the services.
            hosts: hosts, after the services on them; one on which none is active begins its stop at once.
            grace_ns: nanoseconds that the processes of the hosts have.
        """
        members = self.dependencies.dependents([*ids, *(host.id for host in hosts)])
        stopped_hosts = {host.id: host for host in hosts}
        services = [self.services[id] for id in members if id in self.services]
        for service in services:
            self._no_longer_wanted(service)
        active = [service.id for service in services if service.state in (STARTING, RUNNING, STOPPING, FAILED)]
        if not active:
            for host in hosts:
                stop_host(self.runtime, host, grace_ns)
            return
        batch = StopBatch(self, [*active, *stopped_hosts], stopped_hosts, grace_ns)
        self._batches.append(batch)
        batch.go_on()

    def _no_longer_wanted(self, service: Service) -> None:
        """From now on nothing starts it again; one that waits for its retry is stopped here (14.12, invariant 94)."""
        was_wanted, service.wanted, service.waiting = service.wanted, False, False
        self._disable(service)
        if was_wanted:
            self.runtime.observer.service_asked(service, run=False)
        if "retry" in service.timers:
            service.cancel_timers()
            self._change(service, STOPPING)
            self._stopped(service)

    def _disable(self, service: Service) -> None:
        if service.action is not None:
            self.runtime.kernel.disable(service.action)
            service.action = None

    def stop_member(self, batch: StopBatch, service: Service) -> None:
        """Stop one service whose turn has come (14.8)."""
        if not service.to_be_stopped:
            batch.settled(service.id)
        elif service.state == RUNNING:
            self._ask_to_stop(service)
        elif service.state == FAILED:
            self._change(service, STOPPING)
            self._stopped(service)
        elif service.state == STARTING:
            service.stop_due = True
        elif service.state != STOPPING:
            batch.settled(service.id)

    def _ask_to_stop(self, service: Service) -> None:
        """Send a CANCEL from the hidden supervisor, unless the child has ended or its host takes nothing in."""
        service.stop_due = False
        self._change(service, STOPPING)
        runtime, child = self.runtime, service.child
        assert child is not None
        timeout_ns = service.spec.stop_timeout_ns
        if child.pid in runtime.routes:
            deadline_ns = runtime.now_ns + timeout_ns
            deadline = timestamp(runtime.options.epoch, deadline_ns)
            event = Cancel(service.supervisor, deadline, deadline_ns, "", runtime.now_ns)
            enqueue(runtime, child, Envelope(EVENTS_TOPIC, service.supervisor, event=event))
        self._set_timer(service, "stop_timeout", timeout_ns, self._stop_timed_out)

    def _stop_timed_out(self, service: Service) -> None:
        """Give up asking: the child is ended, or, with the quirk, left alone and unwatched (14.8, decision O11)."""
        service.cancel_timers()
        child = service.child
        assert child is not None
        text = f"stop timeout after {format_duration(service.spec.stop_timeout_ns)}"
        service.error = process_error(text, TIMEOUT)
        if "leak_on_stop_timeout" in self.runtime.options.quirks:
            child.caller = service.child = None
        else:
            request_end(child)
        self._change(service, FAILED)
        self._settle(service)

    def _stopped(self, service: Service) -> None:
        self._change(service, STOPPED)
        self._settle(service)

    def _settle(self, service: Service) -> None:
        """A service is done with stopping, or failed while somebody wanted it to."""
        for batch in list(self._batches):
            batch.settled(service.id)
        self._try(service)

    def batch_done(self, batch: StopBatch) -> None:
        """Everything of a stop has settled; who was asked to run meanwhile may start."""
        self._batches.remove(batch)
        for id in batch.members:
            if id in self.services:
                self._try(self.services[id])

    # -- common

    def _change(self, service: Service, state: State) -> None:
        old, service.state = service.state, state
        self.runtime.observer.service_changed(service, old)

    def _set_timer(self, service: Service, verb: str, delay_ns: int, then: Callable[[Service], None]) -> None:
        service.timers[verb] = ServiceTimer(self.runtime, service, verb, delay_ns, then)


def _runs_or_will(service: Service) -> bool:
    """Tell whether a service was asked to run and has not come to an end: a start of it has nothing to do (14.2)."""
    if not service.wanted:
        return False
    return service.waiting or service.state in (STARTING, RUNNING) or "retry" in service.timers


class Watcher:
    """Tells the supervisor that a child is gone, by an action in any order with what else goes on."""

    __slots__ = ("_child", "_service", "_supervisor")
    record: ClassVar[ProcessRecord | None] = None
    """Nobody called, so nobody's end can cancel the call."""

    def __init__(self, supervisor: Supervisor, service: Service, child: ProcessRecord) -> None:
        self._supervisor = supervisor
        self._service = service
        self._child = child

    def enable(self, payload: Payload, error: ProcessError | None = None) -> None:
        """Let the supervisor learn of it from now on."""
        self._supervisor.runtime.kernel.enable(ChildEnded(self._supervisor, self._service, self._child))


class ServiceAction(Action):
    """Something that the supervisor does about one service (A5, N28)."""

    __slots__ = ("_service", "_supervisor")
    VERB = "service"

    def __init__(self, supervisor: Supervisor, service: Service) -> None:
        super().__init__()
        self._supervisor = supervisor
        self._service = service

    def label(self) -> Label:
        return Label(self.VERB, f"{WORLD}/{self._service.id}")


class Start(ServiceAction):
    """Start a service whose dependencies run."""

    __slots__ = ()
    VERB = "service:start"

    def perform(self) -> None:
        self._supervisor.begin(self._service)


class ChildEnded(ServiceAction):
    """Learn that a service's process is gone."""

    __slots__ = ("_child",)
    VERB = "service:exit"

    def __init__(self, supervisor: Supervisor, service: Service, child: ProcessRecord) -> None:
        super().__init__(supervisor, service)
        self._child = child

    def perform(self) -> None:
        self._supervisor.ended(self._service, self._child)


class Stop(ServiceAction):
    """Stop one service of a level."""

    __slots__ = ("_batch",)
    VERB = "service:stop"

    def __init__(self, supervisor: Supervisor, service: Service, batch: StopBatch) -> None:
        super().__init__(supervisor, service)
        self._batch = batch

    def perform(self) -> None:
        self._supervisor.stop_member(self._batch, self._service)


class StartHost(Action):
    """Let a host run that a service needs (14.9, 14.13)."""

    __slots__ = ("_host", "_supervisor")

    def __init__(self, supervisor: Supervisor, host: Host) -> None:
        super().__init__()
        self._supervisor = supervisor
        self._host = host

    def label(self) -> Label:
        return Label("host:start", f"{WORLD}/{self._host.id}")

    def perform(self) -> None:
        if self._host.state == "created":
            self._host.state = "running"
            self._supervisor.runtime.observer.host_changed(self._host)
        self._supervisor.host_started(self._host)


class StopHost(Action):
    """Begin the stop of a host on which no service is active any more."""

    __slots__ = ("_batch", "_host")

    def __init__(self, batch: StopBatch, host: Host) -> None:
        super().__init__()
        self._batch = batch
        self._host = host

    def label(self) -> Label:
        return Label("host:stop", f"{WORLD}/{self._host.id}")

    def perform(self) -> None:
        self._batch.stop_host(self._host)


class ServiceTimer(Timer):
    """A retry, or the end of somebody's patience; in any order with what else is due at the instant (N24)."""

    __slots__ = ("_service", "_then", "_verb")

    def __init__(
        self, runtime: Runtime, service: Service, verb: str, delay_ns: int, then: Callable[[Service], None]
    ) -> None:
        self._service = service
        self._verb = verb
        self._then = then
        super().__init__(runtime.kernel, runtime.now_ns + delay_ns)

    def label(self) -> Label:
        return Label(f"service:{self._verb}", f"{WORLD}/{self._service.id}")

    def fire(self) -> None:
        self._service.timers.pop(self._verb, None)
        self._then(self._service)


class StopBatch:
    """One ordered stop: a level begins when the one before has settled, well or not (14.12)."""

    def __init__(self, supervisor: Supervisor, members: Sequence[str], hosts: dict[str, Host], grace_ns: int) -> None:
        self.members = dict.fromkeys(members)
        self._supervisor = supervisor
        self._hosts = hosts
        self._grace_ns = grace_ns
        for id in hosts:
            supervisor.dependencies.add(id, supervisor.dependencies.needs(id))
        self._levels = supervisor.dependencies.stop_levels(members)
        self._left: dict[str, None] = {}

    def go_on(self) -> None:
        """Begin the next level; hosts that nobody keeps busy begin at once."""
        while self._levels and not self._left:
            level = self._levels.pop(0)
            self._left = dict.fromkeys(level)
            for id in level:
                self._begin(id)
        if not self._left:
            self._supervisor.batch_done(self)

    def _begin(self, id: str) -> None:
        kernel = self._supervisor.runtime.kernel
        if id in self._hosts:
            kernel.enable(StopHost(self, self._hosts[id]))
        else:
            kernel.enable(Stop(self._supervisor, self._supervisor.services[id], self))

    def stop_host(self, host: Host) -> None:
        """Begin the stop of *host*, and learn of its end."""
        stop_host(self._supervisor.runtime, host, self._grace_ns, lambda: self.settled(host.id))

    def settled(self, id: str) -> None:
        """A member is done with; the last of a level lets the next begin."""
        if id in self._left:
            del self._left[id]
            if not self._left:
                self.go_on()
