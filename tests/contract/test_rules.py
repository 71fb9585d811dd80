"""Rules of the contract that concern several verb families at once, one claim each."""

from __future__ import annotations

from typing import Any

import pytest

from simcore import (
    Actor,
    Behaviour,
    Cancel,
    Event,
    Exit,
    InvalidArgument,
    NotFound,
    Process,
    ProcessError,
    Scope,
    World,
    allow,
)
from simcore.process.state.observer import Observer
from tests.conftest import Make
from tests.worlds import HOST, result_of


async def idle(process: Process, *_: Any) -> None:
    await process.inbox.receive()


async def short(process: Process, value: Any = None) -> Any:
    if value == "bad":
        raise RuntimeError("bad")
    return value


def play(make: Make, main: Behaviour, **named: Any) -> Any:
    return result_of(make, main, idle=idle, short=short, **named)


class Log(Observer):
    """Writes down the order of a start."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def named(self, name: str, pid: Any) -> None:
        self.lines.append("named")

    def monitored(self, watcher: Any, target: Any) -> None:
        self.lines.append("monitored")

    def linked(self, one: Any, other: Any) -> None:
        self.lines.append("linked")

    def spawned(self, record: Any) -> None:
        self.lines.append(f"routable {record.id}")

    def enqueued(self, record: Any, envelope: Any) -> None:
        self.lines.append(f"message {envelope.topic}")

    def stepping(self, record: Any) -> None:
        self.lines.append(f"step {record.id}")


def test_a_start_is_name_monitor_link_messages_and_only_then_a_step() -> None:
    """process 2.1, 2.2: what is asked of a start is in place before the process is ready to run."""
    log = Log()
    world = World(observers=[log])

    async def main(process: Process) -> None:
        builder = process.with_context({}).with_name("n").with_message("first")
        await builder.spawn_linked_monitored("app:idle", HOST)

    world.define("app:main", main)
    world.define("app:idle", idle)
    world.spawn("app:main", HOST)
    world.run()

    start = log.lines.index("named")
    assert log.lines[start : start + 5] == ["named", "monitored", "linked", "routable app:idle", "message first"]
    assert log.lines.index("step app:idle") > start + 4


def test_a_result_is_a_value_or_an_error_and_never_changes(make: Make) -> None:
    """process 2.4.2, 2.4.3, I4, I6."""
    world = make(short=short)
    pids = [world.spawn("app:short", HOST, value) for value in (7, "bad")]
    world.run()
    first = [world.outcome(pid) for pid in pids]
    world.run()

    assert [world.outcome(pid) is seen for pid, seen in zip(pids, first, strict=True)] == [True, True]
    good, bad = first
    assert good is not None
    assert bad is not None
    assert (good.payload.value(), good.error) == (7, None)
    assert (bad.payload.value(), str(bad.error)) == (None, "RuntimeError: bad")


def test_events_and_messages_keep_the_order_of_the_mailbox_and_cannot_be_forged(make: Make) -> None:
    """process 4.2, 4.3: one mailbox; a program cannot send to a topic that begins with @."""

    async def child(process: Process, boss: str) -> None:
        await process.send(boss, "last words")

    async def main(process: Process) -> list[str]:
        with pytest.raises(InvalidArgument):
            await process.send(process.pid, "@pid/events", "forged")
        await process.spawn_monitored("app:child", HOST, process.pid)
        inbox, events = process.inbox, process.events
        return [(await process.select(events=events, inbox=inbox)).name for _ in range(2)]

    for seed in range(20):
        assert play(make, main, seed=seed, child=child) == ["inbox", "events"]


def test_each_cancel_is_one_event_in_the_order_of_its_canceller(make: Make) -> None:
    """process 4.4, 9.14: cancels are not folded into one."""

    async def main(process: Process) -> list[str]:
        for reason in ("one", "two", "three"):
            await process.cancel(process.pid, reason=reason)
        seen = []
        for _ in range(3):
            event = await process.events.receive()
            assert isinstance(event, Cancel)
            seen.append(event.reason)
        return seen

    assert play(make, main) == ["one", "two", "three"]


def test_events_that_nobody_asks_for_do_nothing(make: Make) -> None:
    """process 4.5: CANCEL and EXIT are retained without an effect; a LINK_DOWN kills all the same."""

    async def deaf(process: Process) -> str:
        await process.spawn_monitored("app:short", HOST)
        await process.cancel(process.pid)
        await process.sleep("1s")
        return "unmoved"

    async def linked(process: Process) -> str:
        await process.spawn_linked("app:short", HOST, "bad")
        await process.sleep("1s")
        return "unmoved"

    assert play(make, deaf) == "unmoved"
    with pytest.raises(ProcessError, match="linked process failed"):
        play(make, linked)


@pytest.mark.parametrize("value", [7, "bad"])
def test_a_monitor_tells_once_of_any_end(make: Make, value: Any) -> None:
    """process 5.11, 5.12: normal and abnormal alike, and the monitor is used up by it."""

    async def main(process: Process) -> list[Any]:
        pid = await process.spawn_monitored("app:short", HOST, value)
        event = await process.events.receive()
        assert isinstance(event, Exit)
        with pytest.raises(NotFound):
            await process.monitor(pid)
        late = await process.select(events=process.events, late=process.after("1s"))
        return [event.value, event.error is not None, late.name]

    assert play(make, main) == [7 if value == 7 else None, value == "bad", "late"]


def test_links_and_monitors_do_not_pass_on_to_a_successor(make: Make) -> None:
    """process 6.15: the successor of a linked process is linked only if somebody links it."""

    async def main(process: Process) -> str:
        await process.set_options(trap_links=True)
        await process.spawn_linked_monitored("app:short", HOST, "bad")
        kinds = [type(await process.events.receive()).__name__ for _ in range(2)]
        assert kinds == ["Exit", "LinkDown"]
        await process.spawn("app:short", HOST, "bad")
        return (await process.select(events=process.events, late=process.after("1s"))).name

    assert play(make, main) == "late"


def test_a_terminated_parent_leaves_its_unlinked_children_alone(make: Make) -> None:
    """process 9.6, 9.7: nor does trap_links save the target."""

    async def parent(process: Process) -> None:
        await process.set_options(trap_links=True)
        child = await process.spawn("app:idle", HOST)
        await process.registry.register("child", child)
        await process.inbox.receive()

    world = make(parent=parent, idle=idle)
    pid = world.spawn("app:parent", HOST)
    world.run()

    async def killer(process: Process) -> None:
        await process.terminate(pid)

    world.define("app:killer", killer)
    world.spawn("app:killer", HOST)
    world.run()

    assert not world.alive(pid)
    assert world.alive(world.names["child"])


def test_a_cancel_of_oneself_arrives_after_the_call_has_returned(make: Make) -> None:
    """process 9.13."""

    async def main(process: Process) -> list[Any]:
        events = process.events
        before = process.select_nowait(events=events)
        await process.cancel(process.pid, "5s")
        event = await events.receive()
        return [before, isinstance(event, Cancel) and event.sender == process.pid]

    assert play(make, main) == [None, True]


def test_names_survive_an_upgrade_and_nobody_is_told_of_a_change(make: Make) -> None:
    """process 11.10, 11.11."""

    async def named(process: Process, upgraded: bool = False) -> None:
        if not upgraded:
            await process.registry.register("service")
        await process.inbox.receive()
        if not upgraded:
            process.upgrade(None, True)
        await process.registry.unregister("service")
        await process.inbox.receive()

    async def main(process: Process) -> list[Any]:
        pid = await process.spawn("app:named", HOST)
        await process.sleep("1s")
        await process.send(pid, "upgrade")
        await process.sleep("1s")
        kept = await process.registry.lookup("service") == pid
        await process.send(pid, "unregister")
        await process.sleep("1s")
        with pytest.raises(NotFound):
            await process.registry.lookup("service")
        return [kept, (await process.select(events=process.events, inbox=process.inbox, late=process.after("1s"))).name]

    assert play(make, main, named=named) == [True, "late"]


def test_the_entry_function_of_an_upgrade_is_that_of_the_new_definition(tmp_path: Any) -> None:
    """process 10.7: each definition has its own method."""
    (tmp_path / "_index.yaml").write_text(
        'version: "1.0"\nnamespace: app\nentries:\n'
        "  - {name: processes, kind: process.host}\n"
        '  - {name: old, kind: process.lua, source: "file://both.lua", method: old}\n'
        '  - {name: new, kind: process.lua, source: "file://both.lua", method: new}\n'
    )
    (tmp_path / "both.lua").write_text(
        'return { old = function() process.upgrade("app:new", 7) end, new = function(n) return process.id() .. n end }'
    )
    world = World()
    world.load_app(tmp_path)
    pid = world.spawn("app:old", "app:processes")
    world.run()

    assert world.result(pid) == "app:new7"


def test_only_local_names_can_be_registered_from_lua(tmp_path: Any) -> None:
    """process 11.14, 16: a third argument other than LOCAL is refused."""
    (tmp_path / "_index.yaml").write_text(
        'version: "1.0"\nnamespace: app\nentries:\n'
        '  - {name: f, kind: function.lua, source: "file://f.lua", method: f}\n'
    )
    (tmp_path / "f.lua").write_text(
        "return { f = function()\n"
        '  local ok = process.registry.register("a", process.pid(), 0)\n'
        '  local _, err = process.registry.register("b", process.pid(), 2)\n'
        "  return { ok, err:kind() }\nend }"
    )
    world = World()
    world.load_app(tmp_path)
    pid = world.call("app:f")
    world.run_while(lambda: world.alive(pid))

    assert world.result(pid) == [True, "Invalid"]


def test_a_resource_is_the_resolved_pid_or_the_text_as_it_was_typed(make: Make) -> None:
    """process 12.6: of a destination the pid, whatever name was used; of a spawn id and host as written."""
    world = make(idle=idle)

    async def main(process: Process) -> None:
        await process.registry.register("me")
        for attempt in (
            lambda: process.send("me", "t"),
            lambda: process.spawn("app:idle", HOST),
            lambda: process.registry.unregister("me"),
        ):
            with pytest.raises(ProcessError):
                await attempt()

    world.define("app:main", main)
    scope = Scope([allow("process.registry.register", "*")])
    pid = world.spawn("app:main", HOST, actor=Actor("me"), scope=scope)
    world.run()
    world.result(pid)

    assert [(each.action, each.resource) for each in world.denials] == [
        ("process.send", pid),
        ("process.spawn", "app:idle"),
        ("process.registry.unregister", "me"),
    ]


def test_a_function_runs_for_its_callers_actor(tmp_path: Any) -> None:
    """process 12.8: actor and scope are inherited by function calls."""
    (tmp_path / "_index.yaml").write_text(
        'version: "1.0"\nnamespace: app\nentries:\n'
        "  - {name: processes, kind: process.host}\n"
        '  - {name: p, kind: process.lua, source: "file://p.lua", method: p, modules: [funcs]}\n'
        '  - {name: f, kind: function.lua, source: "file://p.lua", method: f, modules: [security, funcs]}\n'
    )
    (tmp_path / "p.lua").write_text(
        'return { p = function() local funcs = require("funcs") return funcs.call("app:f") end,\n'
        '         f = function() local security = require("security") return security.actor():id() end }'
    )
    world = World()
    world.load_app(tmp_path)
    pid = world.spawn("app:p", "app:processes", actor=Actor("robot"), scope=Scope([allow("*", "*")]))
    world.run()

    assert world.result(pid) == "robot"


def test_what_the_runtime_sends_is_never_checked(make: Make) -> None:
    """process 12.9, I82: EXIT and LINK_DOWN reach a process whose policies allow nothing else."""

    async def main(process: Process) -> list[str]:
        await process.set_options(trap_links=True)
        await process.spawn_linked_monitored("app:short", HOST, "bad")
        seen: list[Event] = [await process.events.receive() for _ in range(2)]
        return [type(each).__name__ for each in seen]

    spawning = ["process.spawn", "process.spawn.monitored", "process.spawn.linked", "process.host"]
    assert play(make, main, scope=Scope([allow(spawning, "*")])) == ["Exit", "LinkDown"]
