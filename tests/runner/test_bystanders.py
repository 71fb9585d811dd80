"""Who waits all the while in a world that does not end is named beside those who go on."""

from __future__ import annotations

from pathlib import Path

import pytest

from simcore import BoundReached, Options, Process, World, run, scenario
from simcore.catalog.item import Item
from simcore.model.outcome import Outcome, Verdict
from simcore.model.run import ItemReference, Run
from simcore.runner.stage import Stage, play
from tests.apps import play_test
from tests.files import write_files
from tests.worlds import HOST

BRIEF = Options(virtual_time_max_ns=60 * 1_000_000_000)

INDEX = """
version: "1.0"
namespace: app
entries:
  - {name: host, kind: process.host, lifecycle: {auto_start: true}}
  - {name: asker, kind: process.lua, source: "file://shop.lua", method: asker, modules: [time]}
  - {name: shop, kind: process.lua, source: "file://shop.lua", method: shop, modules: [time]}
  - {name: test, kind: function.lua, meta: {type: test}, source: "file://shop.lua", method: test, modules: [time]}
"""
SHOP = """
local time = require("time")

local function shop()
    while true do process.send(process.inbox():receive():from(), "not yet") end
end
local function asker(shop)
    while true do
        process.send(shop, "is it done?")
        process.listen("not yet"):receive()
        time.sleep("1s")
    end
end
local function test()
    local done = process.listen("done")
    process.spawn("app:asker", "app:host", process.spawn("app:shop", "app:host"))
    done:receive()
    return true
end
return { test = test, shop = shop, asker = asker }
"""


async def clock(process: Process) -> None:
    while True:
        await process.sleep("1s")


async def customer(process: Process, topic: str = "done") -> None:
    await process.listen(topic).receive()


async def idle(process: Process) -> None:
    await process.inbox.receive()


def told_of(*started: str) -> list[str]:
    @scenario
    def body(world: World) -> None:
        for behaviour in (clock, customer, idle):
            world.define(f"app:{behaviour.__name__}", behaviour)
        for each in started:
            world.spawn(f"app:{each}", HOST)
        world.run()

    outcome = played(body)
    assert (outcome.verdict, outcome.property) == (Verdict.INCONCLUSIVE, "virtual_time_max_ns")
    return [line for line in outcome.message.split("\n") if line.startswith(("all the while", "and so do"))]


def played(body: object) -> Outcome:
    item = Item(kind="scenario", id="s.py::body", function=body)  # type: ignore[arg-type]  # it is a scenario
    return play(item, Stage(Run(item=ItemReference("", ""), seed=0, options=BRIEF)))


def test_who_waits_is_named_and_who_goes_on_is_not() -> None:
    assert told_of("clock", "customer") == [
        "all the while process customer#2 waits for the topic done, and nothing comes"
    ]


def test_an_idle_server_comes_behind_who_waits_for_something() -> None:
    assert told_of("idle", "clock", "customer") == [
        "all the while process customer#3 waits for the topic done, and nothing comes",
        "all the while process idle#1 waits for its inbox, and nothing comes",
    ]


def test_many_that_wait_for_the_same_take_one_line() -> None:
    assert told_of("clock", "idle", "idle") == [
        "all the while processes idle#2 and idle#3 wait for its inbox, and nothing comes"
    ]
    assert told_of("clock", *["idle"] * 50) == [
        "all the while 50 processes of app:idle, such as idle#2, wait for its inbox, and nothing comes"
    ]


def test_a_run_inside_of_a_scenario_says_it_too() -> None:
    def inner(world: World) -> None:
        world.define("app:clock", clock)
        world.define("app:customer", customer)
        world.spawn("app:clock", HOST)
        world.spawn("app:customer", HOST)
        world.run()

    with pytest.raises(BoundReached) as caught:
        run(inner, options=BRIEF)

    @scenario
    def outer(world: World) -> None:
        run(inner, options=BRIEF)

    outcome = played(outer)
    for lines in (caught.value.__notes__, outcome.message.split("\n")):
        assert [line for line in lines if line.startswith("all the while")] == [
            "all the while process customer#2 waits for the topic done, and nothing comes"
        ]


def test_a_test_of_an_application_names_who_waits_who_repeats_what_and_the_cure(tmp_path: Path) -> None:
    write_files(tmp_path, {"_index.yaml": INDEX, "shop.lua": SHOP})

    outcome = play_test(tmp_path, "app:test", options=BRIEF)

    first, *lines = outcome.message.split("\n")
    assert first.startswith("the bound virtual_time_max_ns=60000000000 was reached")
    assert [line.partition(" (")[0] for line in lines] == [
        "process asker#3 repeats: sleep 1s, send `is it done?` to shop#2, receive `not yet` from shop#2",
        "process shop#2 repeats: receive `is it done?` from asker#3, send `not yet` to asker#3",
        'if that is meant to go on for ever, end it in the test, or wait in it no longer than for time.after("10s") in '
        "a channel.select",
        "all the while process test#1 waits for the topic done, and nothing comes",
    ]
