"""Hosts from outside: how they stand (process 2.6, 14.13)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from simcore.model.durations import duration_ns
from simcore.model.errors import InvalidArgument, UsageError
from simcore.model.texts import represented
from simcore.process.state.runtime import CONTROL_HOST, FUNCTION_HOST
from simcore.supervision.spec import HostSpec
from simcore.world.services import duration_of, ids_of

if TYPE_CHECKING:
    from simcore.model.errors import ProcessError
    from simcore.process.state.runtime import HostState
    from simcore.supervision.supervisor import Supervisor


@dataclass(frozen=True, slots=True)
class HostStatus:
    """How a host stands at a moment.

    Args:
        id: its own id.
        state: ``created`` (it waits for its start and takes nothing in), ``running``, ``stopping`` or ``stopped``.
        processes: how many processes live on it.
        processes_max: how many it takes; 0 is any number.
        error: why it was not started; None where nothing was wrong.
    """

    id: str
    state: HostState
    processes: int
    processes_max: int
    error: ProcessError | None


class HostsView(Mapping[str, HostStatus]):
    """All hosts by id, in the order in which they came, as they stand at this moment."""

    def __init__(self, supervisor: Supervisor) -> None:
        self._roster = supervisor.roster
        self._hosts = supervisor.runtime.hosts

    def __getitem__(self, id: str) -> HostStatus:
        host = self._hosts[id]
        return HostStatus(host.id, host.state, host.processes, host.processes_max, self._roster.host(host).error)

    def __iter__(self) -> Iterator[str]:
        # A copy, since whoever walks it may declare another meanwhile.
        return iter(list(self._hosts))

    def __len__(self) -> int:
        return len(self._hosts)

    def __repr__(self) -> str:
        states = {id: host.state for id, host in self._hosts.items()}
        return f"HostsView({states!r})"


def grace_of(grace: str | int | None) -> int | None:
    """Return the nanoseconds of a grace; None is the stop timeout of each host.

    Raises:
        InvalidArgument: it is no duration of 0 or more.
    """
    if grace is None:
        return None
    grace_ns = duration_ns(grace)
    if grace_ns < 0:
        raise InvalidArgument(f"a grace is a duration of 0 or more, not {represented(grace)}")
    return grace_ns


def host_spec(
    id: str, max_processes: Any, *, auto_start: bool, depends_on: Sequence[str], stop_timeout: str | int
) -> HostSpec:
    """Return what a host is to be.

    Raises:
        UsageError: a field makes no sense.
    """
    if isinstance(max_processes, bool) or not isinstance(max_processes, int) or max_processes < 0:
        raise UsageError(f"host {id}: max_processes is a whole number of 0 or more, not {represented(max_processes)}")
    if id in (CONTROL_HOST, FUNCTION_HOST):
        raise UsageError(f"host {id}: the runtime has this host already; choose another id")
    return HostSpec(
        id=id,
        processes_max=max_processes,
        auto_start=auto_start,
        depends_on=ids_of("host", id, "depends_on", depends_on),
        stop_timeout_ns=duration_of(f"host {id}", "stop_timeout", stop_timeout),
    )
