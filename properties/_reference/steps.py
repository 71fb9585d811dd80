"""One step of a process: its coroutines run until a last flush wakes nobody (process A, 15.1)."""

from __future__ import annotations

from typing import Any

from simcore import Denial, Pid, Upgraded
from simcore.words import (
    Answered,
    Asked,
    Begun,
    Handed,
    Raised,
    Returned,
    Subscribed,
    TimerSet,
    TimerStopped,
    Took,
    Unsubscribed,
)

from . import locally
from .agenda import Possible
from .channels import SUSPEND, Got
from .lives import LINK_FAILED, end, finish, forget_waits, wake
from .mailboxes import drain, flush
from .model import ANYTHING, Model
from .parties import Coroutine, Fault, Letter, Member, Promise, Result
from .values import is_answer, same, same_error


def step(model: Model, member: Member) -> None:
    """Follow a whole step, or the end of a process that was to begin none (I5, I45; G9, G20)."""
    member.queued = False
    if member.to_end is not None:
        member.result = Result(fault=member.to_end)
        end(model, member)
        return
    drain(member)
    run(model, member)


def run(model: Model, member: Member) -> None:
    """Run what is runnable until a last flush wakes nobody; then leave the step."""
    while True:
        if member.mailbox:
            if member.downs and (member.link_killed or not member.trap):
                finish(model, member, Result(fault=LINK_FAILED))
                return
            flush(model, member)
        member.runnable += member.wakeups
        member.wakeups.clear()
        if not member.runnable:
            break
        while member.runnable:
            coroutine, answer = member.runnable.pop(0)
            if not resume(model, member, coroutine, answer):
                return
    leave_step(model, member)


def leave_step(model: Model, member: Member) -> None:
    """Let the commands of the step be performed, or the next step begin (process 15.1.1 rule 1)."""
    if complains(model, member):
        return
    if member.upgrade is not None:
        swap(model, member)
    elif member.commands:
        enable_command(model, member)
    elif member.incoming or member.to_end:
        wake(model, member)
    elif not (member.topics or member.pending or member.opaque_waits or any(map(waits, member.coroutines))):
        threads = len(member.coroutines)
        finish(model, member, Result(fault=Fault("Internal", f"(threads={threads})")))


def waits(coroutine: Coroutine) -> bool:
    """Tell whether a coroutine waits at a channel that exists."""
    return coroutine.at_channel


def complains(model: Model, member: Member) -> bool:
    """Tell whether the process ends because it left something unawaited, which is the front end's own matter."""
    effect = model.peek()
    if not isinstance(effect, Raised) or effect.pid != member.pid:
        return False
    model.next()
    model.unjudged["operations that are never awaited"] += 1
    finish(model, member, Result(error=effect.error))
    return True


def enable_command(model: Model, member: Member) -> None:
    """Let the first command be performed: one at a time, in issue order (G1)."""
    from .commands import perform

    command = member.commands[0]

    def label() -> tuple[str, str, str]:
        subject = command.subject
        return (f"do:{command.verb}", member.path, model.path_of(subject) if isinstance(subject, Pid) else subject)

    model.agenda.enable(Possible(label, lambda: perform(model, member)))


# -- one coroutine


def resume(model: Model, member: Member, coroutine: Coroutine, answer: object) -> bool:
    """Follow one coroutine from an answer until it waits; tell whether the step goes on."""
    from .asks import ask

    while True:
        coroutine.at_channel = False
        expect_answer(model, member, coroutine, answer)
        asked = own_words(model, member)
        if isinstance(asked, Returned):
            return returned(model, member, coroutine, asked)
        if isinstance(asked, Raised):
            finish(model, member, Result(error=asked.error, own=True))
            return False
        assert isinstance(asked, Asked)
        good = asked.pid == member.pid and asked.coroutine == coroutine.number
        model.check(good, f"a word of coroutine {coroutine.number} of {member.pid}", asked, "G14, process 15.1", member)
        answer = ask(model, member, coroutine, asked)
        if answer is SUSPEND:
            return not member.paused


def expect_answer(model: Model, member: Member, coroutine: Coroutine, answer: object) -> None:
    """Expect that a coroutine goes on with this answer."""
    number = model.number(member, coroutine)
    said = model.expect(Answered, "I5, I10, I70, process 15.1, A", member, pid=member.pid, coroutine=number)
    if isinstance(answer, Promise):
        locally.learn(model, member, answer, said.value)
    elif not is_right(answer, said):
        raise model.part(
            f"the answer {answer_in_words(answer)}", said, "I16 to I19, I30, I34, I67, process 3.8", member
        )
    from .copies import look

    look(model, member, said)


def is_right(answer: object, said: Answered) -> bool:
    """Tell whether a coroutine was given what it was to be given (I67, I84, I85)."""
    if answer is ANYTHING:
        return True
    if isinstance(answer, Fault):
        kind, message = getattr(said.error, "kind", None), getattr(said.error, "message", "")
        return kind == answer.kind and answer.fragment in message
    if isinstance(answer, BaseException):
        return said.error is answer or (said.error is not None and same_error(answer, said.error))  # type: ignore[arg-type]  # errors of programs are ProcessErrors
    if said.error is not None:
        return False
    return is_answer(answer, said.value) if isinstance(answer, Got) else same(answer, said.value)


def answer_in_words(answer: object) -> str:
    """Say what an answer is."""
    if isinstance(answer, Got):
        item = answer.item
        what = "nothing" if item is None else (item.letter or item.value)
        if isinstance(what, Letter):
            what = f"{what.event or what.topic} of {what.sender} with {what.packed!r} as {item.form if item else ''}"
        return f"({what}, ok={answer.ok}, case {answer.place})"
    return repr(answer) if not isinstance(answer, Fault) else str(answer)


def own_words(model: Model, member: Member) -> Any:
    """Follow what a coroutine does without asking anybody; return what it asks for then, or how it ends."""
    while True:
        effect = model.next()
        if isinstance(effect, (Asked, Returned, Raised)):
            return effect
        if isinstance(effect, Denial):
            locally.denied(model, member, effect)
        elif isinstance(effect, (Begun, Subscribed, Unsubscribed, Took, TimerSet, TimerStopped)):
            locally.act(model, member, effect)
        else:
            raise model.part(f"a word of {member.pid}, which runs", effect, "G14, process 15.1", member)


def returned(model: Model, member: Member, coroutine: Coroutine, word: Returned) -> bool:
    """Follow the end of a coroutine; that of main is the end of the process (process 2.4, 2.4.1)."""
    member.coroutines.remove(coroutine)
    if coroutine is not member.main or member.upgrade is not None:
        return True
    if complains(model, member):
        return False
    finish(model, member, Result(packed=word.packed, error=word.error, own=True))
    return False


# -- upgrade


def swap(model: Model, member: Member) -> None:
    """Follow the swap of an incarnation (process 10.2, 10.3; I69 to I71)."""
    source, member.upgrade = member.upgrade or member.id, None
    # What the old code looks at on its way out is as it was.
    model.peek()
    unread = unread_of(model, member)
    forget_waits(model, member)
    member.commands.clear()
    member.mailbox = unread
    member.trap = member.link_killed = False
    if not model.is_defined(source):
        finish(model, member, Result(fault=Fault("NotFound", "upgrade: create failed")))
        return
    model.expect(Handed, "process 10.2, 3.7", member, pid=member.pid, packed=member.carries)
    member.main = Coroutine()
    member.coroutines = [member.main]
    locally.module_body(model, member)
    if not isinstance(model.peek(), Upgraded):
        # Whether the new code can be started is its own matter.
        model.unjudged["module bodies that fail"] += 1
        finish(model, member, Result(fault=Fault("", "upgrade: init failed")))
        return
    model.expect(Upgraded, "I3, I69, process 10.2", member, pid=member.pid, id=source, old=member.id)
    member.id = source
    member.runnable.append((member.main, None))
    wake(model, member)


def unread_of(model: Model, member: Member) -> list[Letter]:
    """Return all letters that the old code did not read, in the order of their arrival (process 10.2, I69)."""
    stalled = [letter for letter in member.mailbox if letter.channel is None]
    for channel in model.channels.values():
        if channel.owner == member.pid:
            stalled += [item.letter for item in channel.buffer if item.letter and item.letter.channel is None]
            channel.buffer.clear()
    if "upgrade_drops_stalled" in model.options.quirks:
        stalled = []
    arrived = [each for each in member.incoming if isinstance(each, Letter) and each.channel is None]
    return sorted((*stalled, *arrived), key=lambda letter: letter.order)
