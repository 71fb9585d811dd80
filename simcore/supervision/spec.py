"""What services and hosts are to be, as they are declared (process 14.1, 14.13)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from simcore.model.durations import SECOND
from simcore.model.payload import EMPTY, Payload
from simcore.supervision.backoff import Restart
from simcore.supervision.identity import Identity

TIMEOUT_NS: Final = 10 * SECOND
STABLE_NS: Final = 5 * SECOND


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceSpec:
    """What a service is to be; a zero duration means the default (process 14.1).

    Args:
        id: its own id.
        process, host: what is run, and where.
        arguments: what the process is given.
        auto_start: whether it starts with the world.
        optional: whether an application counts as up without it (``startup: optional``).
        depends_on: ids of services and hosts that must run first.
        identity: who it acts as.
        restart: when it is started again.
        start_timeout_ns, stop_timeout_ns: bounds of a start, and of a stop that asks.
        stable_threshold_ns: an uptime that forgives earlier failures.
        start_delay_ns: how long a start takes, to look at a slow one.
    """

    id: str
    process: str
    host: str
    arguments: Payload = EMPTY
    auto_start: bool = False
    optional: bool = False
    depends_on: tuple[str, ...] = ()
    identity: Identity = field(default_factory=Identity)
    restart: Restart = field(default_factory=Restart)
    start_timeout_ns: int = TIMEOUT_NS
    stop_timeout_ns: int = TIMEOUT_NS
    stable_threshold_ns: int = STABLE_NS
    start_delay_ns: int = 0

    def __post_init__(self) -> None:
        defaults = {
            "start_timeout_ns": TIMEOUT_NS,
            "stop_timeout_ns": TIMEOUT_NS,
            "stable_threshold_ns": STABLE_NS,
        }
        for name, default in defaults.items():
            if not getattr(self, name):
                object.__setattr__(self, name, default)


@dataclass(frozen=True, slots=True, kw_only=True)
class HostSpec:
    """What a process host is to be: a service without a process of its own (process 14.13).

    Args:
        id: its own id.
        processes_max: so many processes at once; 0 is no limit.
        auto_start: whether it runs from the beginning, or with the world where it needs something.
        optional: whether an application counts as up without it.
        depends_on: ids of services and hosts that must run first.
        stop_timeout_ns: the grace that its processes have when it stops (process 2.6); 0 means the default.
    """

    id: str
    processes_max: int = 0
    auto_start: bool = True
    optional: bool = False
    depends_on: tuple[str, ...] = ()
    stop_timeout_ns: int = TIMEOUT_NS

    def __post_init__(self) -> None:
        if not self.stop_timeout_ns:
            object.__setattr__(self, "stop_timeout_ns", TIMEOUT_NS)
