"""The ``lifecycle`` of a host or a service, every field of it checked before it could be used."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from simcore.lua.application.fields import Fields

_DURATIONS: Final = {"start_timeout": "10s", "stop_timeout": "10s", "stable_threshold": "5s"}
_RESTART_DURATIONS: Final = {"initial_delay": "1s", "max_delay": "90s"}
_RESTART_NUMBERS: Final = {"backoff_factor": "2", "jitter": "0.1"}
_DEPENDENCIES: Final = ("requires", "depends_on")
_KEYS: Final = frozenset({"auto_start", *_DURATIONS, *_DEPENDENCIES, "restart", "security"})
_RESTART_KEYS: Final = frozenset({*_RESTART_DURATIONS, *_RESTART_NUMBERS, "max_attempts"})
_SECURITY_KEYS: Final = frozenset({"actor", "groups", "policies"})


def check_lifecycle(fields: Fields) -> Iterator[tuple[str, int]]:
    """Check the ``lifecycle`` of an entry, and yield path and line of each key that has no meaning.

    Raises:
        UsageError: a field has a wrong type, or is no duration.
    """
    lifecycle = fields.mapping("lifecycle", "lifecycle: {auto_start: true}")
    if lifecycle is None:
        return
    lifecycle.boolean("auto_start", "auto_start: true")
    _durations(lifecycle, _DURATIONS)
    for key in _DEPENDENCIES:
        lifecycle.texts(key, f"{key}: [app:database]")
    yield from unknown_keys(lifecycle, _KEYS)
    yield from _restart(lifecycle)
    yield from _security(lifecycle)


def unknown_keys(fields: Fields, known: frozenset[str]) -> Iterator[tuple[str, int]]:
    """Yield path and line of each key of *fields* that is not in *known*."""
    for key, node in fields.nodes.items():
        if key not in known:
            yield fields.prefix + key, node.line


def _restart(lifecycle: Fields) -> Iterator[tuple[str, int]]:
    restart = lifecycle.mapping("restart", "restart: {initial_delay: 1s, max_attempts: 5}")
    if restart is None:
        return
    _durations(restart, _RESTART_DURATIONS)
    for key, example in _RESTART_NUMBERS.items():
        restart.number(key, f"{key}: {example}")
    restart.amount("max_attempts", "max_attempts: 5")
    yield from unknown_keys(restart, _RESTART_KEYS)


def _security(lifecycle: Fields) -> Iterator[tuple[str, int]]:
    security = lifecycle.mapping("security", "security: {actor: {id: service}, groups: [app:services]}")
    if security is None:
        return
    actor = security.mapping("actor", "actor: {id: service}")
    if actor is not None:
        actor.text("id", "id: service")
        actor.mapping("meta", "meta: {role: service}")
    security.texts("groups", "groups: [app:services]")
    security.texts("policies", "policies: [app:allow_send]")
    yield from unknown_keys(security, _SECURITY_KEYS)


def _durations(fields: Fields, examples: dict[str, str]) -> None:
    for key, example in examples.items():
        fields.duration_ns(key, f"{key}: {example}")
