"""What each operation means at the call: its checks in their order, and its answer or its command (process 15.1.1)."""

from __future__ import annotations

import re
from collections.abc import Callable
from fractions import Fraction
from typing import Any, Final

from simcore import Pid
from simcore.words import Asked, Begun, ChannelName, Opaque, Subscribed, Unsubscribed

from . import bus, commands, functions, locally, registry
from .agenda import Possible
from .channels import SUSPEND, receive, select, send, shut
from .mailboxes import close, flush, subscribe
from .model import ANYTHING, Model, Refused
from .parties import Channel, Command, Coroutine, Fault, Item, Member, Wait
from .verdicts import rows

INVALID: Final = "Invalid"


def ask(model: Model, member: Member, coroutine: Coroutine, asked: Asked) -> object:
    """Return the answer of an operation, or ``SUSPEND`` where its coroutine waits."""
    meaning = MEANINGS.get(asked.verb)
    if meaning is None:
        model.unjudged[f"the operation {asked.verb}"] += 1
        return ANYTHING
    answer, error = model.attempt(
        member,
        asked.verb,
        "I72 to I74, I86, process 13, 15.1.1",
        lambda: meaning(model, member, coroutine, asked.fields),
    )
    return answer if error is None else error


def ask_at_once(model: Model, member: Member, asked: Asked) -> None:
    """Follow an operation of a module body, which nothing has to wait for."""
    meaning = MEANINGS[asked.verb]
    try:
        if asked.verb in ("register", "lookup", "unregister"):
            registry.SHARED[asked.verb](model, member, asked.fields)
        else:
            meaning(model, member, Coroutine(), asked.fields)
    except Refused:
        # It is answered to the body alone, and nothing of that is written down.
        pass
    member.wakeups.clear()


def resolve(model: Model, text: str) -> Pid:
    """Return whom a destination means: a pid is never looked up as a name (process 11.6, I61)."""
    if len(text) >= 3 and text[0] == "{" and text[-1] == "}" and "|" in text:
        pid = Pid(text)
        at = f"{pid.node}@" if pid.node else ""
        return Pid(f"{{{at}{pid.host}|{pid.unique}}}")
    if text not in model.names:
        raise Refused(Fault("NotFound", "could not resolve"))
    return model.names[text]


def issue(
    model: Model,
    member: Member,
    coroutine: Coroutine,
    verb: str,
    subject: str,
    do: Callable[[], object],
) -> object:
    """Leave the effect to a command."""
    member.commands.append(Command(verb, subject, coroutine, do))
    return SUSPEND


# -- commands on a destination


def on_target(verb: str) -> Callable[..., object]:
    """Return the meaning of a verb with a destination: resolved, then permitted, then left to a command."""

    def meaning(model: Model, member: Member, coroutine: Coroutine, fields: Any) -> object:
        if verb == "send" and fields["topic"].startswith("@"):
            raise Refused(Fault(INVALID, "cannot send to @ topics"))
        target = resolve(model, fields["destination"])
        model.ask_policies(member, rows(verb, target=str(target)))
        about = dict(fields)
        if verb == "cancel":
            about["deadline_ns"] = deadline_of(model, fields["deadline"])
        do = commands.ON_TARGET[verb]
        at_ns = model.agenda.now_ns
        return issue(model, member, coroutine, verb, target, lambda: do(model, member, target, about, at_ns))

    return meaning


SECOND: Final = 10**9
UNITS: Final = {"ns": 1, "us": 10**3, "µs": 10**3, "μs": 10**3, "ms": 10**6, "s": SECOND} | {
    "m": 60 * SECOND,
    "h": 3600 * SECOND,
}
PART: Final = re.compile(r"(\d+\.?\d*|\.\d+)(ns|us|µs|μs|ms|s|m|h)", re.ASCII)


def deadline_of(model: Model, value: Any) -> int | None:
    """Return the instant of a deadline (process 9.9, 9.10). Raises ``Refused``."""
    if value is None:
        return None
    if isinstance(value, str):
        return model.agenda.now_ns + duration_of(value)
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise Refused(Fault(INVALID, "deadline must be either a duration string or milliseconds number"))
    if value != value or abs(value) > 2**63 / 10**6:
        raise Refused(Fault(INVALID, "invalid duration format"))
    return model.agenda.now_ns + int(value) * 10**6


def duration_of(text: str) -> int:
    """Return the nanoseconds of a duration. Raises ``Refused``."""
    sign, rest = (-1 if text.startswith("-") else 1), text[1:] if text[:1] in ("+", "-") else text
    if rest == "0":
        return 0
    parts = PART.findall(rest)
    if not parts or "".join(f"{amount}{unit}" for amount, unit in parts) != rest:
        raise Refused(Fault(INVALID, "invalid duration format"))
    total = sum(int(Fraction(amount) * UNITS[unit]) for amount, unit in parts)
    if total >= 2**63:
        raise Refused(Fault(INVALID, "invalid duration format"))
    return sign * total


# -- starting processes, functions and sleeps


def spawn(model: Model, member: Member, coroutine: Coroutine, fields: Any) -> object:
    """Four spawns, with a builder or without (process 7.2)."""
    linked, monitored = fields["linked"], fields["monitored"]
    verb = "spawn" + ("_linked" if linked else "") + ("_monitored" if monitored else "")
    asked = rows(verb, id=fields["id"], host=fields["host"])
    built = fields["settings"]
    plain = verb == "spawn" and built is None
    if not plain and "host_check_only_plain_spawn" in model.options.quirks:
        asked.pop()
    model.ask_policies(member, asked)
    ask_for_name(model, member, built)
    check_built(model, member, built)
    return issue(
        model, member, coroutine, verb, fields["id"], lambda: commands.spawn(model, member, coroutine, verb, fields)
    )


def ask_for_name(model: Model, member: Member, built: Any) -> None:
    """Under ``strict_builder_permissions`` a builder's name needs what a register needs (process 7.6)."""
    if built is not None and built.name and model.options.strict_builder_permissions:
        model.ask_policies(member, rows("register", name=built.name))


def check_built(model: Model, member: Member, built: Any, *, function: bool = False) -> None:
    """Check that what a builder holds was permitted when it was made (I72, I80; process 7.9)."""
    if built is None:
        return
    what = "funcs" if function else "process"
    for action, changed in (
        (f"{what}.context", not function or dict(built.values) != dict(member.frame.values)),
        (f"{what}.security", (built.actor, built.scope) != (member.frame.actor, member.frame.scope)),
    ):
        resource = action.partition(".")[2]
        good = not changed or model.passes(member, action, resource)
        model.check(good, f"a denial of {action}", f"a builder with {built!r}", "I72, I80, process 7.9", member)


def run_and_wait(model: Model, member: Member, coroutine: Coroutine, fields: Any) -> object:
    """Call and exec, more strictly than a spawn (process 8.2)."""
    verb, id, host = fields["verb"], fields["id"], fields["host"]
    if not id:
        raise Refused(Fault(INVALID, "process ID required"))
    namespace, _, name = id.partition(":")
    if not namespace or not name:
        raise Refused(Fault(INVALID, "invalid process ID format"))
    if not host:
        raise Refused(Fault(INVALID, "host ID required"))
    model.ask_policies(member, rows(verb, id=id, host=host))
    ask_for_name(model, member, fields["settings"])
    check_built(model, member, fields["settings"])
    return issue(model, member, coroutine, verb, id, lambda: commands.call(model, member, coroutine, verb, fields))


def on_function(verb: str) -> Callable[..., object]:
    """Return the meaning of a call of a function, at once or as a future (lua 6.5)."""

    def meaning(model: Model, member: Member, coroutine: Coroutine, fields: Any) -> object:
        model.ask_policies(member, rows("function", id=fields["id"]))
        if not model.is_defined(fields["id"]):
            raise Refused(Fault("NotFound", "function not found"))
        check_built(model, member, fields["settings"], function=True)
        return issue(
            model,
            member,
            coroutine,
            verb,
            fields["id"],
            lambda: functions.call_function(model, member, coroutine, verb, fields),
        )

    return meaning


def cancel_function(model: Model, member: Member, coroutine: Coroutine, fields: Any) -> object:
    """Want the end of a future no more (lua 6.5)."""
    future = next((each for each in model.futures if named(each, fields["future"])), None)
    if future is None or future.complete:
        return None
    future.complete = True
    future.withdraw()
    close(member, future.channel)
    return issue(
        model,
        member,
        coroutine,
        "funcs.cancel",
        future.callee.path,
        lambda: functions.ask_to_end(model, member, future.callee),
    )


def named(promise: Any, name: ChannelName) -> bool:
    """Tell whether a promised channel has this name."""
    return promise.channel is not None and promise.channel.name == name


def sleep(model: Model, member: Member, coroutine: Coroutine, fields: Any) -> object:
    """A sleep that is not positive is over at once (process 3.15)."""
    if fields["duration_ns"] <= 0:
        return None
    return issue(
        model,
        member,
        coroutine,
        "sleep",
        "",
        lambda: commands.sleep(model, member, coroutine, fields["duration_ns"]),
    )


def wait_event(model: Model, member: Member, coroutine: Coroutine, fields: Any) -> object:
    """When an event of SimPy comes is its own matter."""
    from simcore import Refusal

    if isinstance(model.peek(), Refusal):
        raise Refused(Fault(INVALID, "SimPy event"))
    model.unjudged["when events of SimPy come"] += 1
    return issue(model, member, coroutine, "wait", "", lambda: commands.wait(model, member, coroutine))


def upgrade(model: Model, member: Member, coroutine: Coroutine, fields: Any) -> object:
    """The swap comes at the end of the step; the first request counts (process 10.1)."""
    if member.upgrade is None:
        member.upgrade, member.carries = fields["source"] or member.id, fields["arguments"]
    return SUSPEND


# -- shared operations


def shared(verb: str) -> Callable[..., object]:
    """Return the meaning of an operation on names: a transition of its own in the middle of the step."""

    def meaning(model: Model, member: Member, coroutine: Coroutine, fields: Any) -> object:
        member.paused = True
        label = (f"shared:{verb}", member.path, fields["name"])
        action = Possible(
            lambda: label, lambda: registry.go_on(model, member, coroutine, verb, fields), ("shared", member.pid)
        )
        model.agenda.enable(action)
        return SUSPEND

    return meaning


# -- in the step


def set_options(model: Model, member: Member, coroutine: Coroutine, fields: Any) -> object:
    """All options are valid, or none is applied (process 4.9, O17)."""
    given = fields["values"]
    if isinstance(given, Opaque):
        raise Refused(Fault(INVALID, ""))
    values = given.value() or {}
    trap = values.get("trap_links")
    if "set_options_partial" in model.options.quirks and isinstance(trap, bool):
        member.trap = trap
    for key, value in values.items():
        if isinstance(key, str) and key != "trap_links":
            raise Refused(Fault(INVALID, f"option {key} is not supported"))
        if key == "trap_links" and not isinstance(value, bool):
            raise Refused(Fault(INVALID, "trap_links must be a boolean"))
    member.trap = values.get("trap_links", member.trap)
    return None


def opens(topic: str | None, form: str) -> Callable[..., object]:
    """Return the meaning of ``inbox``, ``events`` and ``listen`` (process 3.10, 3.12)."""

    def meaning(model: Model, member: Member, coroutine: Coroutine, fields: Any) -> object:
        wanted = topic or fields["topic"]
        if topic is None:
            check_topic(wanted)
        subscribed = model.expect(Subscribed, "process 3.10", member, pid=member.pid, topic=wanted)
        locally.subscribed(model, member, subscribed)
        if topic is None and fields["message"]:
            model.check(subscribed.form == "message", "the form message", subscribed, "process 3.12", member)
        member.wakeups.append((coroutine, subscribed.channel))
        return SUSPEND

    return meaning


def check_topic(topic: str) -> None:
    """Raise ``Refused`` where a program cannot listen to a topic (process 3.12)."""
    if not topic:
        raise Refused(Fault(INVALID, "topic cannot be empty"))
    if topic.startswith("@"):
        raise Refused(Fault(INVALID, "cannot listen to @ topics"))


def unlisten(model: Model, member: Member, coroutine: Coroutine, fields: Any) -> object:
    """End a subscription; what is in the mailbox stays there (process 3.13, I27)."""
    channel = model.channel(fields["channel"], member)
    if not any(each.channel is channel for each in member.topics.values()):
        raise Refused(Fault("NotFound", "channel not found"))
    model.expect(Unsubscribed, "process 3.13", member, pid=member.pid, channel=channel.name)
    close(member, channel)
    member.wakeups.append((coroutine, None))
    return SUSPEND


def subscribe_own(model: Model, member: Member, coroutine: Coroutine, fields: Any) -> object:
    """Subscribe with a channel of the program's own (lua 6.14)."""
    topic, channel = fields["topic"], model.channel(fields["channel"], member)
    check_topic(topic)
    own(member, channel, "a topic needs a channel of this process")
    if channel.closed:
        raise Refused(Fault(INVALID, "channel closed"))
    known = member.topics.get(topic)
    if known is not None and known.channel is not channel:
        raise Refused(Fault("AlreadyExists", "topic already subscribed"))
    if known is None:
        subscribe(model, member, topic, channel, "raw")
    flush(model, member)
    return None


def own(member: Member, channel: Channel, fragment: str = "a channel is for the coroutines of the process") -> None:
    """Raise ``Refused`` where a channel is another process's."""
    if channel.owner != member.pid:
        raise Refused(Fault(INVALID, fragment))


def channel_receive(model: Model, member: Member, coroutine: Coroutine, fields: Any) -> object:
    """Take a value; what waits in the mailbox takes the place that became free (process 3.5, 3.14)."""
    channel = model.channel(fields["channel"], member)
    own(member, channel)
    return at_channel(model, member, coroutine, receive(member, channel, Wait(coroutine)), refills=True)


def channel_send(model: Model, member: Member, coroutine: Coroutine, fields: Any) -> object:
    """Give a value (process 3.14)."""
    channel = model.channel(fields["channel"], member)
    own(member, channel)
    if channel.closed:
        raise Refused(Fault(INVALID, "send on closed channel"))
    wait = Wait(coroutine, Item(value=fields["value"]))
    return at_channel(model, member, coroutine, send(member, channel, wait), refills=False)


def channel_close(model: Model, member: Member, coroutine: Coroutine, fields: Any) -> object:
    """Close a channel; its subscriptions end with it, and who closes goes behind those it woke (lua 6.1)."""
    channel = model.channel(fields["channel"], member)
    own(member, channel)
    for topic in [topic for topic, each in member.topics.items() if each.channel is channel]:
        del member.topics[topic]
    if not shut(member, channel):
        return None
    member.wakeups.append((coroutine, None))
    return SUSPEND


def choose(model: Model, member: Member, coroutine: Coroutine, fields: Any) -> object:
    """Take the first ready case (process 3.14, G13)."""
    cases = []
    for way, name, value in fields["cases"]:
        channel = model.channel(name, member)
        own(member, channel)
        cases.append((way, channel, Item(value=value) if way == "send" else None))
    answer = select(member, cases, coroutine, default=fields["default"])
    coroutine.at_channel = bool(cases)
    return at_channel(model, member, coroutine, answer, refills=True, waits=bool(cases))


def at_channel(
    model: Model, member: Member, coroutine: Coroutine, answer: object, *, refills: bool, waits: bool = True
) -> object:
    """Return the answer of a channel; what was taken makes room."""
    if answer is SUSPEND:
        coroutine.at_channel = waits
    elif refills:
        flush(model, member)
    return answer


def go(model: Model, member: Member, coroutine: Coroutine, fields: Any) -> object:
    """Queue a new coroutine, then its creator (lua 5.2, G19)."""
    locally.begun(model, member, model.expect(Begun, "G19, lua 5.2", member, pid=member.pid))
    member.runnable.append((coroutine, None))
    return SUSPEND


# -- the bus (lua 6.7)


def subscribe_bus(model: Model, member: Member, coroutine: Coroutine, fields: Any) -> object:
    """Be given events from now on."""
    check_texts(fields["system"], fields["kind"])
    model.ask_policies(member, rows("events.subscribe", name=fields["system"]))
    return issue(
        model,
        member,
        coroutine,
        "events.subscribe",
        fields["system"],
        lambda: bus.subscribe_bus(model, member, coroutine, fields),
    )


def send_bus(model: Model, member: Member, coroutine: Coroutine, fields: Any) -> object:
    """Give an event to all who want it."""
    check_texts(fields["system"], fields["kind"], fields["path"])
    model.ask_policies(member, rows("events.send", name=fields["system"]))
    return issue(
        model,
        member,
        coroutine,
        "events.send",
        fields["system"],
        lambda: bus.send_bus(model, fields),
    )


def unsubscribe_bus(model: Model, member: Member, coroutine: Coroutine, fields: Any) -> object:
    """Be given no more events."""
    channel = model.channel(fields["channel"], member)
    found = [each for each in model.bus if each.member is member and named(each, channel.name)]
    if not found:
        raise Refused(Fault("NotFound", "channel not found"))
    model.bus.remove(found[0])
    member.pending.pop(found[0], None)
    close(member, channel)
    return None


def check_texts(*texts: str) -> None:
    """Raise ``Refused`` where one is empty."""
    if not all(texts):
        raise Refused(Fault(INVALID, "cannot be empty"))


MEANINGS: Final[dict[str, Callable[..., object]]] = {
    **{verb: on_target(verb) for verb in commands.ON_TARGET},
    "spawn": spawn,
    "runandwait": run_and_wait,
    "callfunction": on_function("funcs.call"),
    "startfunction": on_function("funcs.async"),
    "cancelfunction": cancel_function,
    "sleep": sleep,
    "waitevent": wait_event,
    "upgrade": upgrade,
    **{verb: shared(verb) for verb in registry.SHARED},
    "setoptions": set_options,
    "inbox": opens("@pid/inbox", "message"),
    "events": opens("@pid/events", "event"),
    "listen": opens(None, ""),
    "unlisten": unlisten,
    "subscribe": subscribe_own,
    "channelreceive": channel_receive,
    "channelsend": channel_send,
    "channelclose": channel_close,
    "select": choose,
    "go": go,
    "subscribebus": subscribe_bus,
    "sendbus": send_bus,
    "unsubscribebus": unsubscribe_bus,
}
