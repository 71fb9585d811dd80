"""Failures that nobody looked at, from the run of an item to what is told of it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from simcore.model.outcome import Results
from tests.cli.conftest import Call
from tests.cli.project import edit, objects
from tests.files import write_files

RACE = """
from simcore import Process, ProcessError, World, scenario

@scenario
def who_is_first(world: World) -> None:
    world.define("app:gate", gate)
    for _ in range(2):
        world.spawn("app:gate", "app:host")
    world.run()

async def gate(process: Process) -> None:
    try:
        await process.registry.register("name")
    except ProcessError:
        return
    await process.sleep("1s")
    if (await process.registry.lookup("name")).endswith("2}"):
        raise RuntimeError("the second was first")
    await process.inbox.receive()
"""

PROPERTY = """
from hypothesis import given, strategies
from simcore import Process, World, run

async def breaks(process: Process, number: int) -> None:
    if number > 0:
        raise RuntimeError("burst")

@given(number=strategies.integers(0, 3))
def test_nobody_looks(number: int) -> None:
    def unseen(world: World) -> None:
        begin(world, number)

    run(unseen)

@given(number=strategies.integers(0, 3))
def test_somebody_looks_at_the_end(number: int) -> None:
    pids = []
    outcome = run(lambda world: pids.append(begin(world, number)))
    assert (outcome.world.outcome(pids[0]).error is None) == (number == 0)

def begin(world: World, number: int) -> str:
    world.define("app:breaks", breaks)
    pid = world.spawn("app:breaks", "app:host", number)
    world.run()
    return pid
"""


@pytest.fixture
def racing(folder: Path) -> Path:
    """The project, with a scenario whose process fails in about half of the schedules."""
    (folder / "scenarios/racing.py").write_text(RACE, encoding="utf-8")
    return folder


def results(folder: Path) -> Any:
    (file,) = folder.glob(".simcore/runs/*/results.json")
    return json.loads(file.read_text(encoding="utf-8"))


def test_it_is_told_with_the_schedules_in_which_it_was_so(call: Call, racing: Path) -> None:
    ended = call("run", "who_is_first", "--schedules", "40")

    lines = ended.out.splitlines()
    (remark,) = results(racing)["items"][0]["remarks"]
    assert ended.code == 0
    assert "PASSED" in lines[1]
    assert 0 < remark["schedules"] < 40
    assert remark["first"] > 1
    error = "RuntimeError: the second was first (scenarios/racing.py:18)"
    told = f"1 process failed and nobody looked: world/app:gate.1: {error}"
    assert (remark["kind"], remark["text"]) == ("unobserved", told)
    assert lines[2] == f"  {told} (in {remark['schedules']} of 40 schedules, first in {remark['first']})"


def test_it_is_the_same_whoever_plays(call: Call, racing: Path) -> None:
    told = [
        objects(call("run", "who_is_first", "--schedules", "40", "--format", "jsonl", "--jobs", jobs).out)[0]["remarks"]
        for jobs in ("0", "2")
    ]

    assert told[0] == told[1] != []


def test_it_stands_in_every_report(call: Call, racing: Path) -> None:
    call("run", "who_is_first")

    for name in ("results.json", "summary.md", "junit.xml"):
        (file,) = racing.glob(f".simcore/runs/*/{name}")
        assert "1 process failed and nobody looked" in file.read_text(encoding="utf-8"), name


def test_a_project_can_have_it_fail_with_case_replay_and_story(call: Call, racing: Path) -> None:
    edit(racing / "pyproject.toml", "[tool.simcore]\n", '[tool.simcore]\n[tool.simcore.world]\nunobserved = "fail"\n')

    ended = call("run", "who_is_first", "--format", "jsonl")
    item = objects(ended.out)[0]
    replayed = call("replay", item["case"])

    assert ended.code == 1
    assert (item["verdict"], item["property"]) == ("failed", "unobserved")
    assert item["message"].startswith("1 process failed and nobody looked: world/app:gate.1: ")
    assert any("fails: RuntimeError: the second was first" in line for line in item["story"])
    assert replayed.code == 1
    assert "reproduced" in replayed.out


def test_an_option_that_is_none_of_the_two_is_refused(call: Call, folder: Path) -> None:
    edit(folder / "pyproject.toml", "[tool.simcore]\n", '[tool.simcore]\n[tool.simcore.world]\nunobserved = "hide"\n')

    ended = call("run")

    assert ended.code == 2
    assert "unobserved" in ended.err
    assert "Traceback" not in ended.err


@pytest.mark.parametrize(("name", "remarked"), [("test_nobody_looks", True), ("test_somebody_looks_at_the_end", False)])
def test_a_property_may_look_at_the_world_that_it_is_handed(
    call: Call, folder: Path, name: str, remarked: bool
) -> None:
    (folder / "properties").mkdir()
    (folder / "properties/looks.py").write_text(PROPERTY, encoding="utf-8")

    ended = call("run", name, "--schedules", "20", "--format", "jsonl")

    item = objects(ended.out)[0]
    assert (ended.code, item["verdict"]) == (0, "passed")
    assert bool(item["remarks"]) is remarked
    assert all(each["first"] > 1 for each in item["remarks"]), "the first example has nothing that fails"


def test_results_of_a_run_read_back_as_what_they_were(call: Call, racing: Path) -> None:
    import msgspec

    call("run", "who_is_first")
    (file,) = racing.glob(".simcore/runs/*/results.json")

    read = msgspec.json.decode(file.read_bytes(), type=Results)

    assert read.items[0].remarks[0].kind == "unobserved"


APP = {
    "app/_index.yaml": """
version: "1.0"
namespace: shop
entries:
  - {name: host, kind: process.host}
  - {name: mailer, kind: process.lua, source: "file://tests.lua", method: mailer, modules: [smtp]}
  - {name: orders, kind: function.lua, source: "file://tests.lua", method: orders, meta: {type: test}}
  - {name: mails, kind: function.lua, source: "file://tests.lua", method: mails, meta: {type: test}}
""",
    "app/tests.lua": """
local function mailer(kind)
    if kind == "missing" then smtp.send("x") end
    error("no address")
end
local function orders() assert(process.spawn("shop:mailer", "shop:host")) end
local function mails() assert(process.spawn("shop:mailer", "shop:host", "missing")) end
return { mailer = mailer, orders = orders, mails = mails }
""",
}


@pytest.mark.parametrize(("word", "code", "verdict"), [("tell", 0, "passed"), ("fail", 1, "failed")])
def test_a_test_of_an_application_is_judged_by_the_options_of_the_project(
    call: Call, folder: Path, word: str, code: int, verdict: str
) -> None:
    write_files(folder, APP)
    table = f'[tool.simcore]\n[tool.simcore.world]\nunobserved = "{word}"\n'
    edit(folder / "pyproject.toml", "[tool.simcore]\n", table)

    ended = call("test", "app", "--filter", "orders", "--format", "jsonl")

    item = objects(ended.out)[0]
    told = [item["message"], *(each["text"] for each in item["remarks"])]
    expected = "1 process failed and nobody looked: world/shop:orders.0/shop:mailer.0: shop:mailer:4: no address"
    assert (ended.code, item["verdict"]) == (code, verdict)
    assert expected in told


def test_what_is_missing_is_inconclusive_with_its_own_exit_code_and_is_no_bound(call: Call, folder: Path) -> None:
    write_files(folder, APP)

    ended = call("test", "app", "--filter", "mails", "--schedules", "3")

    lines = ended.out.splitlines()
    assert ended.code == 6
    assert lines[1].startswith("INCONCLUSIVE  ")
    assert lines[2].startswith(
        "  foreign: shop:mailer:3: smtp is not part of this simulation; shop:mailer (_index.yaml:"
    )
    assert "bound reached" not in ended.out
    assert results(folder)["items"][0]["bounds"] == {}
