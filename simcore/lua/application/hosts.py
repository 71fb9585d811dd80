"""The hosts of an application, and what their ``lifecycle`` means: a host is a service itself (process 14.13)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from simcore.lua.application.kinds import HOST_KINDS, TERMINAL_KIND
from simcore.lua.application.lifecycle import is_optional, lifecycle_of, needs_of, time_ns
from simcore.lua.application.shown import escaped
from simcore.supervision.spec import HostSpec

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from simcore.lua.application.entry import Entry
    from simcore.lua.application.fields import Fields
    from simcore.lua.application.index import Written

_WITHOUT_EFFECT: Final = {
    "start_timeout": "a host starts in no time",
    "stable_threshold": "a host never fails by itself",
    "restart": "a host never fails by itself, and one that was stopped is so for ever",
    "security": "a host acts as nobody; write it into the services that run there",
}
"""Fields of a lifecycle that a host may have, since it is a service, and that can change nothing."""


def read_hosts(
    entries: Mapping[str, Entry], written: Mapping[str, Written]
) -> tuple[dict[str, HostSpec], tuple[str, ...]]:
    """Return the hosts by id, and a warning for each field that has no effect, with its place."""
    every = {id: (entry, written[id].fields) for id, entry in entries.items() if entry.kind in HOST_KINDS}
    hosts = {id: _host(entry, fields) for id, (entry, fields) in every.items()}
    return hosts, tuple(warning for entry, fields in every.values() for warning in _warnings(entry, fields))


def _host(entry: Entry, fields: Fields) -> HostSpec:
    """A host runs by itself unless it says otherwise in as many words: an application means it to."""
    lifecycle = lifecycle_of(fields)
    waits = lifecycle is not None and lifecycle.boolean("auto_start", "auto_start: true") is False
    return HostSpec(
        id=entry.id,
        processes_max=_processes_max(entry, fields),
        auto_start=not waits,
        optional=is_optional(lifecycle),
        depends_on=needs_of(lifecycle, entry.namespace),
        stop_timeout_ns=time_ns(lifecycle, "stop_timeout"),
    )


def _processes_max(entry: Entry, fields: Fields) -> int:
    """Return how many processes a host takes; a terminal host takes one at a time (lua 3.2)."""
    host = fields.mapping("host", "host: {max_processes: 1000}")
    most = None if host is None else host.amount("max_processes", "max_processes: 1000")
    return most or (1 if entry.kind == TERMINAL_KIND else 0)


def _warnings(entry: Entry, fields: Fields) -> Iterator[str]:
    lifecycle = lifecycle_of(fields)
    for key, reason in _WITHOUT_EFFECT.items():
        if lifecycle is not None and lifecycle.node(key) is not None:
            place = f"{escaped(entry.file)}:{lifecycle.line_of(key)}"
            yield f"{place}: {entry.id}: lifecycle.{key} has no effect: {reason}"
