"""A message is in the mailbox when the send has returned, and goes to the channel that wants it then (process 3)."""

from __future__ import annotations

from typing import Any

import pytest

from simcore import Channel, InvalidArgument, Message, NotFound, Pid, Process, ProcessError, Uniform
from tests.conftest import Make
from tests.worlds import HOST, result_of


async def to_self(process: Process, *messages: tuple[str, Any]) -> None:
    for topic, payload in messages:
        await process.send(process.pid, topic, payload)


def test_a_send_to_oneself_is_there_when_it_has_returned(make: Make) -> None:
    """process 3.2, G3."""

    async def main(process: Process) -> list[Any]:
        await to_self(process, ("a", 1), ("b", 2))
        return [await process.inbox.receive(), await process.inbox.receive()]

    me = Pid("{app:processes|0x00001}")
    assert result_of(make, main) == [Message("a", me, 1), Message("b", me, 2)]


def test_messages_that_came_before_anybody_listened_are_kept(make: Make) -> None:
    """process 3.6."""

    async def main(process: Process) -> list[Any]:
        await to_self(process, ("t", 1), ("u", 2), ("t", 3))
        listened = process.listen("t")
        first = await listened.receive()
        other = await process.inbox.receive()
        return [first, await listened.receive(), other.payload]

    assert result_of(make, main) == [1, 3, 2]


def test_with_the_inbox_open_and_nobody_reading_a_later_listen_takes_its_topic(make: Make) -> None:
    """process 3.6: with capacity 0 nothing is handed to the inbox in advance."""

    async def main(process: Process) -> list[Any]:
        inbox = process.inbox
        await to_self(process, ("t", 1), ("u", 2))
        return [await process.listen("t").receive(), (await inbox.receive()).topic]

    assert result_of(make, main) == [1, "u"]


def test_a_topic_that_nobody_takes_holds_up_no_other(make: Make) -> None:
    """process 3.5: what is kept stays in order and blocks nothing."""

    async def main(process: Process) -> list[Any]:
        one, other = process.listen("one"), process.listen("other")
        await to_self(process, ("one", 1), ("one", 2), ("one", 3), ("other", 4))
        return [await other.receive(), *[await one.receive() for _ in range(3)]]

    assert result_of(make, main) == [4, 1, 2, 3]


def test_only_the_very_same_topic_is_listened_to(make: Make) -> None:
    """process 3.5: no wildcards."""

    async def main(process: Process) -> list[str]:
        process.listen("job.*")
        process.listen("job")
        await to_self(process, ("job.done", None), ("jobs", None), ("", None))
        return [(await process.inbox.receive()).topic for _ in range(3)]

    assert result_of(make, main) == ["job.done", "jobs", ""]


def test_a_subscription_answers_one_channel_while_it_lives(make: Make) -> None:
    """process 3.10, I26."""

    async def main(process: Process) -> list[bool]:
        inbox: Any = process.inbox
        events, topic = process.events, process.listen("t")
        same = [inbox is process.inbox, events is process.events, topic is process.listen("t", message=True)]
        different = [inbox is events, topic is process.listen("u"), topic is inbox]
        process.unlisten(topic)
        process.unlisten(inbox)
        return [*same, *different, topic is process.listen("t"), inbox is process.inbox]

    assert result_of(make, main) == [True, True, True, False, False, False, False, False]


def test_a_listener_gets_bare_payloads_or_message_objects(make: Make) -> None:
    """process 3.8, 3.9: no value, one, several."""

    async def main(process: Process) -> list[Any]:
        raw, full = process.listen("raw"), process.listen("full", message=True)
        seen: list[Any] = []
        for payload in ((), (1,), (1, [2]), (None,)):
            await process.send(process.pid, "raw", *payload)
            await process.send(process.pid, "full", *payload)
            seen += [await raw.receive(), (await full.receive()).payload]
        return seen

    assert result_of(make, main) == [None, None, 1, 1, [1, [2]], [1, [2]], None, None]


def test_the_latest_wish_for_message_objects_wins_and_is_not_taken_back(make: Make) -> None:
    """process 3.12: for future deliveries, and what the listen itself hands over is one."""

    async def main(process: Process) -> list[str]:
        channel = process.listen("t")
        await to_self(process, ("t", 1), ("t", 2), ("t", 3), ("t", 4))
        seen = [await channel.receive()]
        process.listen("t", message=True)
        seen += [await channel.receive()]
        process.listen("t")
        seen += [await channel.receive(), await channel.receive()]
        return [type(each).__name__ for each in seen]

    # The second was delivered, into the free slot, before the wish was uttered.
    assert result_of(make, main) == ["int", "int", "Message", "Message"]


@pytest.mark.parametrize("close_first", [False, True])
def test_a_closed_channel_takes_nothing_more_and_a_later_listen_makes_a_new_one(make: Make, close_first: bool) -> None:
    """process 3.10, 3.5: what comes after a close goes to the inbox or to the next listener; nothing is lost."""

    async def main(process: Process) -> list[Any]:
        channel = process.listen("t")
        if close_first:
            await channel.close()
        await to_self(process, ("t", 1), ("t", 2))
        await channel.close()
        seen = [(await process.inbox.receive()).payload]
        again = process.listen("t")
        await to_self(process, ("t", 3))
        return [*seen, again is channel, await again.receive()]

    # The first lay in the slot of the channel, whose reader would still get it.
    assert result_of(make, main) == ([1, False, 2] if close_first else [2, False, 3])


def test_a_taken_value_makes_room_for_the_next_before_the_reader_goes_on(make: Make) -> None:
    """process 3.5: a flush follows channel activity, so the first case of a select wins as long as it has messages
    (process 3.14)."""

    async def main(process: Process) -> list[Any]:
        a, b = process.listen("a"), process.listen("b")
        await to_self(process, ("a", 1), ("a", 2), ("b", 1), ("b", 2), ("b", 3))
        await process.sleep(1)
        seen = [(await process.select(a=a, b=b)).name for _ in range(3)]
        while taken := process.select_nowait(a=a, b=b):
            seen.append(taken.value)
        return seen

    assert result_of(make, main) == ["a", "a", "b", 2, 3]


@pytest.mark.parametrize(
    ("topic", "fragment"),
    [("", "topic cannot be empty"), ("@x", "cannot listen to @ topics"), ("@pid/inbox", "cannot listen to @ topics")],
)
def test_an_empty_or_reserved_topic_cannot_be_listened_to(make: Make, topic: str, fragment: str) -> None:
    """process 3.12."""

    async def main(process: Process) -> None:
        process.listen(topic)

    with pytest.raises(InvalidArgument, match=fragment):
        result_of(make, main)


def test_an_unlisten_closes_its_channel_and_loses_no_message(make: Make) -> None:
    """process 3.13, I27: what is in the buffer stays readable, what is in the mailbox goes elsewhere."""
    log: list[Any] = []

    async def reader(process: Process, channel: Channel) -> None:
        log.append(("waiting", (await process.select(it=channel)).ok))

    async def main(process: Process) -> None:
        topic, idle = process.listen("t"), process.listen("idle")
        await to_self(process, ("t", 1), ("t", 2), ("t", 3))
        process.go(reader, idle)
        process.unlisten(idle)
        process.unlisten(topic)
        log.append(("buffered", await topic.receive()))
        with pytest.raises(NotFound, match="channel closed"):
            await topic.receive()
        log.append(("inbox", [(await process.inbox.receive()).payload for _ in range(2)]))
        for channel in (topic, process.channel()):
            with pytest.raises(NotFound, match="channel not found"):
                process.unlisten(channel)

    result_of(make, main)
    assert log == [("buffered", 1), ("waiting", False), ("inbox", [2, 3])]


def test_a_second_listen_gets_what_came_meanwhile(make: Make) -> None:
    """process 3.13."""

    async def main(process: Process) -> list[int]:
        process.unlisten(process.listen("t"))
        await to_self(process, ("t", 1))
        return [await process.listen("t").receive()]

    assert result_of(make, main) == [1]


def test_unlisten_takes_a_channel(make: Make) -> None:
    async def main(process: Process) -> None:
        process.unlisten("t")  # type: ignore[arg-type]

    with pytest.raises(InvalidArgument, match="takes a channel, not a str"):
        result_of(make, main)


def test_a_loop_over_inbox_and_events_sees_the_order_of_arrival(make: Make) -> None:
    """process 3.14: nothing is ready in advance in a channel without room."""

    async def main(process: Process) -> list[str]:
        inbox, events = process.inbox, process.events
        await to_self(process, ("a", None))
        await process.cancel(process.pid)
        await to_self(process, ("b", None))
        return [(await process.select(events=events, inbox=inbox)).name for _ in range(3)]

    assert result_of(make, main) == ["inbox", "events", "inbox"]


def test_between_listened_topics_the_order_of_the_cases_decides(make: Make) -> None:
    """process 3.14: values that wait in a channel make case order win."""

    async def main(process: Process) -> list[str]:
        one, other = process.listen("one"), process.listen("other")
        await to_self(process, ("other", None), ("one", None))
        return [(await process.select(one=one, other=other)).name for _ in range(2)]

    assert result_of(make, main) == ["one", "other"]


@pytest.mark.parametrize(
    ("destination", "topic", "error", "message"),
    [
        ("nobody", "@x", InvalidArgument, "cannot send to @ topics: @x"),
        ("nobody", "t", NotFound, "could not resolve 'nobody' as PID or registered name"),
        ("{app:processes|0x000ff}", "t", NotFound, "process not found: {app:processes|0x000ff}"),
        ("{no:host|0x00001}", "t", NotFound, "host not found: no:host"),
        ("{east@app:processes|0x00001}", "t", NotFound, "node not found: east"),
        ("{broken}", "t", NotFound, "could not resolve '{broken}' as PID or registered name"),
    ],
)
def test_a_send_that_fails_tells_why(
    make: Make, destination: str, topic: str, error: type[ProcessError], message: str
) -> None:
    """process 3.1 in its order, process 3.3."""

    async def main(process: Process) -> None:
        await process.send(destination, topic)

    with pytest.raises(error) as caught:
        result_of(make, main)
    assert (caught.value.message, caught.value.retryable) == (message, False)


@pytest.mark.parametrize("arguments", [(1, "t"), ("x", 1), (None, None)])
def test_a_send_takes_texts(make: Make, arguments: Any) -> None:
    """process 3.1 step 3: raised at the call, before it is awaited."""

    async def main(process: Process) -> None:
        process.send(*arguments)

    with pytest.raises(InvalidArgument, match="both texts"):
        result_of(make, main)


@pytest.mark.parametrize("text", ["{local@app:processes|0x00001}", "{app:processes|app:main|0x00001}"])
def test_a_pid_can_be_spelled_in_older_ways(make: Make, text: str) -> None:
    """process 1.2, 1.4."""

    async def main(process: Process) -> str:
        await process.send(text, "t")
        return str((await process.inbox.receive()).topic)

    assert result_of(make, main) == "t"


def test_a_text_in_the_shape_of_a_pid_is_never_a_name(make: Make) -> None:
    """process 11.6, 11.13, I61."""

    async def main(process: Process) -> None:
        with pytest.raises(InvalidArgument, match="name cannot have the shape of a pid"):
            await process.registry.register("{app:processes|0x000ff}")
        await process.send("{app:processes|0x000ff}", "t")

    with pytest.raises(NotFound, match="process not found"):
        result_of(make, main)


def test_what_is_sent_is_a_copy(make: Make) -> None:
    """I28: at the call, and for each receiver."""

    async def main(process: Process) -> list[Any]:
        value = [1]
        call = process.send(process.pid, "t", value)
        value.append(2)
        await call
        received = (await process.inbox.receive()).payload
        received.append(3)
        return [value, received]

    assert result_of(make, main) == [[1, 2], [1, 3]]


def test_what_cannot_be_copied_is_refused_and_nothing_is_sent(make: Make) -> None:
    """process 3.7, O16."""

    async def main(process: Process) -> str:
        with pytest.raises(InvalidArgument, match="object cannot leave"):
            await process.send(process.pid, "t", object())
        await process.send(process.pid, "u")
        return str((await process.inbox.receive()).topic)

    assert result_of(make, main) == "u"


def test_messages_of_one_sender_keep_their_order_under_every_schedule(make: Make) -> None:
    """process 3.4, G1: across topics, by pid and by name."""

    async def sender(process: Process, name: str) -> None:
        for number in range(3):
            await process.send("boss" if number % 2 else "{app:processes|0x00001}", name, number)

    async def boss(process: Process) -> list[tuple[str, int]]:
        await process.registry.register("boss")
        for name in "ab":
            await process.spawn("app:sender", HOST, name)
        messages = [await process.inbox.receive() for _ in range(6)]
        return [(message.topic, message.payload) for message in messages]

    orders = set()
    for seed in range(40):
        world = make(seed=seed, strategy=Uniform(), boss=boss, sender=sender)
        pid = world.spawn("app:boss", HOST)
        world.run()
        result = world.result(pid)
        orders.add("".join(name for name, _ in result))
        assert [[number for name, number in result if name == each] for each in "ab"] == [[0, 1, 2]] * 2
    assert len(orders) > 5


def test_a_message_that_caused_another_arrives_before_it(make: Make) -> None:
    """process 3.4, G2, I31."""

    async def a(process: Process, b: str, c: str) -> None:
        await process.send(c, "first")
        await process.send(b, "go")

    async def b(process: Process, c: str) -> None:
        await process.inbox.receive()
        await process.send(c, "second")

    async def c(process: Process) -> list[str]:
        return [(await process.inbox.receive()).topic for _ in range(2)]

    for seed in range(30):
        world = make(seed=seed, strategy=Uniform(), a=a, b=b, c=c)
        receiver = world.spawn("app:c", HOST)
        world.spawn("app:a", HOST, world.spawn("app:b", HOST, receiver), receiver)
        world.run()
        assert world.result(receiver) == ["first", "second"]


def test_events_are_never_messages_and_messages_never_events(make: Make) -> None:
    """process 3.6, I22, I24, I54: the event waits for whoever asks for events."""

    async def main(process: Process) -> list[str]:
        await process.cancel(process.pid)
        await to_self(process, ("t", None))
        first = await process.inbox.receive()
        after = process.after("1s")
        chosen = await process.select(inbox=process.inbox, after=after)
        return [first.topic, chosen.name, type(await process.events.receive()).__name__]

    assert result_of(make, main) == ["t", "after", "Cancel"]


def test_all_orders_of_two_senders_and_a_listen_lose_nothing(make: Make) -> None:
    """N22: a message is in the inbox, in the topic's channel or kept, and always read once."""

    async def sender(process: Process, target: str, value: int) -> None:
        await process.send(target, "t", value)

    async def main(process: Process) -> list[int]:
        seen: list[int] = []
        first = await process.inbox.receive()
        seen.append(first.payload)
        channel = process.listen("t")
        seen.append(await channel.receive())
        return sorted(seen)

    ways = set()
    for seed in range(20):
        world = make(seed=seed, strategy=Uniform(), main=main, sender=sender)
        pid = world.spawn("app:main", HOST)
        for value in (1, 2):
            world.spawn("app:sender", HOST, pid, value)
        world.run()
        ways.add(tuple(world.result(pid)))
    assert ways == {(1, 2)}
