"""What commands do when they are performed, and what answers them (process 15.1.1, A2)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from simcore import Change, Pid, ProcessError, Refusal
from simcore.words import Asked, Born, Handed
from simcore.words import Due as Comes

from . import locally
from .agenda import Possible
from .lives import EMPTY, request_end, wake
from .mailboxes import put
from .model import Host, Model, Refused
from .parties import ALIVE, EVENTS, GONE, Coroutine, Fault, Frame, Letter, Member
from .verdicts import rows

LATER: Final = object()
"""The answer is an action of its own."""
CONTROL: Final = "node:control"
FUNCTIONS: Final = "node:functions"


def perform(model: Model, member: Member) -> None:
    """Follow the first command; then the next may be performed, or the process may step (process 15.1.1 rule 1)."""
    from .steps import enable_command

    command = member.commands[0]
    answer, error = attempt(model, member, command.verb, command.do)
    if answer is not LATER and member.phase == ALIVE:
        member.incoming.append((command.coroutine, error if error is not None else answer))
    if member.commands:
        member.commands.pop(0)
    if member.commands:
        enable_command(model, member)
    elif member.incoming or member.to_end:
        wake(model, member)


def attempt(model: Model, member: Member, verb: str, do: Callable[[], object]) -> tuple[object, ProcessError | None]:
    """Do what a command does; its error is that of the contract, or relabelled under a quirk (O4)."""
    try:
        return do(), None
    except Refused as refused:
        fault = refused.fault
        if "command_errors_internal" in model.options.quirks and verb != "send":
            fault = Fault("Internal", fault.fragment)
        return None, model.expect_refusal(member, verb, fault, "I8, I19, I20, I53, I56")


# -- on a destination


def send(model: Model, member: Member, target: Pid, about: Any, at_ns: int) -> None:
    """Put a message into a mailbox (process 3.2, 3.3; I19 to I22, I29)."""
    receiver = model.routed(target)
    put(model, receiver, Letter(member.pid, about["topic"], about["payload"]), "I19, I20, I22, I29, process 3.1")


def terminate(model: Model, member: Member, target: Pid, about: Any, at_ns: int) -> None:
    """Let the target begin no further step (process 9.1, 9.2)."""
    victim = model.members.get(target)
    if victim is None or victim.phase not in ("alive", "finished"):
        victim = model.routed(target)
    request_end(model, victim)


def cancel(model: Model, member: Member, target: Pid, about: Any, at_ns: int) -> None:
    """Put a CANCEL into a mailbox; under ``enforce`` its deadline ends the target (process 9.12, 2.5; I12, I52)."""
    receiver = model.routed(target)
    deadline_ns = about["deadline_ns"]
    put(
        model, receiver, Letter(member.pid, EVENTS, EMPTY), "I52, process 4.1, 9.12",
        kind="Cancel", sender=member.pid, deadline_ns=deadline_ns, reason=about["reason"], at_ns=at_ns,
    )  # fmt: skip
    if deadline_ns is not None and model.options.cancel_deadline == "enforce":
        enforce(model, receiver, deadline_ns)


def enforce(model: Model, member: Member, deadline_ns: int) -> None:
    """Let a process end at an instant; the earliest counts (process 2.5)."""
    held = member.deadline
    if member.phase != ALIVE or (held is not None and held.due_ns <= deadline_ns):
        return
    if held is not None:
        model.agenda.cancel(held)
    fault = Fault("Timeout", "cancel deadline exceeded")
    action = Possible(lambda: ("fire:deadline", member.path, ""), lambda: request_end(model, member, fault))
    member.deadline = model.agenda.set_timer(deadline_ns, action)


def monitor(model: Model, member: Member, target: Pid, about: Any, at_ns: int) -> None:
    """Be told of an end (process 5.1 to 5.3; I32, I43, I53)."""
    if member.phase == GONE or not model.in_topology(target):
        raise Refused(Fault("NotFound", "pid not registered"))
    if (member.pid, target) in model.watches:
        raise Refused(Fault("AlreadyExists", "already monitoring pid"))
    model.expect_change("monitored", "I32, process 5.1", pid=member.pid, other=target)
    model.watches[member.pid, target] = None


def unmonitor(model: Model, member: Member, target: Pid, about: Any, at_ns: int) -> None:
    """Be told no more, if one was to be (process 5.6; I40, I44)."""
    model.expect_change("unmonitored", "I40, I44, process 5.6", pid=member.pid, other=target)
    model.watches.pop((member.pid, target), None)


def link(model: Model, member: Member, target: Pid, about: Any, at_ns: int) -> None:
    """Share a fate: mutual, idempotent, and nothing with oneself (process 6.2, 6.3, 6.9; I41, I44, I53)."""
    if not (model.in_topology(member.pid) and model.in_topology(target)):
        raise Refused(Fault("NotFound", "pid not registered"))
    pair = frozenset((member.pid, target))
    if member.pid != target and pair not in model.links:
        model.expect_change("linked", "I41, I44, process 6.3", pid=member.pid, other=target)
        model.links.add(pair)


def unlink(model: Model, member: Member, target: Pid, about: Any, at_ns: int) -> None:
    """Share it no more (process 6.5; I40, I44)."""
    model.expect_change("unlinked", "I40, I44, process 6.5", pid=member.pid, other=target)
    model.links.discard(frozenset((member.pid, target)))


ON_TARGET: Final[dict[str, Callable[..., None]]] = {
    "send": send,
    "terminate": terminate,
    "cancel": cancel,
    "monitor": monitor,
    "unmonitor": unmonitor,
    "link": link,
    "unlink": unlink,
}


# -- the birth of a process (process 2.2)


def usable(model: Model, id: str) -> Host:
    """Return the host. Raises ``Refused`` (process 7.3 rows 1 to 3; I15)."""
    if id in (CONTROL, FUNCTIONS):
        raise Refused(Fault("Internal", "host does not implement process.Host"))
    host = model.hosts.get(id)
    if host is None:
        raise Refused(Fault("NotFound", "host not found"))
    if host.state != "running":
        words = "host is shutting down" if host.state == "stopping" else "host is not running"
        raise Refused(Fault("Unavailable", words))
    return host


def make(model: Model, host: Host | None, fields: Any) -> Member:
    """Return a process that is not there yet; its module body runs. Raises ``Refused`` (process 7.3 rows 5 to 8)."""
    id = fields["id"]
    if not model.is_defined(id):
        raise Refused(Fault("NotFound", "factory not found"))
    if host is not None and host.processes_max and host.processes >= host.processes_max:
        raise Refused(Fault("LimitExceeded", "max processes limit exceeded"))
    handed = model.expect(Handed, "process 2.2, 3.7", packed=fields["arguments"])
    effect = model.peek()
    if isinstance(effect, Refusal) and is_own_failure(effect.error):
        # Whether a module body runs, and takes these arguments, is its own matter (process 7.3 rows 7, 8).
        model.unjudged["module bodies that fail"] += 1
        raise Refused(Fault("", ""))
    asks = effect if isinstance(effect, Asked) and effect.coroutine == locally.BODY else None
    member = Member(handed.pid, id)
    if asks is not None:
        model.embryos[member.pid] = member
        locally.module_body(model, member)
        del model.embryos[member.pid]
        effect = model.peek()
        is_freed = isinstance(effect, Change) and effect.kind == "unnamed"
        if is_freed or (isinstance(effect, Refusal) and is_own_failure(effect.error)):
            abandon(model, member)
            raise Refused(Fault("", ""))
    return member


def abandon(model: Model, member: Member) -> None:
    """Free what a module body has made that failed: nothing is left of it (process 7.3, I8)."""
    for cancel_it in list(member.pending.values()):
        cancel_it()
    held = {name for name, pid in model.names.items() if pid == member.pid}
    model.expect_changes("unnamed", {(member.pid, name) for name in held}, ("pid", "name"), "I8, process 7.3")
    for name in held:
        del model.names[name]
    model.unjudged["module bodies that fail"] += 1


def is_own_failure(error: ProcessError) -> bool:
    """Tell whether a start failed in the program's own code."""
    return any(each in error.message for each in ("failed to execute script", "not found in module"))


def admit(
    model: Model,
    member: Member,
    host: str,
    creator: Pid,
    frame: Frame,
    *,
    parent: Pid | None,
    messages: tuple[Any, ...] = (),
) -> Born:
    """Expect that a process is there, with the frame that it inherits (process 2.2 step 7, 7.8; I1, I64, I65, I80)."""
    change = model.expect(Change, "process 2.2", kind="spawned")
    born = model.expect(Born, "I1, process 7.8", pid=change.pid, id=member.id, host=host, parent=parent)
    unique = int(born.pid.unique, 16)
    model.check(unique > model.last_unique, f"a pid above {model.last_unique:#07x}", born, "I1, process 1.3")
    model.last_unique = unique
    good = (born.actor, born.scope) == (frame.actor, frame.scope)
    model.check(good, f"actor {frame.actor!r} and scope {frame.scope!r}", born, "I65, I80, process 7.8")
    values = dict(frame.values) == dict(born.values)
    model.check(values, f"the context values {dict(frame.values)!r}", born, "I63, I64, process 7.8")
    model.check(member.pid in ("", born.pid), f"{member.pid}", born, "I1, process 2.2")
    model.check(born.creator == creator, f"a child of {creator}", born, "process 2.2")
    member.pid, member.host, member.path, member.parent, member.frame = born.pid, host, born.path, parent, frame
    model.check(born.pid not in model.members, "a pid that nobody has had", born, "I1, process 1.3")
    model.members[born.pid] = member
    if host in model.hosts:
        model.hosts[host].processes += 1
    member.coroutines = [member.main]
    member.runnable.append((member.main, None))
    for topic, packed in messages:
        put(model, member, Letter(None, topic, packed), "I66, process 7.7, G11")
    wake(model, member)
    return born


def frame_of(member: Member, built: Any) -> Frame:
    """Return what a child inherits (process 7.8)."""
    return member.frame if built is None else Frame(built.values, built.actor, built.scope)


def spawn(model: Model, member: Member, coroutine: Coroutine, verb: str, fields: Any) -> object:
    """Start a process, or signal who holds the name; the answer comes later (process 2.2, 7.6; I49, I50, I62)."""
    try:
        child, is_late = start_child(model, member, fields)
    except Refused as refused:
        error = model.expect_refusal(member, verb, refused.fault, "I8, process 7.3")
        answer_later(model, member, coroutine, "spawn", fields["id"], error)
        return LATER
    if is_late:
        # Until then its caller waits, as for any answer.
        member.pending["late", child.pid] = lambda: None

        def there() -> None:
            if member.pending.pop(("late", child.pid), None) is not None:
                spawned(model, member, coroutine, child)

        late(model, child, fields["settings"].messages, there)
    else:
        spawned(model, member, coroutine, child)
    return LATER


def spawned(model: Model, member: Member, coroutine: Coroutine, child: Member) -> None:
    """Let the pid be answered."""
    answer_later(model, member, coroutine, "spawn", child.path or str(child.pid), child.pid)


def start_child(model: Model, member: Member, fields: Any) -> tuple[Member, bool]:
    """Start the child of a spawn, or return the holder of its name; tell whether its messages come late."""
    built, linked = fields["settings"], fields["linked"]
    host = usable(model, fields["host"])
    name = built.name if built is not None else ""
    if name and name in model.names:
        return signal(model, member, built, model.names[name]), False
    child = make(model, host, fields)
    start_hooks(model, member, child, name, fields)
    messages = built.messages if built is not None else ()
    is_late = bool(messages) and "weak_with_message" in model.options.quirks
    admit(
        model, child, host.id, member.pid, frame_of(member, built),
        parent=member.pid, messages=() if is_late else messages,
    )  # fmt: skip
    if linked and not model.in_topology(member.pid) and "orphan_on_dead_parent" not in model.options.quirks:
        put(model, child, Letter(member.pid, EVENTS, EMPTY), "process 6.10, O8", kind="LinkDown", sender=member.pid)
    return child, is_late


def start_hooks(model: Model, member: Member, child: Member, name: str, fields: Any) -> None:
    """Expect name, monitor and link before the child is there (process 2.2 step 8; G7, G8)."""
    peeked = model.peek()
    if name:
        child.pid = child.pid or getattr(peeked, "pid", Pid(""))
        model.expect_change("named", "I62, process 7.6, G8", name=name)
        model.names[name] = child.pid
    if not model.in_topology(member.pid):
        return
    for verb in ("monitored", "linked"):
        if fields[verb]:
            change = model.expect(Change, "I49, I50, G7", member, kind=verb, pid=member.pid)
            child.pid = child.pid or change.other
            model.check(change.other == child.pid, f"{verb} with {child.pid}", change, "I49, I50, G7", member)
            if verb == "monitored":
                model.watches[member.pid, child.pid] = None
            else:
                model.links.add(frozenset((member.pid, child.pid)))


def signal(model: Model, member: Member, built: Any, holder: Pid) -> Member:
    """Hand a builder's messages to who holds its name (process 7.6)."""
    if model.options.name_conflict == "error":
        raise Refused(Fault("AlreadyExists", "name already registered"))
    if built.messages and model.options.strict_builder_permissions:
        model.ask_policies(member, rows("send", target=str(holder)))
    receiver = model.routable(holder)
    for topic, packed in built.messages if receiver is not None else ():
        assert receiver is not None
        put(model, receiver, Letter(None, topic, packed), "process 7.6")
    return model.members.get(holder) or Member(holder)


def late(model: Model, child: Member, messages: tuple[Any, ...], then: Callable[[], None]) -> None:
    """Under ``weak_with_message`` the messages are an action of their own (N12)."""

    def deliver() -> None:
        if child.phase in ("alive", "finished"):
            for topic, packed in messages:
                put(model, child, Letter(None, topic, packed), "process 7.7, N12")
        then()

    model.agenda.enable(Possible(lambda: ("do:with_message", child.path, ""), deliver))


# -- answers that come later


def answer_later(
    model: Model, member: Member, coroutine: Coroutine, verb: str, subject: str, answer: object
) -> Possible | None:
    """Let an answer be given, an action of its own, unless nobody waits for it any more (N25, I70)."""
    if member.phase != ALIVE:
        return None
    action = waiting(model, member, coroutine, verb, lambda: subject, lambda: answer)
    model.agenda.enable(action)
    return action


def waiting(
    model: Model,
    member: Member,
    coroutine: Coroutine,
    verb: str,
    subject: Callable[[], str],
    answer: Callable[[], object],
) -> Possible:
    """Return the action of an answer; an end or an upgrade of the process takes it back."""

    def give_it() -> None:
        member.pending.pop(action, None)
        resume_later(model, member, coroutine, answer())

    action = Possible(lambda: (f"return:{verb}", member.path, subject()), give_it, hint=coroutine)
    member.pending[action] = lambda: model.agenda.disable(action)
    return action


def resume_later(model: Model, member: Member, coroutine: Coroutine, answer: object) -> None:
    """Expect that a coroutine goes on in a later step."""
    model.expect(Comes, "process 15.1.1", member, pid=member.pid, coroutine=model.number(member, coroutine))
    member.incoming.append((coroutine, answer))
    wake(model, member)


# -- call and exec (process 8)


@dataclass(eq=False)
class Caller:
    """Who waits for the end of a callee. *end* is told of it."""

    member: Member
    end: Callable[[Member], None]


def call(model: Model, member: Member, coroutine: Coroutine, verb: str, fields: Any) -> object:
    """Start a process and wait for its end; the caller neither watches nor is its parent (process 8.3; I67)."""
    built = fields["settings"]
    try:
        host = usable(model, fields["host"])
        name = built.name if built is not None else ""
        if name and name in model.names:
            raise Refused(Fault("AlreadyExists", "name already registered"))
        callee = make(model, host, fields)
    except Refused as refused:
        kind = "Internal" if "command_errors_internal" in model.options.quirks else refused.fault.kind
        return nothing_started(
            model, member, coroutine, verb, fields["id"], Fault(kind, f"exec failed: {refused.fault.fragment}")
        )
    start_hooks(model, member, callee, name, {"monitored": False, "linked": False})
    messages = () if built is None else built.messages
    answers_with(model, member, coroutine, verb, callee)
    is_late = bool(messages) and "weak_with_message" in model.options.quirks
    admit(
        model, callee, host.id, member.pid, frame_of(member, built),
        parent=None, messages=() if is_late else messages,
    )  # fmt: skip
    if is_late:
        late(model, callee, messages, lambda: None)
    return LATER


def nothing_started(model: Model, member: Member, coroutine: Coroutine, verb: str, id: str, fault: Fault) -> object:
    """Expect that nothing was started, which is answered as any answer is (process 8.4)."""
    error = model.expect_refusal(member, verb, fault, "I8, process 8.4")
    answer_later(model, member, coroutine, verb, id, error)
    return LATER


def answers_with(model: Model, member: Member, coroutine: Coroutine, verb: str, callee: Member) -> Possible | None:
    """Let the end of a callee be the answer (process 8.4; I67, I68)."""
    if member.phase != ALIVE:
        return None
    action = waiting(model, member, coroutine, verb, lambda: callee.path, lambda: result_of(callee))

    def ended(_: Member) -> None:
        if action in member.pending:
            model.agenda.enable(action)

    callee.caller = Caller(member, ended)
    return action


def result_of(callee: Member) -> object:
    """Return what a call answers: the callee's error, or its copied value."""
    assert callee.result is not None
    return callee.result.error if callee.result.error is not None else callee.result.packed


# -- time


def sleep(model: Model, member: Member, coroutine: Coroutine, duration_ns: int) -> object:
    """Go on at an instant (process 3.15; I99)."""
    if member.phase != ALIVE:
        return LATER

    def fire() -> None:
        member.pending.pop(action, None)
        resume_later(model, member, coroutine, None)

    action = Possible(lambda: ("fire:sleep", member.path, ""), fire, hint=coroutine)
    timer = model.agenda.set_timer(model.agenda.now_ns + duration_ns, action)
    member.pending[action] = lambda: model.agenda.cancel(timer)
    return LATER


def wait(model: Model, member: Member, coroutine: Coroutine) -> object:
    """Wait for an event of SimPy: it may come at any time."""
    model.knows_time = False
    member.opaque_waits += 1
    member.pending["event", coroutine] = lambda: None
    return LATER
