"""The behaviour of every process of a program: its own steps in their order, then reading on for ever."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from simcore.model.errors import ProcessError
from simcore.model.messages import Message
from simcore.model.pid import Pid, make_pid
from simcore.model.texts import represented
from simcore.programs.account import Account, Call, call_of

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from simcore.model.programs import Program, Step
    from simcore.python.channel import Channel
    from simcore.python.process import Process

DEFINITION: Final = "app:member"
HOST: Final = "app:processes"
UNKNOWN: Final = "app:unknown"
NOBODY: Final = make_pid(HOST, "0xfffff")
"""The pid of a member that was not started yet: no process has it."""
MILLISECOND_NS: Final = 1_000_000
RESERVED: Final = "@pid/inbox"
CHANGED: Final = "changed after it was handed over"


def behaviour(program: Program, account: Account) -> Callable[..., Any]:
    """Return the behaviour of the members of *program*, who note in *account* what they do."""
    children = program.children()

    async def member(process: Process, number: int, greeting: object = None) -> list[int]:
        account.greeted[number] = greeting
        each = Performer(process, number, account)
        for index, step in enumerate(program.steps):
            if step.process == number:
                if step.verb == "return":
                    return [number, step.value]
                await each.do(index, step, children.get(index))
        return await each.read_on()

    return member


def extra(value: int) -> Any:
    """Return the changeable part of the payload that a step's small number means."""
    return ([], ["text", True, None], {"key": [1, 2.5]}, {"nested": {"list": [b"bytes", -1]}})[value % 4]


def spoil(something: Any) -> None:
    """Change what was handed over; nobody who received it may see that."""
    if isinstance(something, dict):
        something[CHANGED] = True
    else:
        something.append(CHANGED)


class Performer:
    """One process of a program at work."""

    def __init__(self, process: Process, number: int, account: Account) -> None:
        self._process = process
        self._number = number
        self._account = account
        self._topics: dict[str, Channel] = {}

    async def do(self, index: int, step: Step, child: int | None) -> None:
        """Do one step and note what came of it.

        Raises:
            RuntimeError: the step is one that raises.
        """
        if step.verb == "raise":
            raise RuntimeError(f"member {self._number} fails as it should")
        if step.verb == "receive":
            await self._receive(step.value)
            return
        call = call_of(index, step, self._number, self._process.pid)
        perform = self._prepare(call, step, child)
        self._account.begin(call)
        try:
            result = await perform()
        except ProcessError as error:
            self._account.finish(call, None, error)
        else:
            self._account.finish(call, result)

    def _prepare(self, call: Call, step: Step, child: int | None) -> Callable[[], Awaitable[Any]]:
        """Fill in what the call concerns and return what performs it."""
        if step.verb in ("send", "send_by_name", "send_reserved"):
            return self._prepare_send(call, step)
        if step.verb.startswith("spawn"):
            return self._prepare_spawn(call, step, child)
        if step.verb in ("register", "lookup", "unregister"):
            call.name = f"n{step.name}"
            verb = getattr(self._process.registry, step.verb)
            return lambda: verb(call.name)
        if step.verb in ("listen", "unlisten"):
            call.name = f"t{step.name}"
            return self._listen(call.name) if step.verb == "listen" else self._unlisten(call.name)
        if step.verb in ("trap", "untrap"):
            return lambda: self._process.set_options(trap_links=step.verb == "trap")
        if step.verb == "sleep":
            return lambda: self._process.sleep(step.value * MILLISECOND_NS)
        return self._prepare_target(call, step)

    def _prepare_target(self, call: Call, step: Step) -> Callable[[], Awaitable[Any]]:
        pid = self._aim(call, step)
        if step.verb == "cancel":
            deadline = step.value or None
            return lambda: self._process.cancel(pid, deadline, reason=f"step {call.index}")
        verb = getattr(self._process, step.verb)
        return lambda: verb(pid)

    def _aim(self, call: Call, step: Step) -> Pid:
        call.target = step.target
        call.target_pid = self._account.pids.get(step.target, NOBODY)
        return call.target_pid

    # -- messages

    def _prepare_send(self, call: Call, step: Step) -> Callable[[], Awaitable[Any]]:
        destination = f"n{step.name}" if step.verb == "send_by_name" else self._aim(call, step)
        call.name = RESERVED if step.verb == "send_reserved" else f"t{step.name}"
        something = extra(step.value)
        call.sent = represented(something)
        if step.verb == "send_by_name":
            call.target_pid = self._account.holder(destination)

        async def send() -> None:
            try:
                await self._process.send(destination, call.name, call.index, something)
            finally:
                spoil(something)

        return send

    def _listen(self, topic: str) -> Callable[[], Awaitable[None]]:
        async def listen() -> None:
            self._topics[topic] = self._process.listen(topic, message=True)

        return listen

    def _unlisten(self, topic: str) -> Callable[[], Awaitable[None]]:
        async def unlisten() -> None:
            channel = self._topics.pop(topic, None) or self._process.channel()
            self._process.unlisten(channel)
            self._drain(topic, channel)

        return unlisten

    def _drain(self, topic: str, channel: Channel) -> None:
        """Take what a channel still held when its subscription ended."""
        while (left := self._process.select_nowait(rest=channel)) is not None and left.ok:
            self._note(topic, left.value)

    async def _receive(self, value: int) -> None:
        """Wait for one message or event, but not long."""
        late = self._process.after((value + 1) * MILLISECOND_NS)
        await self._take(late=late)

    async def read_on(self) -> list[int]:
        """Read whatever comes; a process that waits for messages is healthy, and ends only if it is made to."""
        while True:
            await self._take()

    async def _take(self, **also: Channel) -> None:
        process = self._process
        taken = await process.select(inbox=process.inbox, events=process.events, **self._topics, **also)
        if taken.name not in also:
            self._note(taken.name, taken.value)

    def _note(self, channel: str, value: Any) -> None:
        self._account.receive(self._number, channel, value)
        if isinstance(value, Message):
            self._account.see_message(value)

    # -- spawning

    def _prepare_spawn(self, call: Call, step: Step, child: int | None) -> Callable[[], Awaitable[Any]]:
        call.target = child
        something = extra(step.value)
        call.sent = represented(something)
        unknown = step.verb == "spawn_unknown"
        verb = self._process.spawn if unknown else getattr(self._process, step.verb)

        async def spawn() -> Pid:
            try:
                return await verb(UNKNOWN if unknown else DEFINITION, HOST, child, something)
            finally:
                spoil(something)

        return spawn
