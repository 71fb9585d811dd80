"""Actors, scopes, policies and groups, as a process makes them and looks them up (process 12.4, 12.10)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simcore.model.errors import InvalidArgument, UsageError
from simcore.security.actor import Actor
from simcore.security.scope import Scope

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from simcore.process.state.record import ProcessRecord
    from simcore.security.policy import Policy


def new_actor(record: ProcessRecord, id: str, meta: Mapping[str, object] | None = None) -> Actor:
    """Return a new actor; a Lua program sees every error of it raised.

    Raises:
        PermissionDenied: ``security.actor.create`` on the id.
        InvalidArgument: the meta is nested too deep, or a name in it is no text.
    """
    _require(record, "new_actor", id)
    try:
        return Actor(id, meta)
    except UsageError as problem:
        raise InvalidArgument(str(problem)) from None


def new_scope(record: ProcessRecord, policies: Iterable[Policy] = ()) -> Scope:
    """Return a scope of *policies*; without any it denies everything (process 12.1). A Lua program sees a denial
    raised.

    Raises:
        PermissionDenied: ``security.scope.create`` on ``custom``.
        InvalidArgument: something else than a policy is among them.
    """
    _require(record, "new_scope")
    try:
        return Scope(policies)
    except UsageError as problem:
        raise InvalidArgument(str(problem)) from None


def scope_with(record: ProcessRecord, scope: Scope, policy: Policy) -> Scope:
    """Return the scope that has *policy* as well (process 12.2); a Lua program sees a denial raised.

    Raises:
        PermissionDenied: ``security.scope.create`` on ``with``.
    """
    _require(record, "scope_with")
    return scope.with_policy(policy)


def scope_without(record: ProcessRecord, scope: Scope, policy: Policy | str) -> Scope:
    """Return the scope that lacks *policy*, which may be given by its id (process 12.2); a Lua program sees a denial
    raised.

    Raises:
        PermissionDenied: ``security.scope.create`` on ``without``.
    """
    _require(record, "scope_without")
    return scope.without(policy)


def policy(record: ProcessRecord, id: str) -> Policy:
    """Return the policy of this whole id as it is now (process 12.4); a Lua program sees an error returned.

    Raises:
        InvalidArgument: ``permission denied``: ``security.policy.get`` on the id.
        NotFound: ``policy not found``.
    """
    _require(record, "policy", id)
    return record.runtime.policies.policy(id)


def named_scope(record: ProcessRecord, group: str) -> Scope:
    """Return the scope of all policies that are in *group* now: a snapshot (process 12.4, N31). Errors as of
    ``policy``.

    Raises:
        InvalidArgument: ``permission denied``: ``security.policy_group.get`` on the group's whole id.
        NotFound: ``policy group not found``.
    """
    _require(record, "named_scope", group)
    return record.runtime.policies.named_scope(group)


def _require(record: ProcessRecord, verb: str, id: str = "") -> None:
    if record.guarded:
        record.runtime.require(record, verb, {"id": id})
