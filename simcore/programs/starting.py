"""How members start others: plainly, with a builder, or waiting for the result."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from simcore.model.texts import represented
from simcore.programs.payloads import extra, spoil
from simcore.programs.places import GROUP, OTHER_ACTOR
from simcore.programs.words import WRONG_IDS
from simcore.security.actor import Actor

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    from simcore.programs.errand import Errand
    from simcore.programs.member import Performer
    from simcore.python.builder import SpawnBuilder

BUILT: Final = "build_"


async def _spawn(member: Performer, what: Errand) -> Any:
    return await _started(member, what, member.process)


async def _build(member: Performer, what: Errand) -> Any:
    return await _started(member, what, builder_of(member, what))


async def _started(member: Performer, what: Errand, starter: Any) -> Any:
    """Let *starter*, a process or a builder, start what *what* says."""
    something = extra(what.value)
    member.account.calls[what.index].sent = represented(something)
    start = getattr(starter, _method(what))
    try:
        result = await start(what.definition, what.host, what.child, something, *_asked(what))
    finally:
        spoil(something)
    # Where the builder's name was taken the answer is who holds it.
    if not what.is_call and what.child is not None and "name" not in what.builder:
        member.account.know(what.child, result)
    return result


def _method(what: Errand) -> str:
    verb = what.verb.removeprefix(BUILT)
    return "spawn" if verb in ("spawn_unknown", "spawn_nowhere") else verb.removesuffix("_unknown")


def _asked(what: Errand) -> tuple[Any, ...]:
    """Return what tells what is called that it is to end."""
    return (0, "ends") if what.is_call else ()


def builder_of(member: Performer, what: Errand) -> SpawnBuilder:
    """Return the builder of a step, made setting by setting."""
    builder = member.process.with_context({"step": what.index})
    for setting in what.builder:
        builder = _SETTING[setting](builder, member, what)
    return builder


_SETTING: Final[Mapping[str, Callable[[SpawnBuilder, Performer, Errand], SpawnBuilder]]] = {
    "context": lambda builder, member, what: builder.with_context({"by": member.number}),
    "actor": lambda builder, member, what: builder.with_actor(Actor(OTHER_ACTOR)),
    "scope": lambda builder, member, what: builder.with_scope(member.process.named_scope(GROUP)),
    "name": lambda builder, member, what: builder.with_name(what.name),
    "message": lambda builder, member, what: builder.with_message(what.topic, what.index, what.value),
}


async def _build_wrong(member: Performer, what: Errand) -> None:
    builder = member.process.with_context({})
    if what.value % 2:
        builder.with_name("")
    else:
        builder.with_message("@pid/inbox", what.index)


async def _call_wrong(member: Performer, what: Errand) -> None:
    await member.process.call(WRONG_IDS[what.value % len(WRONG_IDS)], what.host)


STARTING: Final[Mapping[str, Callable[[Performer, Errand], Awaitable[Any]]]] = {
    "spawn": _spawn,
    "spawn_monitored": _spawn,
    "spawn_linked": _spawn,
    "spawn_linked_monitored": _spawn,
    "spawn_unknown": _spawn,
    "spawn_nowhere": _spawn,
    "call": _spawn,
    "exec": _spawn,
    "call_unknown": _spawn,
    "call_wrong": _call_wrong,
    "build_spawn": _build,
    "build_spawn_monitored": _build,
    "build_spawn_linked": _build,
    "build_spawn_linked_monitored": _build,
    "build_exec": _build,
    "build_wrong": _build_wrong,
}
"""What a member starts, by verb."""
