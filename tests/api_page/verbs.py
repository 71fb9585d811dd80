"""One use of each verb that needs a permission; the Lua twins are in lua/verbs.lua."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from simcore import Actor, Process, ProcessError, Scope

from .children import HOST

LEAF: Final = "page:leaf"
VERBS: Final[dict[str, Callable[[Process, str], Any]]] = {
    "spawn": lambda process, _: process.spawn(LEAF, HOST),
    "spawn_monitored": lambda process, _: process.spawn_monitored(LEAF, HOST),
    "spawn_linked": lambda process, _: process.spawn_linked(LEAF, HOST),
    "spawn_linked_monitored": lambda process, _: process.spawn_linked_monitored(LEAF, HOST),
    "call": lambda process, _: process.call(LEAF, HOST),
    "send": lambda process, target: process.send(target, "greeting"),
    "terminate": lambda process, target: process.terminate(target),
    "cancel": lambda process, target: process.cancel(target),
    "monitor": lambda process, target: process.monitor(target),
    "unmonitor": lambda process, target: process.unmonitor(target),
    "link": lambda process, target: process.link(target),
    "unlink": lambda process, target: process.unlink(target),
    "with_context": lambda process, _: process.with_context({}),
    "with_actor": lambda process, _: process.with_context({}).with_actor(Actor("alice")),
    "with_scope": lambda process, _: process.with_context({}).with_scope(Scope([])),
    "register": lambda process, _: process.registry.register("name"),
    "unregister": lambda process, _: process.registry.unregister("name"),
    "spawn_secured": lambda process, _: process.with_context({}).with_actor(Actor("alice")).spawn(LEAF, HOST),
}
BUILDING: Final = ("with_context", "with_actor", "with_scope")


async def verb(process: Process, name: str, target: str) -> str:
    """Return the kind of the error that a verb gives, or `true`."""
    try:
        using = VERBS[name](process, target)
        if name not in BUILDING:
            await using
    except ProcessError as error:
        return error.kind
    return "true"
