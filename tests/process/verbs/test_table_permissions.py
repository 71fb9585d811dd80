"""Each verb asks for its rows in the order of the table, before any effect (process 12.5 to 12.7)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from simcore import (
    Actor,
    Cancel,
    Exit,
    LinkDown,
    Message,
    Options,
    Policy,
    Process,
    ProcessError,
    Scope,
    World,
    allow,
    deny,
)
from tests.worlds import HOST

ME, IT = "{app:processes|0x00002}", "{app:processes|0x00001}"
EVERYTHING = allow("*", "*")

# The verb, its call, and what it asks for: action, resource, the words of a denial.
TABLE: dict[str, tuple[str, list[tuple[str, str, str]]]] = {
    "send": ("process.send('it', 't')", [("process.send", IT, "not allowed to send: it")]),
    "terminate": ("process.terminate('it')", [("process.terminate", IT, "not allowed to terminate: it")]),
    "cancel": ("process.cancel('it', 'no duration')", [("process.cancel", IT, "not allowed to cancel: it")]),
    "monitor": ("process.monitor('it')", [("process.monitor", IT, "not allowed to monitor: it")]),
    "unmonitor": ("process.unmonitor('it')", [("process.unmonitor", IT, "not allowed to unmonitor: it")]),
    "link": ("process.link('it')", [("process.link", IT, "not allowed to link: it")]),
    "unlink": ("process.unlink('it')", [("process.unlink", IT, "not allowed to unlink: it")]),
    "register": (
        "process.registry.register('n')",
        [("process.registry.register", "n", "not allowed to register name: n")],
    ),
    "unregister": (
        "process.registry.unregister('it')",
        [("process.registry.unregister", "it", "not allowed to unregister name: it")],
    ),
    "spawn": (
        "process.spawn('app:target', 'app:processes')",
        [
            ("process.spawn", "app:target", "not allowed to spawn process: app:target"),
            ("process.host", HOST, "not allowed to spawn on host: app:processes"),
        ],
    ),
    "spawn_monitored": (
        "process.spawn_monitored('app:target', 'app:processes')",
        [
            ("process.spawn", "app:target", "not allowed to spawn process: app:target"),
            ("process.spawn.monitored", "app:target", "not allowed to spawn monitored process: app:target"),
            ("process.host", HOST, "not allowed to spawn on host: app:processes"),
        ],
    ),
    "spawn_linked": (
        "process.spawn_linked('app:target', 'app:processes')",
        [
            ("process.spawn", "app:target", "not allowed to spawn process: app:target"),
            ("process.spawn.linked", "app:target", "not allowed to spawn linked process: app:target"),
            ("process.host", HOST, "not allowed to spawn on host: app:processes"),
        ],
    ),
    "spawn_linked_monitored": (
        "process.spawn_linked_monitored('app:target', 'app:processes')",
        [
            ("process.spawn", "app:target", "not allowed to spawn process: app:target"),
            ("process.spawn.monitored", "app:target", "not allowed to spawn monitored process: app:target"),
            ("process.spawn.linked", "app:target", "not allowed to spawn linked process: app:target"),
            ("process.host", HOST, "not allowed to spawn on host: app:processes"),
        ],
    ),
}
ROWS = [(verb, place) for verb, (_, rows) in TABLE.items() for place in range(len(rows))]


async def target(process: Process) -> None:
    await process.registry.register("it")
    await process.inbox.receive()


async def caller(process: Process, code: str) -> str:
    try:
        await eval(code, {"process": process})  # the table above is the only input
    except ProcessError as error:
        return f"{type(error).__name__} {error.kind} {error.retryable} {error.message}"
    return "done"


def tried(code: str, policies: Sequence[Policy] | None, *, options: Options | None = None) -> tuple[str, World, Any]:
    world = World(options=options)
    world.define("app:target", target)
    world.define("app:caller", caller)
    world.spawn("app:target", HOST, actor=Actor("target"), scope=Scope([EVERYTHING]))
    world.run()
    before = tables(world)
    identity = {} if policies is None else {"actor": Actor("tester"), "scope": Scope(policies)}
    pid = world.spawn("app:caller", HOST, code, **identity)  # type: ignore[arg-type]
    world.run()
    return world.result(pid), world, before


def tables(world: World) -> Any:
    counts = [world.history.count(kind) for kind in (Message, Exit, LinkDown, Cancel)]
    alive = [pid for pid in world.runtime.records if pid != ME and world.alive(pid)]
    return counts, alive, world.graph.links(), world.graph.monitors(), dict(world.names)


@pytest.mark.parametrize(("verb", "place"), ROWS)
def test_the_denial_of_any_row_denies_the_verb_and_changes_nothing(verb: str, place: int) -> None:
    """G18, I72, I73, I81, I83: a destination is the resolved pid, the message has what was typed."""
    code, rows = TABLE[verb]
    action, resource, message = rows[place]
    answer, world, before = tried(code, [EVERYTHING, deny(action, resource)])

    assert answer == f"PermissionDenied PermissionDenied False {message}"
    assert tables(world) == before


@pytest.mark.parametrize("verb", TABLE)
def test_the_rows_of_a_verb_are_asked_in_order_and_the_first_denial_stops(verb: str) -> None:
    """I74: with nothing allowed the first row speaks; with the first allowed the second, and so on."""
    code, rows = TABLE[verb]
    answers = [tried(code, [allow(*row[:2]) for row in rows[:place]])[0] for place in range(len(rows))]

    assert [answer.removeprefix("PermissionDenied PermissionDenied False ") for answer in answers] == [
        row[2] for row in rows
    ]


@pytest.mark.parametrize("verb", [verb for verb in TABLE if verb != "cancel"])
def test_just_the_rows_of_a_verb_are_enough(verb: str) -> None:
    """I72."""
    code, rows = TABLE[verb]

    assert tried(code, [allow(*row[:2]) for row in rows])[0] == "done"


@pytest.mark.parametrize("verb", TABLE)
def test_with_an_incomplete_context_the_strict_option_decides(verb: str) -> None:
    """process 12.1, I77."""
    code, _ = TABLE[verb]
    loose, strict = tried(code, None)[0], tried(code, None, options=Options(strict_mode=True))[0]

    assert (loose.startswith("PermissionDenied"), strict.startswith("PermissionDenied")) == (False, True)


def test_a_bad_deadline_of_a_denied_cancel_reports_the_denial() -> None:
    """process 9.8; allowed, it reports the deadline."""
    code, rows = TABLE["cancel"]

    assert tried(code, [])[0].endswith("not allowed to cancel: it")
    assert "invalid duration format" in tried(code, [allow(*rows[0][:2])])[0]


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("process.send('nobody', 't')", "could not resolve 'nobody' as PID or registered name"),
        ("process.send('it', '@x')", "cannot send to @ topics: @x"),
        ("process.monitor('nobody')", "could not resolve 'nobody' as PID or registered name"),
        ("process.registry.register('n', 'no pid')", "invalid pid: no pid"),
        ("process.registry.lookup('nobody')", "name not registered: nobody"),
    ],
)
def test_what_is_checked_before_the_permission_is_told_to_who_has_none(code: str, message: str) -> None:
    """process 3.1, 5.1, 11.1, 11.5: arguments and resolution come first."""
    assert tried(code, [])[0].endswith(message)


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("process.send('{app:processes|0x000ff}', 't')", "not allowed to send: {app:processes|0x000ff}"),
        ("process.monitor('{app:processes|0x000ff}')", "not allowed to monitor: {app:processes|0x000ff}"),
        ("process.spawn('no:such', 'no:host')", "not allowed to spawn process: no:such"),
        ("process.registry.register('n', '{app:processes|0x000ff}')", "not allowed to register name: n"),
    ],
)
def test_what_is_checked_after_the_permission_is_kept_from_who_has_none(code: str, message: str) -> None:
    """process 3.1, 5.1, 7.2, 11.1."""
    assert tried(code, [])[0].endswith(message)


def test_what_needs_no_permission_works_without_any() -> None:
    """process 12.5, last row."""

    async def free(process: Process) -> list[str]:
        inbox, events, topic = process.inbox, process.events, process.listen("t")
        process.unlisten(topic)
        await process.set_options(trap_links=True)
        await process.sleep("1ns")
        channel = process.channel(1)
        await channel.send(process.get_options())
        names = [type(each).__name__ for each in (inbox, events, topic)]
        return [*names, str(await channel.receive()), str(await process.registry.lookup("it")), process.id, process.pid]

    world = World()
    world.define("app:target", target)
    world.define("app:free", free)
    world.spawn("app:target", HOST)
    world.run()
    pid = world.spawn("app:free", HOST, actor=Actor("nobody"), scope=Scope())
    world.run()

    assert world.result(pid) == ["Channel"] * 3 + ["{'trap_links': True}", IT, "app:free", ME]


def test_a_child_has_the_actor_and_scope_of_its_parent_and_so_has_its_child() -> None:
    """process 7.8, I65, I80."""

    async def generation(process: Process, depth: int) -> list[str]:
        assert process.actor is not None
        mine = [
            f"{process.actor.id} {process.can('process.send', 'x')} {process.can('process.spawn', 'x')}",
            str(dict(process.context)),
        ]
        if depth:
            await process.spawn_monitored("app:generation", HOST, depth - 1)
            event = await process.events.receive()
            assert isinstance(event, Exit)
            mine += event.value
        return mine

    world = World()
    world.define("app:generation", generation)
    scope = Scope([allow(["process.spawn.*", "process.host"], ["app:*"]), allow("process.send", "x")])
    pid = world.spawn("app:generation", HOST, 2, actor=Actor("root"), scope=scope)
    world.run()

    assert world.result(pid) == ["root True False", "{}"] * 3


def test_can_answers_no_where_actor_or_scope_is_missing() -> None:
    """process 12.1."""

    async def asker(process: Process) -> bool:
        return process.can("process.send", "x")

    answers = []
    identities: list[dict[str, Any]] = [
        {},
        {"actor": Actor("a")},
        {"scope": Scope([EVERYTHING])},
        {"actor": Actor(""), "scope": Scope([EVERYTHING])},
    ]
    for identity in identities:
        world = World()
        world.define("app:asker", asker)
        pid = world.spawn("app:asker", HOST, **identity)
        world.run()
        answers.append(world.result(pid))
    assert answers == [False, False, False, True]


def test_the_attribute_of_a_check_is_the_pid_of_the_caller() -> None:
    """process 12.1, I79."""
    only_others = deny("process.send", "*", when=[{"field": "meta.pid", "operator": "eq", "value_from": "resource"}])

    assert tried("process.send(process.pid, 't')", [EVERYTHING, only_others])[0].startswith("PermissionDenied")
    assert tried("process.send('it', 't')", [EVERYTHING, only_others])[0] == "done"
