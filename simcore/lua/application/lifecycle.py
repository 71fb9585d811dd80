"""The ``lifecycle`` of a host or a service: every field of it checked, and what both have in common read
(process 14.1)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from simcore.lua.application.shown import shown
from simcore.lua.application.unknown import UnknownKey, unknown_keys

if TYPE_CHECKING:
    from collections.abc import Iterator

    from simcore.lua.application.fields import Fields

_DURATIONS: Final = {"start_timeout": "10s", "stop_timeout": "10s", "stable_threshold": "5s"}
_RESTART_DURATIONS: Final = {"initial_delay": "1s", "max_delay": "90s"}
_RESTART_NUMBERS: Final = {"backoff_factor": "2", "jitter": "0.1"}
_DEPENDENCIES: Final = ("requires", "depends_on")
_STARTUPS: Final = ("required", "optional")
_KEYS: Final = frozenset({"auto_start", "startup", *_DURATIONS, *_DEPENDENCIES, "restart", "security"})
_RESTART_KEYS: Final = frozenset({*_RESTART_DURATIONS, *_RESTART_NUMBERS, "max_attempts"})
_SECURITY_KEYS: Final = frozenset({"actor", "groups", "policies"})
ACTOR_KEYS: Final = frozenset({"id", "meta"})


def check_lifecycle(fields: Fields) -> Iterator[UnknownKey]:
    """Check the ``lifecycle`` of an entry, and yield each key that has no meaning.

    Raises:
        UsageError: a field has a wrong type, or is no duration.
    """
    lifecycle = lifecycle_of(fields)
    if lifecycle is None:
        return
    lifecycle.boolean("auto_start", "auto_start: true")
    _durations(lifecycle, _DURATIONS)
    for key in _DEPENDENCIES:
        lifecycle.texts(key, f"{key}: [app:database]")
    _check_startup(lifecycle)
    yield from unknown_keys(lifecycle, _KEYS)
    yield from _restart(lifecycle)
    yield from _security(lifecycle)


def _check_startup(lifecycle: Fields) -> None:
    startup = lifecycle.text("startup", "startup: optional")
    if startup not in (None, *_STARTUPS):
        got = f"field '{lifecycle.prefix}startup' is '{shown(str(startup))}'"
        raise lifecycle.error(f"{got}; write  startup: required  or  startup: optional", lifecycle.line_of("startup"))


def lifecycle_of(fields: Fields) -> Fields | None:
    """Return the ``lifecycle`` of an entry, or None."""
    return fields.mapping("lifecycle", "lifecycle: {auto_start: true}")


def needs_of(lifecycle: Fields | None, namespace: str) -> tuple[str, ...]:
    """Return the ids of both keys for dependencies, each once, in their order (process 14.1)."""
    if lifecycle is None:
        return ()
    every = [id for key in _DEPENDENCIES for id in lifecycle.texts(key, f"{key}: [app:database]")]
    return tuple(dict.fromkeys(full_id(id, namespace) for id in every))


def full_id(id: str, namespace: str) -> str:
    """Return *id* with the namespace of the entry that names it, where it has none."""
    return id if ":" in id else f"{namespace}:{id}"


def is_optional(lifecycle: Fields | None) -> bool:
    """Tell whether an application counts as up although this did not start (process 14.1, ``startup``)."""
    return lifecycle is not None and lifecycle.text("startup", "startup: optional") == "optional"


def time_ns(fields: Fields | None, key: str) -> int:
    """Return a duration that was checked before; 0 where there is none, which means the default."""
    return 0 if fields is None else fields.duration_ns(key, f"{key}: 10s") or 0


def _restart(lifecycle: Fields) -> Iterator[UnknownKey]:
    restart = lifecycle.mapping("restart", "restart: {initial_delay: 1s, max_attempts: 5}")
    if restart is None:
        return
    _durations(restart, _RESTART_DURATIONS)
    for key, example in _RESTART_NUMBERS.items():
        restart.number(key, f"{key}: {example}")
    restart.amount("max_attempts", "max_attempts: 5")
    yield from unknown_keys(restart, _RESTART_KEYS)


def _security(lifecycle: Fields) -> Iterator[UnknownKey]:
    security = lifecycle.mapping("security", "security: {actor: {id: service}, groups: [app:services]}")
    if security is None:
        return
    actor = security.mapping("actor", "actor: {id: service}")
    if actor is not None:
        actor.text("id", "id: service")
        actor.mapping("meta", "meta: {role: service}")
        yield from unknown_keys(actor, ACTOR_KEYS)
    security.texts("groups", "groups: [app:services]")
    security.texts("policies", "policies: [app:allow_send]")
    yield from unknown_keys(security, _SECURITY_KEYS)


def _durations(fields: Fields, examples: dict[str, str]) -> None:
    for key, example in examples.items():
        fields.duration_ns(key, f"{key}: {example}")
