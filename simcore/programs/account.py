"""What the members of a program did, what became of it and what reached them: the account that properties read."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from simcore.model.errors import PermissionDenied, ProcessError
from simcore.model.messages import Exit, Message
from simcore.model.texts import class_name
from simcore.process.command import Command
from simcore.process.state.observer import Observer
from simcore.process.verbs.naming import Shared
from simcore.programs.places import DEFINITION
from simcore.programs.standing import standing_of_caller, standing_of_mailbox, standing_of_target, topics_ready

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from simcore.kernel.action import Action
    from simcore.model.messages import Event
    from simcore.model.pid import Pid
    from simcore.model.programs import Setting, Verb
    from simcore.process.state.record import ProcessRecord
    from simcore.world.world import World

SEVERAL: Final = 2
AS_IT_SHOULD: Final = "fails as it should"
"""The end of what a member says that raises because it was drawn to."""


@dataclass(slots=True, kw_only=True)
class Call:
    """One operation of one member, and what came of it. Moments count everything that is noted, from 1 on.

    Args:
        index: its place in the program; the number that its message carries.
        process: the member that acted.
        pid: that member's pid.
        verb: what it did.
        target: the member that it concerned; of a spawn the new one; None where it concerned none.
        target_pid: the pid that it went to, resolved just before; of a spawn the new member's; None for nobody.
        name: the registered name, or the topic of a message or a subscription.
        sent: what was handed over, as text, taken before it could change.
        value: the step's small number.
        builder: what the builder of a spawn held.
        host: where a spawn was to start something.
        began: the moment at which it was called.
        finished: the moment at which it was answered; None where the member ended before that.
        result: the answer.
        error: the error that was the answer.
        changes: what was different in the world after it was refused; no refusal may change anything.
        caller: how the member stood when it called, such as ``traps``.
        met: how the one whom it concerns stood then, such as ``ended``; empty where it concerned none.
    """

    index: int
    process: int
    pid: Pid
    verb: Verb
    target: int | None = None
    target_pid: Pid | None = None
    name: str = ""
    sent: str = ""
    value: int = 0
    builder: tuple[Setting, ...] = ()
    host: str = ""
    began: int = 0
    finished: int | None = None
    result: Any = None
    error: ProcessError | None = None
    changes: tuple[str, ...] = ()
    caller: str = ""
    met: str = ""

    @property
    def done(self) -> bool:
        """Whether it was answered, and with no error."""
        return self.finished is not None and self.error is None

    @property
    def denied(self) -> bool:
        """Whether the policies forbade it."""
        return isinstance(self.error, PermissionDenied)


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """One thing that a member received.

    Args:
        process: who received it.
        channel: ``inbox``, ``events`` or the topic that was listened to.
        value: the message or the event, or of a topic that was listened to plainly the payload alone; ``index`` of a
            message is that of the operation that sent it.
        at: the moment.
        names: the registered names that the sender of an event held at that moment.
    """

    process: int
    channel: str
    value: Message | Event | list[Any]
    at: int
    names: tuple[str, ...] = ()

    @property
    def index(self) -> int | None:
        """The operation that sent this message; None of an event."""
        payload = self.value if isinstance(self.value, list) else getattr(self.value, "payload", None)
        return payload[0] if payload else None


@dataclass(slots=True, kw_only=True)
class Ending:
    """How and when a member ended (process 15.1.2).

    Args:
        value: its result; None where it failed.
        error: what it failed with, or None.
        ended, nameless, gone: the moments at which it was *ended*, without names, and *gone*; None where that did not
            come before the end of the run.
    """

    value: Any
    error: ProcessError | None
    ended: int
    nameless: int | None = None
    gone: int | None = None


@dataclass(slots=True)
class Account(Observer):
    """Looks on while a program runs and keeps what there is to know about it."""

    calls: dict[int, Call] = field(default_factory=dict)
    receipts: list[Receipt] = field(default_factory=list)
    pids: dict[int, Pid] = field(default_factory=dict)
    endings: dict[int, Ending] = field(default_factory=dict)
    greeted: dict[int, Any] = field(default_factory=dict)
    seen: dict[str, None] = field(default_factory=dict)
    begun: dict[str, int] = field(default_factory=dict)
    """How often what is no call was begun: to read, to return, to fail."""
    known: dict[int, Pid] = field(default_factory=dict)
    """The pid of each member that others know: it was there at the start, its spawn was answered, or it has begun."""
    served: dict[str, int] = field(default_factory=dict)
    """The number of the member that each definition of a service is."""
    _endings: dict[Pid, Ending] = field(default_factory=dict)
    """Of each process: a service may be started again before the one that has ended is gone."""
    _begun: dict[Pid, None] = field(default_factory=dict)
    _members: dict[Pid, int] = field(default_factory=dict)
    _open: dict[Pid, Call] = field(default_factory=dict)
    _before: Mapping[str, object] = field(default_factory=dict)
    _moment: int = 0
    _world: World = field(init=False, repr=False)

    def attach(self, world: World) -> None:
        self._world = world
        world.kernel.listen(self._action)

    def now(self) -> int:
        """Return the next moment."""
        self._moment += 1
        return self._moment

    def number(self, pid: Pid) -> int | None:
        """Return which member *pid* is."""
        return self._members.get(pid)

    def holder(self, name: str) -> Pid | None:
        """Return who holds *name* now."""
        return self._world.names.get(name)

    # -- what members tell

    def greet(self, number: int, pid: Pid, greeting: object) -> None:
        """A member runs its first line, or goes on after an upgrade."""
        self._begun[pid] = None
        self.know(number, pid)
        self.greeted[number] = greeting

    def know(self, number: int, pid: Pid) -> None:
        """From now on others know that this is the pid of a member."""
        self.known[number] = pid

    def begin(self, call: Call) -> None:
        """An operation is about to be called."""
        call.began = self.now()
        self._open[call.pid] = call
        self.calls[call.index] = call
        call.caller = standing_of_caller(self._world, call.pid)
        call.met = standing_of_target(self._world, call, begun=call.target_pid in self._begun)
        if special := standing_of_mailbox(self._world, call):
            self.see(f"{call.verb} {special}")
        self._before = self._snapshot()

    def under_way(self, pid: Pid) -> Call:
        """Return the operation that this process waits for. By its pid: two processes of one member, as of a service
        that was started again, may be at the same step."""
        return self._open[pid]

    def finish(self, call: Call, result: Any, error: ProcessError | None = None) -> None:
        """An operation was answered."""
        call.finished = self.now()
        call.result, call.error = result, error
        del self._open[call.pid]
        verdict = "done" if error is None else error.kind
        if error is not None:
            self.see(f"{call.verb} {verdict}")
        self.see(f"{call.verb} {verdict} {call.met}".strip())
        if call.caller:
            self.see(f"{call.verb} {verdict} by who {call.caller}")

    def act(self, verb: Verb) -> None:
        """A member does what is no call."""
        self.begun[verb] = self.begun.get(verb, 0) + 1

    def look(self, pid: Pid) -> None:
        """A member is about to read."""
        if topics_ready(self._world, pid) >= SEVERAL:
            self.see("select with two ready")

    def note(self, call: Call) -> None:
        """An operation is called that does not come back."""
        self.begin(call)
        self.finish(call, None)

    def receive(self, process: int, channel: str, value: Message | Event | list[Any]) -> None:
        """A member received something."""
        names = () if isinstance(value, (Message, list)) or value.sender is None else self._names_of(value.sender)
        self.receipts.append(Receipt(process=process, channel=channel, value=value, at=self.now(), names=names))
        self.see(f"{_word(value)} received")

    def names_held(self) -> int:
        """Return how many names are held now."""
        return len(self._world.names)

    def _names_of(self, pid: Pid) -> tuple[str, ...]:
        return tuple(name for name, owner in self._world.names.items() if owner == pid)

    def see_message(self, message: Message) -> None:
        """Note what kind of message has arrived."""
        self.see(f"{self.calls[message.payload[0]].verb} arrived")

    def see(self, what: str) -> None:
        """Note that *what* has happened in this world."""
        self.seen[what] = None

    # -- what the runtime tells

    def spawned(self, record: ProcessRecord) -> None:
        number = self._number(record)
        if number is None:
            return
        self.pids[number] = record.pid
        self._members[record.pid] = number
        # A service that was started again has not ended.
        if self.endings.pop(number, None) is not None:
            self.see("a service is started again")

    def _number(self, record: ProcessRecord) -> int | None:
        """Return which member has been started; None where it is none, such as a function."""
        if record.id != DEFINITION:
            return self.served.get(record.id)
        creator = record.creator
        if creator is None or creator not in self._members:
            self.know(len(self.pids), record.pid)
            return len(self.pids)
        call = self._open[creator]
        call.target_pid = record.pid
        return call.target

    def ended(self, record: ProcessRecord) -> None:
        outcome = record.outcome
        assert outcome is not None
        if record.pid not in self._members:
            return
        said = "" if outcome.error is None else outcome.error.message
        # A mistake of our own must not pass for a member that fails.
        assert not outcome.own or not said or said.endswith(AS_IT_SHOULD), said
        value = None if outcome.error is not None else outcome.payload.value()
        ending = Ending(value=value, error=outcome.error, ended=self.now())
        self._endings[record.pid] = self.endings[self._members[record.pid]] = ending
        if outcome.error is None:
            self.see("normal end")
        else:
            self.see("linked process failed" if "linked process failed" in outcome.error.message else "abnormal end")
            self.see(f"end by {outcome.error.message.partition(':')[0]}")
        if record.pid not in self._begun:
            self.see("end before the first step")

    def nameless(self, record: ProcessRecord, names: Sequence[str]) -> None:
        if record.pid in self._members:
            self._ending(record).nameless = self.now()

    def gone(self, record: ProcessRecord, watchers: Sequence[Pid], peers: Sequence[Pid]) -> None:
        if record.pid not in self._members:
            return
        ending = self._ending(record)
        ending.gone = self.now()
        ending.nameless = ending.nameless or ending.gone
        kind = "normal" if ending.error is None else "failed"
        for what, others in (("watcher", watchers), ("peer", peers)):
            if others:
                self.see(f"{kind} end with {'several ' if len(others) > 1 else ''}{what}{'s' * (len(others) > 1)}")
        if set(watchers) & set(peers):
            self.see(f"{kind} end with a watcher that is a peer")

    def _ending(self, record: ProcessRecord) -> Ending:
        return self._endings[record.pid]

    def refused(self, record: ProcessRecord, verb: str, subject: str, error: ProcessError) -> None:
        call = self._open.get(record.pid)
        if call is not None:
            call.changes = tuple(_differences(self._before, self._snapshot()))

    # -- what the world is like

    def _action(self, action: Action, number: int) -> None:
        """Remember the world as it is before what could be refused there."""
        if isinstance(action, (Command, Shared)):
            self._before = self._snapshot()

    def _snapshot(self) -> dict[str, object]:
        """Return all that a call could change: who lives, relations, names, and what was ever enqueued."""
        runtime = self._world.runtime
        living = {**runtime.routes, **runtime.stopping}
        return {
            "processes": tuple(living),
            "ending": tuple(pid for pid, record in living.items() if record.terminate_requested),
            "links": tuple(runtime.topology.links()),
            "monitors": tuple(runtime.topology.monitors()),
            "known": tuple(runtime.topology.graph.nodes),
            "names": tuple(runtime.names.items()),
            "mailboxes": tuple(runtime.enqueued.values()),
            "hosts": tuple((host.id, host.processes) for host in runtime.hosts.values()),
        }


def _word(value: Message | Event | list[Any]) -> str:
    kind = "bare payload" if isinstance(value, list) else class_name(value)
    return kind if not isinstance(value, Exit) else f"{'normal' if value.error is None else 'failed'} {kind}"


def _differences(before: Mapping[str, object], after: Mapping[str, object]) -> list[str]:
    return [f"{what}: {before[what]} became {after[what]}" for what in before if before[what] != after[what]]
