"""What must hold of messages: in order, once, unchanged, to the right process, or not at all."""

from collections.abc import Iterator

from hypothesis import given
from hypothesis import strategies as st

from simcore import Cancel, Exit, LinkDown, Message, RunOutcome, World, run, sometimes
from simcore.strategies import Call, Program, Receipt, programs, seen

AT_THE_END = 1_000_000_000
SENDS = ("send", "send_by_name", "send_reserved")
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
    outcome = run(program)

    arrived = [message.payload[0] for _, message in received(outcome)]
    assert len(arrived) == len(set(arrived)), f"a message was received twice: {arrived}"


@given(PROGRAMS)
def test_a_living_reader_receives_all_that_was_accepted(program: Program) -> None:
    outcome = run(program)

    arrived = {message.payload[0] for _, message in received(outcome)}
    alive = {pid for member, pid in outcome.pids.items() if outcome.lives(member)}
    lost = [call for call in sends(outcome) if call.done and call.target_pid in alive and call.index not in arrived]
    assert not lost, f"accepted and never received: {lost}"


@given(PROGRAMS)
def test_a_message_arrives_as_it_was_sent(program: Program) -> None:
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
    outcome = run(program)

    for call in outcome.calls:
        if call.verb.startswith("spawn") and call.target is not None and call.target in outcome.greeted:
            assert repr(outcome.greeted[call.target]) == call.sent


@given(PROGRAMS)
def test_a_refused_message_never_arrives(program: Program) -> None:
    outcome = run(program)

    arrived = {message.payload[0] for _, message in received(outcome)}
    assert not [call for call in sends(outcome) if call.error is not None and call.index in arrived]


@given(PROGRAMS)
def test_a_message_is_refused_where_nobody_can_take_it(program: Program) -> None:
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
    outcome = run(program)

    last: dict[tuple[int, str, str], int] = {}
    for receipt, message in received(outcome):
        key = (receipt.process, str(message.sender), message.topic)
        assert last.get(key, -1) < message.payload[0], f"{message} after step {last[key]}"
        last[key] = message.payload[0]


@given(UNLISTENED)
def test_messages_of_one_pair_arrive_in_order_over_all_topics(program: Program) -> None:
    outcome = run(program)

    last: dict[tuple[int, str], int] = {}
    for receipt, message in received(outcome):
        key = (receipt.process, str(message.sender))
        assert last.get(key, -1) < message.payload[0], f"{message} after step {last[key]}"
        last[key] = message.payload[0]


@given(UNLISTENED)
def test_what_was_sent_before_is_received_before(program: Program) -> None:
    """A message that was accepted before another was sent comes first, whoever sent the two (process 3.4)."""
    outcome = run(program)
    sent = {call.index: call for call in sends(outcome)}

    for member in outcome.received:
        order = [sent[message.payload[0]] for receipt, message in received(outcome) if receipt.process == member]
        for place, call in enumerate(order):
            early = [each for each in order[place + 1 :] if end_of(each) < call.began]
            assert not early, f"{call} came before {early[0]}"


@given(UNLISTENED)
def test_the_last_word_comes_before_the_news_of_the_end(program: Program) -> None:
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
