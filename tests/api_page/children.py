"""Whom the scenarios start, and what they need to look at them; the Lua twins are in lua/children.lua."""

from __future__ import annotations

from typing import Any, Final

from simcore import Behaviour, Process
from tests.behaviours import refusal

HOST: Final = "page:processes"
CHILDREN: Final[dict[str, Behaviour]] = {}


def child(function: Behaviour) -> Behaviour:
    CHILDREN[function.__name__] = function
    return function


@child
async def leaf(process: Process) -> str:
    return "done"


@child
async def waiting(process: Process) -> None:
    await process.inbox.receive()


@child
async def failing(process: Process) -> None:
    raise RuntimeError("burst")


@child
async def teller(process: Process, boss: str) -> None:
    await process.send(boss, "told")


@child
async def identity(process: Process) -> str:
    return process.id


@child
async def echo(process: Process, *values: Any) -> list[Any]:
    return list(values)


@child
async def cancellable(process: Process) -> str:
    event = await process.events.receive()
    return str(event.KIND)


@child
async def linking(process: Process) -> None:
    await process.spawn_linked("page:failing", HOST)
    await process.inbox.receive()


@child
async def linking_to(process: Process, target: str) -> None:
    await process.link(target)
    await process.inbox.receive()


@child
async def senderless(process: Process) -> bool:
    message = await process.inbox.receive()
    return message.sender is None


@child
async def two_messages(process: Process) -> list[str]:
    messages = [await process.inbox.receive() for _ in range(2)]
    return [f"{message.topic} {message.payload}" for message in messages]


@child
async def values(process: Process) -> str:
    context = process.context
    return f"request {context.get('request_id', 'none')}, tenant {context.get('tenant', 'none')}"


@child
async def request(process: Process) -> Any:
    return process.context["request_id"]


@child
async def acting(process: Process) -> str:
    return process.actor.id if process.actor else "nobody"


@child
async def sending(process: Process) -> str:
    return await refusal(process.send(process.pid, "greeting"))


@child
async def old_version(process: Process) -> None:
    process.upgrade("page:new_version", process.pid, "state")


@child
async def new_version(process: Process, pid: str, state: str) -> list[Any]:
    return [process.id, process.pid == pid, state]


@child
async def counter(process: Process, count: int, pid: str = "") -> list[Any]:
    if count < 3:
        process.upgrade(None, count + 1, process.pid)
    return [process.id, process.pid == pid, count]
