"""The rows of the original page of the process API, each with the scenario that shows it and what both front ends see.

The page is told in English here, under the names of its sections. It is plain data, so that docs/contract/tested.md is
made from it without running anything.
"""

from __future__ import annotations

from typing import Any, Final

FUNCTIONS: Final[dict[str, dict[str, tuple[str, Any]]]] = {
    "Process Information": {
        "process.id() -- Identifier of the chain of calls": ("id", ["page:row", "page:identity"]),
        "process.pid() -- Process ID": ("pid", [True]),
    },
    "Sending Messages": {
        "process.send(destination, topic, ...)": ("send", ["greeting", "hello"]),
        "destination | string | PID or registered name": ("send_destination", ["by pid", "by name", "NotFound"]),
        "topic | string | Name of the topic (cannot start with @)": ("send_topic", ["greeting", "Invalid"]),
        "... | any | Values of the payload": ("send_payload", [True, 1, [1, "two"]]),
    },
    "Creating Processes": {
        "process.spawn(id, host, ...) -- Basic spawn": ("spawn", [True, "nothing"]),
        "process.spawn_monitored(id, host, ...) -- receive EXIT events": ("spawn_monitored", ["EXIT", "done"]),
        "process.spawn_linked(id, host, ...) -- receive LINK_DOWN on abnormal exit": (
            "spawn_linked",
            ["LINK_DOWN", "nothing"],
        ),
        "process.spawn_linked_monitored(id, host, ...) -- Both linked and monitored": (
            "spawn_linked_monitored",
            ["EXIT", "LINK_DOWN"],
        ),
        'id | string | Source ID of the process (e.g. "app.workers:handler")': (
            "spawn_id",
            ["page:identity", "NotFound"],
        ),
        'host | string | ID of the host (e.g. "app:processes")': ("spawn_host", [True, "NotFound"]),
        "... | any | Arguments passed to the created process": ("spawn_arguments", [1, "two", True]),
    },
    "Process Control": {
        "process.terminate(destination) -- Terminate a process by force": ("terminate", ["process terminated"]),
        'process.cancel(destination, "5s") -- Request graceful cancellation': ("cancel", ["EXIT", "pid.cancel"]),
        "destination | string | PID or registered name": ("control_destination", ["true", "true", "NotFound"]),
        "deadline | string|integer | Duration string or milliseconds": (
            "cancel_deadline",
            ["2024-01-01T00:00:05Z", "2024-01-01T00:00:00.25Z"],
        ),
    },
    "Monitoring and Linking": {
        "process.monitor(destination) -- receive EXIT events when the target exits": ("monitor", ["EXIT", "nothing"]),
        "process.unmonitor(destination)": ("unmonitor", ["nothing"]),
        "process.link(destination) -- receive LINK_DOWN on abnormal exit": ("link", ["LINK_DOWN", "nothing"]),
        "process.link(destination) -- bidirectional": ("link_both_ways", ["linked process failed"]),
        "process.unlink(destination)": ("unlink", ["nothing"]),
    },
    "Process Options": {
        "process.get_options()": ("get_options", [False]),
        "process.set_options({trap_links = true})": ("set_options", [True, "Invalid", True]),
        "trap_links | boolean | Whether LINK_DOWN events are delivered to the events channel": (
            "trap_links",
            ["LINK_DOWN", "linked process failed"],
        ),
    },
    "Inbox and Events": {
        "process.inbox() -- Message objects of the topic @inbox": ("inbox", ["greeting", True, "hello"]),
        "process.events() -- Lifecycle events of the topic @events": ("events", ["CANCEL"]),
    },
    "Event Types": {
        "process.event.CANCEL | Cancellation requested": ("kind_cancel", ["pid.cancel", True]),
        "process.event.EXIT | A monitored process exited": ("kind_exit", ["pid.exit", True]),
        "process.event.LINK_DOWN | A linked process ended abnormally": (
            "kind_link_down",
            ["pid.link.down", True],
        ),
    },
    "Event Fields": {
        "kind | string | Constant of the event type": ("event_kind", ["pid.exit", "pid.link.down", "pid.cancel"]),
        "from | string | PID of the source": ("event_from", [True, True, True]),
        "result | table | For EXIT: {value: any} or {error: string}": ("event_result", ["done", True]),
        "deadline | string | For CANCEL: timestamp of the deadline": ("event_deadline", ["2024-01-01T00:00:05Z", True]),
    },
    "Topic Subscription": {
        "process.listen(topic, options)": ("listen", ["listened"]),
        "process.unlisten(ch)": ("unlisten", ["listened", "T", "unlistened"]),
        "topic | string | Name of the topic (cannot start with @)": ("listen_topic", ["for T", "for U", "Invalid"]),
        "options.message | boolean | If true, receives Message objects; if false, raw payloads": (
            "listen_message",
            ["raw", "raw", "U", "object"],
        ),
    },
    "Message Objects": {
        "msg:topic() -- string: name of the topic": ("message_topic", ["greeting"]),
        "msg:from() -- string|nil: PID of the sender": ("message_from", [True, True]),
        "msg:payload() -- any: data of the payload": ("message_payload", ["hello", [1, 2, 3], {"key": "value"}]),
    },
    "Synchronous Call": {
        "process.call(id, host, ...)": ("call", [["an", "argument"], True, "nothing"]),
    },
    "Process Upgrade": {
        "process.upgrade(source, ...) -- Upgrade to a new version, passing state": (
            "upgrade_to",
            ["page:new_version", True, "state"],
        ),
        "process.upgrade(nil, preserved_state) -- Keep the same definition": (
            "upgrade_same",
            ["page:counter", True, 3],
        ),
    },
    "Context Spawner": {
        'process.with_context({request_id = "123"})': ("context", ["123"]),
    },
    "SpawnBuilder Methods": {
        "SpawnBuilder is immutable - each method returns a new instance": (
            "builder_immutable",
            ["request 1, tenant none", "request 1, tenant 2"],
        ),
        "spawner:with_context(values) -- Add context values": (
            "builder_context",
            ["request 1, tenant 2", "request 3, tenant none"],
        ),
        "spawner:with_actor(actor) -- Set the security actor": ("builder_actor", ["alice"]),
        "spawner:with_scope(scope) -- Set the security scope": ("builder_scope", ["true", "PermissionDenied"]),
        "spawner:with_name(name) -- Set the name of the process": ("builder_name", [True]),
        "spawner:with_message(topic, ...) -- Queue a message to send after the spawn": (
            "builder_message",
            ["first 1", "second 2"],
        ),
    },
    "Spawn Methods of the Spawner": {
        "spawner:spawn(id, host, ...)": ("builder_spawn", [True, "nothing"]),
        "spawner:spawn_monitored(id, host, ...)": ("builder_spawn_monitored", ["EXIT", "done"]),
        "spawner:spawn_linked(id, host, ...)": ("builder_spawn_linked", ["LINK_DOWN", "nothing"]),
        "spawner:spawn_linked_monitored(id, host, ...)": ("builder_spawn_linked_monitored", ["EXIT", "LINK_DOWN"]),
    },
    "Name Registry": {
        "process.registry.register(name, pid) -- pid defaults to self": ("register", [True, True]),
        "process.registry.lookup(name)": ("lookup", [True, "NotFound"]),
        "process.registry.unregister(name)": ("unregister", [True, "NotFound"]),
    },
}

NO_CONTEXT: Final[dict[str, dict[str, tuple[str, Any]]]] = {
    "Errors of Context": {
        "Context not found | errors.INVALID": ("pid_everywhere", [True, True, True]),
        "Frame context not found | errors.INVALID": (
            "id_everywhere",
            ["page:row", "page:row", "page:identity"],
        ),
    },
}
"""These two rows of "Errors" cannot be met: no code of a simulation runs outside a process. Context is everywhere."""

ERRORS: Final[dict[str, dict[str, tuple[str, Any]]]] = {
    "Errors": {
        "Required arguments missing | errors.INVALID": ("missing_arguments", ["Invalid", "Invalid", "Invalid"]),
        "Reserved topic prefix (@) | errors.INVALID": ("reserved_topic", ["Invalid", "Invalid"]),
        "Invalid duration format | errors.INVALID": ("bad_duration", ["Invalid", "nothing"]),
        "Name not registered | errors.NOT_FOUND": ("unknown_name", ["NotFound", "NotFound", "NotFound"]),
        "Permission denied | errors.PERMISSION_DENIED": ("denied", ["PermissionDenied", "PermissionDenied"]),
        "Name already registered | errors.ALREADY_EXISTS": ("name_taken", ["AlreadyExists", True]),
    },
}

PERMISSIONS: Final[dict[str, dict[str, tuple[str, tuple[str, ...], str]]]] = {
    "Permission Reference": {
        "process.spawn | spawn*() | process id": (
            "process.spawn",
            ("spawn", "spawn_monitored", "spawn_linked", "spawn_linked_monitored"),
            "page:leaf",
        ),
        "process.spawn.monitored | spawn_monitored(), spawn_linked_monitored() | process id": (
            "process.spawn.monitored",
            ("spawn_monitored", "spawn_linked_monitored"),
            "page:leaf",
        ),
        "process.spawn.linked | spawn_linked(), spawn_linked_monitored() | process id": (
            "process.spawn.linked",
            ("spawn_linked", "spawn_linked_monitored"),
            "page:leaf",
        ),
        "process.host | spawn*(), call() | host id": (
            "process.host",
            ("spawn", "spawn_monitored", "spawn_linked", "spawn_linked_monitored", "call"),
            "page:processes",
        ),
        "process.send | send() | destination PID": ("process.send", ("send",), "target"),
        "process.call | call() | process id": ("process.call", ("call",), "page:leaf"),
        "process.terminate | terminate() | destination PID": ("process.terminate", ("terminate",), "target"),
        "process.cancel | cancel() | destination PID": ("process.cancel", ("cancel",), "target"),
        "process.monitor | monitor() | destination PID": ("process.monitor", ("monitor",), "target"),
        "process.unmonitor | unmonitor() | destination PID": ("process.unmonitor", ("unmonitor",), "target"),
        "process.link | link() | destination PID": ("process.link", ("link",), "target"),
        "process.unlink | unlink() | destination PID": ("process.unlink", ("unlink",), "target"),
        'process.context | with_context() | "context"': ("process.context", ("with_context",), "context"),
        'process.security | :with_actor(), :with_scope() | "security"': (
            "process.security",
            ("with_actor", "with_scope"),
            "security",
        ),
        "process.registry.register | registry.register() | name": ("process.registry.register", ("register",), "name"),
        "process.registry.unregister | registry.unregister() | name": (
            "process.registry.unregister",
            ("unregister",),
            "name",
        ),
    },
}

MULTIPLE: Final[dict[str, dict[str, tuple[str, tuple[str, ...]]]]] = {
    "Multiple Permissions": {
        "spawn() | process.spawn + process.host": ("spawn", ("process.spawn", "process.host")),
        "spawn_monitored() | process.spawn + process.spawn.monitored + process.host": (
            "spawn_monitored",
            ("process.spawn", "process.spawn.monitored", "process.host"),
        ),
        "spawn_linked() | process.spawn + process.spawn.linked + process.host": (
            "spawn_linked",
            ("process.spawn", "process.spawn.linked", "process.host"),
        ),
        "spawn_linked_monitored() | process.spawn + process.spawn.monitored + process.spawn.linked + process.host": (
            "spawn_linked_monitored",
            ("process.spawn", "process.spawn.monitored", "process.spawn.linked", "process.host"),
        ),
        "call() | process.call + process.host": ("call", ("process.call", "process.host")),
        "spawn with custom actor/scope | spawn permissions + process.security": (
            "spawn_secured",
            ("process.spawn", "process.host", "process.security"),
        ),
    },
}

EVALUATION: Final[dict[str, dict[str, tuple[str, str]]]] = {
    "Policy Evaluation": {
        "Actor: The security principal making the request": ("actor.id", "page:caller"),
        "Action: The operation being performed (e.g. process.send)": ("action", "process.send"),
        "Resource: The target (PID, process id, host id or name)": ("resource", "{page:processes|0x00001}"),
        "Attributes: Additional context including pid (process ID of the caller)": (
            "meta.pid",
            "{page:processes|0x00002}",
        ),
    },
}
