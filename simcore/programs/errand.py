"""A step as its member is about to do it: whom and what it concerns, in the words of the interface."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from simcore.model.programs import CALLS, OUTSIDE, SPAWNS
from simcore.programs import places
from simcore.programs.account import Call
from simcore.programs.places import NOBODY, RESERVED, UNKNOWN

if TYPE_CHECKING:
    from simcore.model.pid import Pid
    from simcore.model.programs import Program, Setting, Step, Verb
    from simcore.programs.account import Account

BY_NAME: Final = "_by_name"
NAMED: Final = ("register", "lookup", "unregister", "register_other", "register_wrong")
TARGETED: Final = ("send", "monitor", "unmonitor", "link", "unlink", "cancel", "terminate", "go", "outside_send")
"""What has a pid as its destination; under its own name and that with ``_by_name`` behind it."""
ABOUT_TARGET: Final = (*TARGETED, "send_reserved", "cancel_wrong", "register_other")
WRITTEN: Final = ("send", "send_reserved", "go", "outside_send")
"""What sends a message."""
LISTENING: Final = ("listen", "listen_plain", "unlisten", "subscribe", "unsubscribe", "publish")
SERVED: Final = ("start_service", "stop_service")


@dataclass(frozen=True, slots=True, kw_only=True)
class Errand:
    """One step, ready to be done.

    Args:
        index: its place in the program.
        verb: what is done, without whether it is by name.
        destination: a pid or a name.
        name: the registered name, or the id of the service, the host or the policy.
        topic: of a message, or of what is listened to.
        definition: what is started.
        host: where.
        child: the number of what is started, or None.
        value: the step's small number.
        builder: what a builder holds.
    """

    index: int
    verb: Verb | str
    destination: str = ""
    name: str = ""
    topic: str = ""
    definition: str = places.DEFINITION
    host: str = ""
    child: int | None = None
    value: int = 0
    builder: tuple[Setting, ...] = ()

    @property
    def is_call(self) -> bool:
        """Whether the result of what is started is waited for."""
        return self.verb in CALLS


def errand(program: Program, index: int, child: int | None, account: Account) -> Errand:
    """Return what the step at this place of *program* is, as far as *account* knows its target."""
    step = program.steps[index]
    verb = step.verb.removesuffix(BY_NAME)
    by_name = verb != step.verb
    pid = account.known.get(step.target, NOBODY)
    return Errand(
        index=index,
        verb=verb,
        destination=places.name(step.name) if by_name else pid,
        name=_name(program, step),
        topic=RESERVED if verb == "send_reserved" else places.topic(step.name),
        definition=UNKNOWN if verb.endswith("_unknown") else places.DEFINITION,
        host=places.NOWHERE if verb == "spawn_nowhere" else places.host(program, step.target),
        child=child,
        value=step.value,
        builder=step.builder,
    )


def _name(program: Program, step: Step) -> str:
    if step.verb in SERVED:
        return places.service(step.target)
    if step.verb == "stop_host":
        return places.host(program, step.target)
    if step.verb in ("grant", "revoke"):
        return places.policy_id(step.value % len(program.book()))
    return places.name(step.name)


def call_of(done: Errand, step: Step, pid: Pid, account: Account) -> Call:
    """Return the account of *done* before anything is known of how it ends."""
    call = Call(index=done.index, process=step.process, pid=pid, verb=step.verb, value=step.value)
    call.builder = step.builder
    call.host = done.host if step.verb in SPAWNS or step.verb.startswith(("spawn", "call")) else ""
    if step.verb in SPAWNS:
        call.target = done.child
    elif done.verb != step.verb:
        call.target_pid = account.holder(done.destination)
        call.target = None if call.target_pid is None else account.number(call.target_pid)
    elif done.verb in ABOUT_TARGET:
        call.target, call.target_pid = step.target, account.known.get(step.target, NOBODY)
    call.name = _subject(done, step)
    return call


def _subject(done: Errand, step: Step) -> str:
    """Return the name or the topic that a call is about."""
    if done.verb in WRITTEN or done.verb in LISTENING:
        return done.topic
    is_named = done.verb in NAMED or done.verb != step.verb or "name" in step.builder
    return done.name if is_named or step.process == OUTSIDE else ""
