"""What is put into a mailbox, and what a flush hands to channels (process 3.2, 3.5)."""

from __future__ import annotations

from typing import Any

from simcore import Received, Sent

from .channels import offer, shut
from .lives import wake
from .model import Model
from .parties import INBOX, Channel, Item, Letter, Member, Subscription


def put(model: Model, member: Member, letter: Letter, rules: str, **event: Any) -> None:
    """Expect that *letter* is put into the mailbox of *member*, and put it there (I19, I29).

    *event* holds what the fields of a lifecycle event are to be.
    """
    sent = model.expect(
        Sent, rules, member, sender=letter.sender, receiver=member.pid, topic=letter.topic, packed=letter.packed
    )
    kind = event.pop("kind", None)
    model.check(type(sent.event).__name__ == (kind or "NoneType"), f"{kind or 'a message'}", sent, rules, member)
    for name, value in event.items():
        found = getattr(sent.event, name)
        model.check(found == value, f"{kind} with {name}={value!r}", f"{name}={found!r}", rules, member)
    letter.event = sent.event
    accept(model, member, letter)


def accept(model: Model, member: Member, letter: Letter) -> None:
    """Put a letter behind all that has arrived anywhere."""
    model.order += 1
    letter.order = model.order
    member.incoming.append(letter)
    wake(model, member)


def drain(member: Member) -> None:
    """Take in what arrived: answers queue their coroutine, the rest goes to the mailbox (process A)."""
    for arrived in member.incoming:
        if isinstance(arrived, Letter):
            member.mailbox.append(arrived)
        else:
            member.runnable.append(arrived)
    member.incoming.clear()


def flush(model: Model, member: Member) -> None:
    """Walk the mailbox, the oldest first, and hand over what a channel takes (process 3.5; I16, I17, I23 to I25)."""
    if member.downs and (member.link_killed or not member.trap):
        member.link_killed = True
        return
    kept = []
    for letter in member.mailbox:
        taken = to_its_channel(model, member, letter) if letter.channel else to_its_topic(model, member, letter)
        if not taken:
            kept.append(letter)
    member.mailbox = kept


def to_its_topic(model: Model, member: Member, letter: Letter) -> bool:
    """Hand a message to the channel of its topic, else to the inbox, unless the topic is reserved."""
    subscription = member.topics.get(letter.topic)
    if subscription is None and not letter.topic.startswith("@"):
        subscription = member.topics.get(INBOX)
    if subscription is None or not subscription.channel.accepts:
        return False
    # In the form that the subscription has now (process 3.12).
    offer(member, subscription.channel, Item(letter=letter, form=subscription.form))
    model.expect(
        Received,
        "I16, I17, I18, I23, I24, process 3.5",
        member,
        sender=letter.sender,
        receiver=member.pid,
        topic=letter.topic,
        packed=letter.packed,
        event=letter.event,
    )
    return True


def to_its_channel(model: Model, member: Member, letter: Letter) -> bool:
    """Give a channel what is meant for it alone; tell whether nothing is left to do (process 3.15, lua 5.7)."""
    channel = letter.channel
    assert channel is not None
    item = Item(letter=letter)
    if letter.again:
        offer(member, channel, item)
        return True
    if channel.closed:
        return True
    if not offer(member, channel, item):
        return False
    close(member, channel)
    return True


def subscribe(model: Model, member: Member, topic: str, channel: Channel, form: str) -> None:
    """Let messages of a topic go to a channel."""
    member.topics[topic] = Subscription(channel, form)


def close(member: Member, channel: Channel) -> bool:
    """End the subscriptions of a channel and close it; tell whether anybody waited there (process 3.13)."""
    for topic in [topic for topic, each in member.topics.items() if each.channel is channel]:
        del member.topics[topic]
    return shut(member, channel)
