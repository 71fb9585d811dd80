"""The permission table: what each verb asks for, in the order in which it asks (process 12.5)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from simcore.model.errors import INVALID, PERMISSION_DENIED

if TYPE_CHECKING:
    from collections.abc import Mapping

TARGET: Final = "target"
ID: Final = "id"
HOST: Final = "host"
NAME: Final = "name"

SUBJECTS: Final = frozenset({TARGET, ID, HOST, NAME})
"""What a row may speak of: the resolved pid of a destination, a definition's id, a host's id, a registered name.

The resource of any other row is its own subject, word for word (``context``, ``security``).
"""


@dataclass(frozen=True, slots=True)
class Permission:
    """One row of the table: *action* is checked on *subject*, and a denial is told with the words of *denial*.

    Args:
        action: what is checked.
        subject: on what: one of ``SUBJECTS``, or the resource itself.
        denial: the message of a denial; ``{resource}`` stands for what the caller typed.
        kind: the kind of a denial's error: ``PermissionDenied`` in all rows but two of process 12.10.
    """

    action: str
    subject: str
    denial: str
    kind: str = PERMISSION_DENIED

    def resource(self, subjects: Mapping[str, str]) -> str:
        """Return the resource that is checked, for instance the resolved pid of a destination (process 12.6)."""
        return subjects[self.subject] if self.subject in SUBJECTS else self.subject

    def message(self, typed: Mapping[str, str]) -> str:
        """Return the text of a denial, which names the subject as the caller typed it (process 3.1 step 6)."""
        return self.denial.format(resource=typed.get(self.subject, self.subject))


def _on_target(word: str) -> tuple[Permission, ...]:
    return (Permission(f"process.{word}", TARGET, f"not allowed to {word}: {{resource}}"),)


def _run_and_wait(word: str) -> tuple[Permission, ...]:
    return (
        Permission(f"process.{word}", ID, f"not allowed to {word} process: {{resource}}"),
        Permission("process.host", HOST, f"not allowed to {word} on host: {{resource}}"),
    )


def _new_scope(how: str) -> tuple[Permission, ...]:
    return (Permission("security.scope.create", how, f"not allowed to create scope: {how}"),)


_SPAWN: Final = Permission("process.spawn", ID, "not allowed to spawn process: {resource}")
_MONITORED: Final = Permission("process.spawn.monitored", ID, "not allowed to spawn monitored process: {resource}")
_LINKED: Final = Permission("process.spawn.linked", ID, "not allowed to spawn linked process: {resource}")
_HOST: Final = Permission("process.host", HOST, "not allowed to spawn on host: {resource}")
_CONTEXT: Final = Permission("process.context", "context", "not allowed to spawn processes with custom context")
_SECURITY: Final = Permission(
    "process.security", "security", "not allowed to spawn processes with custom security context"
)
_REGISTER: Final = Permission("process.registry.register", NAME, "not allowed to register name: {resource}")
_FOREIGN: Final = Permission("process.registry.foreign", TARGET, "not allowed to register foreign pid: {resource}")
_UNREGISTER: Final = Permission("process.registry.unregister", NAME, "not allowed to unregister name: {resource}")
_FUNCTION: Final = Permission("funcs.call", ID, "not allowed to call function: {resource}")
_FUNCTION_CONTEXT: Final = Permission("funcs.context", "context", "not allowed to call functions with custom context")
_FUNCTION_SECURITY: Final = Permission(
    "funcs.security", "security", "not allowed to call functions with custom security context"
)
_ACTOR: Final = Permission("security.actor.create", ID, "not allowed to create actor: {resource}")
_POLICY: Final = Permission(
    "security.policy.get", ID, "permission denied: not allowed to get policy: {resource}", INVALID
)
_GROUP: Final = Permission(
    "security.policy_group.get", ID, "permission denied: not allowed to get policy group: {resource}", INVALID
)

_SUBSCRIBE: Final = Permission("events.subscribe", NAME, "not allowed to subscribe to events: {resource}", INVALID)
_PUBLISH: Final = Permission("events.send", NAME, "not allowed to send events: {resource}", INVALID)

PERMISSIONS: Final[dict[str, tuple[Permission, ...]]] = {
    "send": _on_target("send"),
    "spawn": (_SPAWN, _HOST),
    "spawn_monitored": (_SPAWN, _MONITORED, _HOST),
    "spawn_linked": (_SPAWN, _LINKED, _HOST),
    "spawn_linked_monitored": (_SPAWN, _MONITORED, _LINKED, _HOST),
    "call": _run_and_wait("call"),
    "exec": _run_and_wait("exec"),
    "terminate": _on_target("terminate"),
    "cancel": _on_target("cancel"),
    "monitor": _on_target("monitor"),
    "unmonitor": _on_target("unmonitor"),
    "link": _on_target("link"),
    "unlink": _on_target("unlink"),
    "with_context": (_CONTEXT,),
    "with_actor": (_SECURITY,),
    "with_scope": (_SECURITY,),
    "register": (_REGISTER,),
    "register_foreign": (_FOREIGN, _REGISTER),
    "unregister": (_UNREGISTER,),
    "funcs.call": (_FUNCTION,),
    "funcs.with_context": (_FUNCTION_CONTEXT,),
    "funcs.with_actor": (_FUNCTION_SECURITY,),
    "funcs.with_scope": (_FUNCTION_SECURITY,),
    "new_actor": (_ACTOR,),
    "new_scope": _new_scope("custom"),
    "scope_with": _new_scope("with"),
    "scope_without": _new_scope("without"),
    "policy": (_POLICY,),
    "named_scope": (_GROUP,),
    "events.subscribe": (_SUBSCRIBE,),
    "events.send": (_PUBLISH,),
}
"""The rows of each verb, checked from first to last; the first denial stops (process 12.5, 7.2, 12.10).

``register_foreign`` is the newer form of a register for somebody else's pid (process 11.1, behind a flag). Verbs that
are not here need no permission: id, pid, inbox, events, listen, unlisten, get_options, set_options, upgrade, lookup.
"""
