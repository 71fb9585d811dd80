"""How members talk: messages, topics, channels between coroutines, time, and what a process says of itself."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final

from simcore.model.errors import ProcessError
from simcore.model.texts import represented
from simcore.programs.account import AS_IT_SHOULD
from simcore.programs.payloads import extra, spoil
from simcore.programs.places import MILLISECOND_NS
from simcore.programs.words import WRONG_OPTIONS, WRONG_TOPICS

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    from simcore.programs.errand import Errand
    from simcore.programs.member import Performer
    from simcore.python.channel import Channel
    from simcore.python.process import Process


async def _send(member: Performer, what: Errand) -> None:
    something = extra(what.value)
    member.account.calls[what.index].sent = represented(something)
    try:
        await member.process.send(what.destination, what.topic, what.index, something)
    finally:
        spoil(something)


async def _listen(member: Performer, what: Errand) -> None:
    member.topics[what.topic] = member.process.listen(what.topic, message=True)


async def _listen_plain(member: Performer, what: Errand) -> None:
    member.topics[what.topic] = member.process.listen(what.topic)


async def _listen_wrong(member: Performer, what: Errand) -> None:
    member.process.listen(WRONG_TOPICS[what.value % len(WRONG_TOPICS)])


async def _unlisten(member: Performer, what: Errand) -> None:
    channel = member.topics.pop(what.topic, None) or member.process.channel()
    member.process.unlisten(channel)
    # What the channel still held when its subscription ended.
    while (left := member.process.select_nowait(**{what.topic: channel})) is not None and left.ok:
        member.note(left)


async def _take(member: Performer, what: Errand) -> None:
    member.take_now()


async def _sleep(member: Performer, what: Errand) -> None:
    await member.process.sleep(what.value * MILLISECOND_NS)


async def _after(member: Performer, what: Errand) -> None:
    member.alarms[f"timer{what.index}"] = member.process.after(what.value * MILLISECOND_NS)


async def _trap(member: Performer, what: Errand) -> None:
    await member.process.set_options(trap_links=what.verb == "trap")


async def _options_wrong(member: Performer, what: Errand) -> None:
    await member.process.set_options(**WRONG_OPTIONS[what.value % len(WRONG_OPTIONS)])


async def _can(member: Performer, what: Errand) -> bool:
    """Look at all that a process is told of itself."""
    process = member.process
    assert process.id, "every process runs something"
    assert process.get_options().keys() == {"trap_links"}
    dict(process.context)
    return process.can("process.send", what.destination)


async def _go(member: Performer, what: Errand) -> None:
    """Start a coroutine that sends a message after a while."""
    # Room for one, so that both front ends let the new coroutine begin first.
    begun = member.process.channel(1)
    member.process.go(_send_later, begun, what)
    await begun.receive()


async def _send_later(process: Process, begun: Channel, what: Errand) -> None:
    await begun.send("begun")
    await process.sleep(what.value * MILLISECOND_NS)
    # Whoever it was for may have ended meanwhile.
    with suppress(ProcessError):
        await process.send(what.destination, what.topic, what.index, what.value)


async def _go_raise(member: Performer, what: Errand) -> None:
    """Start a coroutine that fails, and its process with it."""
    begun = member.process.channel(1)
    member.process.go(_raise_later, begun, what)
    await begun.receive()


async def _raise_later(process: Process, begun: Channel, what: Errand) -> None:
    await begun.send("begun")
    await process.sleep(what.value * MILLISECOND_NS)
    raise RuntimeError(f"a coroutine {AS_IT_SHOULD}")


async def _hand_over(member: Performer, what: Errand) -> object:
    """Give a value from one coroutine to another, over a channel that holds some or none."""
    channel = member.process.channel(what.value % 3)
    member.process.go(_put, channel, what.index)
    return await channel.receive()


async def _put(process: Process, channel: Channel, value: int) -> None:
    await channel.send(value)
    await channel.close()


TALKING: Final[Mapping[str, Callable[[Performer, Errand], Awaitable[Any]]]] = {
    "send": _send,
    "send_reserved": _send,
    "listen": _listen,
    "listen_plain": _listen_plain,
    "listen_wrong": _listen_wrong,
    "unlisten": _unlisten,
    "take": _take,
    "sleep": _sleep,
    "after": _after,
    "trap": _trap,
    "untrap": _trap,
    "options_wrong": _options_wrong,
    "can": _can,
    "go": _go,
    "go_raise": _go_raise,
    "hand_over": _hand_over,
}
"""What a member says and hears, by verb."""
