"""Every invariant can fail: a log in which it is violated is refused with its number, and the log as it was is not."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterable, Iterator
from types import ModuleType, SimpleNamespace
from typing import Any

import msgspec
import pytest

from properties import errors, identity, messaging, notices, registry, starts, supervision, whole_runs
from properties._history import History, judge
from simcore import (
    Change,
    Exit,
    LinkDown,
    LogEntry,
    Message,
    Pid,
    ProcessError,
    Received,
    Refusal,
    Sent,
    Upgraded,
    World,
)
from simcore.model.payload import pack
from simcore.words import (
    Answered,
    Asked,
    Born,
    ChannelName,
    Ended,
    Raised,
    Returned,
    ServiceRetries,
    ServiceStands,
    Subscribed,
    Unsubscribed,
)
from tests.properties.towns import Town, ends, lives, names, services, talk, town
from tests.properties.towns import starts as started

FAMILIES: tuple[ModuleType, ...] = (
    identity,
    messaging,
    notices,
    registry,
    starts,
    errors,
    supervision,
    whole_runs,
)
Edit = Callable[[Town], None]
Match = Callable[[LogEntry, Any], bool]
GHOST = Pid("{app:processes|0x000ff}")


def invariants(number: str) -> list[Callable[[History], None]]:
    """Return the functions whose docstring names an invariant."""
    every = [each for family in FAMILIES for each in family.INVARIANTS]
    return [each for each in every if re.search(rf"\b{number}\b", inspect.getdoc(each) or "")]


def judged(seen: Town, number: str) -> History:
    """Let the invariant of a number look at a town."""
    history = History(seen.entries, seen.options, world=seen.world, services=seen.services)
    for each in invariants(number):
        each(history)
    return history


# -- how a log is falsified


def an(kind: type | tuple[type, ...], action: str = "", /, **fields: Any) -> Match:
    """Match an effect of a kind, of an action whose name begins so, with these fields."""

    def match(entry: LogEntry, effect: Any) -> bool:
        right = isinstance(effect, kind) and entry.action.startswith(action)
        return right and all(getattr(effect, name, None) == value for name, value in fields.items())

    return match


def all_of(seen: Town) -> Iterator[tuple[LogEntry, Any]]:
    """Give all effects, each with its action."""
    for entry in seen.entries:
        for effect in entry.effects:
            yield entry, effect


def places(seen: Town, match: Match) -> list[tuple[int, int]]:
    """Return where effects are: which entry, and which effect in it."""
    found = [
        (row, place)
        for row, entry in enumerate(seen.entries)
        for place, effect in enumerate(entry.effects)
        if match(entry, effect)
    ]
    assert found, "nothing to falsify"
    return found


def put(seen: Town, row: int, effects: Iterable[Any]) -> None:
    seen.entries[row] = msgspec.structs.replace(seen.entries[row], effects=tuple(effects))


def drop(match: Match, *, nth: int = 0) -> Edit:
    """Take an effect away."""

    def edit(seen: Town) -> None:
        row, place = places(seen, match)[nth]
        effects = seen.entries[row].effects
        put(seen, row, effects[:place] + effects[place + 1 :])

    return edit


def double(match: Match, *, nth: int = 0) -> Edit:
    """Let an effect be there twice."""

    def edit(seen: Town) -> None:
        row, place = places(seen, match)[nth]
        effects = seen.entries[row].effects
        put(seen, row, effects[: place + 1] + effects[place:])

    return edit


def change(match: Match, *, nth: int = 0, **fields: Any) -> Edit:
    """Let an effect have other fields; one that is a function is given the effect."""

    def edit(seen: Town) -> None:
        row, place = places(seen, match)[nth]
        effects = list(seen.entries[row].effects)
        given = {name: value(effects[place]) if callable(value) else value for name, value in fields.items()}
        effects[place] = msgspec.structs.replace(effects[place], **given)
        put(seen, row, effects)

    return edit


def swap(match: Match, one: int = 0, other: int = 1, *names: str) -> Edit:
    """Let two effects change places, or only their fields of these names."""

    def edit(seen: Town) -> None:
        (row, place), (other_row, other_place) = (places(seen, match)[each] for each in (one, other))
        first, second = seen.entries[row].effects[place], seen.entries[other_row].effects[other_place]
        if names:
            kept = {name: getattr(first, name) for name in names}
            first, second = (
                msgspec.structs.replace(second, **kept),
                msgspec.structs.replace(first, **{name: getattr(second, name) for name in names}),
            )
        effects = list(seen.entries[row].effects)
        effects[place] = second
        put(seen, row, effects)
        effects = list(seen.entries[other_row].effects)
        effects[other_place] = first
        put(seen, other_row, effects)

    return edit


def add(match: Match, make: Callable[[Any], Any], *, nth: int = 0, before: bool = False) -> Edit:
    """Put a new effect behind one, or before it; it is made of that."""

    def edit(seen: Town) -> None:
        row, place = places(seen, match)[nth]
        effects = list(seen.entries[row].effects)
        effects.insert(place + (not before), make(effects[place]))
        put(seen, row, effects)

    return edit


def rows(seen: Town, action: str, nth: int) -> int:
    found = [row for row, entry in enumerate(seen.entries) if entry.action == action]
    assert found, "nothing to falsify"
    return found[nth]


def drop_action(action: str, nth: int = 0) -> Edit:
    """Take a whole action away."""

    def edit(seen: Town) -> None:
        del seen.entries[rows(seen, action, nth)]

    return edit


def double_action(action: str, nth: int = 0) -> Edit:
    """Let an action happen once more, at the end."""
    return lambda seen: seen.entries.append(seen.entries[rows(seen, action, nth)])


def change_action(action: str, nth: int = 0, **fields: Any) -> Edit:
    """Let an action have other fields."""

    def edit(seen: Town) -> None:
        row = rows(seen, action, nth)
        seen.entries[row] = msgspec.structs.replace(seen.entries[row], **fields)

    return edit


def cut(match: Match, *, nth: int = 0) -> Edit:
    """Let nothing come any more from an effect on."""

    def edit(seen: Town) -> None:
        row, place = places(seen, match)[nth]
        put(seen, row, seen.entries[row].effects[:place])
        del seen.entries[row + 1 :]

    return edit


def both(*edits: Edit) -> Edit:
    """Do one after the other."""

    def edit(seen: Town) -> None:
        for each in edits:
            each(seen)

    return edit


def stands(**ways: Any) -> Edit:
    """Let the world stand otherwise at the end."""

    def edit(seen: Town) -> None:
        seen.world = SimpleNamespace(**{**vars(seen.world), **ways})

    return edit


def graph(links: tuple[Any, ...] = (), monitors: tuple[Any, ...] = (), *, linked: bool = True) -> Any:
    return SimpleNamespace(links=lambda: links, monitors=lambda: monitors, linked=lambda one, other: linked)


def failed(entry: LogEntry, effect: Any) -> bool:
    return isinstance(effect, Ended) and effect.error is not None


def with_error(text: str) -> Match:
    def match(entry: LogEntry, effect: Any) -> bool:
        return failed(entry, effect) and text in effect.error.message

    return match


def refused(kind: str, *verbs: str) -> Match:
    def match(entry: LogEntry, effect: Any) -> bool:
        right = isinstance(effect, Refusal) and effect.error.kind == kind
        return right and (not verbs or effect.verb in verbs)

    return match


def message(topic: str, kind: type = Answered) -> Match:
    """Match what was read of a topic, or with a kind what was sent or handed over."""

    def match(entry: LogEntry, effect: Any) -> bool:
        if kind is not Answered:
            return isinstance(effect, kind) and getattr(effect, "topic", None) == topic
        value = effect.value if isinstance(effect, Answered) else None
        return isinstance(value, tuple) and isinstance(value[0], Message) and value[0].topic == topic

    return match


def notice(event: type, **fields: Any) -> Match:
    def match(entry: LogEntry, effect: Any) -> bool:
        right = isinstance(effect, Sent) and isinstance(effect.event, event)
        return right and all(getattr(effect, name) == value for name, value in fields.items())

    return match


def reads_listened(entry: LogEntry, effect: Any) -> bool:
    """Match what is read from the topic that is listened to."""
    value = effect.value if isinstance(effect, Answered) else None
    return isinstance(value, tuple) and hasattr(value[0], "value") and value[0].value() in ([3], [4])


def asked(verb: str, **fields: Any) -> Match:
    def match(entry: LogEntry, effect: Any) -> bool:
        right = isinstance(effect, Asked) and effect.verb == verb
        return right and all(effect.fields.get(name) == value for name, value in fields.items())

    return match


def answer_of(verb: str) -> Match:
    """Match the answers of operations of a verb, where each process has one coroutine."""
    waiting: dict[Pid, str] = {}

    def match(entry: LogEntry, effect: Any) -> bool:
        if isinstance(effect, Asked):
            waiting[effect.pid] = effect.verb
        return isinstance(effect, Answered) and waiting.pop(effect.pid, "") == verb

    return match


def as_message(topic: str) -> Callable[[Any], Any]:
    """Return how an answer is one with a message of a topic."""

    def made(effect: Any) -> Any:
        value, *others = effect.value
        payload = value.payload if isinstance(value, Message) else value
        return (Message(topic, value.sender if isinstance(value, Message) else MAIN, payload), *others)

    return made


def upgrades(entry: LogEntry, effect: Any) -> bool:
    return isinstance(effect, Upgraded)


def change_service(id: str, **fields: Any) -> Edit:
    def edit(seen: Town) -> None:
        seen.services[id] = msgspec.structs.replace(seen.services[id], **fields)

    return edit


MAIN = Pid("{app:processes|0x00001}")
NONSENSE = ProcessError("it is wrong", kind="Nonsense")
LAST_WORDS = ProcessError("something else")


def service(new: str, id: str) -> Match:
    return an(ServiceStands, id=id, new=new)


def link_down_of(effect: Any) -> Any:
    """Return the LINK_DOWN of an end of which there was none."""
    return Sent(
        sender=effect.pid,
        receiver=effect.other,
        topic="@pid/events",
        event=LinkDown(effect.pid),
        packed=pack(()),
    )


listened_in_the_inbox = both(
    change(asked("channelreceive", channel=ChannelName(0, 1)), fields={"channel": ChannelName(2, 0)}),
    change(reads_listened, value=as_message("listened")),
)
reserved_in_the_inbox = both(
    change(message("first", Sent), topic="@x"),
    change(message("first", Received), topic="@x"),
    change(message("first"), value=as_message("@x")),
)


def over(effect: Subscribed) -> Unsubscribed:
    """Return the end of a subscription."""
    return Unsubscribed(pid=effect.pid, channel=effect.channel)


def told_of_a_failure(entry: LogEntry, effect: Any) -> bool:
    """Match the two notices that main is given of the end of who fails, EXIT and LINK_DOWN."""
    told = isinstance(effect, Sent) and effect.receiver == MAIN
    return told and isinstance(effect.event, (Exit, LinkDown)) and effect.event.error is not None


def who_took_it_back_is_told(seen: Town) -> None:
    """Let who has taken a monitor back be told of that end."""
    pid = next(effect.pid for entry, effect in all_of(seen) if asked("unmonitor")(entry, effect))
    add(told_of_a_failure, lambda effect: msgspec.structs.replace(effect, receiver=pid))(seen)


def refusal(verb: str) -> Refusal:
    return Refusal(pid=MAIN, verb=verb, subject="", error=ProcessError("no more", kind="AlreadyExists"))


def refuse_a_second_link(seen: Town) -> None:
    """Let a link fail that is there already."""
    row = next(row for row, each in enumerate(seen.entries) if (each.action, each.actor) == ("do:link", MAIN))
    put(seen, row, [refusal("link")])


def refuse_a_second_register(seen: Town) -> None:
    """Let a register fail of who holds the name."""
    found = [row for row, each in enumerate(seen.entries) if (each.action, each.actor) == ("shared:register", MAIN)]
    put(seen, found[1], [refusal("register"), *seen.entries[found[1]].effects])


def of_who_was_upgraded(seen: Town) -> Pid:
    return next(Pid(effect.pid) for _, effect in all_of(seen) if isinstance(effect, Upgraded))


def after_the_upgrade(fields: dict[str, Any]) -> Edit:
    """Change the first thing that new code is given."""

    def edit(seen: Town) -> None:
        pid = of_who_was_upgraded(seen)
        row = next(
            row for row, entry in enumerate(seen.entries) if any(upgrades(entry, each) for each in entry.effects)
        )
        for later in range(row + 1, len(seen.entries)):
            effects = seen.entries[later].effects
            if seen.entries[later].action == "step" and getattr(effects[0], "pid", None) == pid:
                put(seen, later, (msgspec.structs.replace(effects[0], **fields), *effects[1:]))
                return
        raise AssertionError("nothing to falsify")

    return edit


def of_the_trapping(seen: Town) -> None:
    """Let who traps links die of one."""
    trapping = next(
        effect.pid for entry, effect in all_of(seen) if asked("setoptions")(entry, effect) and effect.pid != MAIN
    )
    drop(an(Returned, pid=trapping))(seen)
    change(an(Ended, pid=trapping), error=ProcessError("linked process failed", kind="Internal"))(seen)


def to_the_dead(seen: Town) -> None:
    """Let one that was killed by a link live on."""
    row = places(seen, with_error("linked process failed"))[0][0]
    path = seen.entries[row].path
    seen.entries[:] = [each for place, each in enumerate(seen.entries) if place < row or each.path != path]


def two_in_a_row(topic: str) -> Edit:
    """Let two messages of a topic be handed over and read the other way round."""
    return both(swap(message(topic, Received)), swap(message(topic), 0, 1, "value", "given"))


def either(one: Match, other: Match) -> Match:
    return lambda entry, effect: one(entry, effect) or other(entry, effect)


def second_before_first() -> Edit:
    """Return what lets the last message of a chain be handed over and read before the first."""
    handed_over = either(message("first", Received), message("second", Received))
    read = either(message("first"), message("second"))
    return both(swap(handed_over, 0, 2), swap(read, 0, 2, "value", "given"))


def abandoned_is_told(seen: Town) -> None:
    """Let the end of a caller tell the process that it has called."""
    row = places(seen, with_error("process terminated"))[0][0]
    pid = seen.entries[row].actor
    child = next(
        effect.pid
        for entry, effect in all_of(seen)
        if isinstance(effect, Born) and entry.action == "do:call" and entry.actor == pid
    )
    told = Sent(sender=pid, receiver=child, topic="@pid/events", event=LinkDown(GHOST), packed=pack(()))
    put(seen, row, (*seen.entries[row].effects, told))


def other_host(seen: Town) -> None:
    """Let somebody be born on a host that has stopped."""
    row = places(seen, an(Born, host="app:other"))[0][0]
    seen.entries.append(seen.entries[row])


FALSE: list[tuple[str, Callable[[World], None], Edit]] = [
    ("I1", lives, change(an(Born), nth=1, pid=MAIN)),
    ("I2", lives, change(an(Born), nth=1, pid=Pid("{app:processes|7}"))),
    ("I3", lives, after_the_upgrade({"pid": GHOST})),
    ("I4", lives, double(an(Ended))),
    ("I5", lives, double_action("step", 0)),
    ("I6", lives, change(failed, packed=pack((1,)))),
    ("I7", lives, stands(alive=lambda pid: True)),
    ("I8", lives, add(refused("NotFound"), lambda effect: Change(kind="linked", pid=effect.pid, other=GHOST))),
    ("I10", lives, change(with_error("it fails"), error=None)),
    ("I10", lives, add(an(Raised), lambda effect: Answered(pid=effect.pid, coroutine=0))),
    ("I11", lives, change(with_error("process terminated"), error=LAST_WORDS)),
    ("I12", lives, add(an(Sent, "do:cancel"), lambda effect: Change(kind="unlinked", pid=effect.receiver, other=MAIN))),
    ("I13", lives, drop(with_error("deadline exceeded"))),
    ("I14", lives, drop(an(Ended, "host:end"))),
    ("I15", lives, other_host),
    ("I16", talk, two_in_a_row("first")),
    ("I17", talk, two_in_a_row("first")),
    ("I18", talk, change(message("first"), value=as_message("nowhere"))),
    ("I18", talk, double(message("first", Received))),
    ("I19", talk, drop(message("first", Sent))),
    ("I20", lives, drop(refused("NotFound", "send"))),
    ("I21", talk, cut(answer_of("send"))),
    ("I22", talk, drop(refused("Invalid", "send"))),
    ("I23", talk, listened_in_the_inbox),
    ("I24", talk, reserved_in_the_inbox),
    ("I25", talk, cut(message("first", Received))),
    ("I26", talk, change(an(Subscribed, topic="listened"), nth=1, channel=ChannelName(99, 1))),
    ("I27", talk, add(an(Subscribed, topic="listened"), over, nth=1)),
    ("I28", talk, change(message("first"), value=lambda effect: (Message("first", MAIN, pack(([9],))), True))),
    ("I29", talk, change(message("first", Sent), sender=GHOST)),
    ("I30", talk, change(message("first"), nth=1, value=lambda effect: (Message("first", MAIN, pack((1,))), True))),
    ("I31", talk, second_before_first()),
    ("I32", ends, drop_action("do:monitor")),
    ("I33", lives, drop(notice(Exit))),
    ("I34", ends, change(notice(Exit), packed=pack((9,)))),
    ("I35", ends, drop_action("do:link")),
    ("I36", ends, add(an(Change, "leave", kind="unlinked"), link_down_of)),
    ("I37", ends, drop(notice(LinkDown, receiver=MAIN))),
    ("I38", ends, swap(told_of_a_failure)),
    ("I39", ends, drop(refused("NotFound", "send"))),
    ("I39", ends, drop(refused("NotFound", "monitor"))),
    ("I40", ends, who_took_it_back_is_told),
    ("I41", lives, stands(graph=graph(links=((MAIN, GHOST),), linked=False))),
    ("I42", lives, stands(graph=graph(monitors=((MAIN, GHOST),)))),
    ("I43", ends, drop(refused("AlreadyExists", "monitor"))),
    ("I44", ends, refuse_a_second_link),
    ("I45", ends, change(with_error("linked process failed"), error=LAST_WORDS)),
    ("I46", ends, of_the_trapping),
    ("I47", ends, to_the_dead),
    ("I48", ends, double(notice(LinkDown))),
    ("I49", lives, drop(notice(Exit))),
    ("I50", ends, drop(an(Change, "do:spawn_linked", kind="linked"))),
    ("I51", ends, change(with_error("linked process failed"), error=LAST_WORDS)),
    ("I52", lives, double(an(Sent, "do:cancel"))),
    ("I53", ends, drop(refused("NotFound", "link"))),
    ("I54", ends, change(an(Subscribed, topic="@pid/events", pid=MAIN), topic="@pid/inbox")),
    (
        "I55",
        names,
        add(an(Change, kind="named", name="mine"), lambda effect: Change(kind="named", pid=GHOST, name="mine")),
    ),
    ("I56", names, drop(refused("AlreadyExists", "register"))),
    ("I57", names, refuse_a_second_register),
    ("I58", names, drop_action("names")),
    ("I59", names, change(answer_of("lookup"), value=GHOST)),
    ("I60", names, change(answer_of("unregister"), value=False)),
    ("I61", names, change_action("do:send", receiver=GHOST)),
    ("I62", names, change(answer_of("spawn"), nth=2, value=GHOST)),
    ("I63", started, change(an(Born, "do:spawn"), values={"z": 1})),
    ("I64", started, change(an(Born, "do:spawn"), values={"z": 1})),
    ("I65", started, change(an(Born, "do:spawn"), actor=None)),
    ("I66", started, swap(an(Sent, "do:spawn"))),
    ("I67", started, change(answer_of("runandwait"), value=pack((1,)))),
    ("I68", started, abandoned_is_told),
    (
        "I69",
        started,
        add(upgrades, lambda effect: Change(kind="unnamed", pid=effect.pid, name="app:answers"), before=True),
    ),
    ("I70", started, after_the_upgrade({"coroutine": 0})),
    ("I71", started, change(with_error("upgrade: "), error=LAST_WORDS)),
    ("I84", talk, change(an(Refusal), error=NONSENSE)),
    ("I85", lives, change(lambda entry, effect: isinstance(effect, Answered) and effect.error is not None, value=1)),
    ("I86", talk, add(refused("Invalid"), lambda effect: Change(kind="named", pid=effect.pid, name="n"), before=True)),
    ("I87", services, change(service("Running", "app:base"), new="Stopped")),
    ("I88", services, drop(with_error("it fails"))),
    ("I89", services, change(an(ServiceRetries), delay_ns=1)),
    ("I90", services, change_service("app:breaks", max_attempts=2)),
    ("I90", services, change(an(ServiceRetries, id="app:breaks"), attempt=3)),
    ("I91", services, change(an(ServiceRetries, id="app:lasting"), nth=1, attempt=2)),
    ("I92", services, change(service("Exited", "app:over"), new="Failed")),
    ("I93", services, drop(service("Running", "app:base"))),
    ("I94", services, change(service("Starting", "app:breaks"), nth=1, wanted=False)),
    ("I95", services, drop(service("Starting", "app:base"))),
    ("I96", lives, cut(answer_of("sleep"))),
    ("I97", started, stands(names={"n": MAIN})),
    ("I99", lives, change_action("fire:sleep", -1, instant_ns=0)),
]
"""Of each invariant a log in which it does not hold: its number, the town, and what is made of its log."""


@pytest.mark.parametrize(("number", "make", "falsify"), FALSE, ids=[number for number, _, _ in FALSE])
def test_an_invariant_refuses_a_false_log_with_its_number(
    number: str, make: Callable[[World], None], falsify: Edit
) -> None:
    deadlines = "enforce" if number == "I13" else "advisory"
    assert judged(town(make, deadlines), number).exercised[number], "the town as it is says nothing about it"
    seen = town(make, deadlines)
    falsify(seen)

    with pytest.raises(AssertionError, match=rf"^{number}: .* \(step \d+\)$"):
        judged(seen, number)


def test_every_invariant_that_looks_at_logs_is_in_the_table() -> None:
    every = [each for family in FAMILIES for each in family.INVARIANTS]
    numbered = {number for each in every for number in re.findall(r"\bI\d+\b", inspect.getdoc(each) or "")}

    assert numbered == {number for number, _, _ in FALSE}


def test_a_failure_says_where_the_invariant_stands(monkeypatch: pytest.MonkeyPatch) -> None:
    seen = town(lives)
    change(with_error("it fails"), error=None)(seen)
    history = History(seen.entries, seen.options, world=seen.world, services=seen.services)
    monkeypatch.setattr("properties._history.history.history_of", lambda world: history)

    with pytest.raises(AssertionError, match=r"^I10: ") as caught:
        judge(seen.played, identity.INVARIANTS)

    assert caught.traceback[-1].name == "an_error_of_the_program_is_its_result"
