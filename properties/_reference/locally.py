"""What a program does without asking the runtime: channels, timers, coroutines of its own (process 15.1.1, local)."""

from __future__ import annotations

from typing import Any, Final

from simcore import Denial
from simcore.words import (
    Asked,
    Begun,
    ChannelName,
    Given,
    Looked,
    Subscribed,
    TimerSet,
    TimerStopped,
    Took,
    Unsubscribed,
)

from .agenda import Possible
from .channels import Got, next_of
from .mailboxes import accept, close, flush, subscribe
from .model import ANYTHING, Model
from .parties import EVENTS, INBOX, Coroutine, Letter, Member, Promise
from .values import is_item, value_of
from .verdicts import allowed, is_judged

CAPACITIES: Final = {INBOX: 0, EVENTS: 0}
"""Of the channels that subscriptions make; that of a topic has 1 (process 0)."""
BODY: Final = -1
"""The coroutine of what a module body asks for."""


def act(model: Model, member: Member, effect: Any) -> None:
    """Follow one such act."""
    owner = member if effect.pid == member.pid else model.members.get(effect.pid, member)
    if isinstance(effect, Begun):
        begun(model, owner, effect)
    elif isinstance(effect, Subscribed):
        subscribed(model, owner, effect)
    elif isinstance(effect, Unsubscribed):
        close(owner, model.channel(effect.channel, owner))
    elif isinstance(effect, Took):
        took(model, owner, effect)
    elif isinstance(effect, TimerSet):
        timer_set(model, owner, effect)
    else:
        timer_stopped(model, owner, effect)


def begun(model: Model, member: Member, effect: Begun) -> Coroutine:
    """A coroutine more, which waits for its turn (lua 5.2)."""
    coroutine = Coroutine()
    number = model.number(member, coroutine)
    model.check(effect.coroutine == number, f"coroutine {number}", effect, "lua 5.2", member)
    member.coroutines.append(coroutine)
    member.runnable.append((coroutine, None))
    return coroutine


def subscribed(model: Model, member: Member, effect: Subscribed) -> None:
    """A topic has a channel: the one that it had, or a new one; what waits is handed over (process 3.10, I26)."""
    known = member.topics.get(effect.topic)
    if known is None:
        new = effect.channel.number not in model.channels
        model.check(new, "a new channel", effect, "I26, process 3.10", member)
        capacity = CAPACITIES.get(effect.topic, 1)
        model.check(effect.channel.capacity == capacity, f"room for {capacity}", effect, "process 0, 3.10", member)
        subscribe(model, member, effect.topic, model.channel(effect.channel, member), effect.form)
    else:
        same = known.channel.name == effect.channel
        model.check(same, f"channel {known.channel.name.number}, as before", effect, "I26, process 3.10", member)
        stays = known.form in (effect.form, "raw")
        model.check(stays, f"the form {known.form}", effect, "process 3.12", member)
        known.form = effect.form
    flush(model, member)


def took(model: Model, member: Member, effect: Took) -> None:
    """A value was taken without waiting, the oldest (process 3.14)."""
    channel = model.channel(effect.channel, member)
    model.check(channel.gives, "a channel that has something", effect, "process 3.14", member)
    item = None
    if channel.buffer or channel.senders:
        sender = next_of(channel.senders) if channel.senders else None
        if channel.buffer:
            item = channel.buffer.pop(0)
            if sender is not None and sender.item is not None:
                channel.buffer.append(sender.item)
        elif sender is not None:
            item = sender.item
        if sender is not None:
            done = None if sender.place is None else Got(sender.item, place=sender.place)
            member.wakeups.append((sender.coroutine, done))
    good = is_item(item, effect.value) and effect.ok == (item is not None)
    model.check(good, f"{item}", effect, "I17, process 3.14", member)
    flush(model, member)


# -- timers (process 3.15)


def timer_set(model: Model, member: Member, effect: TimerSet) -> None:
    """A timer will fire: its instant lies ahead."""
    model.check(effect.due_ns > model.agenda.now_ns, "an instant to come", effect, "I99, process 3.15", member)
    channel = model.channel(effect.channel, member)
    again = effect.word == "ticker"
    duration_ns = effect.due_ns - model.agenda.now_ns

    def fire() -> None:
        member.pending.pop(("timer", channel.name.number), None)
        give(model, member, Promise(channel), again=again)
        if again and not channel.closed:
            expected = model.expect(TimerSet, "process 3.15, lua 5.7", member, pid=member.pid, word="ticker")
            due_ns = model.agenda.now_ns + duration_ns
            model.check(expected.due_ns == due_ns, f"the next tick at {due_ns}", expected, "I99", member)
            timer_set(model, member, expected)

    action = Possible(lambda: ("fire:after", member.path, ""), fire, hint=channel.name.number)
    timer = model.agenda.set_timer(effect.due_ns, action)
    member.pending["timer", channel.name.number] = lambda: model.agenda.cancel(timer)


def give(model: Model, member: Member, promise: Promise, *, again: bool) -> None:
    """Expect that something is on its way to a channel of its own."""
    given = model.expect(Given, "process 3.15", member, pid=member.pid, again=again)
    learn(model, member, promise, given.channel)
    accept(model, member, Letter(None, "@time", None, channel=promise.channel, again=again))


def learn(model: Model, member: Member, promise: Promise, name: object) -> None:
    """Take the name of a promised channel: a new one, or the one that is known."""
    new = promise.channel is None and isinstance(name, ChannelName) and name.number not in model.channels
    known = promise.channel is not None and promise.channel.name == name
    model.check(new or known, "the channel that was promised", name, "lua 6.5, lua 6.7", member)
    if isinstance(name, ChannelName):
        promise.channel = model.channel(name, member)


def timer_stopped(model: Model, member: Member, effect: TimerStopped) -> None:
    """A timer fires no more; one that is stopped for good has its channel closed (O27)."""
    channel = model.channel(effect.channel, member)
    cancel = member.pending.pop(("timer", channel.name.number), None)
    model.check(cancel is not None or effect.closed, "no timer to withdraw", effect, "process 3.15", member)
    if cancel is not None:
        cancel()
    if effect.closed:
        close(member, channel)


# -- what is not judged in full


def denied(model: Model, member: Member, effect: Denial) -> None:
    """A check of a verb that makes no operation was denied, such as ``with_context``: rightly (I72, I76)."""
    wrong = model.passes(member, effect.action, effect.resource)
    model.check(not wrong, f"no denial of {effect.action} on {effect.resource}", effect, "I72, I75 to I79", member)


def looked(model: Model, effect: Looked) -> None:
    """A program is told something of its own: as it is now (process 1.6, 4.9, 7.8, 12.1; I63, I64, I72)."""
    member = model.members.get(effect.pid)
    if member is None:
        return
    if effect.what == "can":
        told(model, member, effect, may(model, member, *effect.about))
    elif effect.what == "id":
        told(model, member, effect, member.id)
    elif effect.what == "options":
        told(model, member, effect, {"trap_links": member.trap})
    else:
        values = {key: value_of(value) for key, value in member.frame.values.items()}
        told(model, member, effect, values.get(effect.about[0]) if effect.about else values)


def told(model: Model, member: Member, effect: Looked, value: object) -> None:
    """Check what it was told."""
    if value is not ANYTHING:
        found = value_of(effect.value)
        model.check(found == value, f"{effect.what} {value!r}", effect, "process 1.6, 4.9, 7.8, 12.1", member)


def may(model: Model, member: Member, action: str, resource: str, attributes: Any) -> object:
    """Return what the policies say; False without actor or scope, whatever the world does then (process 12.1)."""
    frame = member.frame
    if frame.actor is None or frame.scope is None:
        return False
    if attributes or not is_judged(frame):
        model.unjudged["answers of can with attributes or expressions"] += 1
        return ANYTHING
    return allowed(frame, action, resource, member.pid, strict=True)


def module_body(model: Model, member: Member) -> None:
    """Follow what a module body asks for before its process can run (process 2.2 step 6, O30)."""
    from .asks import ask_at_once

    while True:
        effect = model.peek()
        if getattr(effect, "pid", None) != member.pid:
            return
        if isinstance(effect, Asked) and effect.coroutine == BODY:
            model.next()
            ask_at_once(model, member, effect)
        elif isinstance(effect, (Subscribed, Unsubscribed, Took, TimerSet, TimerStopped)):
            model.next()
            act(model, member, effect)
        elif isinstance(effect, Denial):
            model.next()
            denied(model, member, effect)
        else:
            return
