"""The rich trace of one run, in words: written from a replay, adding nothing to it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from simcore.model.durations import format_duration
from simcore.model.messages import Cancel, Exit, LinkDown
from simcore.model.operations import SendBus
from simcore.model.pid import Pid
from simcore.model.places import told
from simcore.model.text import printable
from simcore.model.trace import TraceEvent
from simcore.process.command import Command
from simcore.process.state.envelope import Envelope
from simcore.process.state.observer import Observer
from simcore.process.verbs.naming import Shared
from simcore.story.labels import Labels
from simcore.story.ties import EVERYBODY, Ties, name_party, service_party
from simcore.story.words import named, short
from simcore.supervision.host_stop import NOBODY
from simcore.supervision.service import ServiceObserver
from simcore.supervision.service_events import Watcher

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from simcore.kernel.action import Action
    from simcore.model.errors import ProcessError
    from simcore.process.state.record import ProcessRecord
    from simcore.process.state.runtime import Host
    from simcore.supervision.service import Service
    from simcore.world.world import World


_PID: Final = r"\{[^{}|\s]+\|0x[0-9a-f]+\}"


class Recorder(Observer, ServiceObserver):
    """Writes down what happens; also knows what was sent last by whom, for those who ask who waits for whom."""

    _world: World

    def __init__(self) -> None:
        self.events: list[TraceEvent] = []
        self.parties: list[tuple[str, ...]] = []
        """Whom each of the events concerns."""
        self.ties: Ties = Ties()
        self.started_outside: dict[str, None] = {}
        self.last_actors: tuple[str, ...] = ()
        """Whom the last action concerns."""
        self.mentioned: tuple[str, ...] = ()
        """Of whom the failure speaks."""
        self.labels: Labels = Labels()
        self.lost: list[str] = []
        self.last_sent: dict[Pid, tuple[Pid, str]] = {}
        self._heard: set[Pid] = set()
        self._pids: dict[str, Pid] = {}
        self._names: dict[Pid, str] = {}
        self._unborn: dict[Pid, list[Callable[[], None]]] = {}

    def attach(self, world: World) -> None:
        self._world = world
        world.kernel.listen(self._action)

    def name(self, pid: Pid | None) -> str:
        """Return what a process is called: definition, number of its pid, and its first registered name."""
        if pid is None:
            return "the world"
        if pid not in self._names:
            record = self._world.runtime.records.get(pid)
            if record is None:
                return named(pid)
            self._names[pid] = f"{named(record.id.rpartition(':')[2])}#{int(pid.unique, 16)}"
        return self._names[pid]

    def mention(self, text: str) -> None:
        """Hear the message of what has failed: the processes that it names are what a person looks for."""
        self.mentioned = tuple(pid for pid in re.findall(_PID, text) if Pid(pid) in self._world.runtime.records)

    def failed_outside(self, parties: Sequence[str]) -> bool:
        """Tell whether one of *parties* was started from outside and has failed."""
        records = self._world.runtime.records
        outcomes = [records[pid].outcome for party in parties if (pid := Pid(party)) in self.started_outside]
        return any(outcome is not None and outcome.error is not None for outcome in outcomes)

    def party(self, party: str) -> str:
        """Return what a party of an event is called."""
        return self.name(Pid(party)) if party.startswith("{") else named(party)

    def _note(self, kind: str, pid: Pid | None, text: str, *others: str) -> None:
        """Write down an event of *pid*, None for the world, that concerns *others* too."""
        kernel = self._world.kernel
        who = "world" if pid is None else self._world.runtime.path_of(pid)
        self.events.append(TraceEvent(kernel.actions, kernel.now_ns, kind, who, text))
        self.parties.append(others if pid is None else (pid, *others))

    def _action(self, action: Action, number: int) -> None:
        kernel = self._world.kernel
        label = action.label()
        text = self.labels.perform(label)
        self.events.append(TraceEvent(kernel.actions, kernel.now_ns, "action", label.path, text))
        actor, receiver = self._pids.get(label.path), self._pids.get(label.receiver)
        if actor is None:
            self.last_actors = () if receiver is None else (receiver,)
        else:
            self.last_actors = (actor,) if receiver is None else (actor, receiver)
        self.parties.append(self.last_actors)
        self._tie(action)

    def _tie(self, action: Action) -> None:
        """Tie who acts to whom it concerns, where no event tells it."""
        runtime = self._world.runtime
        if isinstance(action, Shared):
            self.ties.lead(action.record.pid, name_party(action.operation.name))
        elif isinstance(action, Command) and isinstance(action.target, Pid):
            self.ties.tie(action.record.pid, action.target)
        elif isinstance(action, Command) and isinstance(action.data, SendBus):
            for subscription in runtime.bus:
                if subscription.wants(action.data.system, action.data.kind):
                    self.ties.tie(action.record.pid, subscription.record.pid)

    def test_passed(self) -> None:
        """The test whose world this is has passed, and what it left is driven on."""
        self._note("passed", None, "the test has passed; what it left goes on", EVERYBODY)

    # -- processes

    def spawned(self, record: ProcessRecord) -> None:
        self._pids[record.path] = record.pid
        creator = record.creator
        if creator is None and not isinstance(record.caller, Watcher):
            self.started_outside[record.pid] = None
        elif creator is not None:
            bind = self.ties.lead if record.caller is None else self.ties.tie
            bind(creator, record.pid)
        text = f"{self.name(creator)} starts {self.name(record.pid)} of {named(record.id)}, {record.pid}"
        self._note("spawn", record.pid, text, *(() if creator is None else (creator,)))
        for tell in self._unborn.pop(record.pid, ()):
            tell()

    def _once_born(self, pid: Pid, tell: Callable[[], None]) -> None:
        """Tell what a spawn asked for after the spawn: it holds before the child is known, and has no name yet."""
        if pid in self._world.runtime.records:
            tell()
        else:
            self._unborn.setdefault(pid, []).append(tell)

    def ended(self, record: ProcessRecord) -> None:
        outcome = record.outcome
        assert outcome is not None
        for arrived in (*record.unread(), *record.incoming):
            if isinstance(arrived, Envelope) and arrived.event is None and arrived.channel is None:
                text = f"{self._message(arrived)} from {self.name(arrived.sender)}"
                self.lost.append(f"{self.name(record.pid)} ended without reading {text}")
        if outcome.error is None:
            self._note("end", record.pid, f"{self.name(record.pid)} ends with {short(outcome.payload.value())}")
        else:
            self._note("end", record.pid, f"{self.name(record.pid)} fails: {printable(told(outcome.error))}")

    def upgraded(self, record: ProcessRecord, old: str) -> None:
        self._note("upgrade", record.pid, f"{self.name(record.pid)} goes on as {named(record.id)}, was {named(old)}")

    def refused(self, record: ProcessRecord, verb: str, subject: str, error: ProcessError) -> None:
        # Who asks for a name before anybody has it, has to do with who takes it later.
        self.ties.lead(record.pid, subject if subject.startswith("{") else name_party(subject))
        subject = self.name(Pid(subject)) if subject.startswith("{") else named(subject)
        self._note("refused", record.pid, f"{self.name(record.pid)} {verb} {subject}: {printable(error.message)}")

    def denied(self, record: ProcessRecord, action: str, resource: str) -> None:
        self._note("denied", record.pid, f"{self.name(record.pid)} may not {action} on {named(resource)}")

    # -- hosts and services

    def forced(self, record: ProcessRecord) -> None:
        self._note("host", record.pid, f"the grace of {named(record.host)} is over for {self.name(record.pid)}")

    def host_changed(self, host: Host) -> None:
        runtime = self._world.runtime
        living = () if host.state == "running" else (*runtime.routes.values(), *runtime.stopping.values())
        on_it = [record.pid for record in living if record.host == host.id]
        self._note("host", None, f"the host {named(host.id)} is {host.state}", *on_it)

    def deadline_set(self, record: ProcessRecord, deadline_ns: int) -> None:
        instant = format_duration(deadline_ns)
        self._note("cancel", record.pid, f"{self.name(record.pid)} has to end by {instant}")

    def service_asked(self, service: Service, *, run: bool) -> None:
        self._note("service", None, f"the service {named(service.id)} is to {'run' if run else 'stop'}", *_of(service))

    def service_changed(self, service: Service, old: str) -> None:
        why = ""
        if service.state == "Failed" and service.error is not None:
            why = f": {printable(told(service.error))}"
        elif service.state == "Running" and service.pid is not None:
            why = f" as {self.name(service.pid)}"
        # A service that fails may be what somebody else misses.
        whom = (*_of(service), EVERYBODY) if service.state == "Failed" else _of(service)
        self._note("service", None, f"the service {named(service.id)} is {service.state}, was {old}{why}", *whom)
        if service.pid is not None:
            self.ties.tie(service_party(service.id), service.pid)

    def service_retrying(self, service: Service, attempt: int, delay_ns: int) -> None:
        delay = format_duration(delay_ns)
        self._note("service", None, f"the service {named(service.id)} waits {delay} for retry {attempt}", *_of(service))

    def policies_changed(self, change: str, policy_id: str, group: str) -> None:
        place = {"grant": f" to {named(group)}", "revoke": f" from {named(group)}"}.get(change) if group else ""
        self._note("policy", None, f"the world {change}s the policy {named(policy_id)}{place}", EVERYBODY)

    # -- messages

    def enqueued(self, record: ProcessRecord, envelope: Envelope) -> None:
        receiver = self.name(record.pid)
        event = envelope.event
        if event is not None and envelope.sender is not None and envelope.sender != NOBODY:
            # A message of a program is tied by its command.
            self.ties.tie(envelope.sender, record.pid)
        if event is None:
            sender = self.name(envelope.sender)
            self._note("send", envelope.sender, f"{sender} sends {receiver} {self._message(envelope)}", record.pid)
            if envelope.sender is not None:
                self._note_question(envelope.sender, record.pid, envelope.topic)
        elif isinstance(event, Cancel):
            self._note("cancel", event.sender, f"{self.name(event.sender)} asks {receiver} to end", record.pid)

    def _note_question(self, sender: Pid, receiver: Pid, topic: str) -> None:
        """A send to somebody whose question the sender has read is taken for the answer, any other for a question."""
        if receiver in self._heard and self.last_sent[receiver][0] == sender:
            del self.last_sent[receiver]
            self._heard.remove(receiver)
        else:
            self.last_sent[sender] = (receiver, topic)
            self._heard.discard(sender)

    def received(self, record: ProcessRecord, envelope: Envelope) -> None:
        reader = self.name(record.pid)
        event = envelope.event
        if event is None:
            text = f"{reader} receives {self._message(envelope)} from {self.name(envelope.sender)}"
            self._note("receive", record.pid, text)
            if envelope.sender is not None and self.last_sent.get(envelope.sender) == (record.pid, envelope.topic):
                self._heard.add(envelope.sender)
        else:
            kind = {Exit: "EXIT", LinkDown: "LINK_DOWN", Cancel: "CANCEL"}[type(event)]
            self._note("receive", record.pid, f"{reader} receives {kind} of {self.name(event.sender)}")

    def _message(self, envelope: Envelope) -> str:
        values = ", ".join(short(value) for value in envelope.payload.values())
        return f"{named(envelope.topic)}({values})"

    def exit_sent(self, watcher: Pid, record: ProcessRecord, *, delivered: bool) -> None:
        lost = "" if delivered else ", which has ended"
        self._note("exit", record.pid, f"EXIT of {self.name(record.pid)} to {self.name(watcher)}{lost}", watcher)
        self.ties.tie(record.pid, watcher)

    def link_down_sent(self, peer: Pid, record: ProcessRecord, *, delivered: bool) -> None:
        lost = "" if delivered else ", which has ended"
        self._note("link_down", record.pid, f"LINK_DOWN of {self.name(record.pid)} to {self.name(peer)}{lost}", peer)
        self.ties.tie(record.pid, peer)

    # -- relations and names

    def monitored(self, watcher: Pid, target: Pid) -> None:
        self._once_born(
            target, lambda: self._note("monitor", watcher, f"{self.name(watcher)} monitors {self.name(target)}", target)
        )

    def unmonitored(self, watcher: Pid, target: Pid) -> None:
        self._note("unmonitor", watcher, f"{self.name(watcher)} no longer monitors {self.name(target)}", target)

    def linked(self, one: Pid, other: Pid) -> None:
        self._once_born(
            other, lambda: self._note("link", one, f"{self.name(one)} and {self.name(other)} are linked", other)
        )

    def unlinked(self, one: Pid, other: Pid) -> None:
        self._note("unlink", one, f"{self.name(one)} and {self.name(other)} are no longer linked", other)

    def named(self, name: str, pid: Pid) -> None:
        self.ties.lead(name_party(name), pid)
        self._once_born(pid, lambda: self._take_name(name, pid))

    def _take_name(self, name: str, pid: Pid) -> None:
        before = self.name(pid)
        if " (" not in before:
            self._names[pid] = f"{before} ({named(name)})"
        self._note("name", pid, f"{before} takes the name {named(name)}")

    def unnamed(self, name: str, pid: Pid) -> None:
        self._note("name", pid, f"{self.name(pid)} loses the name {named(name)}")

    def nameless(self, record: ProcessRecord, names: Sequence[str]) -> None:
        listed = ", ".join(named(name) for name in names)
        self._note("name", record.pid, f"the names of {self.name(record.pid)} are free: {listed}")

    def logged(self, record: ProcessRecord, level: str, message: str, fields: Mapping[str, Any], place: str) -> None:
        extra = "".join(f" {named(str(key))}={short(value)}" for key, value in fields.items())
        where = f" ({named(place)})" if place else ""
        self._note("log", record.pid, f"{self.name(record.pid)} logs {level}: {printable(message)}{extra}{where}")


def _of(service: Service) -> tuple[str, ...]:
    """Return whom an event of *service* concerns."""
    party = service_party(service.id)
    return (party,) if service.pid is None else (party, service.pid)
