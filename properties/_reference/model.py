"""The state of the model, how it looks at the effects of one action, and how it says that something is wrong."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, TypeVar

from simcore import Change, Denial, Effect, LogEntry, LogRecord, Options, Pid, ProcessError, Refusal
from simcore.words import ChannelName, Looked

from .agenda import Agenda
from .parted import Parted
from .parties import ENDED, GONE, Channel, Coroutine, Fault, Member
from .phrases import effect_in_words, entry_in_words, pids_in, said
from .standing import about
from .verdicts import Row, allowed, denial, is_judged

E = TypeVar("E")
PARTIES: Final = 3
"""So many processes are told of where model and run part."""
ANYTHING = object()
"""An answer that the model does not know and takes as it comes."""


@dataclass(eq=False)
class Host:
    """Where processes run."""

    id: str
    state: str = "running"
    processes_max: int = 0
    processes: int = 0


class Refused(Exception):
    """An operation has no effect: the contract's error, which the run is to answer with."""

    def __init__(self, fault: Fault) -> None:
        self.fault = fault


@dataclass(eq=False)
class Model:
    """What the model knows of a world, and the place in the log where it is."""

    options: Options
    defined: Mapping[str, int]
    hosts: dict[str, Host] = field(default_factory=dict)
    members: dict[Pid, Member] = field(default_factory=dict)
    embryos: dict[Pid, Member] = field(default_factory=dict)
    names: dict[str, Pid] = field(default_factory=dict)
    watches: dict[tuple[Pid, Pid], None] = field(default_factory=dict)
    links: set[frozenset[Pid]] = field(default_factory=set)
    channels: dict[int, Channel] = field(default_factory=dict)
    futures: list[Any] = field(default_factory=list)
    bus: list[Any] = field(default_factory=list)
    served: dict[str, Pid] = field(default_factory=dict)
    services: dict[str, Any] = field(default_factory=dict)
    stops: dict[str, Any] = field(default_factory=dict)
    agenda: Agenda = field(default_factory=Agenda)
    unjudged: Counter[str] = field(default_factory=Counter)
    given: dict[int, tuple[Member, Any]] = field(default_factory=dict)
    order: int = 0
    entries: int = 0
    last_unique: int = 0
    knows_time: bool = True
    is_lost: bool = False
    looked: Callable[[Looked], None] = lambda effect: None
    """Is told what a program has looked at."""
    entry: LogEntry = field(init=False)
    _place: int = 0

    # -- the effects of the action at hand

    def begin(self, entry: LogEntry) -> None:
        """Look at the next action."""
        self.entry = entry
        self._place = 0

    def peek(self) -> Effect | None:
        """Return the next effect. What programs log is nobody's matter here, and what they look at, at any place and
        without an effect, is looked at in passing."""
        effects = self.entry.effects
        while self._place < len(effects) and isinstance(effect := effects[self._place], LogRecord | Looked):
            self._place += 1
            if isinstance(effect, Looked):
                self.looked(effect)
        return effects[self._place] if self._place < len(effects) else None

    def next(self) -> Effect | None:
        """Take the next effect."""
        effect = self.peek()
        self._place += 1
        return effect

    def part(self, expected: str, did: object, rules: str, *members: Member | None) -> Parted:
        """Return what is wrong, with the two or three processes that matter most."""
        concerned = dict.fromkeys([each for each in members if each is not None])
        also = [*pids_in(did), *filter(None, (self.entry.actor, self.entry.receiver))]
        concerned.update(dict.fromkeys(each for each in self.known(*also) if each is not None))
        parties = [about(self, each) for each in list(concerned)[:PARTIES]]
        if self.entry.subject in self.names:
            parties.append(f"the name {self.entry.subject} is held by {self.name(self.names[self.entry.subject])}")
        if self.unjudged:
            # What was taken as it came may be why.
            parties.append(
                f"not judged before: {', '.join(f'{what} ({count})' for what, count in self.unjudged.items())}"
            )
        return Parted(
            self.entry, entry_in_words(self.entry, self.called()), expected, self.in_words(did), rules, parties
        )

    def in_words(self, did: object) -> str:
        """Say what a run did."""
        return effect_in_words(did, self.name)

    def name(self, pid: Any) -> str:
        """Return what a process is called, such as ``worker#3`` of the third one that was started."""
        member = self.members.get(pid) or self.embryos.get(pid)
        if member is None or not member.id:
            return str(pid) if pid else "somebody"
        return f"{member.id.rpartition(':')[2]}#{int(pid.unique, 16)}"

    def called(self) -> dict[str, str]:
        """Return what each process is called, by its path; where two have had one path, the later."""
        return {member.path: self.name(pid) for pid, member in self.members.items()}

    def check(self, holds: object, expected: str, did: object, rules: str, *members: Member | None) -> None:
        """Part unless something holds."""
        if not holds:
            raise self.part(expected, did, rules, *members)

    def expect(self, kind: type[E], rules: str, /, *members: Member | None, **fields: Any) -> E:
        """Take the next effect, which is to be of this *kind*, with these values."""
        effect = self.next()
        good = isinstance(effect, kind) and all(value == getattr(effect, name) for name, value in fields.items())
        if not good:
            raise self.part(said(kind.__name__, fields, self.name), effect, rules, *members)
        assert isinstance(effect, kind)
        return effect

    def expect_change(self, kind: str, rules: str, /, **fields: Any) -> None:
        """Take the next effect, which is to be this change."""
        self.expect(Change, rules, *self.known(fields.get("pid"), fields.get("other")), kind=kind, **fields)

    def expect_changes(self, kind: str, wanted: set[tuple[Any, ...]], field_names: tuple[str, ...], rules: str) -> None:
        """Take as many changes of a kind as there are wanted, in any order."""
        left = set(wanted)
        while left:
            effect = self.next()
            key = tuple(getattr(effect, name, None) for name in field_names)
            if not isinstance(effect, Change) or effect.kind != kind or key not in left:
                wanted_ones = [dict(zip(field_names, each, strict=True)) for each in sorted(left, key=str)]
                words = [said("Change", {"kind": kind, **each}, self.name) for each in wanted_ones]
                raise self.part(", ".join(words), effect, rules)
            left.remove(key)

    def expect_error(self, fault: Fault, error: BaseException | None, rules: str, *members: Member | None) -> None:
        """Check that an error is the one that the contract words (I84)."""
        good = isinstance(error, ProcessError) and fault.kind in ("", error.kind) and fault.fragment in error.message
        said = f"{getattr(error, 'kind', '')}: {error}" if error is not None else "no error"
        self.check(good, str(fault), said, rules, *members)

    def expect_refusal(self, member: Member, verb: str, fault: Fault, rules: str) -> ProcessError:
        """Take the refusal of an operation and return its error."""
        refusal = self.expect(Refusal, f"{rules}, 13", member, pid=member.pid, verb=verb)
        self.expect_error(fault, refusal.error, f"{rules}, I84", member)
        return refusal.error

    def is_defined(self, id: str) -> bool:
        """Tell whether a process of this id can be started now."""
        return self.defined.get(id, self.entries + 1) <= self.entries

    def known(self, *pids: Any) -> list[Member | None]:
        """Return the processes of these pids, where there are such."""
        return [self.members.get(pid) for pid in pids]

    # -- who there is

    def routable(self, pid: Pid) -> Member | None:
        """Return the process that something can be put into the mailbox of."""
        member = self.members.get(pid)
        if member is None or member.phase in (ENDED, "nameless", GONE) or self.is_stopping(member):
            return None
        return member

    def is_stopping(self, member: Member) -> bool:
        """Tell whether its host takes nothing in any more (process 2.6)."""
        host = self.hosts.get(member.host)
        return host is not None and host.state in ("stopping", "stopped")

    def routed(self, pid: Pid) -> Member:
        """Return the routable process. Raises ``Refused`` (process 3.3)."""
        member = self.routable(pid)
        if member is not None:
            return member
        known = self.members.get(pid)
        if known is not None and known.phase in ("alive", "finished"):
            raise Refused(Fault("Unavailable", "host is shutting down"))
        if pid.node:
            raise Refused(Fault("NotFound", "node not found"))
        if pid.host in self.hosts or known is not None:
            raise Refused(Fault("NotFound", "process not found"))
        raise Refused(Fault("NotFound", "host not found"))

    def path_of(self, pid: Pid) -> str:
        """Return how labels call a process."""
        member = self.members.get(pid)
        return str(pid) if member is None else member.path

    def in_topology(self, pid: Pid) -> bool:
        """Tell whether a process can be watched and linked: it was started and is not gone (process 15.1.2)."""
        member = self.members.get(pid)
        return member is not None and member.phase != GONE

    def channel(self, name: ChannelName, owner: Member) -> Channel:
        """Return a channel; one that was never named is new, and of who names it."""
        if name.number not in self.channels:
            self.channels[name.number] = Channel(name, owner.pid)
        return self.channels[name.number]

    def number(self, member: Member, coroutine: Coroutine) -> int:
        """Return the number of a coroutine; one that was not named yet has the next."""
        if coroutine.number is None:
            coroutine.number = member.named
            member.named += 1
        return coroutine.number

    # -- what policies say

    def ask_policies(self, member: Member, asked: list[Row]) -> None:
        """Check rows in their order; the first that is denied stops (I72 to I79, I81). Raises ``Refused``."""
        for action, resource in asked:
            if not self.passes(member, action, resource):
                self.expect(
                    Denial, "I72, I74, I81, process 12.5", member, pid=member.pid, action=action, resource=resource
                )
                raise Refused(denial(action))

    def passes(self, member: Member, action: str, resource: str) -> bool:
        """Tell whether the policies of a process allow something; where the model cannot say, as the run has it."""
        if is_judged(member.frame):
            return allowed(member.frame, action, resource, member.pid, strict=self.options.strict_mode)
        self.unjudged["verdicts of policies with an expression"] += 1
        effect = self.peek()
        denied = isinstance(effect, Denial) and (effect.action, effect.resource) == (action, resource)
        return not denied

    def attempt(self, member: Member, verb: str, rules: str, do: Callable[[], object]) -> tuple[object, Any]:
        """Do something; return its answer and None, or None and the error that the run has refused it with."""
        try:
            return do(), None
        except Refused as refused:
            return None, self.expect_refusal(member, verb, refused.fault, rules)
