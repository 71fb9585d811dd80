"""Programs that do not end: after three schedules it is said who goes on, in every output, whoever plays."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tests.cli.conftest import Call
from tests.cli.project import objects
from tests.files import write_files

ENDLESS = """
from simcore import Process, World, scenario

async def ticker(process: Process, server: str) -> None:
    await process.registry.register("clock")
    while True:
        await process.sleep("1s")
        await process.send(server, "tick")

async def server(process: Process) -> None:
    while True:
        await process.inbox.receive()

async def customer(process: Process) -> None:
    await process.listen("served").receive()

@scenario
def ticks(world: World) -> None:
    for each in (ticker, server, customer):
        world.define(f"app:{each.__name__}", each)
    world.spawn("app:customer", "app:host")
    world.spawn("app:ticker", "app:host", world.spawn("app:server", "app:host"))
    world.run()

async def ball(process: Process, other: str = "") -> None:
    if other:
        await process.send(other, "ball")
    while True:
        await process.send((await process.inbox.receive()).sender, "ball")

@scenario
def plays(world: World) -> None:
    world.define("app:ball", ball)
    world.spawn("app:ball", "app:host", world.spawn("app:ball", "app:host"))
    world.run()
"""
BOUNDS = "[tool.simcore.world]\nvirtual_time_max_ns = 60000000000\ninstant_actions_max = 600\n"
CYCLE = "process ticker#3 repeats: sleep 1s, send `tick` to server#2 (the last "
WAITS = "all the while process customer#1 waits for the topic served, and nothing comes"
LEFT = "the same bound was reached in each of the first 3 schedules, so 97 more were not played"
FOLD = "... 60 times in all, the last one from 1m0s #"


@pytest.fixture
def endless(folder: Path) -> Path:
    return write_files(folder, {"scenarios/endless.py": ENDLESS, "pyproject.toml": BOUNDS})


def test_every_output_says_who_goes_on_and_how_it_came_to_that(call: Call, endless: Path) -> None:
    ended = call("run", "scenarios/endless.py::ticks")

    assert ended.code == 6
    (home,) = (endless / ".simcore/runs").iterdir()
    (item,) = json.loads((home / "results.json").read_text())["items"]
    assert item["schedules"] == 3
    texts = [ended.out, "\n".join([item["message"], *item["story"]])]
    texts += [(home / name).read_text() for name in ("summary.md", "junit.xml")]
    for text in texts:
        for wanted in (CYCLE, WAITS, LEFT, FOLD, "ticker#3 takes the name clock", 'world.run(until="10s")'):
            assert wanted in text.replace("&quot;", '"'), wanted


def test_a_livelock_is_told_with_its_cycle_and_how_it_was_entered(call: Call, endless: Path) -> None:
    ended = call("run", "scenarios/endless.py::plays")

    assert ended.code == 1
    assert "  livelock: 600 actions at one instant (0 ns) and no end" in ended.out
    assert "  | process ball#1 repeats: receive `ball` from ball#2, send `ball` to ball#2 (the last " in ended.out
    assert re.search(r"starts ball#2 .*\n.*from here on again and again:\n.*ball#2 sends ball#1 ball\(\)\n", ended.out)
    assert " 99 times in all, the last one from 0s #" in ended.out


def test_an_application_is_told_likewise(call: Call, folder: Path) -> None:
    index = """
version: "1.0"
namespace: shop
entries:
  - {name: host, kind: process.host, lifecycle: {auto_start: true}}
  - {name: clock, kind: process.lua, source: "file://shop.lua", method: clock, modules: [time]}
  - {name: test, kind: function.lua, meta: {type: test}, source: "file://shop.lua", method: test, modules: [time]}
"""
    program = """
local time = require("time")
local function clock(boss)
    local ticks = time.ticker("5s"):channel()
    while true do ticks:receive() process.send(boss, "tick") end
end
local function test()
    process.spawn("shop:clock", "shop:host", process.pid())
    process.listen("alarm"):receive()
    return true
end
return { clock = clock, test = test }
"""
    write_files(folder, {"app/_index.yaml": index, "app/shop.lua": program, "pyproject.toml": BOUNDS})

    ended = call("test", "app")

    assert ended.code == 6
    assert "process clock#2 repeats: a timer of 5s, send `tick` to test#1 (the last " in ended.out
    assert "all the while process test#1 waits for the topic alarm, and nothing comes" in ended.out
    assert 'wait in it no longer than for time.after("10s") in a channel.select' in ended.out
    assert "so 97 more were not played" in ended.out


def test_the_answer_is_the_same_for_any_number_of_processes_and_names_the_schedules_of_a_part(
    called: Call, endless: Path
) -> None:
    def told(*more: str) -> list[dict[str, object]]:
        items = objects(called("run", "scenarios/endless.py", "--format", "jsonl", *more).out)[:-1]
        return [{key: value for key, value in each.items() if key not in ("cpu_s", "case", "replay")} for each in items]

    alone = told("--jobs", "0")

    assert alone == told("--jobs", "2")
    part = told("--jobs", "2", "--shard", "2/2")[0]
    assert "in each of the first 3 schedules of this part, 17 to 19, so 45 more were not played" in str(part["message"])
