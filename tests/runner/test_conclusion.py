"""What is foreign to the simulation makes a run inconclusive, unless it fails by itself."""

from __future__ import annotations

from pathlib import Path

import pytest

from simcore import ProcessError, World, run
from simcore.lua import load_app
from simcore.model.errors import ForeignUse
from simcore.model.foreign import NOT_HERE
from simcore.model.outcome import Verdict
from simcore.runner.judging import judge
from tests.apps import play_test
from tests.files import write_files

PROGRAM = """
local HOST = "app:host"

local function ended(pid)
    local event = process.events():receive()
    return event.result.error
end

local tests = {}
local function worker() return sql.get("db") end
local function uses() return sql.get("db") end
local function fails() error("by itself") end
local function linking() assert(process.spawn_linked("app:worker", HOST)) process.inbox():receive() end
local function silent() process.inbox():receive() end

-- the test itself
function tests.itself() sql.get("db") end
function tests.library() assets.load("x") end
function tests.schema() return json.validate({ ["$ref"] = "#/x" }, 1) end
function tests.by_call() assert(funcs.call("app:uses")) end
function tests.by_module() assert(funcs.call("app:broken")) end
function tests.by_spawn() assert(process.spawn("app:broken", HOST)) end
function tests.by_process_call() assert(process.call("app:worker", HOST)) end
function tests.in_other_words()
    local ok, problem = pcall(function() return sql.get("db") end)
    error("no database: " .. tostring(problem))
end
function tests.returned()
    local ok, problem = pcall(function() return sql.get("db") end)
    return nil, "no database: " .. tostring(problem)
end
function tests.coroutine_dies() coroutine.spawn(function() sql.get("db") end) process.inbox():receive() end

-- another dies of it
function tests.beside() assert(process.spawn("app:worker", HOST)) end
function tests.watched() assert(process.spawn_monitored("app:worker", HOST)) return ended() ~= nil end
function tests.handled() local _, problem = funcs.call("app:uses") return problem ~= nil end
function tests.refused() local _, problem = process.spawn("app:broken", HOST) return problem ~= nil end
function tests.waits_for_the_dead()
    assert(process.spawn("app:worker", HOST))
    process.inbox():receive()
end
function tests.linked() assert(process.spawn_linked("app:worker", HOST)) process.inbox():receive() end
function tests.linked_by_a_middle() assert(process.spawn_linked("app:middle", HOST)) process.inbox():receive() end
function tests.linked_twice()
    assert(process.spawn_linked("app:worker", HOST))
    assert(process.spawn_linked("app:middle", HOST))
    process.inbox():receive()
end
function tests.called_is_linked() assert(funcs.call("app:linking")) end
function tests.told_of_a_link()
    assert(process.spawn_monitored("app:middle", HOST))
    error("the middle: " .. tostring(ended()))
end

-- a failure of its own
function tests.linked_to_a_failure()
    assert(process.spawn("app:worker", HOST))
    assert(process.spawn_linked("app:fails", HOST))
    process.inbox():receive()
end
function tests.linked_to_a_terminated()
    assert(process.spawn("app:worker", HOST))
    local pid = assert(process.spawn_linked("app:silent", HOST))
    process.terminate(pid)
    process.inbox():receive()
end
function tests.unrelated() assert(process.spawn("app:worker", HOST)) error("two and two is five") end
function tests.unrelated_false() assert(process.spawn("app:worker", HOST)) return false end

-- nothing of it
function tests.caught() return not pcall(function() return sql.get("db") end) end
function tests.never() if false then sql.get("db") end end
function tests.stuck() process.inbox():receive() end

tests.worker, tests.uses, tests.silent = worker, uses, silent
tests.fails, tests.linking, tests.middle = fails, linking, linking
return tests
"""
BROKEN = "local db = sql.get('db')\nreturn { main = function() end }\n"
FOREIGN = (
    "itself",
    "library",
    "schema",
    "by_call",
    "by_module",
    "by_spawn",
    "by_process_call",
    "in_other_words",
    "returned",
    "coroutine_dies",
    "beside",
    "watched",
    "handled",
    "refused",
    "waits_for_the_dead",
    "linked",
    "linked_by_a_middle",
    "linked_twice",
    "called_is_linked",
    "told_of_a_link",
)
FAILING = ("linked_to_a_failure", "linked_to_a_terminated", "unrelated", "unrelated_false", "stuck")
PASSING = ("caught", "never")


def entry(name: str, kind: str, *, test: bool = False) -> str:
    return f"""
  - name: {name}
    kind: {kind}
    source: file://program.lua
    method: {name}
    modules: [sql, json, process, funcs, coroutine]
    imports: {{assets: far.away:assets}}
{"    meta: {type: test}" if test else ""}"""


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An application that lists a module and a library that the simulation does not have."""
    tests = "".join(entry(name, "function.lua", test=True) for name in (*FOREIGN, *FAILING, *PASSING))
    processes = "".join(entry(name, "process.lua") for name in ("worker", "middle", "fails", "silent"))
    index = f"""
version: "1.0"
namespace: app
entries:
  - {{name: host, kind: process.host}}
  - {{name: broken, kind: process.lua, source: "file://broken.lua", method: main, modules: [sql]}}
{processes}{entry("uses", "function.lua")}{entry("linking", "function.lua")}{tests}
"""
    files = {"_index.yaml": index, "program.lua": PROGRAM, "broken.lua": BROKEN}
    return write_files(tmp_path_factory.mktemp("app"), files)


@pytest.mark.parametrize("name", FOREIGN)
def test_a_death_by_something_foreign_is_inconclusive_and_names_it(app: Path, name: str) -> None:
    for seed in range(3):
        outcome = play_test(app, f"app:{name}", seed=seed)

        assert (outcome.verdict, outcome.property) == (Verdict.INCONCLUSIVE, "foreign"), outcome
        missing = {"library": "far.away:assets", "schema": "json: schema keyword '$ref'"}.get(name, "sql")
        first = outcome.message.splitlines()[0]
        assert missing in first.partition(NOT_HERE)[0]


@pytest.mark.parametrize("name", FAILING)
def test_a_failure_of_its_own_stays_one(app: Path, name: str) -> None:
    assert play_test(app, f"app:{name}").verdict is Verdict.FAILED


def test_a_failure_of_its_own_says_what_was_missing_meanwhile(app: Path) -> None:
    outcome = play_test(app, "app:unrelated_false")

    (remark,) = outcome.remarks
    assert remark.kind == "foreign"
    assert remark.text.startswith("something was used that the simulation does not have: ")
    assert remark.text.endswith(" (world/app:unrelated_false.0/app:worker.0 ended by it)")


@pytest.mark.parametrize("name", PASSING)
def test_what_was_caught_or_never_used_is_nothing(app: Path, name: str) -> None:
    outcome = play_test(app, f"app:{name}")

    assert (outcome.verdict, outcome.remarks) == (Verdict.PASSED, ())


def test_who_died_of_something_foreign_is_not_told_as_a_failure_that_nobody_looked_at(app: Path) -> None:
    outcome = play_test(app, "app:beside")

    assert outcome.remarks == ()
    assert outcome.message.splitlines()[0].endswith("(world/app:beside.0/app:worker.0 ended by it)")


def test_who_waits_for_ever_since_something_is_missing_is_told_so(app: Path) -> None:
    lines = play_test(app, "app:waits_for_the_dead").message.splitlines()

    assert "sql is not part of this simulation" in lines[0]
    assert "app:waits_for_the_dead has no result, and nothing can happen any more" in lines


def test_a_scenario_that_meets_it_is_inconclusive_as_well(app: Path) -> None:
    def asks(world: World) -> None:
        world.install(load_app(app))
        pid = world.spawn("app:worker", "app:host")
        world.run()
        world.result(pid)

    def forgets(world: World) -> None:
        world.install(load_app(app))
        world.spawn("app:worker", "app:host")
        world.run()

    for scenario in (asks, forgets):
        with pytest.raises(ForeignUse, match="sql is not part of this simulation") as caught:
            run(scenario)
        assert judge(caught.value).verdict is Verdict.INCONCLUSIVE


def test_a_claim_about_these_very_words_is_a_claim() -> None:
    def claims(world: World) -> None:
        assert NOT_HERE in "something else"

    with pytest.raises(AssertionError) as caught:
        run(claims)
    assert judge(caught.value).verdict is Verdict.FAILED


def test_words_of_a_later_line_decide_nothing() -> None:
    own = judge(ProcessError(f"broken\nsql {NOT_HERE}"))
    missing = judge(ProcessError(f"sql {NOT_HERE}\nbroken"))

    assert (own.verdict, missing.verdict) == (Verdict.FAILED, Verdict.INCONCLUSIVE)
