"""Messages that are lost, doubled, out of order, or accepted where they must not be."""

from __future__ import annotations

from typing import Final

from tests.mutants.mutant import Change, Mutant

MAILBOX: Final = "simcore/process/mailbox.py"
MESSAGING: Final = "simcore/process/verbs/messaging.py"

DRAIN: Final = "    incoming = record.incoming\n    for arrived in incoming:\n"
ENVELOPE: Final = "    envelope = Envelope(operation.topic, record.pid, operation.payload)\n"
FULL: Final = """\
    if not subscription.backlog:
        subscription.backlog = deque()
        record.backlogs.append(subscription)
    subscription.backlog.append(envelope)
"""


def in_order_of(key: str) -> Change:
    """Return the change after which what has arrived since the last step is taken in, in the order of *key*."""
    return Change(
        MAILBOX,
        DRAIN,
        f"""\
    incoming = record.incoming
    letters = [
        each for each in incoming if not isinstance(each, tuple) and each.event is None and each.channel is None
    ]
    places = [each.order for each in letters]
    for place, letter in zip(places, sorted(letters, key=lambda each: {key}), strict=True):
        letter.order = place
    incoming.sort(key=lambda each: 0 if isinstance(each, tuple) else each.order)
    for arrived in incoming:
""",
    )


MUTANTS: Final = (
    Mutant(
        name="M44",
        wrong="of one sender each topic has an order of its own",
        changes=(in_order_of("each.topic"),),
    ),
    Mutant(
        name="M45",
        wrong="what is sent to a name overtakes what is sent to the pid",
        changes=(
            Change(
                MESSAGING,
                ENVELOPE,
                f'{ENVELOPE}    envelope.form = "message" if operation.destination == target else "event"\n',
            ),
            in_order_of("each.form"),
        ),
    ),
    Mutant(
        name="M46",
        wrong="where the channel of a topic is full, the message that comes is lost",
        changes=(Change(MAILBOX, FULL, f"    if channel.capacity:\n        return\n{FULL}"),),
    ),
    Mutant(
        name="M47",
        wrong="where the channel of a topic is full, the message that lies there is lost",
        changes=(
            Change(
                MAILBOX,
                FULL,
                f"""\
    if channel.capacity and channel.buffer:
        channel.buffer.popleft()
        _hand_over(record, subscription, envelope)
        return
{FULL}""",
            ),
        ),
    ),
    Mutant(
        name="M48",
        wrong="a message that nobody listens for yet is lost",
        changes=(
            Change(
                MAILBOX,
                "    if subscription is None:\n        record.unrouted.append(envelope)\n",
                """\
    if subscription is None:
        if envelope.event is None:
            return
        record.unrouted.append(envelope)
""",
            ),
        ),
    ),
    Mutant(
        name="M49",
        wrong="who listens gets nothing of what has arrived before",
        changes=(
            Change(
                MAILBOX,
                "    record.subscriptions[topic] = subscription\n    meant =",
                """\
    record.subscriptions[topic] = subscription
    if topic[:1] != RESERVED_PREFIX:
        return
    meant =""",
            ),
        ),
    ),
    Mutant(
        name="M50",
        wrong="what waits for a subscription is lost when that ends",
        changes=(Change(MAILBOX, "    left = list(subscription.backlog or ())\n", "    left = []\n"),),
        shown_by="properties/messaging.py::test_a_living_reader_receives_all_that_was_accepted",
    ),
    Mutant(
        name="M51",
        wrong="a message to one that has ended is answered as if it were accepted",
        changes=(
            Change(
                MESSAGING,
                "    receiver = runtime.routes.get(command.target) or runtime.route(command.target)\n",
                """\
    receiver = runtime.routes.get(command.target)
    if receiver is None and command.target in runtime.records:
        return
    receiver = receiver or runtime.route(command.target)
""",
            ),
        ),
    ),
    Mutant(
        name="M52",
        wrong="a message to a topic of the system's own is accepted",
        changes=(
            Change(
                MESSAGING,
                '        raise InvalidArgument(f"cannot send to @ topics: {topic}")\n',
                "        pass\n",
            ),
        ),
    ),
)
