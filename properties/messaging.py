"""What must hold of messages: in order, once, unchanged, to the right process, or not at all: I16 to I31."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from simcore import Cancel, Changes, Exit, LinkDown, Message, Pid, Process, RunOutcome, World, always, run, sometimes
from simcore.strategies import Call, Program, Receipt, programs, seen
from simcore.words import Born

from ._history import NEVER, History, Letter, Reading, judge

AT_THE_END = 1_000_000_000
SENDS = ("send", "send_by_name", "send_reserved")
EVENTS = "@pid/events"
INBOX = "@pid/inbox"


@always
def messages_arrive_once_and_in_order(world: World, changes: Changes) -> None:
    """What is accepted arrives once, in order, unchanged, and where it is for (I16 to I31)."""
    if changes.at_the_end and world.log:
        judge(world, INVARIANTS)


def a_senders_messages_keep_their_order(history: History) -> None:
    """I16: what one process sends to another is read at each channel in the order in which it was sent."""
    for readings in history.channels.values():
        last: dict[Pid, Letter] = {}
        for reading in straight(history, readings):
            letter = reading.letter
            assert letter is not None
            if letter.ask is None:
                continue
            before = last.get(letter.ask.pid)
            if before is not None and before.ask is not None:
                right = before.ask.at < letter.ask.at
                history.check("I16", right, reading.at, "{} reads {} after the later {}", reading.pid, letter, before)
            last[letter.ask.pid] = letter


def a_channel_keeps_the_order_of_the_mailbox(history: History) -> None:
    """I17: what was routed to a channel is read there in the order in which it was put into the mailbox."""
    for readings in history.channels.values():
        last: Letter | None = None
        for reading in straight(history, readings):
            letter = reading.letter
            assert letter is not None
            if last is not None:
                right = last.at < letter.at
                history.check("I17", right, reading.at, "{} reads {} after the later {}", reading.pid, letter, last)
            last = letter


def straight(history: History, readings: Sequence[Reading]) -> list[Reading]:
    """Return the readings of letters whose way has not changed while they lay in the mailbox."""
    return [each for each in readings if each.letter is not None and not history.is_rerouted(each.letter)]


def what_is_read_was_sent_once(history: History) -> None:
    """I18: every value that is read from a subscription was put into the mailbox once before, and is read once."""
    for reading in history.readings:
        history.check("I18", reading.letter, reading.at, "{} reads {}, which was not sent", reading.pid, reading.value)
    for at, received in history.strays:
        history.refuse("I18", at, "{} is handed {}, which was not sent, or twice", received.receiver, received)


def a_send_succeeds_if_it_is_accepted(history: History) -> None:
    """I19: send returns true if and only if the message was put into the mailbox; an error means that it was not."""
    sent = {letter.ask for letter in history.letters if letter.ask is not None and letter.sent.event is None}
    for ask in history.asked("send"):
        if ask.is_answered:
            right = (ask.failed is None) == (ask in sent)
            history.check(
                "I19", right, ask.answered, "{} was answered with {}, and sent: {}", ask, ask.failed, ask in sent
            )


def who_has_ended_takes_nothing(history: History) -> None:
    """I20: a send to a pid after its end returns NotFound, always."""
    for ask in history.performed("send"):
        action = ask.action
        life = None if action is None else history.life(action.entry.receiver)
        if action is not None and life is not None and life.ended_at < action.at:
            right = ask.error is not None and ask.error.kind == "NotFound"
            history.check("I20", right, action.at, "{} to {}, which has ended: {}", ask, life.pid, ask.error)


def a_send_waits_for_nobody(history: History) -> None:
    """I21: send never blocks on the receiver: it is answered without a step of the receiver."""
    for ask in history.performed("send"):
        waits = history.is_over and history.is_waiting(ask)
        history.check("I21", not waits, ask.at, "{} has no answer", ask)


def reserved_topics_are_not_sent(history: History) -> None:
    """I22: no message of user code has a topic that begins with ``@``."""
    for ask in history.asked("send"):
        if ask.fields["topic"].startswith("@"):
            history.check("I22", ask.error is not None, ask.at, "{} of {} is accepted", ask, ask.fields["topic"])
    for letter in history.letters:
        if letter.sent.event is None and letter.sent.topic.startswith("@"):
            history.refuse("I22", letter.at, "{} is a message", letter)


def a_subscribed_topic_passes_by_the_inbox(history: History) -> None:
    """I23: a message whose very topic is subscribed when it is handed over is never read from the inbox."""
    for reading in history.readings:
        letter = reading.letter
        if letter is not None and letter.is_subscribed and letter.sent.event is None:
            right = not reading.is_inbox
            history.check(
                "I23", right, reading.at, "{} reads {} from its inbox, and listens to it", reading.pid, letter
            )


def the_inbox_has_no_reserved_topics(history: History) -> None:
    """I24: a message with a topic that begins with ``@`` is never read from the inbox."""
    for reading in history.readings:
        if reading.is_inbox and reading.letter is not None:
            topic = reading.letter.sent.topic
            history.check(
                "I24", not topic.startswith("@"), reading.at, "{} reads {} from its inbox", reading.pid, topic
            )


def what_is_kept_comes_to_who_waits(history: History) -> None:
    """I25: a message that is kept is handed over once a reader for it exists and waits."""
    for letter in history.letters:
        life = history.lives.get(letter.sent.receiver)
        kept = [] if life is None else life.steps_between(letter.at, letter.given)
        if letter.given != NEVER and len(kept) > 1:
            history.exercised["I25"] += 1
    for pid, letters in history.unread.items():
        if not history.is_over or not history.lived(pid, history.now):
            continue
        waited = history.channels_waited_at(pid)
        for letter in letters:
            channel = history.channel_for(letter)
            history.check("I25", channel not in waited, letter.at, "{} waits, and {} lies in its mailbox", pid, letter)


def a_subscription_is_one_channel(history: History) -> None:
    """I26: inbox, events and listen give one identical channel from subscribing to unlisten."""
    known: dict[tuple[Pid, str], int] = {}
    for at, pid, topic, number in history.openings_and_closings():
        if number is None:
            known.pop((pid, topic), None)
        elif (pid, topic) in known:
            right = known[pid, topic] == number
            history.check(
                "I26", right, at, "{} has channel {} for {}, and had {}", pid, number, topic, known[pid, topic]
            )
        else:
            known[pid, topic] = number


def an_unlistened_channel_is_over(history: History) -> None:
    """I27: after unlisten at most one more value comes from the channel; no message of the mailbox is lost by it."""
    made = {effect.channel.number for _, effect in history.openings}
    for at, pid, channel in history.closings:
        if channel in made:
            later = [each for each in history.channels.get(channel, ()) if each.at > at]
            history.check("I27", len(later) <= 1, at, "{} reads {} values more from a closed channel", pid, len(later))


def what_arrives_is_a_copy(history: History) -> None:
    """I28: nothing that one side does to a value is seen on the other: what is read is what was sent, and shares no
    list or dict with what anybody else was given."""
    if "builder_no_copy" in history.options.quirks:
        return
    owners: dict[int, Reading] = {}
    for reading in history.readings:
        if reading.letter is None:
            continue
        right = reading.says(reading.letter)
        history.check(
            "I28", right, reading.at, "{} reads {} and was sent {}", reading.pid, reading.value, reading.letter.sent
        )
        for held in containers(reading.given):
            other = owners.setdefault(id(held), reading)
            right = other is reading
            history.check("I28", right, reading.at, "{} and {} were given one object, {}", reading.pid, other.pid, held)


def containers(given: Any) -> Iterator[object]:
    """Give the lists and dicts that a program was given with a message or an event."""
    if isinstance(given, (list, dict)):
        yield given
    elif isinstance(given, tuple):
        for each in given:
            yield from containers(each)
    elif isinstance(given, Message):
        yield from containers(given.payload)
    elif isinstance(given, Exit):
        yield from containers(given.value)


def a_message_names_its_sender(history: History) -> None:
    """I29: the sender of a message is the process that sent it, and nobody for messages of a builder."""
    for letter in history.letters:
        if letter.sent.event is not None or (letter.ask is None and letter.sent.sender is None):
            continue
        sender = letter.action.entry.actor if letter.action.entry.action == "do:send" else None
        right = letter.sent.sender == sender
        history.check(
            "I29", right, letter.at, "{} is said to be from {}, and {} sent it", letter, letter.sent.sender, sender
        )
    for reading in history.readings:
        if reading.topic is not None and reading.letter is not None:
            right = reading.sender == reading.letter.sent.sender
            history.check(
                "I29", right, reading.at, "{} reads {} as from {}", reading.pid, reading.letter, reading.sender
            )


def values_arrive_as_none_one_or_a_list(history: History) -> None:
    """I30: n values of a payload arrive as None, the value, or the list of them, for n = 0, 1 or more."""
    for reading in history.readings:
        if not isinstance(reading.value, Message) or reading.letter is None:
            continue
        values = reading.letter.sent.packed.values()
        wanted = list(values) if len(values) > 1 else values[0] if values else None
        found = reading.value.payload
        found = found.value() if hasattr(found, "value") else found
        right = repr(found) == repr(wanted)
        history.check("I30", right, reading.at, "{} reads {!r} of the values {}", reading.pid, found, values)


def what_was_sent_before_comes_before(history: History) -> None:
    """I31: where A sent to C and then to B, and B read that and then sent to C, the message of A comes first in the
    mailbox of C, and at each channel of it."""
    by_pair: dict[Pid, dict[Pid, list[Letter]]] = defaultdict(lambda: defaultdict(list))
    for letter in history.letters:
        if letter.ask is not None and letter.ask.verb == "send":
            by_pair[letter.ask.pid][letter.sent.receiver].append(letter)
    for told in (letter for pairs in list(by_pair.values()) for letters in pairs.values() for letter in letters):
        if told.ask is None or told.read is None:
            continue
        first, middle = told.ask.pid, told.sent.receiver
        for receiver in by_pair[first].keys() & by_pair[middle].keys() if middle in by_pair else ():
            # Who sends keeps his own order, so the last before and the first after stand for all.
            before = [each for each in by_pair[first][receiver] if each.at < told.ask.at][-1:]
            after = [each for each in by_pair[middle][receiver] if each.ask and each.ask.at > told.read.at][:1]
            for earlier, later in zip(before, after, strict=False):
                right = earlier.at < later.at and not is_read_later(history, earlier, later)
                history.check("I31", right, later.at, "{} comes before {}, which was sent before it", later, earlier)


def is_read_later(history: History, first: Letter, second: Letter) -> bool:
    """Tell whether of two letters that one channel was given the first was read after the second."""
    if first.read is None or second.read is None or first.read.channel != second.read.channel:
        return False
    return first.read.at > second.read.at and not history.is_rerouted(first) and not history.is_rerouted(second)


INVARIANTS = (
    what_is_read_was_sent_once,
    the_inbox_has_no_reserved_topics,
    a_subscribed_topic_passes_by_the_inbox,
    what_was_sent_before_comes_before,
    a_senders_messages_keep_their_order,
    a_channel_keeps_the_order_of_the_mailbox,
    a_send_succeeds_if_it_is_accepted,
    who_has_ended_takes_nothing,
    a_send_waits_for_nobody,
    reserved_topics_are_not_sent,
    what_is_kept_comes_to_who_waits,
    a_subscription_is_one_channel,
    an_unlistened_channel_is_over,
    values_arrive_as_none_one_or_a_list,
    a_message_names_its_sender,
    what_arrives_is_a_copy,
)


# -- what members see of it

PROGRAMS = programs(
    policies=st.none(),
    verbs=(
        "send",
        "send_by_name",
        "register",
        "receive",
        "listen",
        "unlisten",
        "spawn_monitored",
        "terminate",
        "return",
        "sleep",
        "send_reserved",
        "send",
        "send",
    ),
)
UNLISTENED = programs(
    policies=st.none(),
    verbs=(
        "send",
        "send_by_name",
        "register",
        "receive",
        "sleep",
        "spawn_linked_monitored",
        "trap",
        "return",
        "raise",
        "send",
    ),
)


@sometimes
def a_message_arrives(world: World) -> None:
    """A message is received."""
    assert world.history.count(Message)
    assert "send arrived" in seen(world)


@sometimes
def a_message_meets_nobody(world: World) -> None:
    """A message is sent to a process that has ended or never was."""
    assert "send NotFound" in seen(world)


@given(PROGRAMS)
def test_a_message_is_received_at_most_once(program: Program) -> None:
    """What its members see of I18."""
    outcome = run(program)

    arrived = [message.payload[0] for _, message in received(outcome)]
    assert len(arrived) == len(set(arrived)), f"a message was received twice: {arrived}"


@given(PROGRAMS)
def test_a_living_reader_receives_all_that_was_accepted(program: Program) -> None:
    """What its members see of I25, I27."""
    outcome = run(program)

    arrived = {message.payload[0] for _, message in received(outcome)}
    alive = {pid for member, pid in outcome.pids.items() if outcome.lives(member)}
    lost = [call for call in sends(outcome) if call.done and call.target_pid in alive and call.index not in arrived]
    assert not lost, f"accepted and never received: {lost}"


@given(PROGRAMS)
def test_a_message_arrives_as_it_was_sent(program: Program) -> None:
    """What its members see of I28, I29, I30."""
    outcome = run(program)
    sent = {call.index: call for call in sends(outcome)}

    for receipt, message in received(outcome):
        call = sent[message.payload[0]]
        assert message.topic == call.name
        assert message.sender == call.pid
        assert repr(message.payload[1]) == call.sent
        assert receipt.channel in ("inbox", message.topic)
        assert outcome.pids[receipt.process] == call.target_pid, f"{call} reached {receipt.process}"


@given(PROGRAMS)
def test_what_a_process_is_started_with_is_its_own(program: Program) -> None:
    """What its members see of I28."""
    outcome = run(program)

    for call in outcome.calls:
        if call.verb.startswith("spawn") and call.target is not None and call.target in outcome.greeted:
            assert repr(outcome.greeted[call.target]) == call.sent


@given(PROGRAMS)
def test_a_refused_message_never_arrives(program: Program) -> None:
    """What its members see of I19."""
    outcome = run(program)

    arrived = {message.payload[0] for _, message in received(outcome)}
    assert not [call for call in sends(outcome) if call.error is not None and call.index in arrived]


@given(PROGRAMS)
def test_a_message_is_refused_where_nobody_can_take_it(program: Program) -> None:
    """What its members see of I19, I20, I22."""
    outcome = run(program)

    for call in sends(outcome):
        if call.verb == "send_reserved" and call.finished is not None:
            assert call.error is not None
            assert call.error.kind == "Invalid"
        elif call.done:
            receiver = next((who for who, pid in outcome.pids.items() if pid == call.target_pid), None)
            assert receiver is not None, f"{call} was accepted for nobody"
            ending = outcome.endings.get(receiver)
            assert ending is None or ending.ended > call.began, f"{call} was accepted for one with {ending}"
        elif call.error is not None:
            assert call.error.kind == "NotFound"


@given(PROGRAMS)
def test_messages_of_one_pair_and_topic_arrive_in_order(program: Program) -> None:
    """What its members see of I16."""
    outcome = run(program)

    last: dict[tuple[int, str, str], int] = {}
    for receipt, message in received(outcome):
        key = (receipt.process, str(message.sender), message.topic)
        assert last.get(key, -1) < message.payload[0], f"{message} after step {last[key]}"
        last[key] = message.payload[0]


@given(UNLISTENED)
def test_messages_of_one_pair_arrive_in_order_over_all_topics(program: Program) -> None:
    """What its members see of I16."""
    outcome = run(program)

    last: dict[tuple[int, str], int] = {}
    for receipt, message in received(outcome):
        key = (receipt.process, str(message.sender))
        assert last.get(key, -1) < message.payload[0], f"{message} after step {last[key]}"
        last[key] = message.payload[0]


@given(UNLISTENED)
def test_what_was_sent_before_is_received_before(program: Program) -> None:
    """A message that was accepted before another was sent comes first, whoever sent the two (I17, I31, process 3.4)."""
    outcome = run(program)
    sent = {call.index: call for call in sends(outcome)}

    for member in outcome.received:
        order = [sent[message.payload[0]] for receipt, message in received(outcome) if receipt.process == member]
        for place, call in enumerate(order):
            early = [each for each in order[place + 1 :] if end_of(each) < call.began]
            assert not early, f"{call} came before {early[0]}"


@given(UNLISTENED)
def test_the_last_word_comes_before_the_news_of_the_end(program: Program) -> None:
    """What its members see of I38."""
    outcome = run(program)

    for receipts in outcome.received.values():
        ended: set[str] = set()
        for receipt in receipts:
            assert not isinstance(receipt.value, Message) or receipt.value.sender not in ended, (
                f"{receipt} after the end"
            )
            if isinstance(receipt.value, (Exit, LinkDown)):
                ended.add(receipt.value.sender)


@given(UNLISTENED)
def test_nothing_but_what_was_asked_for_comes_as_an_event(program: Program) -> None:
    """What its members see of I24, I54."""
    outcome = run(program)

    for receipts in outcome.received.values():
        for receipt in receipts:
            assert (receipt.channel == "events") == isinstance(receipt.value, (Exit, LinkDown, Cancel))
            assert not isinstance(receipt.value, Cancel)


def received(outcome: RunOutcome) -> Iterator[tuple[Receipt, Message]]:
    """Give every message that was received; its payload begins with the place of the step that sent it."""
    for receipts in outcome.received.values():
        for receipt in receipts:
            if isinstance(receipt.value, Message):
                yield receipt, receipt.value


def sends(outcome: RunOutcome) -> list[Call]:
    return [call for call in outcome.calls if call.verb in SENDS]


def end_of(call: Call) -> int:
    return AT_THE_END if call.finished is None else call.finished


@given(st.lists(st.sampled_from(("inbox", "events", "a", "b")), min_size=2, max_size=8))
def test_a_subscription_is_one_and_the_same_channel(topics: list[str]) -> None:
    """I26: inbox, events and listen give one identical channel until unlisten."""

    async def main(process: Process) -> None:
        def channel(topic: str) -> object:
            return getattr(process, topic) if topic in ("inbox", "events") else process.listen(topic)

        known: dict[str, object] = {}
        for topic in topics:
            assert channel(topic) is known.setdefault(topic, channel(topic)), f"{topic} is another channel now"
        for topic in set(topics) & {"a", "b"}:
            process.unlisten(process.listen(topic))
            assert channel(topic) is not known[topic], f"{topic} is the channel that was closed"

    def scenario(world: World) -> None:
        world.define("app:main", main)
        pid = world.spawn("app:main", "app:processes")
        world.run()
        assert world.result(pid) is None

    run(scenario)


@given(st.lists(st.integers(0, 3), max_size=3), st.integers(1, 3))
def test_what_is_done_to_a_value_later_is_seen_by_nobody_else(value: list[int], receivers: int) -> None:
    """I28: to change a sent value after the send, or a received one, changes nothing on any other side."""

    async def main(process: Process) -> list[int]:
        sent = list(value)
        pids = [await process.spawn("app:changes", "app:processes") for _ in range(receivers)]
        for pid in pids:
            await process.send(pid, "topic", sent)
        sent.append(7)
        return sent

    async def changes(process: Process) -> list[int]:
        got = (await process.inbox.receive()).payload
        got.append(8)
        return got  # type: ignore[no-any-return]  # a payload may be anything

    def scenario(world: World) -> None:
        world.define("app:main", main)
        world.define("app:changes", changes)
        pid = world.spawn("app:main", "app:processes")
        world.run()
        assert world.result(pid) == [*value, 7], "the sender sees what a receiver did"
        for child in [each.pid for each in world.log.of(Born) if each.id == "app:changes"]:
            assert world.result(child) == [*value, 8], f"{child} sees what another did"

    run(scenario)
