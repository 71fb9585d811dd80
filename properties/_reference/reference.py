"""The reference model: follows a log action by action, and parts where the run does what the contract does not say."""

from __future__ import annotations

from collections.abc import Iterable

from simcore import LogEntry, World
from simcore.words import Due, Given

from .agenda import Possible
from .commands import resume_later
from .locally import looked
from .model import ANYTHING, Host, Model
from .outside import follow_outside
from .parties import Coroutine
from .phrases import action_in_words
from .services import declare

OUTSIDE = ("outside", "service", "host")


class Reference:
    """Follows one log.

    Args:
        world: whose log it is; ``world.log`` has to be written.
    """

    def __init__(self, world: World) -> None:
        self._log = world.log
        self.model = Model(self._log.options, self._log.defined)
        self.model.looked = lambda effect: looked(self.model, effect)

    def follow_all(self, entries: Iterable[LogEntry] | None = None) -> None:
        """Follow what has happened since it was asked last, as far as no error has broken it off. Raises ``Parted``."""
        for entry in self._log[self.model.entries :] if entries is None else entries:
            if not entry.is_whole or self.model.is_lost:
                self.model.is_lost = True
                self.model.unjudged["actions from one on that an error broke off"] += 1
            else:
                self.follow(entry)

    def follow(self, entry: LogEntry) -> None:
        """Follow one action. Raises ``Parted``."""
        model = self.model
        model.begin(entry)
        self._declare()
        let_time_pass(model, entry)
        label = (entry.action, entry.path, entry.subject)
        if entry.action.partition(":")[0] in OUTSIDE and not model.agenda.called(label):
            follow_outside(model, entry)
        else:
            perform(model, entry)
        model.entries += 1
        left = model.peek()
        model.check(left is None, "nothing more", left, "I73, process 15.1")

    def _declare(self) -> None:
        declare(self.model, self._log.services)
        for id, (since, stands) in self._log.hosts.items():
            if id not in self.model.hosts and since <= self.model.entries:
                self.model.hosts[id] = Host(id, stands.state, stands.processes_max)

    def conclude(self, *, quiescent: bool) -> None:
        """Check the end of a run: where nothing can happen any more, nothing can in the model (I96, process 15.1.3)."""
        model = self.model
        if not quiescent or not model.entries or model.is_lost:
            return
        left = [action.label() for action in model.agenda.enabled]
        model.check(not left, f"still to come: {words_of(model, left)}", "the run is over", "I96, process 15.1.3")
        due_ns = model.agenda.first_due_ns()
        model.check(
            due_ns is None, f"that something is due at {due_ns} ns", "the run is over", "I96, A4, process 15.1.3"
        )


def let_time_pass(model: Model, entry: LogEntry) -> None:
    """Move the model's time to that of the action: never back, never past what is due or enabled (A4, I99)."""
    agenda = model.agenda
    instant_ns = entry.instant_ns
    if instant_ns == agenda.now_ns:
        return
    model.check(instant_ns > agenda.now_ns, f"an instant from {agenda.now_ns} ns on", f"{instant_ns} ns", "I99")
    enabled = [action.label() for action in agenda.enabled]
    model.check(not enabled, f"first: {words_of(model, enabled)}", f"time went to {instant_ns} ns", "A4, process 15.1")
    due_ns = agenda.first_due_ns()
    model.check(due_ns is None or due_ns >= instant_ns, f"what is due at {due_ns} ns", f"{instant_ns} ns", "A4, I99")
    by_itself = entry.action.partition(":")[0] not in (*OUTSIDE, "simpy") and model.knows_time
    model.check(not by_itself or due_ns == instant_ns, f"{due_ns} ns, when something is due", f"{instant_ns} ns", "A4")
    agenda.move(instant_ns)


def perform(model: Model, entry: LogEntry) -> None:
    """Follow one action of the processes, which has to be enabled."""
    label = (entry.action, entry.path, entry.subject)
    called = model.agenda.called(label)
    if called:
        action = called[0] if len(called) == 1 else meant(model, called)
        model.agenda.disable(action)
        action.do()
    elif entry.action == "simpy":
        model.knows_time = False
        model.unjudged["what processes of SimPy do"] += 1
    elif entry.action == "return:wait":
        event_came(model, entry)
    else:
        enabled = words_of(model, [each.label() for each in model.agenda.enabled])
        did = action_in_words(label, model.called())
        raise model.part(f"one of: {enabled or 'nothing'}", did, "I5, I70, process 15.1, 15.1.1")


def meant(model: Model, called: list[Possible]) -> Possible:
    """Return which of several actions of one label is meant, by what it does first."""
    effect = model.peek()
    for action in called:
        hint = action.hint
        if isinstance(effect, Due) and isinstance(hint, Coroutine) and hint.number == effect.coroutine:
            return action
        if isinstance(effect, Given) and hint == effect.channel.number:
            return action
    return called[0]


def event_came(model: Model, entry: LogEntry) -> None:
    """An event of SimPy has come for a coroutine that waits for one."""
    effect = model.peek()
    if not isinstance(effect, Due):
        raise model.part("that somebody goes on", effect, "process 15.1.1")
    member = model.members[effect.pid]
    waiting = [
        key[1] for key in member.pending if isinstance(key, tuple) and key[0] == "event" and is_of(key[1], effect)
    ]
    model.check(bool(waiting), "a coroutine that waits for an event", effect, "process 15.1.1", member)
    del member.pending["event", waiting[0]]
    resume_later(model, member, waiting[0], ANYTHING)


def is_of(coroutine: Coroutine, effect: Due) -> bool:
    """Tell whether *effect* is about a coroutine."""
    return coroutine.number == effect.coroutine


def words_of(model: Model, labels: list[tuple[str, str, str]]) -> str:
    """Say several actions."""
    called = model.called()
    return ", ".join(action_in_words(each, called) for each in labels)


def agree(world: World) -> Model:
    """Let the model follow a run that is over, and return it. Raises ``Parted`` where they part."""
    reference = Reference(world)
    reference.follow_all()
    reference.conclude(quiescent=world.is_quiescent())
    return reference.model
