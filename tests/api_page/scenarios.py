"""One behaviour for each row: it does what the row says and returns what it saw; lua/scenarios.lua has the twins."""

from __future__ import annotations

from typing import Any, Final

from simcore import Actor, Behaviour, Cancel, Channel, Event, Exit, LinkDown, Process, ProcessError, Scope
from tests.behaviours import anything, ended, kind, refusal

from .children import HOST

SCENARIOS: Final[dict[str, Behaviour]] = {}


def scenario(function: Behaviour) -> Behaviour:
    SCENARIOS[function.__name__] = function
    return function


async def row(process: Process, name: str) -> Any:
    return await SCENARIOS[name](process)


def asking(call: Any, *args: Any) -> str:
    """Return the kind of the error that a call which needs no waiting gives, or `true`."""
    try:
        call(*args)
    except ProcessError as error:
        return error.kind
    return "true"


async def trap(process: Process) -> None:
    await process.set_options(trap_links=True)


# -- who one is


@scenario
async def id(process: Process) -> list[Any]:
    return [process.id, await process.call("page:identity", HOST)]


@scenario
async def pid(process: Process) -> list[Any]:
    await process.send(process.pid, "greeting")
    return [(await process.inbox.receive()).sender == process.pid]


# -- messages


@scenario
async def send(process: Process) -> list[Any]:
    await process.send(process.pid, "greeting", "hello")
    message = await process.inbox.receive()
    return [message.topic, message.payload]


@scenario
async def send_destination(process: Process) -> list[Any]:
    await process.registry.register("me")
    await process.send(process.pid, "greeting", "by pid")
    await process.send("me", "greeting", "by name")
    got = [(await process.inbox.receive()).payload for _ in range(2)]
    return [*got, await refusal(process.send("nobody", "greeting"))]


@scenario
async def send_topic(process: Process) -> list[Any]:
    await process.send(process.pid, "greeting")
    return [(await process.inbox.receive()).topic, await refusal(process.send(process.pid, "@greeting"))]


@scenario
async def send_payload(process: Process) -> list[Any]:
    for payload in ((), (1,), (1, "two")):
        await process.send(process.pid, "greeting", *payload)
    none, one, two = [(await process.inbox.receive()).payload for _ in range(3)]
    return [none is None, one, two]


@scenario
async def inbox(process: Process) -> list[Any]:
    await process.send(process.pid, "greeting", "hello")
    message = await process.inbox.receive()
    return [message.topic, message.sender == process.pid, message.payload]


@scenario
async def listen(process: Process) -> list[Any]:
    channel = process.listen("T")
    await process.send(process.pid, "T", "listened")
    return [await channel.receive()]


@scenario
async def unlisten(process: Process) -> list[Any]:
    channel = process.listen("T")
    await process.send(process.pid, "T", "listened")
    first = await channel.receive()
    process.unlisten(channel)
    await process.send(process.pid, "T", "unlistened")
    message = await process.inbox.receive()
    return [first, message.topic, message.payload]


@scenario
async def listen_topic(process: Process) -> list[Any]:
    one, other = process.listen("T"), process.listen("U")
    await process.send(process.pid, "U", "for U")
    await process.send(process.pid, "T", "for T")
    return [await one.receive(), await other.receive(), asking(process.listen, "@T")]


@scenario
async def listen_message(process: Process) -> list[Any]:
    bare, default, objects = process.listen("S", message=False), process.listen("T"), process.listen("U", message=True)
    for topic, payload in (("S", "raw"), ("T", "raw"), ("U", "object")):
        await process.send(process.pid, topic, payload)
    message = await objects.receive()
    return [await bare.receive(), await default.receive(), message.topic, message.payload]


@scenario
async def message_topic(process: Process) -> list[Any]:
    await process.send(process.pid, "greeting")
    return [(await process.inbox.receive()).topic]


@scenario
async def message_from(process: Process) -> list[Any]:
    await process.send(process.pid, "greeting")
    from_me = (await process.inbox.receive()).sender == process.pid
    await process.with_context({}).with_message("greeting").spawn_monitored("page:senderless", HOST)
    return [from_me, (await ended(process)).value]


@scenario
async def message_payload(process: Process) -> list[Any]:
    for payload in (("hello",), (1, 2, 3), ({"key": "value"},)):
        await process.send(process.pid, "greeting", *payload)
    return [(await process.inbox.receive()).payload for _ in range(3)]


# -- spawning, with the process or with a builder


async def spawned(process: Process, starter: Any) -> list[Any]:
    child = await starter.spawn("page:teller", HOST, process.pid)
    return [(await process.inbox.receive()).sender == child, await anything(process)]


async def spawned_monitored(process: Process, starter: Any) -> list[Any]:
    await starter.spawn_monitored("page:leaf", HOST)
    event = await ended(process)
    return [kind(event), event.value]


async def spawned_linked(process: Process, starter: Any) -> list[Any]:
    await trap(process)
    await starter.spawn_linked("page:failing", HOST)
    return [kind(await process.events.receive()), await anything(process)]


async def spawned_linked_monitored(process: Process, starter: Any) -> list[Any]:
    await trap(process)
    await starter.spawn_linked_monitored("page:failing", HOST)
    return [kind(await process.events.receive()) for _ in range(2)]


@scenario
async def spawn(process: Process) -> list[Any]:
    return await spawned(process, process)


@scenario
async def spawn_monitored(process: Process) -> list[Any]:
    return await spawned_monitored(process, process)


@scenario
async def spawn_linked(process: Process) -> list[Any]:
    return await spawned_linked(process, process)


@scenario
async def spawn_linked_monitored(process: Process) -> list[Any]:
    return await spawned_linked_monitored(process, process)


@scenario
async def builder_spawn(process: Process) -> list[Any]:
    return await spawned(process, process.with_context({}))


@scenario
async def builder_spawn_monitored(process: Process) -> list[Any]:
    return await spawned_monitored(process, process.with_context({}))


@scenario
async def builder_spawn_linked(process: Process) -> list[Any]:
    return await spawned_linked(process, process.with_context({}))


@scenario
async def builder_spawn_linked_monitored(process: Process) -> list[Any]:
    return await spawned_linked_monitored(process, process.with_context({}))


@scenario
async def spawn_id(process: Process) -> list[Any]:
    await process.spawn_monitored("page:identity", HOST)
    return [(await ended(process)).value, await refusal(process.spawn("page:absent", HOST))]


@scenario
async def spawn_host(process: Process) -> list[Any]:
    child = await process.spawn("page:leaf", HOST)
    return [HOST in child, await refusal(process.spawn("page:leaf", "page:absent"))]


@scenario
async def spawn_arguments(process: Process) -> Any:
    await process.spawn_monitored("page:echo", HOST, 1, "two", True)
    return (await ended(process)).value


# -- builders


@scenario
async def context(process: Process) -> list[Any]:
    return [await process.with_context({"request_id": "123"}).exec("page:request", HOST)]


@scenario
async def builder_immutable(process: Process) -> list[Any]:
    first = process.with_context({"request_id": 1})
    second = first.with_context({"tenant": 2})
    return [await first.exec("page:values", HOST), await second.exec("page:values", HOST)]


@scenario
async def builder_context(process: Process) -> list[Any]:
    builder = process.with_context({"request_id": 1})
    added, replaced = builder.with_context({"tenant": 2}), builder.with_context({"request_id": 3})
    return [await added.exec("page:values", HOST), await replaced.exec("page:values", HOST)]


@scenario
async def builder_actor(process: Process) -> list[Any]:
    return [await process.with_context({}).with_actor(Actor("alice")).exec("page:acting", HOST)]


@scenario
async def builder_scope(process: Process) -> list[Any]:
    builder = process.with_context({}).with_actor(Actor("alice"))
    return [
        await builder.exec("page:sending", HOST),
        await builder.with_scope(Scope([])).exec("page:sending", HOST),
    ]


@scenario
async def builder_name(process: Process) -> list[Any]:
    child = await process.with_context({}).with_name("child").spawn("page:waiting", HOST)
    return [await process.registry.lookup("child") == child]


@scenario
async def builder_message(process: Process) -> Any:
    builder = process.with_context({}).with_message("first", 1).with_message("second", 2)
    await builder.spawn_monitored("page:two_messages", HOST)
    return (await ended(process)).value


# -- control, monitors, links


@scenario
async def terminate(process: Process) -> list[Any]:
    await process.terminate(await process.spawn_monitored("page:waiting", HOST))
    return [str((await ended(process)).error)]


@scenario
async def cancel(process: Process) -> list[Any]:
    await process.cancel(await process.spawn_monitored("page:cancellable", HOST), "5s")
    event = await ended(process)
    return [kind(event), event.value]


@scenario
async def control_destination(process: Process) -> list[Any]:
    first = await process.spawn("page:waiting", HOST)
    await process.registry.register("second", await process.spawn("page:waiting", HOST))
    return [
        await refusal(process.terminate(first)),
        await refusal(process.cancel("second")),
        await refusal(process.terminate("nobody")),
    ]


@scenario
async def cancel_deadline(process: Process) -> list[Any]:
    await process.cancel(process.pid, "5s")
    await process.cancel(process.pid, 250)
    events: list[Any] = [await process.events.receive() for _ in range(2)]
    return [event.deadline for event in events]


@scenario
async def monitor(process: Process) -> list[Any]:
    child = await process.spawn("page:waiting", HOST)
    await process.monitor(child)
    await process.terminate(child)
    return [await anything(process), await anything(process)]


@scenario
async def unmonitor(process: Process) -> list[Any]:
    child = await process.spawn_monitored("page:waiting", HOST)
    await process.unmonitor(child)
    await process.terminate(child)
    return [await anything(process)]


@scenario
async def link(process: Process) -> list[Any]:
    await trap(process)
    child = await process.spawn("page:waiting", HOST)
    await process.link(child)
    await process.terminate(child)
    return [await anything(process), await anything(process)]


@scenario
async def link_both_ways(process: Process) -> list[Any]:
    first = await process.spawn("page:waiting", HOST)
    await process.spawn_monitored("page:linking_to", HOST, first)
    await process.sleep("1s")
    await process.terminate(first)
    return [str((await ended(process)).error)]


@scenario
async def unlink(process: Process) -> list[Any]:
    await trap(process)
    child = await process.spawn_linked("page:waiting", HOST)
    await process.unlink(child)
    await process.terminate(child)
    return [await anything(process)]


# -- options


@scenario
async def get_options(process: Process) -> list[Any]:
    return [process.get_options()["trap_links"]]


@scenario
async def set_options(process: Process) -> list[Any]:
    await trap(process)
    first = process.get_options()["trap_links"]
    refused = await refusal(process.set_options(trap_links="yes"))
    return [first, refused, process.get_options()["trap_links"]]


@scenario
async def trap_links(process: Process) -> list[Any]:
    await trap(process)
    await process.spawn_linked("page:failing", HOST)
    told = kind(await process.events.receive())
    await process.spawn_monitored("page:linking", HOST)
    return [told, str((await ended(process)).error)]


# -- events


async def all_kinds(process: Process) -> tuple[str, list[Event]]:
    """Return the pid of a child that fails, and an event of each kind."""
    await trap(process)
    child = await process.spawn_linked_monitored("page:failing", HOST)
    exit_event, link_down = [await process.events.receive() for _ in range(2)]
    await process.cancel(process.pid, "5s")
    return child, [exit_event, link_down, await process.events.receive()]


@scenario
async def events(process: Process) -> list[Any]:
    await process.cancel(process.pid)
    return [await anything(process)]


@scenario
async def kind_cancel(process: Process) -> list[Any]:
    _, happened = await all_kinds(process)
    return [Cancel.KIND, happened[2].KIND == Cancel.KIND]


@scenario
async def kind_exit(process: Process) -> list[Any]:
    _, happened = await all_kinds(process)
    return [Exit.KIND, happened[0].KIND == Exit.KIND]


@scenario
async def kind_link_down(process: Process) -> list[Any]:
    _, happened = await all_kinds(process)
    return [LinkDown.KIND, happened[1].KIND == LinkDown.KIND]


@scenario
async def event_kind(process: Process) -> list[Any]:
    _, happened = await all_kinds(process)
    return [event.KIND for event in happened]


@scenario
async def event_from(process: Process) -> list[Any]:
    child, happened = await all_kinds(process)
    senders = [event.sender for event in happened]
    return [sender == other for sender, other in zip(senders, (child, child, process.pid), strict=True)]


@scenario
async def event_result(process: Process) -> list[Any]:
    await process.spawn_monitored("page:leaf", HOST)
    value = (await ended(process)).value
    await process.spawn_monitored("page:failing", HOST)
    return [value, "burst" in str((await ended(process)).error)]


@scenario
async def event_deadline(process: Process) -> list[Any]:
    await process.cancel(process.pid, "5s")
    await process.cancel(process.pid)
    events: list[Any] = [await process.events.receive() for _ in range(2)]
    return [events[0].deadline, events[1].deadline is None]


# -- calls and upgrades


@scenario
async def call(process: Process) -> list[Any]:
    value = await process.call("page:echo", HOST, "an", "argument")
    try:
        await process.call("page:failing", HOST)
    except ProcessError as error:
        return [value, "burst" in error.message, await anything(process)]
    return [value]


@scenario
async def upgrade_to(process: Process) -> Any:
    await process.spawn_monitored("page:old_version", HOST)
    return (await ended(process)).value


@scenario
async def upgrade_same(process: Process) -> Any:
    await process.spawn_monitored("page:counter", HOST, 1)
    return (await ended(process)).value


# -- names


@scenario
async def register(process: Process) -> list[Any]:
    child = await process.spawn("page:waiting", HOST)
    await process.registry.register("me")
    await process.registry.register("child", child)
    return [
        await process.registry.lookup("me") == process.pid,
        await process.registry.lookup("child") == child,
    ]


@scenario
async def lookup(process: Process) -> list[Any]:
    await process.registry.register("me")
    return [await process.registry.lookup("me") == process.pid, await refusal(process.registry.lookup("nobody"))]


@scenario
async def unregister(process: Process) -> list[Any]:
    await process.registry.register("me")
    return [await process.registry.unregister("me"), await refusal(process.registry.lookup("me"))]


# -- errors


async def in_coroutine(process: Process, answers: Channel, look: Any) -> None:
    await answers.send(look())


@scenario
async def pid_everywhere(process: Process) -> list[Any]:
    """No code of a simulation runs outside a process, so nobody is without context: process 1.7 cannot happen."""
    answers = process.channel(1)
    process.go(in_coroutine, answers, lambda: process.pid)
    await process.spawn("page:teller", HOST, process.pid)
    sender = (await process.inbox.receive()).sender
    return [HOST in process.pid, await answers.receive() == process.pid, sender is not None and HOST in sender]


@scenario
async def id_everywhere(process: Process) -> list[Any]:
    answers = process.channel(1)
    process.go(in_coroutine, answers, lambda: process.id)
    return [process.id, await answers.receive(), await process.call("page:identity", HOST)]


@scenario
async def missing_arguments(process: Process) -> list[Any]:
    """Python itself refuses a call that leaves an argument out; what is left to say is an empty one."""
    return [
        await refusal(process.call("", HOST)),
        await refusal(process.call("page:leaf", "")),
        await refusal(process.call("leaf", HOST)),
    ]


@scenario
async def reserved_topic(process: Process) -> list[Any]:
    return [await refusal(process.send(process.pid, "@inbox")), asking(process.listen, "@inbox")]


@scenario
async def bad_duration(process: Process) -> list[Any]:
    return [await refusal(process.cancel(process.pid, "soon")), await anything(process)]


@scenario
async def unknown_name(process: Process) -> list[Any]:
    return [
        await refusal(process.registry.lookup("nobody")),
        await refusal(process.send("nobody", "greeting")),
        await refusal(process.monitor("nobody")),
    ]


@scenario
async def denied(process: Process) -> list[Any]:
    return [
        await refusal(process.send(process.pid, "greeting")),
        await refusal(process.registry.register("me")),
    ]


@scenario
async def name_taken(process: Process) -> list[Any]:
    await process.registry.register("taken", await process.spawn("page:waiting", HOST))
    refused = await refusal(process.registry.register("taken"))
    return [refused, await process.registry.lookup("taken") != process.pid]
