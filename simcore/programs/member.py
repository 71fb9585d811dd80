"""The behaviour of every process of a program: its own steps in their order, then reading on for ever."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from simcore.model.errors import ProcessError
from simcore.model.messages import Message
from simcore.programs.account import AS_IT_SHOULD
from simcore.programs.errand import call_of, errand
from simcore.programs.places import MILLISECOND_NS
from simcore.programs.starting import STARTING
from simcore.programs.talking import TALKING
from simcore.programs.touching import TOUCHING

if TYPE_CHECKING:
    from collections.abc import Callable

    from simcore.model.programs import Program
    from simcore.programs.account import Account
    from simcore.python.channel import Channel, Selected
    from simcore.python.process import Process

PERFORMING: Final = {**TALKING, **TOUCHING, **STARTING}
"""How each verb is done, by its name without ``_by_name``: each takes the performer and the errand."""


def behaviour(program: Program, account: Account, served: int | None = None) -> Callable[..., Any]:
    """Return the behaviour of the members of *program*, who note in *account* what they do.

    Args:
        program: whose members they are.
        account: of the run.
        served: the number of the member that a service runs; None where the first argument says it.
    """
    children, steps = program.children(), _steps_of(program)

    async def member(
        process: Process, number: int, greeting: object = None, start: int = 0, ends: object = None
    ) -> list[int]:
        account.greet(number, process.pid, greeting)
        each = Performer(process, program, account, number, greeting, ends=bool(ends), is_served=served is not None)
        for index in steps.get(number, ()):
            if index < start:
                continue
            step = program.steps[index]
            if step.verb == "return":
                account.act(step.verb)
                account.see("return")
                return [number, step.value]
            await each.do(index, children.get(index))
        return [number] if ends else await each.read_on()

    async def service(process: Process, greeting: object = None, start: int = 0) -> list[int]:
        assert served is not None
        return await member(process, served, greeting, start)

    return member if served is None else service


def _steps_of(program: Program) -> dict[int, list[int]]:
    """Return the places of the steps of each member, in their order."""
    steps: dict[int, list[int]] = {}
    for index, step in enumerate(program.steps):
        steps.setdefault(step.process, []).append(index)
    return steps


class Performer:
    """One process of a program at work.

    Args:
        process: what it has in hand.
        program: whose member it is.
        account: of the run.
        number: which member it is.
        greeting: what it was started with.
        ends: whether it ends after its steps, because somebody waits for its result.
        is_served: whether it is the process of a service.
    """

    def __init__(
        self,
        process: Process,
        program: Program,
        account: Account,
        number: int,
        greeting: object,
        *,
        ends: bool,
        is_served: bool,
    ) -> None:
        self.process: Process = process
        self.number: int = number
        self.account: Account = account
        self.topics: dict[str, Channel] = {}
        """What it listens to, by topic."""
        self.alarms: dict[str, Channel] = {}
        """The timers that it has set."""
        self.greeting: object = greeting
        self.ends: bool = ends
        self.is_served: bool = is_served
        self._program = program

    async def do(self, index: int, child: int | None) -> None:
        """Do one step and note what came of it.

        Raises:
            RuntimeError: the step is one that raises.
        """
        step = self._program.steps[index]
        if step.verb in ("raise", "receive"):
            self.account.act(step.verb)
        if step.verb == "raise":
            self.account.see("raise")
            raise RuntimeError(f"member {self.number} {AS_IT_SHOULD}")
        if step.verb == "receive":
            late = self.process.after((step.value + 1) * MILLISECOND_NS)
            await self.take(late=late)
            return
        what = errand(self._program, index, child, self.account)
        call = call_of(what, step, self.process.pid, self.account)
        if what.verb in ("upgrade", "upgrade_unknown"):
            # It does not come back to say that it was done.
            self.account.note(call)
        else:
            self.account.begin(call)
        try:
            result = await PERFORMING[what.verb](self, what)
        except ProcessError as error:
            self.account.finish(call, None, error)
        else:
            self.account.finish(call, result)

    # -- reading

    async def read_on(self) -> list[int]:
        """Read whatever comes; a process that waits for messages is healthy, and ends only if it is made to."""
        while True:
            await self.take()

    async def take(self, **also: Channel) -> None:
        """Wait for one message or event, or until one of *also* has something."""
        self.account.look(self.process.pid)
        taken = await self.process.select(**self._channels(), **also)
        if taken.name not in also:
            self.note(taken)

    def take_now(self) -> None:
        """Take one message or event, if there is one."""
        self.account.look(self.process.pid)
        taken = self.process.select_nowait(**self._channels())
        if taken is not None:
            self.note(taken)

    def _channels(self) -> dict[str, Channel]:
        process = self.process
        return {"inbox": process.inbox, "events": process.events, **self.topics, **self.alarms}

    def note(self, taken: Selected) -> None:
        """Note what was taken from one of its channels."""
        if taken.name in self.alarms:
            del self.alarms[taken.name]
            self.account.see("a timer that was set is taken")
            return
        self.account.receive(self.number, taken.name, taken.value)
        if isinstance(taken.value, Message):
            self.account.see_message(taken.value)
