"""A test of an application that has passed is driven on, and what it left behind is looked at (process 15.1.3)."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from simcore import Options
from simcore.catalog.item import Item
from simcore.catalog.properties import ProjectProperties, ProjectProperty
from simcore.catalog.read import whole_app
from simcore.lua import load_app
from simcore.model.changes import Changes
from simcore.model.outcome import Outcome, Verdict
from simcore.model.run import SETTLE_NS, Run
from simcore.runner.settling import ACTIONS_MIN
from simcore.runner.stage import Stage, play
from simcore.world.world import World
from tests.apps import app_place, play_test
from tests.files import write_files

SECOND = 1_000_000_000
MODULES = "[channel, process, funcs, time, coroutine, sql]"
PROGRAM = """
local HOST = "app:host"

local function silent() process.inbox():receive() process.events():receive() end

-- what goes wrong later
local function lone_later() time.sleep("5s") channel.new():receive() end
local function caller_later() time.sleep("250ms") return process.call("app:silent", HOST) end
local function fails_later() time.sleep("3s") error("the pump is dry") end
local function loops_later() time.sleep("1s") while true do end end
local function busy_later()
    time.sleep("1s")
    local me = process.pid()
    local inbox = process.inbox()
    while true do process.send(me, "again") inbox:receive() end
end
local function names_later() time.sleep("2s") process.registry.register("late") process.inbox():receive() end
local function crowds_later()
    time.sleep("1s")
    for _ = 1, 9 do process.spawn("app:silent", HOST) end
    process.inbox():receive()
end
local function foreign_later() time.sleep("1s") sql.get("app:db") end
local function caller_of_foreign() return process.call("app:foreign_later", HOST) end

local function sends_for_ever()
    local deaf = assert(process.spawn("app:silent", HOST))
    while true do time.sleep("1s") process.send(deaf, "more") process.send(deaf, "more") end
end

-- what comes to rest
local function counts_down() for _ = 1, 50 do time.sleep("1s") end end
local function at_the_last_moment() time.sleep("1m") channel.new():receive() end
local function quick() return 1 end
local function restarts() for _ = 1, 3 do process.spawn_monitored("app:quick", HOST) process.events():receive() end end

-- what never does
local function ticks() while true do time.sleep("1s") end end
local function ticks_fast() local t = time.ticker("1ms") while true do t:channel():receive() end end
local function watchdog()
    local inbox, timer = process.inbox(), nil
    while true do channel.select({ inbox:case_receive(), time.after("10s"):case_receive() }) end
end
local function late() time.sleep("61s") channel.new():receive() end

local all = { silent = silent, lone_later = lone_later, caller_later = caller_later, fails_later = fails_later,
    loops_later = loops_later, busy_later = busy_later, names_later = names_later, crowds_later = crowds_later,
    sends_for_ever = sends_for_ever, foreign_later = foreign_later, caller_of_foreign = caller_of_foreign,
    counts_down = counts_down, at_the_last_moment = at_the_last_moment, quick = quick, restarts = restarts,
    ticks = ticks, ticks_fast = ticks_fast, watchdog = watchdog, late = late }
local tests = {}
for name, each in pairs(all) do
    tests[name] = each
    tests["t_" .. name] = function() assert(process.spawn("app:" .. name, HOST)) return true end
end
tests.t_fails = function() assert(process.spawn("app:ticks", HOST)) error("no") end
tests.t_slow = function() time.sleep("2s") assert(process.spawn("app:lone_later", HOST)) return true end
return tests
"""
NAMES = re.findall(r"local function (\w+)\(", PROGRAM)


def entry(name: str, kind: str, more: str = "") -> str:
    return f"""
  - name: {name}
    kind: {kind}
    source: file://program.lua
    method: {name}
    modules: {MODULES}
{more}"""


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An application with one process, and a test that starts it and passes, for each of what can come later."""
    processes = "".join(entry(name, "process.lua") for name in NAMES)
    names = [*(f"t_{name}" for name in NAMES), "t_fails", "t_slow"]
    tests = "".join(entry(name, "function.lua", "    meta: {type: test}\n") for name in names)
    index = 'version: "1.0"\nnamespace: app\nentries:\n  - name: host\n    kind: process.host\n' + processes + tests
    return write_files(tmp_path_factory.mktemp("app"), {"_index.yaml": index, "program.lua": PROGRAM})


def kinds(outcome: Outcome) -> list[str]:
    return [remark.kind for remark in outcome.remarks]


# -- what is found


@pytest.mark.parametrize(
    ("name", "property_name", "message"),
    [
        (
            "lone_later",
            "deadlock",
            "5s after the test had passed: {} waits for a channel of its own, which nobody else can reach; "
            "nothing can happen any more",
        ),
        (
            "caller_later",
            "deadlock",
            "250ms after the test had passed: {} waits for the result of {}/app:silent.0, which waits for its inbox; "
            "nothing can happen any more",
        ),
        (
            "at_the_last_moment",
            "deadlock",
            "1m0s after the test had passed: {} waits for a channel of its own, which nobody else can reach; "
            "nothing can happen any more",
        ),
        ("loops_later", "livelock", "1s after the test had passed: "),
        ("busy_later", "livelock", "1s after the test had passed: 2000 actions at one instant (1000000000 ns) "),
    ],
)
def test_what_fails_after_the_test_has_passed_fails_it_and_is_told_as_such(
    app: Path, name: str, property_name: str, message: str
) -> None:
    options = Options(instant_actions_max=2_000, lua_instructions_max=50_000)

    outcome = play_test(app, f"app:t_{name}", options=options)

    assert (outcome.verdict, outcome.property) == (Verdict.FAILED, property_name)
    assert outcome.message.startswith(message.format(*[f"world/app:t_{name}.0/app:{name}.0"] * 2))
    assert "unsettled" not in kinds(outcome)


def test_the_time_is_counted_from_the_end_of_the_test(app: Path) -> None:
    outcome = play_test(app, "app:t_slow")

    assert outcome.message.startswith("5s after the test had passed: ")
    assert outcome.now_ns == 7 * SECOND


def test_the_run_and_its_digest_go_to_the_rest_of_the_world(app: Path) -> None:
    not_driven, driven = (play_test(app, "app:t_counts_down", settle_ns=settle_ns) for settle_ns in (0, SETTLE_NS))

    assert (not_driven.now_ns, driven.now_ns) == (0, 50 * SECOND)
    assert driven.actions > not_driven.actions
    assert driven.digest != not_driven.digest


@pytest.mark.parametrize("name", ["counts_down", "quick", "restarts", "silent"])
def test_what_comes_to_rest_and_waits_for_nothing_that_cannot_come_is_no_word_worth(app: Path, name: str) -> None:
    outcomes = [play_test(app, f"app:t_{name}", seed=seed) for seed in range(5)]

    assert {(outcome.verdict, outcome.message, outcome.remarks) for outcome in outcomes} == {(Verdict.PASSED, "", ())}


def test_a_failure_of_the_test_itself_is_told_without_driving_on(app: Path) -> None:
    outcome = play_test(app, "app:t_fails")

    assert (outcome.verdict, outcome.property, outcome.now_ns) == (Verdict.FAILED, "assert", 0)
    assert "after the test" not in outcome.message
    assert kinds(outcome) == []


# -- what never comes to rest


@pytest.mark.parametrize(
    ("name", "said"),
    [
        (
            "ticks",
            "1m0s after the test had passed something is still to happen, first the end of a sleep of {}, 1s later",
        ),
        ("watchdog", "1m0s after the test had passed something is still to happen, first a timer of {}, 10s later"),
        (
            "late",
            "1m0s after the test had passed something is still to happen, first the end of a sleep of {}, 1m1s later",
        ),
        (
            "ticks_fast",
            "500ms after the test had passed, and 1,000 actions, something is still to happen, first a timer of {}, "
            "1ms later",
        ),
        (
            "crowds_later",
            "1s after the test had passed the bound processes_max=5 was reached; raise it in the options of the world",
        ),
        (
            "foreign_later",
            "1s after the test had passed something was used that the simulation does not have: app:foreign_later:",
        ),
        ("caller_of_foreign", "1s after the test had passed something was used that the simulation does not have: "),
    ],
)
def test_what_does_not_come_to_rest_passes_and_says_that_nothing_is_known(app: Path, name: str, said: str) -> None:
    outcome = play_test(app, f"app:t_{name}", options=Options(processes_max=5))

    assert (outcome.verdict, outcome.message) == (Verdict.PASSED, "")
    (remark,) = [each for each in outcome.remarks if each.kind == "unsettled"]
    assert remark.text.startswith(f"not settled: {said.format(f'world/app:t_{name}.0/app:{name}.0')}")
    assert remark.text.endswith("; no deadlock and no leak is looked for")


@pytest.mark.parametrize(
    ("name", "option", "bound"),
    [
        ("ticks", "actions_max", 30),
        ("ticks", "virtual_time_max_ns", 5 * SECOND),
        ("crowds_later", "processes_max", 4),
        ("sends_for_ever", "mailbox_messages_max", 40),
    ],
)
def test_a_bound_that_is_reached_while_it_is_driven_on_takes_no_verdict(
    app: Path, name: str, option: str, bound: int
) -> None:
    bounds: dict[str, Any] = {option: bound}

    outcome = play_test(app, f"app:t_{name}", options=Options(**bounds))

    (remark,) = outcome.remarks
    assert (outcome.verdict, outcome.property, remark.kind) == (Verdict.PASSED, "", "unsettled")
    assert f"after the test had passed the bound {option}={bound} was reached" in remark.text


def test_how_long_it_is_driven_on_can_be_said(app: Path) -> None:
    outcome = play_test(app, "app:t_ticks", settle_ns=5 * SECOND)

    assert outcome.remarks[0].text.startswith("not settled: 5s after the test had passed something is still to happen")
    assert outcome.now_ns == 5 * SECOND


def test_what_is_not_driven_on_at_all_says_so_where_something_was_to_come(app: Path) -> None:
    assert kinds(play_test(app, "app:t_silent", settle_ns=0)) == []
    assert play_test(app, "app:t_lone_later", settle_ns=0).remarks[0].text == (
        "not settled: the world is not driven on after the test has passed (settle 0s); "
        "no deadlock and no leak is looked for"
    )


def test_who_stands_still_beside_what_ticks_is_not_blamed(app: Path) -> None:
    """The world is not at rest, so what will come to whom is not known."""
    outcome = play_test(app, "app:t_late")

    assert (outcome.verdict, kinds(outcome)) == (Verdict.PASSED, ["unsettled"])


def test_what_ticks_takes_no_more_actions_than_the_test_or_a_thousand(app: Path) -> None:
    outcome = play_test(app, "app:t_ticks_fast")

    assert ACTIONS_MIN < outcome.actions < ACTIONS_MIN + 20


# -- who fails while nobody looks


def test_who_fails_later_while_nobody_looks_is_told_as_such(app: Path) -> None:
    outcome = play_test(app, "app:t_fails_later")

    assert outcome.verdict is Verdict.PASSED
    (remark,) = outcome.remarks
    assert remark.kind == "unobserved"
    assert remark.text.endswith("the pump is dry (after the test had passed)")


def test_who_fails_later_while_nobody_looks_fails_the_test_where_that_is_asked_for(app: Path) -> None:
    outcome = play_test(app, "app:t_fails_later", options=Options(unobserved="fail"))

    assert (outcome.verdict, outcome.property) == (Verdict.FAILED, "unobserved")
    assert outcome.message.endswith("the pump is dry (after the test had passed)")


# -- the properties of the project


def no_late_name(world: World) -> None:
    """Nobody is called late."""
    assert "late" not in world.names


def asked(app: Path, entry: str, function: Any, **named: Any) -> Outcome:
    (item,) = [each for each in whole_app(load_app(app), app_place(app)) if each.entry == entry]
    held = ProjectProperty(id="properties/p.py::p", statement="It holds.", function=function, **named)
    run = Run(item=item.reference, seed=0, settle_ns=SETTLE_NS)
    return play(item, Stage(run, ProjectProperties(always=(held,))))


def test_a_property_that_is_broken_later_is_found(app: Path) -> None:
    outcome = asked(app, "app:t_names_later", no_late_name)

    assert (outcome.verdict, outcome.property) == (Verdict.FAILED, "p")
    assert outcome.message.startswith("2s after the test had passed: It holds.")


def test_a_property_is_asked_at_the_end_of_all(app: Path) -> None:
    ends: list[int] = []

    def noting(world: World, changes: Changes) -> None:
        ends.extend([world.now_ns] * changes.at_the_end)

    asked(app, "app:t_counts_down", noting, wants_changes=True)

    assert ends == [50 * SECOND]


# -- what is never driven on


def test_a_scenario_goes_as_far_as_its_body_asks() -> None:
    def scenario(world: World) -> None:
        async def ticks(process: Any) -> None:
            while True:
                await process.sleep("1s")

        world.define("app:ticks", ticks)
        world.spawn("app:ticks", "app:host")
        world.run(until="3s")

    item = Item(kind="scenario", id="a::b", function=scenario)

    outcome = play(item, Stage(Run(item=item.reference, seed=0, settle_ns=SETTLE_NS)))

    assert (outcome.verdict, outcome.now_ns, outcome.remarks) == (Verdict.PASSED, 3 * SECOND, ())
