"""What Python shows of simcore to who asks it: a text for every public object, and help that leads to the names."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, cast

import pytest

import simcore
from simcore import (
    Actor,
    Cancel,
    Change,
    Changes,
    Denial,
    Exit,
    Fifo,
    ItemResult,
    LinkDown,
    LogRecord,
    Message,
    Options,
    Pid,
    Process,
    ProcessError,
    Refusal,
    ReplayAnswer,
    Results,
    Scope,
    Selected,
    Sim,
    Uniform,
    Upgraded,
    Verdict,
    World,
    allow,
    run,
)
from tests.worlds import HOST

ADDRESS = re.compile(r" at 0x[0-9a-f]{6,}|object at")
PID = Pid("{app:processes|0x00001}")
ERROR = ProcessError("no luck", "Unavailable")

SIMPLE: dict[str, Any] = {
    "Actor": Actor("user:ada", {"team": "one"}),
    "Cancel": Cancel(PID, reason="enough"),
    "Change": Change(kind="named", pid=PID, name="boss"),
    "Changes": Changes([Change(kind="ended", pid=PID)]),
    "Denial": Denial("world/app:boss.0", PID, "process.send", "x", 0),
    "Exit": Exit(PID, "value"),
    "Fifo": Fifo(),
    "ItemResult": ItemResult(id="it"),
    "LinkDown": LinkDown(PID, ERROR),
    "Message": Message("topic", PID, "payload"),
    "Options": Options(),
    "Pid": PID,
    "Policy": allow("*", "*"),
    "Refusal": Refusal(pid=PID, verb="send", subject="x", error=ERROR),
    "ReplayAnswer": ReplayAnswer.GONE,
    "Results": Results(run="r", command="c", version="v", base_seed=0, strategy="fifo"),
    "Scope": Scope([allow("*", "*")]),
    "Selected": Selected("late", 7, ok=True),
    "Uniform": Uniform(7),
    "Upgraded": Upgraded(pid=PID, id="app:new", old="app:old"),
    "Verdict": Verdict.PASSED,
    "LogRecord": LogRecord(pid=PID, level="info", message="said", fields={}),
}


def of_a_run() -> dict[str, Any]:
    """What a run alone gives, by the name of its class, and what hangs on a world and on a process."""
    found: dict[str, Any] = {}

    async def main(process: Process) -> None:
        await process.send(process.pid, "topic", "value")
        await process.inbox.receive()
        held = process.send(process.pid, "topic")
        parts = (process, process.channel(2), process.with_context({}), process.random, process.registry, held)
        found.update({type(each).__name__: repr(each) for each in parts})
        await held

    def scenario(world: World) -> None:
        log = world.log
        world.define("app:main", main)
        world.spawn("app:main", HOST)
        world.run()
        views = (world.names, world.graph, world.history, world.denials, world.services, world.hosts, world.policies)
        parts = (log, log[0], world, world.environment, *views, *(each for entry in log for each in entry.effects))
        found.update({type(each).__name__: repr(each) for each in parts})

    outcome = run(scenario)
    return found | {"RunOutcome": repr(outcome)}


def errors() -> Iterator[tuple[str, Any]]:
    for name in simcore.__all__:
        kind: Any = getattr(simcore, name)
        if isinstance(kind, type) and issubclass(kind, simcore.SimcoreError):
            yield name, kind(*("bound", 7) if kind is simcore.BoundReached else ("word", "no luck"))


def test_every_public_object_has_a_text_that_says_what_it_is(request: pytest.FixtureRequest) -> None:
    """None has an address in it, which says nothing and differs from run to run."""
    shown = {name: repr(each) for name, each in SIMPLE.items()} | dict(errors()) | of_a_run()
    shown["Sim"] = repr(Sim(request.node, cast("Any", "of no session")))
    classes = {name for name in simcore.__all__ if isinstance(getattr(simcore, name), type)}

    assert classes <= shown.keys()
    assert not {name: text for name, text in shown.items() if ADDRESS.search(str(text))}


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("World", "<World at 0s: 0 of 1 processes alive, 7 actions, seed 0>"),
        ("Process", "<Process {app:processes|0x00001} of app:main>"),
        ("Channel", "<Channel: open, 0 of 2 values>"),
        ("NamesView", "NamesView({})"),
        ("History", "History(Message=2, Exit=0, LinkDown=0, Cancel=0)"),
        ("HostsView", "HostsView({'app:processes': 'running'})"),
        ("GraphView", "GraphView(links=[], monitors=[])"),
    ],
)
def test_a_text_says_how_it_stands(name: str, text: str) -> None:
    assert of_a_run()[name] == text


def test_an_operation_says_where_it_was_made_and_that_it_waits_to_be_awaited() -> None:
    assert re.fullmatch(
        r"<the operation Send \(tests/api/test_shown.py:\d+\), which has its effect when it is awaited>",
        of_a_run()["Request"],
    )


def test_help_has_every_name_of_the_door() -> None:
    told = re.findall(r"``@?(\w+)``", str(simcore.__doc__))

    assert set(simcore.__all__) - set(told) == set()
    assert len(re.findall(r"(?m)^[A-Z].*:$", str(simcore.__doc__))) >= 8, "in groups"


@pytest.mark.parametrize(
    "view",
    [
        "names",
        "graph",
        "history",
        "log",
        "denials",
        "policies",
        "services",
        "hosts",
        "now_ns",
        "digest",
        "environment",
        "random",
    ],
)
def test_help_of_a_world_names_its_views(view: str) -> None:
    assert f"``{view}``" in str(World.__doc__)
    assert hasattr(World(), view)
