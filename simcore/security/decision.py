"""The decision on one check, and on all the checks of one verb (process 12.1, 12.5)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simcore.model.errors import process_error
from simcore.security.permissions import PERMISSIONS, Permission
from simcore.security.policy import ALLOW, NO_ATTRIBUTES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simcore.security.frame import Frame


def allowed(frame: Frame, action: str, resource: str, *, pid: str, strict: bool) -> bool:
    """Tell whether a guarded operation may take effect (the table of process 12.1).

    Args:
        frame: the caller's frame at the time of the call.
        action: what is done, such as ``process.send``.
        resource: on what: a resolved pid's text, an id, a host or a name.
        pid: the caller's pid, the attribute that policies see as ``meta.pid`` (process 12.1).
        strict: what an incomplete context means: with it denied, without it allowed.
    """
    actor, scope = frame.actor, frame.scope
    if actor is None or scope is None:
        return not strict
    return scope.evaluate(actor, action, resource, {"pid": pid}) == ALLOW


def can(
    frame: Frame, action: str, resource: str, *, pid: str, attributes: Mapping[str, object] = NO_ATTRIBUTES
) -> bool:
    """Tell what the policies say of a check, without an effect; false where the context is incomplete (process 12.1).

    Args:
        frame: the caller's frame.
        action: what would be done.
        resource: on what.
        pid: the caller's pid, always the attribute ``pid``.
        attributes: further attributes for the policies' conditions.
    """
    actor, scope = frame.actor, frame.scope
    if actor is None or scope is None:
        return False
    # The caller's pid last: what it says of itself must not replace it (I79).
    return scope.evaluate(actor, action, resource, {**attributes, "pid": pid}) == ALLOW


def first_denied(
    frame: Frame, verb: str, subjects: Mapping[str, str], *, pid: str, strict: bool, skip: str = ""
) -> Permission | None:
    """Return the first row of the verb's permissions that is denied, or None where all are allowed (process 12.5).

    Args:
        frame: the caller's frame at the time of the call.
        verb: a key of ``PERMISSIONS``.
        subjects: what the rows speak of: ``target`` (the resolved pid), ``id``, ``host``, ``name``.
        pid: the caller's pid.
        strict: what an incomplete context means: with it denied, without it allowed.
        skip: an action that is not checked, for a quirk of the observed runtime (process 18.1).
    """
    for permission in PERMISSIONS[verb]:
        if permission.action == skip:
            continue
        if not allowed(frame, permission.action, permission.resource(subjects), pid=pid, strict=strict):
            return permission
    return None


def require(
    frame: Frame,
    verb: str,
    subjects: Mapping[str, str],
    *,
    pid: str,
    strict: bool,
    typed: Mapping[str, str] | None = None,
    skip: str = "",
) -> None:
    """Raise the denial of *verb* if one of its permissions is denied; arguments as for ``first_denied``.

    Args:
        frame: the caller's frame at the time of the call.
        verb: a key of ``PERMISSIONS``.
        subjects: what is checked.
        pid: the caller's pid.
        strict: what an incomplete context means.
        typed: what the caller wrote, where it differs from *subjects*: the name that was resolved to a target.
        skip: an action that is not checked.

    Raises:
        PermissionDenied: the first denied row in the table's order; its details name action and resource.
        InvalidArgument: likewise, for the two rows of process 12.10 whose denial is of this kind.
    """
    if denied := first_denied(frame, verb, subjects, pid=pid, strict=strict, skip=skip):
        details = {"action": denied.action, "resource": denied.resource(subjects)}
        raise process_error(denied.message({**subjects, **(typed or {})}), denied.kind, details=details)
