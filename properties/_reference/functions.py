"""Functions: called, or started with a future, and given up (lua 6.5)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from . import locally
from .agenda import Due, Possible
from .commands import FUNCTIONS, LATER, Caller, admit, frame_of, make, nothing_started, result_of, resume_later
from .lives import EMPTY
from .mailboxes import put
from .model import Model, Refused
from .parties import ALIVE, EVENTS, Coroutine, Fault, Letter, Member, Promise


def call_function(model: Model, member: Member, coroutine: Coroutine, verb: str, fields: Any) -> object:
    """Start a function and wait for its end, or answer its future at once (lua 6.5)."""
    built = fields["settings"]
    try:
        callee = make(model, None, fields)
    except Refused as refused:
        if verb == "funcs.async":
            raise
        return nothing_started(model, member, coroutine, verb, fields["id"], refused.fault)
    future = Future(None, callee) if verb == "funcs.async" else None
    if member.phase == ALIVE:
        answer = FunctionAnswer(model, member, coroutine, verb, callee, future)
        if fields["timeout_ns"] > 0:
            answer.let_it_take(fields["timeout_ns"])
    admit(model, callee, FUNCTIONS, member.pid, frame_of(member, built), parent=None)
    return LATER if future is None else future


@dataclass(eq=False)
class Future(Promise):
    """The end of a function that nobody waits for at once."""

    callee: Any = None
    complete: bool = False
    withdraw: Callable[[], None] = lambda: None


class FunctionAnswer:
    """The end of a function, or of its time, as the answer, whichever comes first (lua 6.5)."""

    def __init__(
        self, model: Model, member: Member, coroutine: Coroutine, verb: str, callee: Member, future: Future | None
    ) -> None:
        self.model = model
        self.member = member
        self.coroutine = coroutine
        self.callee = callee
        self.future = future
        self.limit: Due | None = None
        label = (f"return:{verb}", member.path)
        self.action = Possible(lambda: (*label, callee.path), self.answer, hint=coroutine if future is None else future)
        member.pending[self.action] = lambda: model.agenda.disable(self.action)
        callee.caller = Caller(member, self.ended)
        if future is not None:
            future.withdraw = self.withdraw
            model.futures.append(future)

    def let_it_take(self, timeout_ns: int) -> None:
        """The function has so much time."""
        agenda, member = self.model.agenda, self.member
        label = Possible(lambda: ("fire:timeout", member.path, self.callee.path), self.expire)
        limit = self.limit = agenda.set_timer(agenda.now_ns + timeout_ns, label)
        member.pending["limit", self.action] = lambda: agenda.cancel(limit)

    def ended(self, _: Member) -> None:
        """The function is gone: that can be answered, if anybody still waits."""
        if self.action in self.member.pending:
            self.model.agenda.enable(self.action)

    def answer(self) -> None:
        """Answer how it ended."""
        self.withdraw()
        self.give(result_of(self.callee))

    def expire(self) -> None:
        """Answer that the time is over, and ask the function to end."""
        self.withdraw()
        ask_to_end(self.model, self.member, self.callee)
        self.give(Fault("Timeout", "function call timed out"))

    def withdraw(self) -> None:
        """Wait no more, neither for the end nor for the time."""
        self.member.pending.pop(self.action, None)
        self.model.agenda.disable(self.action)
        self.member.pending.pop(("limit", self.action), None)
        if self.limit is not None:
            self.model.agenda.cancel(self.limit)

    def give(self, answer: object) -> None:
        """Hand the end to whoever waits."""
        if self.future is None:
            resume_later(self.model, self.member, self.coroutine, answer)
            return
        self.future.complete = True
        locally.give(self.model, self.member, self.future, again=False)


def ask_to_end(model: Model, member: Member, callee: Member) -> None:
    """Expect that a function which nobody waits for is asked to end (lua 6.5)."""
    if callee.phase in ("alive", "finished"):
        put(model, callee, Letter(member.pid, EVENTS, EMPTY), "lua 6.5", kind="Cancel", sender=member.pid)
