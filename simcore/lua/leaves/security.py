"""The security module's leaves: what an actor, a policy or a scope is, and what they decide (lua 6.8)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from simcore.lua.bridge.scalars import from_lua, payload, to_lua
from simcore.lua.leaves.leaf import mapping, raising, record_of, returning
from simcore.model.errors import INTERNAL, NotFound, process_error
from simcore.model.payload import carried_data, carried_value, pack
from simcore.process import principals
from simcore.security.carried import plain
from simcore.security.decision import can

if TYPE_CHECKING:
    from collections.abc import Callable

    from simcore.lua.bridge.state import LuaState
    from simcore.security.actor import Actor
    from simcore.security.policy import Policy
    from simcore.security.scope import Scope


def carried(data: str) -> Any:
    """Return the actor, policy or scope that Lua knows as the string *data*."""
    return carried_value(data.encode("latin-1"))


def _own_actor(state: LuaState, process: int) -> bytes | None:
    return _data(record_of(state, process).frame.actor)


def _own_scope(state: LuaState, process: int) -> bytes | None:
    return _data(record_of(state, process).frame.scope)


def _data(value: Actor | Scope | None) -> bytes | None:
    return None if value is None else carried_data(value)


def _can(state: LuaState, process: int, action: str, resource: str, meta: str) -> bool:
    record = record_of(state, process)
    attributes, about = mapping(meta), (from_lua(action), from_lua(resource))
    verdict = can(record.frame, *about, pid=record.pid, attributes=attributes)
    if record.runtime.scribe is not None:
        record.runtime.scribe.looked(record, "can", verdict, (*about, attributes))
    return verdict


def _evaluate(state: LuaState, data: str, actor: str | None, action: str, resource: str, meta: str) -> str:
    rules: Policy | Scope = carried(data)
    who = None if actor is None else carried(actor)
    return rules.evaluate(who, from_lua(action), from_lua(resource), mapping(meta)) or "undefined"


def _new_actor(state: LuaState, process: int, id: str, meta: str) -> bytes:
    return carried_data(principals.new_actor(record_of(state, process), from_lua(id), mapping(meta)))


def _new_scope(state: LuaState, process: int, policies: str) -> bytes:
    return carried_data(principals.new_scope(record_of(state, process), payload(policies).value() or ()))


def _scope_with(state: LuaState, process: int, scope: str, policy: str) -> bytes:
    return carried_data(principals.scope_with(record_of(state, process), carried(scope), carried(policy)))


def _scope_without(state: LuaState, process: int, scope: str, policy: str) -> bytes:
    return carried_data(principals.scope_without(record_of(state, process), carried(scope), from_lua(policy)))


def _policy(state: LuaState, process: int, id: str) -> bytes:
    return _looked_up("get policy", principals.policy, record_of(state, process), from_lua(id))


def _named_scope(state: LuaState, process: int, group: str) -> bytes:
    return _looked_up("get policy group", principals.named_scope, record_of(state, process), from_lua(group))


def _looked_up(what: str, look_up: Callable[..., Any], *arguments: Any) -> bytes:
    """Return what is found; what is not is an error of its own kind, with the text of the cause (process 13)."""
    try:
        return carried_data(look_up(*arguments))
    except NotFound as error:
        raise process_error(f"{what}: {error.message}", INTERNAL, details=error.details) from error


def _part(state: LuaState, data: str) -> str:
    return to_lua(carried(data).id)


def _actor_meta(state: LuaState, data: str) -> bytes:
    return pack((plain(carried(data).meta),)).data


def _scope_contains(state: LuaState, data: str, policy: str) -> bool:
    return bool(carried(data).contains(from_lua(policy)))


def _scope_policies(state: LuaState, data: str) -> bytes:
    return pack((list(carried(data).policies),)).data


LEAVES: Final[dict[str, Callable[..., Any]]] = {
    "own_actor": _own_actor,
    "own_scope": _own_scope,
    "can": raising(_can),
    "evaluate": raising(_evaluate),
    "new_actor": raising(_new_actor),
    "new_scope": raising(_new_scope),
    "scope_with": raising(_scope_with),
    "scope_without": raising(_scope_without),
    "policy": returning(_policy),
    "named_scope": returning(_named_scope),
    "carried_part": _part,
    "actor_meta": _actor_meta,
    "scope_contains": _scope_contains,
    "scope_policies": _scope_policies,
}
"""By the name that the host calls; what is not answered with a status cannot fail."""
