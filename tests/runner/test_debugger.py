"""A prompt where a run failed, or before one of its actions, with the local names of the process at hand."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import pytest

from simcore import Options, Process, Verdict, World, run
from simcore.catalog.item import Item
from simcore.catalog.properties import ProjectProperties, ProjectProperty
from simcore.model.outcome import Outcome
from simcore.model.run import Run
from simcore.runner.debugger import Debugger, debugging
from simcore.runner.stage import Stage, play
from tests.worlds import HOST

Look = Callable[..., tuple[Outcome, str]]


@pytest.fixture
def look(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Look:
    """Play a scenario, saying at the prompt what is given, and return the outcome with all that was written."""

    def looked(
        body: Callable[[World], Any], *said: str, always: Any = None, until: int | None = None, options: Any = None
    ) -> tuple[Outcome, str]:
        monkeypatch.setattr("sys.stdin", io.StringIO("".join(f"{each}\n" for each in (*said, "q"))))
        held = () if always is None else (ProjectProperty("a.py::always", always, "It holds."),)
        item = Item(kind="scenario", id="a.py::b", source_line="a.py:1", function=body)
        stage = Stage(Run(item=item.reference, seed=0, options=options or Options()), ProjectProperties(held))
        with debugging(Debugger(at_failure=until is None, until=until, write=print)):
            outcome = play(item, stage)
        return outcome, capsys.readouterr().out

    return looked


async def failing(process: Process, number: int) -> None:
    word = "local"
    try:
        await process.sleep("1s")
        deeper(number)
    finally:
        word = f"{word} name"


def deeper(number: int) -> None:
    inner = number * 2
    raise ValueError(f"no luck with {inner}")


async def waiting(process: Process) -> None:
    what = "nothing that comes"
    await process.inbox.receive()
    del what


def spawning(behaviour: Any, *arguments: Any) -> Callable[[World], Any]:
    def scenario(world: World) -> None:
        world.define("app:it", behaviour)
        pid = world.spawn("app:it", HOST, *arguments)
        world.run()
        world.result(pid)

    return scenario


def test_it_stops_where_a_process_raised_with_its_local_names(look: Look) -> None:
    outcome, told = look(spawning(failing, 4), "p inner", "up", "p word, number", "up", "p world, process")

    assert outcome.verdict is Verdict.FAILED
    assert "ValueError: no luck with 8: app:it, {app:processes|0x00001}" in told
    assert "deeper()" in told
    assert "(Pdb) 8\n" in told
    assert "('local name', 4)" in told
    assert "(<World at 1s: 0 of 1 processes alive" in told


def test_who_looks_changes_nothing(look: Look) -> None:
    looked, _ = look(spawning(failing, 4), "p inner")
    item = Item(kind="scenario", id="a.py::b", source_line="a.py:1", function=spawning(failing, 4))

    assert play(item, Stage(Run(item=item.reference, seed=0, options=Options()))) == looked


def test_it_stops_where_a_scenario_asserts(look: Look) -> None:
    def scenario(world: World) -> None:
        world.define("app:it", failing)
        world.spawn("app:it", HOST, 4)
        world.run(until="500ms")
        amount = 5
        assert amount == 6

    outcome, told = look(scenario, "p amount", "p world.now_ns")

    assert outcome.property == "assert"
    assert "(Pdb) 5\n(Pdb) 500000000\n" in told


def test_it_stops_where_a_property_does_not_hold(look: Look) -> None:
    def always(world: World) -> None:
        living = len(world.runtime.routes)
        assert living == 0

    outcome, told = look(spawning(waiting), "p living", always=always)

    assert outcome.property == "always"
    assert "(Pdb) 1\n" in told


def test_of_a_deadlock_it_shows_who_waits(look: Look) -> None:
    outcome, told = look(spawning(waiting), "p what")

    assert outcome.property == "deadlock"
    assert "no line of a Python process raised it, and here waits: app:it, {app:processes|0x00001}" in told
    assert "(Pdb) 'nothing that comes'\n" in told


def test_it_stops_in_a_world_that_run_plays_inside(look: Look) -> None:
    def scenario(world: World) -> None:
        run(spawning(failing, 3), seed=5)

    _, told = look(scenario, "p inner")

    assert "(Pdb) 6\n" in told


def test_it_stops_before_an_action_and_goes_on(look: Look) -> None:
    outcome, told = look(spawning(failing, 4), "p word", "up", "p world.kernel.actions, process", until=3)

    assert "before action #3: fire:sleep#1@world/app:it.0: app:it, {app:processes|0x00001}" in told
    assert "(Pdb) 'local'\n" in told
    assert "(3, '{app:processes|0x00001}')" in told
    assert outcome.verdict is Verdict.FAILED


def test_before_the_first_step_of_a_process_there_is_the_world_alone(look: Look) -> None:
    _, told = look(spawning(failing, 4), "p world", until=1)

    assert "before action #1: step#1@world/app:it.0" in told
    assert "(Pdb) <World at 0s" in told


def test_what_holds_stops_nowhere(look: Look) -> None:
    async def holding(process: Process) -> None: ...

    outcome, told = look(spawning(holding))

    assert outcome.verdict is Verdict.PASSED
    assert "Pdb" not in told


def test_of_nobody_who_looks_no_frame_is_kept() -> None:
    world = World()
    world.define("app:it", failing)
    pid = world.spawn("app:it", HOST, 4)
    world.run()
    outcome = world.outcome(pid)

    assert outcome is not None
    assert outcome.error is not None
    assert outcome.error.way is None
