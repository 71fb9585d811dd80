"""What the scripts of programs have besides the steps of their members: as much of it as a program needs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from simcore.programs.errand import BY_NAME

if TYPE_CHECKING:
    from collections.abc import Iterator

    from simcore.model.programs import Program

_READER: Final = (
    "",
    "",
    "class Reader:",
    '    """What a member reads from: its inbox, its events, its topics, and the timers that it has set."""',
    "",
    "    def __init__(self, process):",
    "        self.process, self.topics, self.timers = process, {}, {}",
    "",
    "    def channels(self):",
    "        process = self.process",
    '        return {"inbox": process.inbox, "events": process.events, **self.topics, **self.timers}',
    "",
    "    async def take(self, **also):",
    "        taken = await self.process.select(**self.channels(), **also)",
    "        self.timers.pop(taken.name, None)",
)
_TAKE_NOW: Final = (
    "",
    "    def take_now(self):",
    "        taken = self.process.select_nowait(**self.channels())",
    "        if taken is not None:",
    "            self.timers.pop(taken.name, None)",
)
_UNLISTEN: Final = (
    "",
    "    def unlisten(self, topic):",
    "        channel = self.topics.pop(topic, None) or self.process.channel()",
    "        self.process.unlisten(channel)",
    "        while (left := self.process.select_nowait(rest=channel)) is not None and left.ok:",
    "            pass",
)
_SEND_LATER: Final = (
    "",
    "",
    "async def send_later(process, begun, wait_ns, destination, topic, *payload):",
    '    await begun.send("begun")',
    "    await process.sleep(wait_ns)",
    "    with suppress(ProcessError):",
    "        await process.send(destination, topic, *payload)",
)
_RAISE_LATER: Final = (
    "",
    "",
    "async def raise_later(process, begun, wait_ns):",
    '    await begun.send("begun")',
    "    await process.sleep(wait_ns)",
    '    raise RuntimeError("a coroutine fails as it should")',
)
_PUT: Final = (
    "",
    "",
    "async def put(process, channel, value):",
    "    await channel.send(value)",
    "    await channel.close()",
)
_NEEDED: Final = {
    "take": _TAKE_NOW,
    "unlisten": _UNLISTEN,
    "go": _SEND_LATER,
    "go_raise": _RAISE_LATER,
    "hand_over": _PUT,
}
"""What each of these verbs needs, the methods of the reader first."""
_MEMBER: Final = (
    "",
    "",
    "async def member(process, number, greeting=None, start=0, ends=None):",
    "    known[number] = process.pid",
    "    reader = Reader(process)",
    "    if number in STEPS:",
    "        result = await STEPS[number](process, reader, greeting, start, ends)",
    "        if result is not None:",
    "            return result",
    "    while not ends:",
    "        await reader.take()",
    "    return [number]",
)


def helpers(program: Program) -> Iterator[str]:
    """Give the lines of what is the same in every script, as far as *program* needs it."""
    verbs = {step.verb.removesuffix(BY_NAME) for step in program.steps}
    yield from _READER
    for verb, lines in _NEEDED.items():
        if verb in verbs:
            yield from lines
    yield from _MEMBER
