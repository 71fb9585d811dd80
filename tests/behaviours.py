"""What processes do in many tests, and what they saw, as a value that a test can compare."""

from __future__ import annotations

from typing import Any

import pytest

from simcore import Cancel, Event, Exit, LinkDown, Process, ProcessError


async def sleeper(process: Process) -> None:
    """Wait for a message."""
    await process.inbox.receive()


async def failing(process: Process) -> None:
    """Fail at the first message."""
    await process.inbox.receive()
    raise RuntimeError("burst")


async def bursting(process: Process) -> None:
    """Fail at once."""
    raise RuntimeError("burst")


async def gone(process: Process) -> None:
    """End at once."""


async def obeys(process: Process) -> list[Any]:
    """End at the first cancel, with what it said."""
    event = await process.events.receive()
    assert isinstance(event, Cancel)
    return [event.sender, event.reason, event.deadline_ns, event.deadline]


async def watcher(process: Process, pid: str) -> Any:
    """Monitor *pid* and return how it ended."""
    await process.monitor(pid)
    event = await ended(process)
    return [event.value, None if event.error is None else event.error.message]


async def ended(process: Process) -> Exit:
    """Return the EXIT that is the next event."""
    event = await process.events.receive()
    assert isinstance(event, Exit)
    return event


def kind(event: Event) -> str:
    """Return the name of the kind of *event*."""
    return {Exit: "EXIT", LinkDown: "LINK_DOWN", Cancel: "CANCEL"}[type(event)]


async def anything(process: Process) -> str:
    """Return what kind of event comes within an hour, or `nothing`."""
    chosen = await process.select(events=process.events, late=process.after("1h"))
    return kind(chosen.value) if chosen.name == "events" else "nothing"


async def refusal(call: Any) -> str:
    """Return the kind of the error that *call* gives, or `true`."""
    try:
        await call
    except ProcessError as error:
        return error.kind
    return "true"


async def tried(call: Any) -> str:
    """Return what *call* gives, as a text; of an error its kind and message."""
    try:
        return str(await call)
    except ProcessError as error:
        return f"{error.kind} {error.message}"


async def tried_in_short(call: Any) -> str:
    """Return what *call* gives, as a text; of an error its kind and what its message says before a colon."""
    return (await tried(call)).partition(":")[0]


def refused(call: Any, *arguments: Any, **named: Any) -> str:
    """Return kind and message of the error that a *call* from outside has to raise."""
    with pytest.raises(ProcessError) as caught:
        call(*arguments, **named)
    return f"{caught.value.kind} {caught.value.message}"
