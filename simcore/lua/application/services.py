"""The services of an application: ``process.service`` entries, read and checked against the rest (process 14.1)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from simcore.graph.dependencies import Dependencies
from simcore.lua.application.foreign import Use
from simcore.lua.application.identities import ACTOR_EXAMPLE, Known, actor_of, identity_of
from simcore.lua.application.kinds import SERVICE_KIND
from simcore.lua.application.lifecycle import full_id, is_optional, lifecycle_of, needs_of, time_ns
from simcore.lua.application.near import near
from simcore.lua.application.shown import shown
from simcore.model.errors import InvalidArgument
from simcore.model.payload import EMPTY, Payload, pack
from simcore.supervision.backoff import Restart
from simcore.supervision.identity import Identity
from simcore.supervision.spec import ServiceSpec

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from simcore.lua.application.entry import Entry
    from simcore.lua.application.fields import Fields
    from simcore.lua.application.index import Written
    from simcore.security.actor import Actor
    from simcore.security.policy import Policy
    from simcore.supervision.spec import HostSpec

CONTROL_HOST: Final = "node:control"


def read_services(
    entries: Mapping[str, Entry],
    written: Mapping[str, Written],
    policies: Mapping[str, Policy],
    hosts: Mapping[str, HostSpec],
) -> tuple[dict[str, ServiceSpec], list[Use]]:
    """Return the services by id, and what they name that is no part of the application.

    Raises:
        UsageError: a service lacks its process or host, names one that is not there, or services need each other in
            a circle; the message names file, line and entry.
    """
    known = Known(entries, policies)
    uses: list[Use] = []
    services: dict[str, ServiceSpec] = {}
    for id, entry in entries.items():
        if entry.kind == SERVICE_KIND:
            services[id] = _service(entry, written[id].fields, known)
            uses.extend(_foreign(entry, written[id].fields, services[id].identity, known))
    _refuse_cycles(services, hosts, written)
    return services, uses


def _service(entry: Entry, fields: Fields, known: Known) -> ServiceSpec:
    process = _named(entry, fields, "process", known.processes, known)
    host = _named(entry, fields, "host", known.hosts, known)
    lifecycle = lifecycle_of(fields)
    return ServiceSpec(
        id=entry.id,
        process=process,
        host=host,
        arguments=_input(fields, entry),
        auto_start=bool(lifecycle and lifecycle.boolean("auto_start", "auto_start: true")),
        optional=is_optional(lifecycle),
        depends_on=needs_of(lifecycle, entry.namespace),
        identity=_identity(lifecycle, entry.namespace, known),
        restart=_restart(lifecycle),
        start_timeout_ns=time_ns(lifecycle, "start_timeout"),
        stop_timeout_ns=time_ns(lifecycle, "stop_timeout"),
        stable_threshold_ns=time_ns(lifecycle, "stable_threshold"),
        start_delay_ns=time_ns(_simcore(fields), "start_delay"),
    )


def _named(entry: Entry, fields: Fields, key: str, among: frozenset[str], known: Known) -> str:
    if fields.node(key) is None:
        almost = near(key, fields.nodes)
        hint = f", and '{shown(almost)}' has no meaning" if almost and key not in fields.nodes else ""
        raise fields.error(f"{key} is required{hint}; write  {key}: {entry.namespace}:{key}", fields.line)
    id = full_id(fields.required_text(key, f"{key}: {entry.namespace}:{key}"), entry.namespace)
    if key == "host" and id == CONTROL_HOST:
        raise fields.error(f"invalid host: {id}; write the id of a process.host entry", fields.line_of(key))
    if known.missing(id, among):
        what = "process.host" if key == "host" else "process"
        raise fields.error(f"field '{key}': there is no {what} entry {shown(id)}", fields.line_of(key))
    return id


def _input(fields: Fields, entry: Entry) -> Payload:
    node = fields.node("input")
    if node is None:
        return EMPTY
    if not isinstance(node.value, tuple):
        raise fields.wrong("input", "a list", "input: [1, two]")
    try:
        values: Any = entry.data["input"]
        return pack(tuple(values))
    except InvalidArgument as error:
        raise fields.error(f"field 'input': {error}", fields.line_of("input")) from error


def _simcore(fields: Fields) -> Fields | None:
    """Return what the entry says to the simulation alone."""
    meta = fields.mapping("meta", "meta: {simcore: {start_delay: 3s}}")
    return None if meta is None else meta.mapping("simcore", "simcore: {start_delay: 3s}")


def _restart(lifecycle: Fields | None) -> Restart:
    restart = None if lifecycle is None else lifecycle.mapping("restart", "restart: {max_attempts: 5}")
    if restart is None:
        return Restart()
    return Restart(
        initial_delay_ns=time_ns(restart, "initial_delay"),
        max_delay_ns=time_ns(restart, "max_delay"),
        backoff_factor=restart.number("backoff_factor", "backoff_factor: 2") or 0,
        jitter=restart.number("jitter", "jitter: 0.1") or 0,
        max_attempts=restart.amount("max_attempts", "max_attempts: 5") or 0,
    )


def _identity(lifecycle: Fields | None, namespace: str, known: Known) -> Identity:
    security = None if lifecycle is None else lifecycle.mapping("security", "security: {actor: {id: service}}")
    if security is None:
        return Identity()
    return identity_of(security, _actor(security), namespace, known)


def _actor(security: Fields) -> Actor | None:
    actor = security.mapping("actor", ACTOR_EXAMPLE)
    return None if actor is None else actor_of(actor, actor.text("id", "id: service") or "")


def _foreign(entry: Entry, fields: Fields, identity: Identity, known: Known) -> Iterable[Use]:
    for id in (*identity.groups, *identity.policies):
        if known.foreign(id):
            yield Use("policy", id, entry.file, fields.line_of("lifecycle"))


def _refuse_cycles(
    services: Mapping[str, ServiceSpec], hosts: Mapping[str, HostSpec], written: Mapping[str, Written]
) -> None:
    """A service needs its host too, and a host may need services elsewhere (process 14.13)."""
    dependencies = Dependencies()
    for id, host in hosts.items():
        dependencies.add(id, host.depends_on)
    for id, service in services.items():
        dependencies.add(id, (*service.depends_on, service.host))
    cycle = dependencies.cycle()
    if cycle:
        fields = written[cycle[0]].fields
        circle = " -> ".join(shown(id) for id in (*cycle, cycle[0]))
        raise fields.error(f"services need each other in a circle: {circle}; break it", fields.line_of("lifecycle"))
