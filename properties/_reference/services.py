"""The life of a service: its edges, its one process, its ends, and when it is started again (process 14.2 to 14.8)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from simcore import Pid
from simcore.words import ServiceDeclared, ServiceRetries, ServiceStands

from .agenda import Due, Possible
from .lives import request_end
from .model import Model
from .parties import ALIVE, FINISHED, GONE, Member

EDGES: Final = {
    "Unknown": ("Starting",),
    "Starting": ("Running", "Failed", "Exited", "Stopping"),
    "Running": ("Stopping", "Failed", "Exited"),
    "Failed": ("Starting", "Stopping"),
    "Stopping": ("Stopped", "Failed"),
    "Stopped": ("Starting",),
    "Exited": ("Starting",),
}
"""From Starting to Stopping goes a service that was to be stopped while it started, and then failed (process 14.2)."""


@dataclass(eq=False)
class Service:
    """One service, as the model knows it."""

    declared: ServiceDeclared
    state: str = "Unknown"
    wanted: bool = False
    child: Pid | None = None
    since_ns: int = 0
    attempts: int = 0
    retry_ns: int | None = None
    failed_up_ns: int = 0
    timer: Due | None = None
    owes_retry: bool = False
    is_asked_for: bool = False


class Watch:
    """Lets a service learn that its process is gone, in an action of its own; nobody's end takes that back."""

    member = None

    def __init__(self, model: Model, service: Service) -> None:
        self._model = model
        self._service = service

    def end(self, child: Member) -> None:
        """The process is gone."""
        label = ("service:exit", f"world/{self._service.declared.id}", "")
        self._model.agenda.enable(Possible(lambda: label, lambda: take_all(self._model)))


def take_all(model: Model) -> None:
    """Take in what is done about services, effect by effect; each is looked at."""
    from .outside import absorb

    while (effect := model.next()) is not None:
        absorb(model, effect)
    for service in model.services.values():
        check_retry(model, service)


def check_retry(model: Model, service: Service) -> None:
    """Check that what failed is tried again, unless it was to stop or has failed too often (process 14.5)."""
    if not service.owes_retry:
        return
    service.owes_retry = False
    stable = service.failed_up_ns and service.failed_up_ns >= service.declared.stable_threshold_ns
    most = service.declared.max_attempts
    gives_up = most and (1 if stable else service.attempts) >= most
    # Who was asked for from outside may be about to begin anew, which is no retry.
    model.check(gives_up or service.is_asked_for, "that it is tried again", None, "process 14.5")


def later(model: Model, service: Service, verb: str, due_ns: int, do: Callable[[], None]) -> Due:
    """Let something come to a service at an instant."""
    label = (f"service:{verb}", f"world/{service.declared.id}", "")
    return model.agenda.set_timer(due_ns, Possible(lambda: label, do))


def declare(model: Model, services: Mapping[str, ServiceDeclared]) -> None:
    """Take in what has been declared."""
    for id, declared in services.items():
        if id not in model.services:
            model.services[id] = Service(declared)


def stands(model: Model, effect: ServiceStands) -> None:
    """A service has another state: by an edge that there is, and for a reason (I87, I88, I92, I94)."""
    service: Service | None = model.services.get(effect.id)
    if service is None:
        return
    right = effect.old == service.state and effect.new in EDGES[service.state]
    edges = " or ".join(EDGES[service.state])
    model.check(right, f"{effect.id} from {service.state} to {edges}", effect, "I87, process 14.2")
    child = model.members.get(service.child) if service.child is not None else None
    if service.timer is not None:
        model.agenda.cancel(service.timer)
        service.timer = None
    FOLLOW.get(effect.new, nothing)(model, service, child, effect)
    service.state, service.wanted = effect.new, effect.wanted
    if effect.pid is not None:
        model.served[effect.id] = effect.pid


def nothing(model: Model, service: Service, child: Member | None, effect: ServiceStands) -> None:
    """Nothing more is known of it."""


def starting(model: Model, service: Service, child: Member | None, effect: ServiceStands) -> None:
    """A start: of who was asked to run, or a retry at its instant; never beside an earlier process (I88, I89, I94)."""
    model.check(effect.wanted, "a service that is to run", effect, "I94, process 14.8")
    leaks = "leak_on_stop_timeout" in model.options.quirks
    over = leaks or child is None or child.phase == GONE
    model.check(over, "the end of its earlier process first", effect, "I88, process 14.14", child)
    if model.entry.action == "service:retry":
        due_ns = service.retry_ns
        model.check(due_ns == model.agenda.now_ns, f"the retry at {due_ns} ns", effect, "I89, process 14.6")
    elif model.entry.action == "service:start":
        service.attempts = 0
        needed = [id for id in service.declared.depends_on if id in model.services]
        early = [id for id in needed if model.services[id].state == "Unknown"]
        model.check(not early, f"{', '.join(early)} first", effect, "I93, process 14.9")
    service.retry_ns = None
    if service.declared.start_delay_ns:
        model.unjudged["when a slow start of a service is over"] += 1
        model.knows_time = False


def running(model: Model, service: Service, child: Member | None, effect: ServiceStands) -> None:
    """It runs as soon as its process is there (process 14.3), as whom it was declared to (process 12.4)."""
    service.child, service.since_ns = effect.pid, model.agenda.now_ns
    member = model.members.get(effect.pid) if effect.pid is not None else None
    if member is None:
        raise model.part("a process of its own", effect, "process 14.3")
    member.caller = Watch(model, service)
    declared = service.declared
    right = (member.id, member.host) == (declared.process, declared.host)
    model.check(right, f"{declared.process} on {declared.host}", effect, "process 14.3", member)
    if declared.has_groups:
        model.unjudged["scopes of services that look up groups or policies"] += 1
        return
    whom = (member.frame.actor, member.frame.scope) == (declared.actor, declared.scope)
    model.check(whom, f"the identity {declared.actor!r}", f"{member.frame!r}", "I65, process 12.4", member)


def stopping(model: Model, service: Service, child: Member | None, effect: ServiceStands) -> None:
    """Its process has so much time to stop, and is terminated then (process 14.8, O11)."""
    if service.state != "Running" or child is None:
        return

    def time_out() -> None:
        take_all(model)
        if "leak_on_stop_timeout" in model.options.quirks:
            child.caller = None
        else:
            request_end(model, child)

    timeout_ns = service.declared.stop_timeout_ns
    service.timer = later(model, service, "stop_timeout", model.agenda.now_ns + timeout_ns, time_out)


def over(model: Model, service: Service, child: Member | None, effect: ServiceStands) -> None:
    """Its process is over, and was the last: it ended well, or by an error that no retry mends (I92)."""
    good = child is not None and child.phase == GONE and is_final(child)
    model.check(good, "a normal end, or an error that is not retryable", effect, "I92, process 14.4", child)


def failed(model: Model, service: Service, child: Member | None, effect: ServiceStands) -> None:
    """It failed: its start, its process, or its stop took too long (process 14.4, 14.5, 14.8)."""
    service.failed_up_ns = 0
    if service.state == "Running":
        good = child is not None and child.phase == GONE and not is_final(child)
        model.check(good, "an end that may be mended", effect, "I92, process 14.4", child)
        service.failed_up_ns = model.agenda.now_ns - service.since_ns
    if service.state != "Stopping":
        service.attempts += 1
        service.owes_retry = effect.wanted


def stopped(model: Model, service: Service, child: Member | None, effect: ServiceStands) -> None:
    """Nothing is left of it (process 14.8)."""
    lives = child is not None and child.phase in (ALIVE, FINISHED)
    model.check(not lives, "the end of its process first", effect, "process 14.8", child)


def is_final(child: Member) -> bool:
    """Tell whether nobody is to try again (process 14.4)."""
    result = child.result
    assert result is not None
    return not result.failed or (result.own and result.error is not None and result.error.retryable is False)


FOLLOW: Final[dict[str, Any]] = {
    "Starting": starting,
    "Running": running,
    "Stopping": stopping,
    "Exited": over,
    "Failed": failed,
    "Stopped": stopped,
}


def retries(model: Model, effect: ServiceRetries) -> None:
    """It will be started again: counted right, and after the delay of that count (I89 to I91, process 14.5, 14.6)."""
    service: Service | None = model.services.get(effect.id)
    if service is None:
        return
    declared = service.declared
    model.check(service.wanted, "no retry of what is not to run", effect, "I94, process 14.5")
    attempt = service.attempts
    if service.failed_up_ns and service.failed_up_ns >= declared.stable_threshold_ns:
        service.attempts, attempt = 0, 1
    model.check(effect.attempt == attempt, f"attempt {attempt}", effect, "I91, process 14.5")
    most = declared.max_attempts
    model.check(most == 0 or attempt < most, f"no more than {most} failures in a row", effect, "I90, process 14.5")
    base_ns = base_of(declared, 1 if "flat_backoff" in model.options.quirks else attempt)
    spread_ns = base_ns * abs(declared.jitter) + 1
    good = base_ns - spread_ns <= effect.delay_ns <= base_ns + spread_ns and effect.delay_ns >= 0
    model.check(good, f"{base_ns} ns, {spread_ns:.0f} more or less", effect, "I89, process 14.6")
    service.owes_retry = False
    service.retry_ns = model.agenda.now_ns + effect.delay_ns
    service.timer = later(model, service, "retry", service.retry_ns, lambda: take_all(model))


def base_of(declared: ServiceDeclared, attempt: int) -> float:
    """Return the delay before a retry without its jitter; the first is not capped (process 14.6)."""
    factor = declared.backoff_factor if declared.backoff_factor > 0 else 1.0
    if attempt == 1:
        return declared.initial_delay_ns
    grown: float = declared.initial_delay_ns
    for _ in range(min(attempt - 1, 1_000)):
        grown = min(grown * factor, 1e30)
    return min(grown, declared.max_delay_ns)
