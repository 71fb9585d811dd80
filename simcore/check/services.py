"""The invariants of hosts, deadlines and services, checked as things happen (I13 to I15, I87 to I95).

Like the other invariants these keep their own account: what a service did is compared with what it was asked, with the
instants at which it did so and with the formulas of the contract, and not with the supervisor's counters.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Final

from simcore.check.rule import Rule

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simcore.model.pid import Pid
    from simcore.process.state.record import ProcessRecord
    from simcore.process.state.runtime import Host
    from simcore.supervision.service import Service

EDGES: Final = {
    "Unknown": {"Starting": 1},
    "Starting": {"Running": 1, "Failed": 1, "Exited": 1},
    "Running": {"Stopping": 1, "Failed": 1, "Exited": 1},
    "Failed": {"Starting": 1, "Stopping": 1},
    "Stopping": {"Stopped": 1, "Failed": 1},
    "Stopped": {"Starting": 1},
    "Exited": {"Starting": 1},
}
"""The allowed changes (process 14.2)."""


@dataclass(slots=True)
class _Account:
    """What was seen of one service."""

    state: str = "Unknown"
    asked: bool = False
    """Whether it was asked to run and not to stop since."""
    fresh: bool = False
    """Whether it has not begun to start since it was asked."""
    has_run: bool = False
    child: ProcessRecord | None = None
    running_ns: int = 0
    failed_ns: int = 0
    failures: int = 0
    delay_ns: int | None = None


class Services(Rule):
    """Looks at what hosts and services were asked, and at what they did."""

    INVARIANTS: ClassVar[Mapping[str, str]] = {
        "deadline-enforced": "I13: a cancelled process ends by its deadline",
        "host-stops-all": "I14: every process of a stopped host has a result",
        "host-takes-nobody-in": "I15: no spawn succeeds on a host after its stop began",
        "service-edges": "I87: a service changes only as process 14.2 allows",
        "one-child": "I88: a service has one living process at most",
        "back-off": "I89: starts of a failing service keep the distance that process 14.6 gives",
        "attempts-bounded": "I90: a service is given up after max_attempts failures in a row",
        "stable-forgives": "I91: a long enough uptime makes the next delay the first one",
        "normal-is-final": "I92: a normal end is never followed by a restart",
        "order-of-services": "I93, G17: dependencies run before what needs them, and stop after it",
        "stop-is-final": "I94: what was asked to stop is not started again",
        "branches-independent": "I95: a service whose dependencies run starts, whatever else failed",
    }

    def __init__(self) -> None:
        self._closed: dict[str, None] = {}
        self._living: dict[str, int] = {}
        self._deadlines: dict[Pid, int] = {}
        self._accounts: dict[str, _Account] = {}

    @property
    def _now_ns(self) -> int:
        return self.runtime.now_ns

    @property
    def _quirks(self) -> tuple[str, ...]:
        return self.runtime.options.quirks

    # -- hosts and deadlines

    def spawned(self, record: ProcessRecord) -> None:
        host = record.host
        if host in self._closed:
            raise self.failure("host-takes-nobody-in", f"{record.pid} was started although {host} was stopped")
        self._living[host] = self._living.get(host, 0) + 1

    def ended(self, record: ProcessRecord) -> None:
        self._living[record.host] -= 1
        if self._deadlines:
            deadline_ns = self._deadlines.pop(record.pid, None)
            late = deadline_ns is not None and self._now_ns > deadline_ns
            self.hold("deadline-enforced", not late, f"{record.pid} ends at {self._now_ns} ns, after {deadline_ns} ns")

    def host_changed(self, host: Host) -> None:
        if host.state == "running":
            self._in_order_to_start(host.id)
        if host.state == "stopping":
            self._in_order_to_stop(host.id)
        if host.state in ("stopping", "stopped"):
            self._closed[host.id] = None
        if host.state == "stopped":
            living = self._living.get(host.id, 0)
            self.hold("host-stops-all", not living, f"{host.id} has stopped with {living} living processes")

    def deadline_set(self, record: ProcessRecord, deadline_ns: int) -> None:
        deadline_ns = max(deadline_ns, self._now_ns)
        self._deadlines[record.pid] = min(deadline_ns, self._deadlines.get(record.pid, deadline_ns))

    # -- services

    def service_asked(self, service: Service, *, run: bool) -> None:
        account = self._account(service)
        account.asked = run
        if run:
            account.fresh, account.has_run, account.failures = True, False, 0

    def service_retrying(self, service: Service, attempt: int, delay_ns: int) -> None:
        account, restart = self._account(service), service.spec.restart
        most = restart.max_attempts
        self.hold("stop-is-final", account.asked, f"{service.id} is to be tried again although it was asked to stop")
        bounded = not most or account.failures < most
        self.hold("attempts-bounded", bounded, f"{service.id} is to be tried again after {account.failures} failures")
        forgiven = account.failures == 0
        self.hold(
            "stable-forgives", attempt == 1 or not forgiven, f"{service.id} was stable, and this is retry {attempt}"
        )
        base_ns = self._base_ns(service, max(1, account.failures))
        # One nanosecond of rounding at each end.
        spread_ns = base_ns * abs(restart.jitter) + 1
        within = max(0, base_ns - spread_ns) <= delay_ns <= base_ns + spread_ns
        self.hold(
            "back-off", within, f"{service.id} waits {delay_ns} ns where {base_ns} ns +- {spread_ns:.0f} is meant"
        )
        account.delay_ns = delay_ns

    def _base_ns(self, service: Service, attempt: int) -> int:
        """Return ``min(initial_delay * backoff_factor^(n-1), max_delay)``; the first is not capped (process 14.6)."""
        restart = service.spec.restart
        if attempt == 1 or "flat_backoff" in self._quirks:
            return restart.initial_delay_ns
        factor = restart.backoff_factor if restart.backoff_factor > 0 else 1.0
        # As the contract writes it, and not step by step as `backoff.py` does: a mistake there must not be made twice.
        try:
            return int(min(restart.initial_delay_ns * factor ** (attempt - 1), restart.max_delay_ns))
        except OverflowError:
            return restart.max_delay_ns

    def service_changed(self, service: Service, old: str) -> None:
        account, new = self._account(service), service.state
        self.hold("service-edges", account.state == old, f"{service.id} was {account.state} and changes from {old}")
        self.hold("service-edges", new in EDGES[old], f"{service.id} changes from {old} to {new}")
        account.state = new
        if new == "Starting":
            self._starting(service, account, old)
        elif new == "Running":
            self._running(service, account)
        elif new == "Failed":
            self._failed(service, account, old)
        elif new == "Stopping":
            self._stopping(service, old)

    def _starting(self, service: Service, account: _Account, old: str) -> None:
        self.hold("stop-is-final", account.asked, f"{service.id} starts although nobody asks for it any more")
        explicit = account.fresh
        self.hold("normal-is-final", explicit or old == "Failed", f"{service.id} starts again after it was {old}")
        if not explicit:
            waited_ns = self._now_ns - account.failed_ns
            expected_ns = account.delay_ns
            kept = expected_ns is not None and waited_ns >= expected_ns
            self.hold("back-off", kept, f"{service.id} starts {waited_ns} ns after its failure, not {expected_ns} ns")
        account.delay_ns = None
        account.fresh = False
        if explicit:
            account.has_run, account.failures = False, 0
        if explicit:
            self._in_order_to_start(service.id)

    def _running(self, service: Service, account: _Account) -> None:
        child = service.child
        assert child is not None
        earlier = account.child
        alone = earlier is None or not earlier.alive or "leak_on_stop_timeout" in self._quirks
        self.hold("one-child", alone, f"{service.id} starts {child.pid} while its earlier process lives")
        account.child = child
        account.running_ns = self._now_ns
        account.has_run = True

    def _failed(self, service: Service, account: _Account, old: str) -> None:
        account.failed_ns = self._now_ns
        if old == "Running":
            outcome = account.child.outcome if account.child is not None else None
            wrong = outcome is not None and outcome.error is not None
            self.hold("normal-is-final", wrong, f"{service.id} failed although its process ended normally")
            uptime_ns = self._now_ns - account.running_ns
            stable = uptime_ns >= service.spec.stable_threshold_ns
            account.failures = 0 if stable else account.failures + 1
        elif old == "Starting":
            account.failures += 1

    def _stopping(self, service: Service, old: str) -> None:
        if old == "Failed":
            # One that waited for its retry is stopped before the ordered phase (process 14.12); none of it runs.
            return
        self._in_order_to_stop(service.id)

    def _in_order_to_start(self, id: str) -> None:
        """What is needed has run since it was asked to; a host counts as a service (process 14.13)."""
        for need in self.supervisor.dependencies.needs(id):
            host = self.runtime.hosts.get(need)
            held = host is None or host.state != "created"
            if need in self.supervisor.services:
                held = self._account(self.supervisor.services[need]).has_run
            self.hold("order-of-services", held, f"{id} starts before its dependency {need} runs")

    def _in_order_to_stop(self, id: str) -> None:
        """Nobody runs who needs it."""
        for dependent in self.supervisor.dependencies.needed_by(id):
            host = self.runtime.hosts.get(dependent)
            runs = host is not None and host.state == "running"
            if dependent in self.supervisor.services:
                runs = self._account(self.supervisor.services[dependent]).state == "Running"
            self.hold("order-of-services", not runs, f"{id} stops while {dependent}, which needs it, runs")

    def quiescent(self) -> None:
        """Look for services that were to start and did not (I95), and for deadlines that passed (I13)."""
        for pid, deadline_ns in self._deadlines.items():
            self.hold("deadline-enforced", deadline_ns > self._now_ns, f"{pid} lives after {deadline_ns} ns")
        for id, account in list(self._accounts.items()):
            needs = [each for each in self.supervisor.dependencies.needs(id) if each in self.supervisor.services]
            ran = all(self._account(self.supervisor.services[each]).has_run for each in needs)
            waits = account.asked and account.fresh
            self.hold("branches-independent", not (waits and ran), f"{id} was to start, and all that it needs has run")

    def _account(self, service: Service) -> _Account:
        return self._accounts.setdefault(service.id, _Account())
