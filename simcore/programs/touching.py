"""How members touch each other: relations, names, cancel and terminate, and going on as something else."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from simcore.programs.places import UNKNOWN
from simcore.programs.words import WRONG_DEADLINES, deadline_of

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    from simcore.programs.errand import Errand
    from simcore.programs.member import Performer


async def _on_destination(member: Performer, what: Errand) -> None:
    await getattr(member.process, what.verb)(what.destination)


async def _cancel(member: Performer, what: Errand) -> None:
    await member.process.cancel(what.destination, deadline_of(what.value), reason=f"step {what.index}")


async def _cancel_wrong(member: Performer, what: Errand) -> None:
    await member.process.cancel(what.destination, WRONG_DEADLINES[what.value % len(WRONG_DEADLINES)])


async def _named(member: Performer, what: Errand) -> Any:
    return await getattr(member.process.registry, what.verb)(what.name)


async def _register_other(member: Performer, what: Errand) -> None:
    await member.process.registry.register(what.name, what.destination)


async def _register_wrong(member: Performer, what: Errand) -> None:
    if what.value % 2:
        await member.process.registry.register(what.name, "no pid")
    else:
        await member.process.registry.register("")


async def _upgrade(member: Performer, what: Errand) -> None:
    # What is behind this step is for the new code to do.
    member.process.upgrade(None, *upgraded(member, what))


def upgraded(member: Performer, what: Errand) -> tuple[Any, ...]:
    """Return what the new code is started with."""
    if member.is_served:
        return member.greeting, what.index + 1
    return member.number, member.greeting, what.index + 1, "ends" if member.ends else None


async def _upgrade_unknown(member: Performer, what: Errand) -> None:
    member.process.upgrade(UNKNOWN)


TOUCHING: Final[Mapping[str, Callable[[Performer, Errand], Awaitable[Any]]]] = {
    "monitor": _on_destination,
    "unmonitor": _on_destination,
    "link": _on_destination,
    "unlink": _on_destination,
    "terminate": _on_destination,
    "cancel": _cancel,
    "cancel_wrong": _cancel_wrong,
    "register": _named,
    "lookup": _named,
    "unregister": _named,
    "register_other": _register_other,
    "register_wrong": _register_wrong,
    "upgrade": _upgrade,
    "upgrade_unknown": _upgrade_unknown,
}
"""What a member does to others, to names and to itself, by verb."""
