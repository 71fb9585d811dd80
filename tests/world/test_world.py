"""A world from outside: what is done to it happens at once, and what it answers is never a guess."""

from __future__ import annotations

import re
from typing import Any

import networkx as nx
import pytest

from simcore import (
    Actor,
    Cancel,
    Deadlock,
    Exit,
    Failure,
    InvalidArgument,
    LinkDown,
    Message,
    NotFound,
    Process,
    ProcessError,
    Scope,
    Uniform,
    UsageError,
    World,
    run,
)
from simcore.process.state.observer import Observer
from tests.worlds import HOST


async def echo(process: Process, *values: Any) -> list[Any]:
    message = await process.inbox.receive()
    return [*values, message.topic, message.sender, message.payload]


async def failing(process: Process) -> None:
    raise NotFound("burst")


async def function(process: Process, number: int) -> list[Any]:
    children = await process.spawn("app:echo", HOST)
    await process.send(children, "t")
    return [number, process.id, process.pid]


def made() -> World:
    world = World()
    for name, behaviour in (("echo", echo), ("failing", failing), ("function", function)):
        world.define(f"app:{name}", behaviour)
    return world


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        *(
            ({"seed": each}, f"seed takes a whole number of 0 or more, not {each!r}")
            for each in (1.5, "x", -1, None, True)
        ),
        ({"root": 3}, "root takes the path of a folder, not 3"),
        ({"observers": 3}, "observers takes a list of observers, not 3"),
        ({"options": {}}, "options takes Options, such as Options(actions_max=1000), not {}"),
        ({"strategy": Uniform}, "strategy takes a scheduler and not its class; write Uniform()"),
        ({"strategy": 3}, "strategy takes a scheduler such as Uniform(), or a name such as 'uniform', not 3"),
        ({"strategy": ""}, "there is no strategy ''"),
    ],
)
def test_what_no_world_can_be_made_of_is_refused_in_one_line_by_itself_and_by_run(
    wrong: dict[str, Any], told: str
) -> None:
    with pytest.raises(UsageError) as alone:
        World(**wrong)
    called: list[World] = []
    if None not in wrong.values() and wrong.keys() <= {"seed", "options", "strategy"}:
        with pytest.raises(UsageError, match=re.escape(told)):
            run(called.append, **wrong)

    assert str(alone.value).startswith(told)
    assert called == []


def test_a_folder_of_an_application_is_a_path_and_so_is_where_it_is_looked_for() -> None:
    with pytest.raises(UsageError, match=re.escape("load_app takes the path of a folder, not 3")):
        World().load_app(3)  # type: ignore[arg-type]  # it is what is tested
    with pytest.raises(UsageError, match="nowhere"):
        World(root="somewhere").load_app("nowhere")


def test_a_strategy_may_be_named_as_everywhere_else() -> None:
    names: list[str] = []

    def noting(world: World) -> None:
        names.append(world.kernel.scheduler.name)
        world.run()

    noting(World(1, "uniform"))
    noting(World(1, Uniform()))
    run(noting, strategy="pct:3")

    assert names == ["uniform", "uniform", "pct"]


def test_what_is_done_from_outside_happens_at_once() -> None:
    """No sender, no parent, no permission, not a choice."""
    world = made()
    pid = world.spawn("app:echo", HOST, 1, [2])
    world.send(pid, "topic", "payload")
    before = (world.kernel.actions, world.alive(pid), world.history.count(Message))
    world.run()

    assert before == (0, True, 1)
    assert world.result(pid) == [1, [2], "topic", None, "payload"]


def test_what_fails_from_outside_raises() -> None:
    world = made()
    pid = world.spawn("app:failing", HOST)
    world.run()
    log = []
    attempts: list[Any] = [
        lambda: world.send(pid, "t"),
        lambda: world.send("nobody", "t"),
        lambda: world.send("nobody", "@x"),
        lambda: world.spawn("app:nothing", HOST),
        lambda: world.spawn("app:echo", "node:control"),
        lambda: world.spawn("app:echo", "node:functions"),
        lambda: world.spawn("app:echo", HOST, object()),
        lambda: world.call("app:nothing"),
        lambda: world.call("app:function"),
    ]
    for attempt in attempts:
        with pytest.raises(ProcessError) as caught:
            attempt()
        log.append(f"{caught.value.kind} {caught.value.message.split(': ')[0].split(';')[0]}")

    assert log == [
        "NotFound process not found",
        "NotFound could not resolve 'nobody' as PID or registered name",
        "Invalid cannot send to @ topics",
        "NotFound factory not found",
        "Internal host does not implement process.Host",
        "Internal host does not implement process.Host",
        "Invalid an object cannot leave its process",
        "NotFound factory not found",
        "Internal failed to execute script",
    ]


def test_a_spawn_that_failed_from_outside_leaves_no_host_behind() -> None:
    world = made()
    for host in ("node:control", "node:functions"):
        with pytest.raises(ProcessError, match="does not implement"):
            world.spawn("app:echo", host)

    assert not world.runtime.hosts


def test_what_is_no_async_function_cannot_be_defined() -> None:
    with pytest.raises(UsageError, match="async def"):
        World().define("app:wrong", lambda process: None)  # type: ignore[arg-type,return-value]


def test_a_later_definition_replaces_an_earlier_one() -> None:
    world = made()
    world.define("app:echo", failing)
    pid = world.spawn("app:echo", HOST)
    world.run()

    with pytest.raises(NotFound, match="burst"):
        world.result(pid)


def test_the_result_of_the_living_is_refused_and_at_quiescence_it_is_a_deadlock() -> None:
    """process 15.1.3."""
    world = made()
    pid = world.spawn("app:echo", HOST)
    with pytest.raises(LookupError, match="run the world") as caught:
        world.result(pid)
    assert not isinstance(caught.value, Failure)

    for until in (None, "1s", world.environment.timeout(5)):
        world.run(until=until)
        with pytest.raises(Deadlock, match=r"world/app:echo\.0 has no result") as deadlock:
            world.result(pid)
        assert (deadlock.value.property_name, isinstance(deadlock.value, LookupError)) == ("deadlock", True)

    world.send(pid, "t")
    with pytest.raises(LookupError, match="run the world"):
        world.result(pid)
    world.run()
    assert world.result(pid) == ["t", None, None]


def test_while_time_can_still_pass_there_is_no_deadlock() -> None:
    world = made()
    pid = world.spawn("app:echo", HOST)
    world.environment.timeout(2_000_000_000)
    world.run(until="1s")

    with pytest.raises(LookupError, match="run the world"):
        world.result(pid)


@pytest.mark.parametrize("pid", ["{app:processes|0x000ff}", "{app:processes|0x00000}"])
def test_who_never_was_has_no_result_and_does_not_live(pid: str) -> None:
    world = made()

    assert world.alive(pid) is False
    with pytest.raises(LookupError, match="there is no process"):
        world.result(pid)


def test_a_text_that_is_no_pid_is_told_so() -> None:
    with pytest.raises((LookupError, InvalidArgument), match="boss"):
        made().result("boss")


def test_the_result_of_a_failed_process_raises_its_error() -> None:
    world = made()
    pid = world.spawn("app:failing", HOST)
    world.run()

    for _ in range(2):
        with pytest.raises(NotFound, match="burst"):
            world.result(pid)


def test_each_look_at_a_result_gives_a_copy() -> None:
    world = made()
    pid = world.spawn("app:echo", HOST, [1])
    world.send(pid, "t")
    world.run()
    world.result(pid)[0].append(2)

    assert world.result(pid)[0] == [1]


def test_a_function_is_a_process_with_everything_that_belongs_to_one() -> None:
    """lua 6.5: on the host `node:functions`, with its own pid; it outlives nobody and may be outlived."""
    world = made()
    world.spawn("app:failing", HOST)
    pid = world.call("app:function", 7)
    world.run()

    assert world.result(pid) == [7, "app:function", "{node:functions|0x00002}"]
    assert world.alive("{app:processes|0x00003}") is False


def test_actor_and_scope_can_be_given_from_outside() -> None:
    async def who(process: Process) -> list[str]:
        return [process.actor.id if process.actor else "", "scope" if process.scope else "none"]

    world = made()
    world.define("app:who", who)
    pids = [world.spawn("app:who", HOST, actor=Actor("me"), scope=Scope()), world.spawn("app:who", HOST)]
    world.run()

    assert [world.result(pid) for pid in pids] == [["me", "scope"], ["", "none"]]


def test_the_views_show_links_monitors_and_names_as_they_are() -> None:
    async def busy(process: Process, other: str) -> None:
        await process.link(other)
        await process.monitor(other)
        await process.registry.register("busy")
        await process.registry.register("idle", other)
        await process.inbox.receive()

    world = made()
    world.define("app:busy", busy)
    other = world.spawn("app:echo", HOST)
    pid = world.spawn("app:busy", HOST, other)
    world.run()

    assert (world.graph.links(), world.graph.linked(pid, other), world.graph.linked(other, pid)) == (
        [(other, pid)],
        True,
        True,
    )
    assert world.graph.monitors() == [(pid, other)]
    assert (world.graph.watches(pid, other), world.graph.watches(other, pid)) == (True, False)
    assert dict(world.names) == {"busy": pid, "idle": other}
    assert (list(world.names), len(world.names), "busy" in world.names, world.names.get("x")) == (
        ["busy", "idle"],
        2,
        True,
        None,
    )
    with pytest.raises(KeyError):
        world.names["x"]
    assert nx.number_weakly_connected_components(world.graph.networkx()) == 1


def test_the_history_counts_what_was_enqueued() -> None:
    world = made()

    async def boss(process: Process) -> None:
        await process.set_options(trap_links=True)
        await process.spawn_linked_monitored("app:failing", HOST)
        await process.cancel(process.pid)
        await process.send(process.pid, "t")
        await process.sleep("1s")

    world.define("app:boss", boss)
    world.spawn("app:boss", HOST)
    world.run()

    assert [world.history.count(kind) for kind in (Message, Exit, LinkDown, Cancel)] == [1] * 4
    with pytest.raises(InvalidArgument, match="history counts Message"):
        world.history.count(int)


def test_a_host_that_is_not_known_is_made_from_outside_and_not_from_inside() -> None:
    world = made()

    async def inside(process: Process) -> None:
        await process.spawn("app:echo", "other:host")

    world.define("app:inside", inside)
    world.spawn("app:echo", "some:host")
    pid = world.spawn("app:inside", HOST)
    world.run()

    with pytest.raises(NotFound, match="host not found: other:host"):
        world.result(pid)


class Counting(Observer):
    def __init__(self) -> None:
        self.log: list[str] = []

    def spawned(self, record: Any) -> None:
        self.log.append(f"spawned {record.pid.unique}")

    def ended(self, record: Any) -> None:
        self.log.append(f"ended {record.pid.unique}")


def test_who_looks_on_is_told_and_changes_nothing() -> None:
    first, second = Counting(), Counting()
    digests = []
    for observers in ((), (first,), (first, second, second)):
        world = World(observers=observers)
        world.define("app:failing", failing)
        world.spawn("app:failing", HOST)
        world.run()
        digests.append(world.digest)

    assert len(set(digests)) == 1
    assert (first.log, second.log) == (
        ["spawned 0x00001", "ended 0x00001"] * 2,
        ["spawned 0x00001"] * 2 + ["ended 0x00001"] * 2,
    )


def test_a_failure_raised_inside_a_process_comes_out_of_the_run() -> None:
    """A check that fails is no error of the program."""

    async def checking(process: Process) -> None:
        raise Failure("mine", "does not hold")

    world = made()
    world.define("app:checking", checking)
    world.spawn("app:checking", HOST)

    with pytest.raises(Failure, match="mine: does not hold"):
        world.run()


def test_an_assertion_of_a_behaviour_is_the_error_of_its_process() -> None:
    async def asserting(process: Process) -> None:
        assert process.pid == "other"

    world = made()
    world.define("app:asserting", asserting)
    pid = world.spawn("app:asserting", HOST)
    world.run()

    with pytest.raises(ProcessError) as caught:
        world.result(pid)
    assert isinstance(caught.value.__cause__, AssertionError)


def test_a_world_that_is_dropped_with_processes_in_it_is_silent() -> None:
    """Python warns of coroutines that were never started, and of those that wait again while they are closed."""
    import gc
    import warnings

    async def clinging(process: Process) -> None:
        try:
            await process.inbox.receive()
        finally:
            await process.send(process.pid, "late")

    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        world = made()
        world.define("app:clinging", clinging)
        world.spawn("app:clinging", HOST)
        world.run()
        world.spawn("app:echo", HOST)
        del world
        gc.collect()

    assert not caught


def test_a_run_cannot_be_started_from_inside_a_run() -> None:
    async def nested(process: Process) -> None:
        world.run()

    world = made()
    world.define("app:nested", nested)
    world.spawn("app:nested", HOST)

    with pytest.raises(UsageError, match="from inside the run"):
        world.run()
    world.run(until="1s")


@pytest.mark.parametrize("host", ["a|b", "a@b", "{a", "a}"])
def test_a_host_whose_id_would_make_pids_ambiguous_is_refused(host: str) -> None:
    """I2: every pid parses and prints alike."""
    with pytest.raises(UsageError, match="which spell a pid"):
        made().spawn("app:echo", host)


@pytest.mark.parametrize("name", ["__class__", "runtime", "kernel", "_driver"])
def test_what_the_world_is_made_of_can_be_neither_replaced_nor_taken_away(name: str) -> None:
    world = made()

    with pytest.raises(UsageError, match=rf"world\.{name} is the world's own and cannot be changed"):
        setattr(world, name, type("Other", (World,), {}))
    with pytest.raises(UsageError, match="cannot be changed"):
        delattr(world, name)

    world.__dict__["own"] = 1
    world.__setattr__("own", 2)
    assert vars(world)["own"] == 2


def test_an_outcome_says_what_it_is() -> None:
    async def returns(process: Process) -> list[int]:
        return [1, 2]

    async def fails(process: Process) -> None:
        raise ValueError("no")

    world = World(seed=1)
    world.define("app:returns", returns)
    world.define("app:fails", fails)
    pids = [world.spawn(id, "app:host") for id in ("app:returns", "app:fails")]
    world.run()

    said = [repr(world.outcome(pid)) for pid in pids]
    assert said == [
        "ProcessOutcome([1, 2])",
        "ProcessOutcome(error=ProcessError('ValueError: no', 'Unknown', None, None))",
    ]
