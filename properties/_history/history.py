"""Puts the log of a run in order: one look at each effect, and nothing that is not written there."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from typing import Any, Final

from simcore import Change, Exit, LinkDown, LogEntry, Options, Pid, Received, Refusal, Sent, Upgraded, World
from simcore.words import (
    Answered,
    Asked,
    Begun,
    Born,
    Ended,
    Given,
    HostStands,
    Raised,
    Returned,
    ServiceDeclared,
    ServiceRetries,
    ServiceStands,
    Subscribed,
    TimerSet,
    Took,
    Unsubscribed,
)

from .records import NEVER, Action, Ask, Letter, Life, Reading

INBOX: Final = "@pid/inbox"
BODY: Final = -1
"""The coroutine of what a module body asks for, which is performed at once and in no action of its own."""
PERFORMED: Final = {
    "call": "runandwait",
    "exec": "runandwait",
    "funcs.call": "callfunction",
    "funcs.async": "startfunction",
    "funcs.cancel": "cancelfunction",
    "wait": "waitevent",
    "events.subscribe": "subscribebus",
    "events.send": "sendbus",
}
"""What an operation is called whose action has another name."""


class History:
    """What a run has done.

    Args:
        entries: its actions.
        options: of its world.
        is_over: whether nothing can happen in it any more.
        world: how it stands at the end; None where there is nothing but a log.
        services: what its services were declared as.
    """

    def __init__(
        self,
        entries: Iterable[LogEntry],
        options: Options | None = None,
        *,
        is_over: bool = True,
        world: World | None = None,
        services: dict[str, ServiceDeclared] | None = None,
    ) -> None:
        self.options: Options = Options() if options is None else options
        self.services: dict[str, ServiceDeclared] = {} if services is None else services
        self.world: World | None = world
        self.exercised: Counter[str] = Counter()
        self.actions: list[Action] = []
        self.effects: list[tuple[int, Any]] = []
        self.asks: list[Ask] = []
        self.lives: dict[Pid, Life] = {}
        self.births: list[Life] = []
        self.letters: list[Letter] = []
        self.strays: list[tuple[int, Received]] = []
        self.readings: list[Reading] = []
        self.channels: dict[int, list[Reading]] = defaultdict(list)
        self.ends: list[tuple[int, Ended]] = []
        self.names: dict[str, list[tuple[int, Pid | None]]] = defaultdict(list)
        self.exits: dict[tuple[Pid, Pid], list[Letter]] = {}
        self.downs: dict[tuple[Pid, Pid], list[Letter]] = {}
        self.watchers: dict[Pid, list[Pid]] = {}
        self.peers: dict[Pid, list[Pid]] = {}
        self.traps: dict[Pid, list[tuple[int, bool]]] = {}
        self.hosts: dict[str, list[tuple[int, HostStands]]] = defaultdict(list)
        self.timers: list[tuple[int, TimerSet]] = []
        self.firings: list[tuple[int, int, Given]] = []
        self.upgrades: list[tuple[int, Upgraded]] = []
        self.closings: list[tuple[int, Pid, int]] = []
        self.openings: list[tuple[int, Subscribed]] = []
        self.stands: list[tuple[int, ServiceStands]] = []
        self.retries: list[tuple[int, ServiceRetries]] = []
        self.watches: dict[tuple[Pid, Pid], list[tuple[int, bool]]] = defaultdict(list)
        self.links: dict[frozenset[Pid], list[tuple[int, bool]]] = defaultdict(list)
        self.unread: dict[Pid, list[Letter]] = defaultdict(list)
        self.topics: dict[Pid, dict[str, int]] = defaultdict(dict)
        self.routes: list[tuple[int, Pid, str, int | None]] = []
        self.is_over: bool = is_over
        self._told: dict[Pid, int] = {}
        self._sent_to: dict[Pid, list[Letter]] = defaultdict(list)
        self._routed: dict[tuple[Pid, str], list[int]] = defaultdict(list)
        self._watching: dict[Pid, dict[tuple[Pid, Pid], None]] = defaultdict(dict)
        self._linking: dict[Pid, dict[Pid, None]] = defaultdict(dict)
        self._sent_by: dict[Action, list[Letter]] = {}
        self._words: dict[Pid, list[int]] = defaultdict(list)
        self._posted: dict[Pid, list[Ask]] = defaultdict(list)
        self._waiting: dict[tuple[Pid, int], Ask] = {}
        self._last: dict[Pid, Ask] = {}
        self._last_word: dict[Pid, int] = {}
        self._given: dict[Pid, dict[int, list[Letter]]] = defaultdict(dict)
        self._mixed: set[int] = set()
        self._inboxes: set[int] = set()
        for entry in entries:
            self._follow(entry)

    # -- what an invariant says

    def check(self, number: str, holds: object, at: int, said: str, *about: object) -> None:
        """Count that an invariant has looked at something, and raise ``AssertionError`` where it does not hold.

        Args:
            number: of the invariant, such as ``I33``.
            holds: whether it does.
            at: the moment that it speaks of.
            said: what is wrong, in one sentence in which ``{}`` stand for *about*.
        """
        self.exercised[number] += 1
        if not holds:
            raise AssertionError(f"{number}: {said.format(*about)} (step {self.step(at)})")

    def refuse(self, number: str, at: int, said: str, *about: object) -> None:
        """Raise ``AssertionError``: an invariant does not hold."""
        self.check(number, "", at, said, *about)

    def step(self, at: int) -> int:
        """Return the number of the action of a moment."""
        return self.action(at).entry.step if self.actions else 0

    def action(self, at: int) -> Action:
        """Return the action of a moment."""
        return self.actions[max(0, bisect_right(self.actions, at, key=lambda each: each.at) - 1)]

    # -- what is asked of it

    @property
    def now(self) -> int:
        """The moment after the last."""
        return len(self.effects) + len(self.actions)

    @property
    def now_ns(self) -> int:
        """The instant of the last action."""
        return self.actions[-1].entry.instant_ns if self.actions else 0

    def asked(self, *verbs: str) -> list[Ask]:
        """Return what was asked with these verbs by code that runs, in order."""
        return [each for each in self.asks if each.verb in verbs and each.coroutine != BODY]

    def performed(self, *verbs: str) -> list[Ask]:
        """Return what was asked with these verbs and was performed, refused or not."""
        return [each for each in self.asked(*verbs) if each.action is not None]

    def life(self, pid: str | None) -> Life | None:
        """Return the life of a process, or None of one that never was."""
        return None if pid is None else self.lives.get(Pid(pid))

    def lived(self, pid: str | None, at: int) -> bool:
        """Tell whether a process was there at a moment and had not ended."""
        life = self.life(pid)
        return life is not None and life.at <= at < life.ended_at

    def was_there(self, pid: str | None, at: int) -> bool:
        """Tell whether a process was there at a moment and was not gone."""
        life = self.life(pid)
        return life is not None and life.at <= at < life.gone_at

    def owner(self, name: str, at: int) -> Pid | None:
        """Return who held a name just before a moment."""
        return next((pid for since, pid in reversed(self.names.get(name, ())) if since < at), None)

    def watched(self, watcher: Pid, pid: Pid, at: int) -> bool:
        """Tell whether a monitor stood just before a moment."""
        return next((stood for since, stood in reversed(self.watches.get((watcher, pid), ())) if since < at), False)

    def linked(self, one: Pid, other: Pid, at: int) -> bool:
        """Tell whether a link stood just before a moment."""
        pair = frozenset((one, other))
        return next((stood for since, stood in reversed(self.links.get(pair, ())) if since < at), False)

    def events(self, kind: type) -> list[Letter]:
        """Return the notices of one kind, such as ``Exit``."""
        return [each for each in self.letters if isinstance(each.sent.event, kind)]

    def first_notice(self, pid: Pid) -> int:
        """Return the moment at which somebody is told of an end first, or ``NEVER``."""
        return self._told.get(pid, NEVER)

    def letters_of(self, action: Action) -> list[Letter]:
        """Return what an action put into mailboxes."""
        return self._sent_by.get(action, [])

    def sent_to(self, pid: Pid, kind: type | None = None) -> list[Letter]:
        """Return what was put into a mailbox: the events of a kind, or all that is there."""
        letters = self._sent_to.get(pid, [])
        return letters if kind is None else [each for each in letters if isinstance(each.sent.event, kind)]

    def born_of(self, ask: Ask) -> list[Pid]:
        """Return whom an operation has started: one process, or none."""
        return [] if ask.action is None else [each.pid for each in ask.action.effects if isinstance(each, Born)]

    def names_changed(self, ask: Ask) -> list[str]:
        """Return the names that an operation on names has bound or freed."""
        # What the step does after it is another operation's: the answer stands between.
        until = min(ask.refused, ask.answered)
        effects = [] if ask.action is None else ask.action.effects
        first = 0 if ask.action is None else ask.action.at + 1
        own = [each for at, each in enumerate(effects, first) if at < until]
        return [each.name for each in own if isinstance(each, Change) and each.kind in ("named", "unnamed")]

    def between(self, since: int, until: int) -> list[tuple[int, Any]]:
        """Return the effects after a moment and before another, with their moments."""
        first = bisect_right(self.effects, since, key=lambda each: each[0])
        return [each for each in self.effects[first : first + until - since] if each[0] < until]

    def coroutines_of(self, pid: Pid) -> list[tuple[int, int]]:
        """Return which coroutine of a process did something when."""
        own = [each for each in self.effects if getattr(each[1], "pid", None) == pid]
        return [(at, each.coroutine) for at, each in own if isinstance(each, (Answered, Asked, Returned))]

    def is_ended_by_others(self, life: Life) -> bool:
        """Tell whether the end of a process says that somebody else has ended it."""
        said = "" if life.error is None else life.error.message
        return said in ("process terminated", "context canceled", "cancel deadline exceeded", "linked process failed")

    def words_of(self, pid: Pid) -> list[int]:
        """Return when a process ran code of its own: was answered, or asked for something."""
        return self._words[pid]

    def host_stops(self, host: str) -> bool:
        """Tell whether a host stops or has stopped at the end of the run."""
        return any(stands.state in ("stopping", "stopped") for _, stands in self.hosts.get(host, ())[-1:])

    def is_told_of(self, pid: Pid) -> bool:
        """Tell whether a process can be told anything at the end of the run: it lives, and its host takes it in."""
        return self.lived(pid, self.now) and not self.host_stops(self.lives[pid].born.host)

    def is_waiting(self, ask: Ask) -> bool:
        """Tell whether an operation has no answer at the end of the run, of a process that could still take one."""
        return self._waiting.get((ask.pid, ask.coroutine)) is ask and self.lived(ask.pid, self.now)

    def channels_waited_at(self, pid: Pid) -> set[int]:
        """Return the channels at which coroutines of a process wait for something at the end of the run."""
        found: set[int] = set()
        for (who, _), ask in self._waiting.items():
            if who == pid and ask.verb == "channelreceive":
                found.add(ask.fields["channel"].number)
            elif who == pid and ask.verb == "select":
                found.update(channel.number for way, channel, _ in ask.fields["cases"] if way == "receive")
        return found

    def channel_for(self, letter: Letter) -> int | None:
        """Return the channel that a letter in a mailbox is for at the end of the run, or None."""
        topics, topic = self.topics[letter.sent.receiver], letter.sent.topic
        return topics.get(topic, None if topic.startswith("@") else topics.get(INBOX))

    def is_rerouted(self, letter: Letter) -> bool:
        """Tell whether a topic was listened to, or no more, while a message of it lay in the mailbox."""
        changed = self._routed.get((letter.sent.receiver, letter.sent.topic), ())
        return any(letter.at < at < letter.given for at in changed)

    def openings_and_closings(self) -> list[tuple[int, Pid, str, int | None]]:
        """Return when which topic of whom was asked for and given a channel, or had it taken away (None)."""
        opened = [(at, each.pid, each.topic, each.channel.number) for at, each in self.openings]
        return sorted([*opened, *(each for each in self.routes if each[3] is None)], key=lambda each: each[0])

    # -- how it is written

    def _follow(self, entry: LogEntry) -> None:
        action = Action(entry, self.now)
        self.actions.append(action)
        if not entry.is_whole:
            self.is_over = False
        verb, _, word = entry.action.partition(":")
        if verb in ("do", "shared") and entry.actor is not None:
            action.ask = self._take(entry.actor, PERFORMED.get(word, word.partition("_")[0]), action)
        elif verb == "step":
            life = self.life(entry.actor)
            if life is not None:
                life.steps.append(action.at)
        for effect in entry.effects:
            at = self.now
            self.effects.append((at, effect))
            take = _TAKEN.get(type(effect))
            if take is not None:
                take(self, action, at, effect)
        if verb == "do" and action.ask is not None and action.ask.error is None:
            self._relate(action, action.ask)

    def _take(self, pid: Pid, verb: str, action: Action) -> Ask | None:
        """Find what an action performs: of its process the oldest that was asked for."""
        posted = self._posted[pid]
        found = next((each for each in posted if each.verb == verb), None)
        if found is not None:
            posted.remove(found)
            found.action = action
        return found

    def _relate(self, action: Action, ask: Ask) -> None:
        """Note the monitors and links that an operation makes and takes back, by what the operation means."""
        at, other = self.now, action.entry.receiver
        if ask.verb in ("monitor", "unmonitor") and other is not None:
            self._watch(ask.pid, other, at, stands=ask.verb == "monitor")
        elif ask.verb in ("link", "unlink") and other is not None and other != ask.pid:
            self._link(ask.pid, other, at, stands=ask.verb == "link")
        elif ask.verb == "spawn" and self.was_there(ask.pid, at):
            for born in (each for each in action.effects if isinstance(each, Born)):
                if ask.fields["monitored"]:
                    self._watch(ask.pid, born.pid, at, stands=True)
                if ask.fields["linked"]:
                    self._link(ask.pid, born.pid, at, stands=True)

    def _watch(self, watcher: Pid, pid: Pid, at: int, *, stands: bool) -> None:
        key = (watcher, pid)
        self.watches[key].append((at, stands))
        self._watching[watcher][key] = self._watching[pid][key] = None

    def _link(self, one: Pid, other: Pid, at: int, *, stands: bool) -> None:
        self.links[frozenset((one, other))].append((at, stands))
        self._linking[one][other] = self._linking[other][one] = None

    def _asked(self, action: Action, at: int, effect: Asked) -> None:
        ask = Ask(at, action.entry.instant_ns, effect.pid, effect.coroutine, effect.verb, effect.fields)
        self.asks.append(ask)
        self._last[effect.pid] = ask
        if effect.coroutine != BODY:
            self._seen(effect, at)
            self._last_word[effect.pid] = at
            self._waiting[effect.pid, effect.coroutine] = ask
            self._posted[effect.pid].append(ask)
        if effect.verb == "setoptions":
            self._trap(ask)
        elif effect.verb == "subscribe":
            self._route(at, effect.pid, effect.fields["topic"], effect.fields["channel"].number)
        elif effect.verb == "channelclose":
            self._close(at, effect.pid, effect.fields["channel"].number)
        elif effect.verb == "channelsend":
            self._mixed.add(effect.fields["channel"].number)
        elif effect.verb == "select":
            self._mixed.update(channel.number for way, channel, _ in effect.fields["cases"] if way == "send")

    def _trap(self, ask: Ask) -> None:
        values: object = getattr(ask.fields["values"], "value", dict)()
        trap = values.get("trap_links") if isinstance(values, dict) else None
        if isinstance(trap, bool):
            # By pid, since a module body can set it before its process is there.
            self.traps.setdefault(ask.pid, [(-1, False)]).append((ask.at, trap))

    def _refused(self, action: Action, at: int, effect: Refusal) -> None:
        ask = action.ask if action.entry.action.startswith("do:") else self._last.get(effect.pid)
        if ask is None:
            return
        ask.error, ask.refused = effect.error, at
        if ask in self._posted[effect.pid]:
            self._posted[effect.pid].remove(ask)
        if ask.verb == "setoptions" and "set_options_partial" not in self.options.quirks:
            traps = self.traps.get(ask.pid, [])
            if traps and traps[-1][0] == ask.at:
                traps.pop()
        elif ask.verb == "subscribe" and self.topics[ask.pid].get(ask.fields["topic"]) == ask.fields["channel"].number:
            # Refused of a channel that had it is only what is closed, or another's.
            del self.topics[ask.pid][ask.fields["topic"]]

    def _answered(self, action: Action, at: int, effect: Answered) -> None:
        self._seen(effect, at)
        ask = self._waiting.pop((effect.pid, effect.coroutine), None)
        if ask is None:
            return
        ask.answered, ask.answered_ns, ask.value, ask.failed = at, action.entry.instant_ns, effect.value, effect.error
        if ask in self._posted[effect.pid]:
            self._posted[effect.pid].remove(ask)
        if effect.error is not None or not isinstance(effect.value, tuple):
            return
        if ask.verb == "channelreceive":
            self._read(at, effect.pid, ask.fields["channel"].number, effect.value, effect.given)
        elif ask.verb == "select" and effect.value[0] >= 0:
            way, channel, _ = ask.fields["cases"][effect.value[0]]
            if way == "receive":
                self._read(at, effect.pid, channel.number, effect.value[1:], effect.given)

    def _took(self, action: Action, at: int, effect: Took) -> None:
        self._read(at, effect.pid, effect.channel.number, (effect.value, effect.ok), None)

    def _read(self, at: int, pid: Pid, channel: int, answer: tuple[Any, Any], given: Any) -> None:
        value, ok = answer
        topics = self._given[pid].get(channel)
        if not ok or topics is None or channel in self._mixed:
            return
        reading = Reading(at, pid, channel, value, given, channel in self._inboxes)
        reading.letter = self._letter_of(reading, topics)
        if reading.letter is not None:
            reading.letter.read = reading
        self.readings.append(reading)
        self.channels[channel].append(reading)

    def _letter_of(self, reading: Reading, topics: list[Letter]) -> Letter | None:
        """Find the letter that was read: in its channel the oldest that is like it, else anywhere."""
        others = [each for letters in self._given[reading.pid].values() if letters is not topics for each in letters]
        for is_like in (lambda each: reading.is_of(each) and reading.says(each), reading.is_of):
            for letters in (topics, others):
                found = next(filter(is_like, letters), None)
                if found is not None:
                    self._given[reading.pid][found.channel].remove(found)  # type: ignore[index]  # it was found in one
                    return found
        return None

    def _sent(self, action: Action, at: int, effect: Sent) -> None:
        ask = action.ask if action.entry.actor == effect.sender else None
        letter = Letter(at, effect, action, ask)
        self.letters.append(letter)
        self._sent_by.setdefault(action, []).append(letter)
        self._sent_to[effect.receiver].append(letter)
        if isinstance(effect.event, (Exit, LinkDown)) and effect.sender is not None:
            told = self.exits if isinstance(effect.event, Exit) else self.downs
            told.setdefault((effect.receiver, effect.sender), []).append(letter)
            self._told.setdefault(effect.sender, at)
        self.unread[effect.receiver].append(letter)

    def _received(self, action: Action, at: int, effect: Received) -> None:
        unread = self.unread[effect.receiver]
        letter = next((each for each in unread if _is_same(each.sent, effect)), None)
        if letter is None:
            self.strays.append((at, effect))
            return
        unread.remove(letter)
        topics = self.topics[effect.receiver]
        letter.given, letter.is_subscribed = at, effect.topic in topics
        letter.channel = topics.get(effect.topic, topics.get(INBOX))
        if letter.channel is not None:
            self._given[effect.receiver].setdefault(letter.channel, []).append(letter)

    def _subscribed(self, action: Action, at: int, effect: Subscribed) -> None:
        number = effect.channel.number
        self.openings.append((at, effect))
        self._route(at, effect.pid, effect.topic, number)
        if effect.topic == INBOX:
            self._inboxes.add(number)

    def _route(self, at: int, pid: Pid, topic: str, channel: int) -> None:
        if topic not in self.topics[pid]:
            self.topics[pid][topic] = channel
            self._change_route(at, pid, topic, channel)
        self._given[pid].setdefault(channel, [])

    def _change_route(self, at: int, pid: Pid, topic: str, channel: int | None) -> None:
        self.routes.append((at, pid, topic, channel))
        self._routed[pid, topic].append(at)

    def _unsubscribed(self, action: Action, at: int, effect: Unsubscribed) -> None:
        self._close(at, effect.pid, effect.channel.number)

    def _close(self, at: int, pid: Pid, channel: int) -> None:
        topics = self.topics[pid]
        gone = [topic for topic, number in topics.items() if number == channel]
        for topic in gone:
            del topics[topic]
            self._change_route(at, pid, topic, None)
        if gone:
            self.closings.append((at, pid, channel))

    def _seen(self, effect: Any, at: int) -> None:
        self._words[effect.pid].append(at)
        life = self.lives.get(effect.pid)
        if life is not None:
            life.coroutines.setdefault(effect.coroutine, at)

    def _born(self, action: Action, at: int, effect: Born) -> None:
        life = Life(effect, at, action)
        life.traps = self.traps.setdefault(effect.pid, life.traps)
        self.births.append(life)
        self.lives.setdefault(effect.pid, life)

    def _returned(self, action: Action, at: int, effect: Returned) -> None:
        self._last_word[effect.pid] = at
        life = self.lives.get(effect.pid)
        if life is not None and (effect.packed is not None or effect.error is not None):
            life.own_end = min(life.own_end, at)

    def _raised(self, action: Action, at: int, effect: Raised) -> None:
        life = self.lives.get(effect.pid)
        if life is not None:
            life.own_end = min(life.own_end, at)

    def _ended(self, action: Action, at: int, effect: Ended) -> None:
        self.ends.append((at, effect))
        life = self.lives.get(effect.pid)
        if life is not None and life.ended is None:
            life.ended, life.ended_at, life.ended_ns, life.ending = effect, at, action.entry.instant_ns, action

    def _upgraded(self, action: Action, at: int, effect: Upgraded) -> None:
        pid = effect.pid
        self.upgrades.append((at, effect))
        self.traps.setdefault(pid, [(-1, False)]).append((at, False))
        if pid in self.lives:
            self.lives[pid].upgrades.append(at)
            self.lives[pid].own_end = NEVER
        self._posted[pid].clear()
        for key in [key for key in self._waiting if key[0] == pid]:
            del self._waiting[key]
        # What a channel was given and nobody read is in the mailbox again; the new code may have subscribed already.
        given, swap = self._given.pop(pid, {}), self._last_word.get(pid, action.at)
        opened = {each.channel.number for since, each in self.openings if each.pid == pid and since > swap}
        self._given[pid] = {number: given.pop(number) for number in list(given) if number in opened}
        back = [letter for letters in given.values() for letter in letters]
        self.unread[pid] = sorted([*self.unread[pid], *back], key=lambda each: each.at)
        for topic, number in list(self.topics[pid].items()):
            if number not in opened:
                del self.topics[pid][topic]
                self._change_route(swap, pid, topic, None)

    def _changed(self, action: Action, at: int, effect: Change) -> None:
        if effect.kind == "named":
            self.names[effect.name].append((at, effect.pid))
        elif effect.kind == "unnamed":
            self.names[effect.name].append((at, None))
        elif effect.kind == "gone":
            self._gone(action, at, effect.pid)

    def _gone(self, action: Action, at: int, pid: Pid) -> None:
        """Note who is to be told of an end, and that nobody relates to this process any more."""
        # All that it does is told in one action, so what stood before that is what counts.
        since, pairs = action.at + 1, self._watching.pop(pid, {})
        self.watchers[pid] = [who for who, whom in pairs if whom == pid and self.watched(who, pid, since)]
        self.peers[pid] = sorted(each for each in self._linking.pop(pid, {}) if self.linked(pid, each, since))
        if pid in self.lives:
            self.lives[pid].gone_at = at
        for key in pairs:
            self.watches[key].append((at, False))
        for other in self.peers[pid]:
            self.links[frozenset((pid, other))].append((at, False))

    def _host(self, action: Action, at: int, effect: HostStands) -> None:
        self.hosts[effect.id].append((at, effect))

    def _timer(self, action: Action, at: int, effect: TimerSet) -> None:
        self.timers.append((at, effect))

    def _given_to(self, action: Action, at: int, effect: Given) -> None:
        self.firings.append((at, action.entry.instant_ns, effect))

    def _service(self, action: Action, at: int, effect: ServiceStands) -> None:
        self.stands.append((at, effect))

    def _retry(self, action: Action, at: int, effect: ServiceRetries) -> None:
        self.retries.append((at, effect))


def _is_same(sent: Sent, received: Received) -> bool:
    """Tell whether one thing was put into a mailbox and left it."""
    if sent.packed is not received.packed and sent.packed != received.packed:
        return False
    ends = (sent.sender, sent.topic) == (received.sender, received.topic)
    return ends and (sent.event is received.event or sent.event == received.event)


_TAKEN: Final[dict[type, Callable[[History, Action, int, Any], None]]] = {
    Asked: History._asked,
    Answered: History._answered,
    Refusal: History._refused,
    Took: History._took,
    Sent: History._sent,
    Received: History._received,
    Subscribed: History._subscribed,
    Unsubscribed: History._unsubscribed,
    Born: History._born,
    Begun: lambda history, action, at, effect: history._seen(effect, at),
    Returned: History._returned,
    Raised: History._raised,
    Ended: History._ended,
    Upgraded: History._upgraded,
    Change: History._changed,
    HostStands: History._host,
    TimerSet: History._timer,
    Given: History._given_to,
    ServiceStands: History._service,
    ServiceRetries: History._retry,
}
_LATEST: list[History] = []
"""The last one alone, so that no world is kept longer than until the next is judged."""


def history_of(world: World) -> History:
    """Return the history of a run that is over: the same one until another is asked for, or its log has grown."""
    known = known_history(world)
    log = world.log
    if known is None or len(known.actions) != len(log):
        known = History(log, log.options, is_over=world.is_quiescent(), world=world, services=dict(log.services))
        for id, (_, stands) in log.hosts.items():
            known.hosts[id].insert(0, (-1, stands))
        _LATEST[:] = [known]
    return known


def known_history(world: World) -> History | None:
    """Return the history of the run that was judged last, if it is this one."""
    return _LATEST[0] if _LATEST and _LATEST[0].world is world else None
