"""Every verb that asks for a permission, done to something of its own: whatever that meets is an effect of the verb."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, Final, NamedTuple, TypeAlias

from simcore import Actor, Pid, Process, Scope, SpawnBuilder

CONTEXT: Final = ("process.context", "context")
SECURITY: Final = ("process.security", "security")
SHARED: Final = {"context": CONTEXT, "security": SECURITY}
"""The rows whose resource is always the same."""
OF_BUILDERS: Final = "not allowed to spawn processes with custom "
TEXTS: Final = {
    "process.spawn": "not allowed to spawn process: {id}",
    "process.spawn.monitored": "not allowed to spawn monitored process: {id}",
    "process.spawn.linked": "not allowed to spawn linked process: {id}",
    "process.call": "not allowed to call process: {id}",
    "process.exec": "not allowed to exec process: {id}",
    "process.context": f"{OF_BUILDERS}context",
    "process.security": f"{OF_BUILDERS}security context",
    "process.registry.register": "not allowed to register name: {name}",
    "process.registry.foreign": "not allowed to register foreign pid",
    "process.registry.unregister": "not allowed to unregister name: {name}",
    "funcs.call": "not allowed to call function: {id}",
    "funcs.context": "not allowed to call functions with custom context",
    "funcs.security": "not allowed to call functions with custom security context",
    "security.actor.create": "not allowed to create actor: {id}",
    "security.scope.create": "not allowed to create scope: ",
    "events.subscribe": "not allowed to subscribe to events: {name}",
    "events.send": "not allowed to send events: {name}",
    "security.policy.get": "permission denied: ",
    "security.policy_group.get": "permission denied: ",
}
"""How the message of a denial begins, by action (process 3.1, 7.2, 7.9, 8.2, 11, 12.10); those on a pid name the word
of the action and the destination as it was typed, those on a host the verb and the host."""


class Subject(NamedTuple):
    """What one verb is done to, and nothing else."""

    pid: Pid
    name: str
    id: str
    host: str


class Deed(NamedTuple):
    """One verb, done once.

    Args:
        verb: what it is called, such as ``send by name``.
        rows: what the table asks of it, in order: the action, and which part of the subject is the resource, or behind
            a ``=`` the resource itself.
        effects: what it does to its subject where it is allowed: kinds of a ``Change``, ``sent`` or ``cancelled``.
        do: does it.
        before: the verb that makes what this one takes away, or nothing.
    """

    verb: str
    rows: tuple[tuple[str, str], ...]
    effects: frozenset[str]
    do: Doing
    before: str = ""

    def checks(self, subject: Subject) -> list[tuple[str, str]]:
        """Return actions and resources, in the order in which they are checked."""
        return [SHARED.get(part) or (action, _resource(part, subject)) for action, part in self.rows]

    def own_checks(self, subject: Subject) -> list[tuple[str, str]]:
        """Return the checks that are not everybody's."""
        return [(action, _resource(part, subject)) for action, part in self.rows if part not in SHARED]

    def message(self, action: str, subject: Subject) -> str:
        """Return how the message of a denial of *action* begins."""
        if action == "process.host":
            word = next((each for each in ("call", "exec") if each in self.verb), "spawn")
            return f"not allowed to {word} on host: {subject.host}"
        typed = subject.name if self.verb.endswith(" by name") else subject.pid
        text = TEXTS.get(action)
        if text is None:
            return f"not allowed to {action.rpartition('.')[2]}: {typed}"
        return text.format(id=subject.id, name=subject.name)


def _resource(part: str, subject: Subject) -> str:
    return part[1:] if part.startswith("=") else str(getattr(subject, part))


Doing: TypeAlias = Callable[[Process, Subject], Awaitable[Any]]


async def _send(process: Process, destination: str) -> None:
    await process.send(destination, "deed")


async def _called(process: Process, destination: str, verb: str) -> None:
    await getattr(process, verb)(destination)


def _targeted(verb: str, effect: str, before: str = "") -> list[Deed]:
    """Return *verb* on a pid and on a name."""

    async def do(process: Process, destination: str) -> None:
        await (_send(process, destination) if verb == "send" else _called(process, destination, verb))

    async def on_pid(process: Process, subject: Subject) -> None:
        await do(process, subject.pid)

    async def on_name(process: Process, subject: Subject) -> None:
        await do(process, subject.name)

    rows, effects = ((f"process.{verb}", "pid"),), frozenset((effect,))
    return [
        Deed(verb, rows, effects, on_pid, before),
        Deed(f"{verb} by name", rows, effects, on_name, before),
    ]


def _started(verb: str, *rows: tuple[str, str], effects: tuple[str, ...] = ()) -> list[Deed]:
    """Return a spawn or a call, plainly and by a builder; ``call`` has no builder."""

    async def plainly(process: Process, subject: Subject) -> None:
        await getattr(process, verb)(subject.id, subject.host)

    async def built(process: Process, subject: Subject) -> None:
        await getattr(_builder(process), verb)(subject.id, subject.host)

    asked, does = (*rows, ("process.host", "host")), frozenset(("spawned", *effects))
    found = [Deed(verb, asked, does, plainly)]
    return [*found, Deed(f"{verb} by a builder", (("", "context"), *asked), does, built)] if verb != "call" else found


def _builder(process: Process) -> SpawnBuilder:
    return process.with_context({"of": "the builder"})


async def _with_context(process: Process, subject: Subject) -> None:
    _builder(process)


async def _with_more_context(process: Process, subject: Subject) -> None:
    _builder(process).with_context({"more": 1})


async def _with_actor(process: Process, subject: Subject) -> None:
    _builder(process).with_actor(Actor("another"))


async def _with_scope(process: Process, subject: Subject) -> None:
    _builder(process).with_scope(Scope())


async def _register(process: Process, subject: Subject) -> None:
    await process.registry.register(subject.name)


async def _register_other(process: Process, subject: Subject) -> None:
    await process.registry.register(subject.name, subject.pid)


async def _unregister(process: Process, subject: Subject) -> None:
    await process.registry.unregister(subject.name)


async def _policy(process: Process, subject: Subject) -> None:
    process.policy(subject.id)


async def _named_scope(process: Process, subject: Subject) -> None:
    process.named_scope(subject.id)


_SPAWN, _MONITORED, _LINKED = ((f"process.spawn{more}", "id") for more in ("", ".monitored", ".linked"))
_REGISTER = ("process.registry.register", "name")
DEEDS: Final[tuple[Deed, ...]] = (
    *_targeted("send", "sent"),
    *_targeted("terminate", "ended"),
    *_targeted("cancel", "cancelled"),
    *_targeted("monitor", "monitored"),
    *_targeted("unmonitor", "unmonitored", "monitor"),
    *_targeted("link", "linked"),
    *_targeted("unlink", "unlinked", "link"),
    *_started("spawn", _SPAWN),
    *_started("spawn_monitored", _SPAWN, _MONITORED, effects=("monitored",)),
    *_started("spawn_linked", _SPAWN, _LINKED, effects=("linked",)),
    *_started("spawn_linked_monitored", _SPAWN, _MONITORED, _LINKED, effects=("monitored", "linked")),
    *_started("call", ("process.call", "id")),
    *_started("exec", ("process.exec", "id")),
    Deed("with_context", (("", "context"),), frozenset(), _with_context),
    Deed("with_context of a builder", (("", "context"),), frozenset(), _with_more_context),
    Deed("with_actor", (("", "context"), ("", "security")), frozenset(), _with_actor),
    Deed("with_scope", (("", "context"), ("", "security")), frozenset(), _with_scope),
    Deed("register", (_REGISTER,), frozenset(("named",)), _register),
    Deed("register another", (("process.registry.foreign", "pid"), _REGISTER), frozenset(("named",)), _register_other),
    Deed("unregister", (("process.registry.unregister", "name"),), frozenset(("unnamed",)), _unregister),
    Deed("policy", (("security.policy.get", "id"),), frozenset(), _policy),
    Deed("named_scope", (("security.policy_group.get", "id"),), frozenset(), _named_scope),
)
"""All verbs of Python that ask for anything (process 12.5, 12.10)."""
HOLDS_A_NAME: Final = (" by name", "unregister")
"""How the verbs end whose subject has its name already."""
