"""Services from outside: declaring them, and how they stand (process 14)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from simcore.model.durations import duration_ns
from simcore.model.errors import InvalidArgument, UsageError
from simcore.model.texts import represented
from simcore.process.state.runtime import CONTROL_HOST
from simcore.supervision.backoff import Restart

if TYPE_CHECKING:
    from simcore.model.errors import ProcessError
    from simcore.model.pid import Pid
    from simcore.supervision.service import Service, State
    from simcore.supervision.supervisor import Supervisor

_RESTART_DURATIONS: Final = ("initial_delay", "max_delay")
_RESTART_NUMBERS: Final = ("backoff_factor", "jitter")


@dataclass(frozen=True, slots=True)
class ServiceStatus:
    """How a service stands at a moment.

    Args:
        id: its id.
        state: ``Unknown``, ``Starting``, ``Running``, ``Stopping``, ``Stopped``, ``Exited`` or ``Failed``
            (process 14.2).
        wanted: whether it is to run.
        retrying: whether it waits for its retry.
        restarts: how often it was started again.
        failures: how often it failed: its process, or its start.
        longest_up_ns: how long a process of it lived longest so far, in nanoseconds.
        pid: its latest process, or None.
        error: what it failed with last, or why it was not started; None where nothing was wrong.
    """

    id: str
    state: State
    wanted: bool
    retrying: bool
    restarts: int
    failures: int
    longest_up_ns: int
    pid: Pid | None
    error: ProcessError | None


class ServicesView(Mapping[str, ServiceStatus]):
    """All services by id, in the order of their declaration, as they stand at this moment."""

    def __init__(self, supervisor: Supervisor) -> None:
        self._services = supervisor.services
        self._runtime = supervisor.runtime

    def __getitem__(self, id: str) -> ServiceStatus:
        return _status(self._services[id], self._runtime.now_ns)

    def __iter__(self) -> Iterator[str]:
        # A copy, since whoever walks it may declare another meanwhile.
        return iter(list(self._services))

    def __len__(self) -> int:
        return len(self._services)

    def __repr__(self) -> str:
        return f"ServicesView({self.states()!r})"

    def states(self) -> dict[str, State]:
        """Return the state of each service."""
        return {id: service.state for id, service in self._services.items()}


def _status(service: Service, now_ns: int) -> ServiceStatus:
    return ServiceStatus(
        id=service.id,
        state=service.state,
        wanted=service.wanted,
        retrying=service.retrying,
        restarts=service.restarts,
        failures=service.failures,
        longest_up_ns=max(service.longest_up_ns, now_ns - service.started_ns if service.child is not None else 0),
        pid=service.pid,
        error=service.error,
    )


def restart_of(id: str, fields: Mapping[str, Any]) -> Restart:
    """Return the policy that *fields* describe, by the names of an application's ``restart``.

    Raises:
        UsageError: a name is unknown, or a value of a wrong type.
    """
    given: dict[str, Any] = {}
    for name, value in fields.items():
        if name in _RESTART_DURATIONS:
            given[f"{name}_ns"] = duration_of(f"service {id}", f"restart.{name}", value)
        elif name in _RESTART_NUMBERS or name == "max_attempts":
            _check_number(id, name, value)
            given[name] = value
        else:
            known = ", ".join((*_RESTART_DURATIONS, *_RESTART_NUMBERS, "max_attempts"))
            raise UsageError(f"service {id}: restart has no field {represented(name)}; it has {known}")
    return Restart(**given)


def _check_number(id: str, name: str, value: Any) -> None:
    whole = name == "max_attempts"
    good = isinstance(value, int) and value >= 0 if whole else isinstance(value, (int, float)) and abs(value) < 1e9
    if isinstance(value, bool) or not good:
        what = "a whole number of 0 or more" if whole else "a finite number"
        raise UsageError(f"service {id}: restart.{name} is {what}, not {represented(value)}")


def duration_of(what: str, name: str, value: Any) -> int:
    """Return the nanoseconds of a field of *what* (``service app:a``).

    Raises:
        UsageError: it is no duration of 0 or more.
    """
    try:
        value_ns = duration_ns(value)
    except InvalidArgument as error:
        raise UsageError(f"{what}: {name}: {error}") from error
    if value_ns < 0:
        raise UsageError(f"{what}: {name} is a duration of 0 or more, not {represented(value)}")
    return value_ns


def ids_of(what: str, id: str, name: str, values: Any) -> tuple[str, ...]:
    """Return the ids that a field of *what* lists, each once; one without a namespace is of that of *id*.

    Raises:
        UsageError: it is a text, or holds something else than texts.
    """
    listed = isinstance(values, Sequence) and not isinstance(values, str)
    if not listed or not all(isinstance(each, str) and each for each in values):
        raise UsageError(f"{what} {id}: {name} is a list of ids, not {represented(values)}")
    namespace = id.partition(":")[0]
    return tuple(dict.fromkeys(each if ":" in each else f"{namespace}:{each}" for each in values))


def check_place(id: str, process: str, host: str) -> None:
    """Check what a service runs, and where (process 14.1).

    Raises:
        UsageError: one of the two is missing, or it is the host of the runtime itself.
    """
    for name, value in (("process", process), ("host", host)):
        if not value:
            raise UsageError(f"service {id}: {name} is required")
    if host == CONTROL_HOST:
        raise UsageError(f"service {id}: invalid host: {host}; name a process host")
