"""Actors, policies and scopes in messages: what each is taken apart into, and made of again (lua 6.8)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from simcore.model.payload import carry
from simcore.security.actor import Actor
from simcore.security.policy import Policy
from simcore.security.scope import Scope


def plain(value: object) -> Any:
    """Return *value* with dicts and lists in place of read-only mappings and tuples."""
    if isinstance(value, Mapping):
        return {key: plain(entry) for key, entry in value.items()}
    if isinstance(value, list | tuple):
        return [plain(entry) for entry in value]
    return value


def _given(value: Any) -> dict[str, Any]:
    """Return what a dataclass was made of, by name, without what has its default of None."""
    names = [field.name for field in fields(value) if field.init]
    return {name: getattr(value, name) for name in names if getattr(value, name) is not None}


def _policy_parts(policy: Policy) -> tuple[Any, ...]:
    return (plain({**_given(policy), "conditions": [_given(condition) for condition in policy.conditions]}),)


carry(Actor, "actor", lambda actor: (actor.id, plain(actor.meta)), Actor)
carry(Policy, "policy", _policy_parts, lambda parts: Policy(**parts))
carry(Scope, "scope", lambda scope: (list(scope.policies),), Scope)
