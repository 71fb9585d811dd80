"""A message is looked at once: it goes to its reader, to the backlog of its subscription, or to nobody yet."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simcore import Message, Process, Uniform, World
from simcore.process import mailbox
from simcore.process.state.envelope import Envelope
from simcore.process.state.record import ProcessRecord

HOST = "app:processes"


def result(main: Any, seed: int = 0) -> Any:
    world = World(seed, Uniform() if seed else None)
    world.define("app:main", main)
    pid = world.spawn("app:main", HOST)
    world.run()
    return world.result(pid)


def test_what_a_topic_left_unread_goes_to_the_inbox_behind_what_that_has_had_already() -> None:
    """process 3.5, 3.13: the inbox had a later message before; the older ones still come, in their order."""

    async def main(process: Process) -> list[Any]:
        topic = process.listen("t")
        for number in range(1, 4):
            await process.send(process.pid, "t", number)
        await process.send(process.pid, "x", 4)
        first = await process.inbox.receive()
        process.unlisten(topic)
        return [first.payload, *[(await process.inbox.receive()).payload for _ in range(2)]]

    # The first lay in the buffer of the topic's channel and went with it.
    assert result(main) == [4, 2, 3]


def test_what_waits_for_the_inbox_goes_to_a_topic_that_is_listened_to_later() -> None:
    async def main(process: Process) -> list[Any]:
        inbox = process.inbox
        for number in range(6):
            await process.send(process.pid, "even" if number % 2 == 0 else "odd", number)
        odd = process.listen("odd")
        return [
            *[(await odd.receive()) for _ in range(3)],
            *[(await inbox.receive()).payload for _ in range(3)],
        ]

    assert result(main) == [1, 3, 5, 0, 2, 4]


def test_what_nobody_wants_waits_in_its_order_for_the_inbox() -> None:
    async def main(process: Process) -> list[Any]:
        for number in range(5):
            await process.send(process.pid, f"t{number % 2}", number)
        return [(await process.inbox.receive()).payload for _ in range(5)]

    assert result(main) == [0, 1, 2, 3, 4]


STEPS = st.lists(
    st.tuples(st.sampled_from(["send", "listen", "unlisten", "inbox", "take"]), st.integers(0, 2)), max_size=40
)


class Walk:
    """The same mailbox, as one list that is walked from its beginning whenever something may be taken."""

    def __init__(self) -> None:
        self.left: list[tuple[str, int]] = []
        self.open: dict[str, list[int] | None] = {}
        """By topic what lies in the buffer of one of its channel; None for the inbox, which has no buffer."""

    def flush(self) -> None:
        kept = []
        for topic, number in self.left:
            buffer = self.open.get(topic)
            if topic in self.open and buffer is not None and not buffer:
                buffer.append(number)
            else:
                kept.append((topic, number))
        self.left = kept

    def take(self, topic: str) -> int | None:
        """Take a value as `select_nowait` does: what is buffered, and for the inbox nothing, as nobody waits there."""
        buffer = self.open.get(topic)
        taken = buffer.pop(0) if buffer else None
        self.flush()
        return taken


@settings(max_examples=150, deadline=None)
@given(STEPS)
def test_it_is_the_same_as_a_walk_through_the_whole_mailbox(steps: list[tuple[str, int]]) -> None:
    async def main(process: Process) -> list[list[Any]]:
        walk, seen, channels = Walk(), [], {}
        for place, (verb, number) in enumerate(steps):
            topic = f"t{number}"
            if verb == "send":
                await process.send(process.pid, topic, place)
                walk.left.append((topic, place))
                walk.flush()
            elif verb == "listen":
                channels[topic] = process.listen(topic)
                walk.open.setdefault(topic, [])
                walk.flush()
            elif verb == "unlisten" and topic in channels:
                process.unlisten(channels.pop(topic))
                walk.open.pop(topic, None)
                walk.flush()
            elif verb == "inbox":
                _ = process.inbox
            elif verb == "take" and topic in channels:
                found = process.select_nowait(a=channels[topic])
                seen.append([None if found is None else found.value, walk.take(topic)])
        left = [number for _, number in walk.left]
        seen.append([_unread(process), left])
        return seen

    def _unread(process: Process) -> list[Any]:
        return [each.payload for each in world.mailbox(process.pid) if isinstance(each, Message)]

    world = World()
    world.define("app:main", main)
    pid = world.spawn("app:main", HOST)
    world.run()

    assert all(ours == walked for ours, walked in world.result(pid))


@pytest.mark.parametrize("amount", [10, 1_000])
def test_a_backlog_is_not_looked_at_for_each_message(monkeypatch: pytest.MonkeyPatch, amount: int) -> None:
    looked: list[str] = []
    route = mailbox._route

    def noting(record: ProcessRecord, envelope: Envelope) -> None:
        looked.append(envelope.topic)
        route(record, envelope)

    monkeypatch.setattr(mailbox, "_route", noting)

    async def main(process: Process) -> int:
        for _ in range(amount):
            await process.send(process.pid, "unread")
        answers = process.listen("answer")
        for number in range(20):
            await process.send(process.pid, "answer", number)
            await answers.receive()
        return len(looked)

    assert result(main) == amount + 20
