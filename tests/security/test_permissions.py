"""The permission table is the contract's, row by row and in its order."""

from __future__ import annotations

import pytest

from simcore.security.permissions import PERMISSIONS, Permission

SUBJECTS = {"target": "{app:processes|0x00001}", "id": "app:worker", "host": "app:processes", "name": "boss"}
TYPED = {**SUBJECTS, "target": "boss"}

CONTRACT = {
    "send": [("process.send", "{app:processes|0x00001}", "not allowed to send: boss")],
    "spawn": [
        ("process.spawn", "app:worker", "not allowed to spawn process: app:worker"),
        ("process.host", "app:processes", "not allowed to spawn on host: app:processes"),
    ],
    "spawn_monitored": [
        ("process.spawn", "app:worker", "not allowed to spawn process: app:worker"),
        ("process.spawn.monitored", "app:worker", "not allowed to spawn monitored process: app:worker"),
        ("process.host", "app:processes", "not allowed to spawn on host: app:processes"),
    ],
    "spawn_linked": [
        ("process.spawn", "app:worker", "not allowed to spawn process: app:worker"),
        ("process.spawn.linked", "app:worker", "not allowed to spawn linked process: app:worker"),
        ("process.host", "app:processes", "not allowed to spawn on host: app:processes"),
    ],
    "spawn_linked_monitored": [
        ("process.spawn", "app:worker", "not allowed to spawn process: app:worker"),
        ("process.spawn.monitored", "app:worker", "not allowed to spawn monitored process: app:worker"),
        ("process.spawn.linked", "app:worker", "not allowed to spawn linked process: app:worker"),
        ("process.host", "app:processes", "not allowed to spawn on host: app:processes"),
    ],
    "call": [
        ("process.call", "app:worker", "not allowed to call process: app:worker"),
        ("process.host", "app:processes", "not allowed to call on host: app:processes"),
    ],
    "exec": [
        ("process.exec", "app:worker", "not allowed to exec process: app:worker"),
        ("process.host", "app:processes", "not allowed to exec on host: app:processes"),
    ],
    "terminate": [("process.terminate", "{app:processes|0x00001}", "not allowed to terminate: boss")],
    "cancel": [("process.cancel", "{app:processes|0x00001}", "not allowed to cancel: boss")],
    "monitor": [("process.monitor", "{app:processes|0x00001}", "not allowed to monitor: boss")],
    "unmonitor": [("process.unmonitor", "{app:processes|0x00001}", "not allowed to unmonitor: boss")],
    "link": [("process.link", "{app:processes|0x00001}", "not allowed to link: boss")],
    "unlink": [("process.unlink", "{app:processes|0x00001}", "not allowed to unlink: boss")],
    "with_context": [("process.context", "context", "not allowed to spawn processes with custom context")],
    "with_actor": [("process.security", "security", "not allowed to spawn processes with custom security context")],
    "with_scope": [("process.security", "security", "not allowed to spawn processes with custom security context")],
    "register": [("process.registry.register", "boss", "not allowed to register name: boss")],
    "register_foreign": [
        ("process.registry.foreign", "{app:processes|0x00001}", "not allowed to register foreign pid: boss"),
        ("process.registry.register", "boss", "not allowed to register name: boss"),
    ],
    "unregister": [("process.registry.unregister", "boss", "not allowed to unregister name: boss")],
    "funcs.call": [("funcs.call", "app:worker", "not allowed to call function: app:worker")],
    "funcs.with_context": [("funcs.context", "context", "not allowed to call functions with custom context")],
    "funcs.with_actor": [("funcs.security", "security", "not allowed to call functions with custom security context")],
    "funcs.with_scope": [("funcs.security", "security", "not allowed to call functions with custom security context")],
    "new_actor": [("security.actor.create", "app:worker", "not allowed to create actor: app:worker")],
    "new_scope": [("security.scope.create", "custom", "not allowed to create scope: custom")],
    "scope_with": [("security.scope.create", "with", "not allowed to create scope: with")],
    "scope_without": [("security.scope.create", "without", "not allowed to create scope: without")],
    "policy": [("security.policy.get", "app:worker", "permission denied: not allowed to get policy: app:worker")],
    "events.subscribe": [("events.subscribe", "boss", "not allowed to subscribe to events: boss")],
    "events.send": [("events.send", "boss", "not allowed to send events: boss")],
    "named_scope": [
        ("security.policy_group.get", "app:worker", "permission denied: not allowed to get policy group: app:worker")
    ],
}


@pytest.mark.parametrize("verb", sorted({*CONTRACT, *PERMISSIONS}))
def test_a_verb_asks_for_the_rows_of_the_contract_in_their_order(verb: str) -> None:
    rows = PERMISSIONS[verb]

    assert [(row.action, row.resource(SUBJECTS), row.message(TYPED)) for row in rows] == CONTRACT[verb]


@pytest.mark.parametrize(
    "verb", ["id", "pid", "inbox", "events", "listen", "unlisten", "get_options", "set_options", "upgrade", "lookup"]
)
def test_a_verb_without_a_row_needs_no_permission(verb: str) -> None:
    assert verb not in PERMISSIONS


def test_a_denial_is_of_the_kind_permission_denied_but_for_rows_of_the_security_and_events_modules() -> None:
    """I83, process 12.10 and lua 6.7."""
    others = {(verb, row.kind) for verb, rows in PERMISSIONS.items() for row in rows if row.kind != "PermissionDenied"}

    assert others == {(verb, "Invalid") for verb in ("policy", "named_scope", "events.subscribe", "events.send")}


def test_a_denial_repeats_what_was_typed_letter_for_letter() -> None:
    row = Permission("process.send", "target", "not allowed to send: {resource}")

    assert row.message({"target": "{resource} {0}"}) == "not allowed to send: {resource} {0}"
