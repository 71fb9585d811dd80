"""A deadlock beside what is asked for, in every kind of item, and how it is told (process 15.1.3, O34)."""

from __future__ import annotations

from pathlib import Path

import pytest

from simcore import Deadlock, Failure, Process, World, run, scenario
from simcore.catalog.item import Item
from simcore.model.outcome import Outcome, Verdict
from simcore.model.run import ItemReference, Run
from simcore.runner.stage import Stage, play
from tests.apps import boot, play_test
from tests.behaviours import sleeper
from tests.files import write_files
from tests.worlds import HOST

SEEDS = range(8)
RUN = Run(item=ItemReference("", ""), seed=0)

PROGRAM = """
local HOST = "app:host"

local function silent() process.inbox():receive() end
local function quick() return 1 end

-- stuck
local function lone() channel.new():receive() end
local function full() local c = channel.new(1) c:send(1) c:send(2) end
local function caller() return process.call("app:silent", HOST) end
local function calls_function() return funcs.call("app:waits") end
local function waits_for_future()
    local future = assert(funcs.async("app:waits"))
    future:response():receive()
end
local function forgets_its_future()
    assert(funcs.async("app:waits"))
    channel.new():receive()
end
local function nothing_to_select() channel.select({ channel.new():case_receive(), channel.new():case_receive() }) end
local function crossed()
    local a, b = channel.new(), channel.new()
    coroutine.spawn(function() a:receive() b:send(1) end)
    b:receive()
end

-- idle
local function supervisor()
    process.spawn_monitored("app:quick", HOST)
    local events = process.events()
    while true do events:receive() end
end
local function pool()
    local results = channel.new()
    channel.select({ results:case_receive(), process.inbox():case_receive() })
end
local function listens() process.listen("orders"):receive() end
local function bus() events.subscribe("system", "*"):channel():receive() end
local function fed()
    local jobs = channel.new()
    coroutine.spawn(function() local inbox = process.inbox() while true do jobs:send(inbox:receive()) end end)
    while true do jobs:receive() end
end
local function keeper()
    coroutine.spawn(function() process.inbox():receive() end)
    channel.new():receive()
end
local function future_or_inbox()
    local future = assert(funcs.async("app:waits"))
    channel.select({ future:response():case_receive(), process.inbox():case_receive() })
end
local function answered()
    assert(funcs.call("app:quick"))
    assert(process.call("app:quick", HOST))
    process.inbox():receive()
end

local function starts(name)
    return function() assert(process.spawn("app:" .. name, HOST)) return true end
end

local all = { silent = silent, quick = quick, lone = lone, full = full, caller = caller,
    calls_function = calls_function, waits_for_future = waits_for_future, nothing_to_select = nothing_to_select,
    forgets_its_future = forgets_its_future,
    crossed = crossed, supervisor = supervisor, pool = pool, listens = listens, bus = bus, fed = fed, keeper = keeper,
    future_or_inbox = future_or_inbox, answered = answered, waits = silent }
local tests = {}
for name in pairs(all) do tests["t_" .. name] = starts(name) end
for name, each in pairs(all) do tests[name] = each end
tests.t_itself = function() process.call("app:silent", HOST) end
return tests
"""
STUCK = (
    "lone",
    "full",
    "caller",
    "calls_function",
    "waits_for_future",
    "forgets_its_future",
    "nothing_to_select",
    "crossed",
)
IDLE = ("silent", "supervisor", "pool", "listens", "bus", "fed", "keeper", "future_or_inbox", "answered")
MODULES = "[channel, process, funcs, coroutine, events]"


def entry(name: str, kind: str, more: str = "") -> str:
    return f"""
  - name: {name}
    kind: {kind}
    source: file://program.lua
    method: {name}
    modules: {MODULES}
{more}"""


def index(more: str = "") -> str:
    processes = "".join(entry(name, "process.lua") for name in (*STUCK, *IDLE))
    functions = "".join(entry(name, "function.lua") for name in ("quick", "waits"))
    test_entries = "".join(
        entry(f"t_{name}", "function.lua", "    meta: {type: test}\n") for name in (*STUCK, *IDLE)
    ) + entry("t_itself", "function.lua", "    meta: {type: test}\n")
    return (
        'version: "1.0"\nnamespace: app\nentries:\n  - name: host\n    kind: process.host\n'
        f"{processes}{functions}{test_entries}{more}"
    )


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An application with one process, and a test that starts it, for each way to wait."""
    files = {"_index.yaml": index(), "program.lua": PROGRAM}
    return write_files(tmp_path_factory.mktemp("app"), files)


@pytest.mark.parametrize("name", STUCK)
def test_a_process_that_waits_in_vain_beside_a_test_of_an_application_fails_it(app: Path, name: str) -> None:
    outcome = play_test(app, f"app:t_{name}")

    assert (outcome.verdict, outcome.property) == (Verdict.FAILED, "deadlock")
    assert outcome.message.startswith(f"after the test had passed: world/app:t_{name}.0/app:{name}.0 waits for ")


@pytest.mark.parametrize(
    ("name", "awaited"),
    [
        ("caller", "the result of {}/app:silent.0, which waits for its inbox"),
        ("calls_function", "the result of {}/app:waits.0, which waits for its inbox"),
        ("waits_for_future", "the result of {}/app:waits.0, which waits for its inbox"),
        ("forgets_its_future", "a channel of its own, which nobody else can reach"),
        ("full", "room in a channel of its own, which nobody else can reach"),
    ],
)
def test_it_is_said_what_the_process_waits_for(app: Path, name: str, awaited: str) -> None:
    who = f"world/app:t_{name}.0/app:{name}.0"

    first = play_test(app, f"app:t_{name}").message.splitlines()[0]

    assert first == f"after the test had passed: {who} waits for {awaited.format(who)}; nothing can happen any more"


@pytest.mark.parametrize("name", IDLE)
def test_a_process_that_idles_beside_a_test_of_an_application_is_healthy(app: Path, name: str) -> None:
    outcomes = [play_test(app, f"app:t_{name}", seed=seed) for seed in SEEDS]

    assert {(outcome.verdict, outcome.message, outcome.remarks) for outcome in outcomes} == {(Verdict.PASSED, "", ())}


def test_the_test_itself_in_a_deadlock_says_what_it_waits_for(app: Path) -> None:
    outcome = play_test(app, "app:t_itself")

    assert outcome.property == "deadlock"
    assert outcome.message.splitlines() == [
        "app:t_itself has no result, and nothing can happen any more",
        "world/app:t_itself.0 waits for the result of world/app:t_itself.0/app:silent.0, which waits for its inbox",
    ]


def test_a_service_that_waits_in_vain_fails_the_boot(tmp_path: Path) -> None:
    service = """
  - name: stuck.service
    kind: process.service
    process: caller
    host: host
    lifecycle: {auto_start: true}
"""
    without_tests = index(service).replace("    meta: {type: test}\n", "")
    write_files(tmp_path, {"_index.yaml": without_tests, "program.lua": PROGRAM})

    outcome: Outcome = boot(tmp_path)

    assert (outcome.verdict, outcome.property) == (Verdict.FAILED, "deadlock")


@scenario
def awaits_a_sleeper(world: World) -> None:
    """Ask for what an idle process will never have."""
    world.define("app:sleeper", sleeper)
    pid = world.spawn("app:sleeper", HOST)
    world.run()
    world.result(pid)


def test_a_result_that_will_never_be_is_told_with_what_its_process_waits_for() -> None:
    outcome = play(Item(kind="scenario", id="a::b", function=awaits_a_sleeper), Stage(RUN))

    assert outcome.message.splitlines() == [
        "world/app:sleeper.0 has no result, and nothing can happen any more",
        "world/app:sleeper.0 waits for its inbox",
    ]


async def calls(process: Process, *ids: str) -> None:
    await process.call(ids[0], HOST, *ids[1:])


def chain(world: World) -> None:
    world.define("app:calls", calls)
    world.define("app:sleeper", sleeper)
    world.spawn("app:calls", HOST, "app:calls", "app:sleeper")
    world.run()


def test_everybody_in_a_chain_is_named_the_first_first() -> None:
    with pytest.raises(Deadlock) as caught:
        run(chain)

    outer, inner = "world/app:calls.0", "world/app:calls.0/app:calls.0"
    assert caught.value.message.splitlines() == [
        f"{outer} waits for the result of {inner}, which waits for the result of app:sleeper; "
        "nothing can happen any more",
        f"{inner} waits for the result of {inner}/app:sleeper.0, which waits for its inbox",
    ]


def test_of_many_who_wait_some_are_named() -> None:
    def crowd(world: World) -> None:
        world.define("app:calls", calls)
        world.define("app:sleeper", sleeper)
        for _ in range(30):
            world.spawn("app:calls", HOST, "app:sleeper")
        world.run()

    with pytest.raises(Deadlock) as caught:
        run(crowd)

    assert len(caught.value.message.splitlines()) == 9
    assert caught.value.message.endswith("\nand 22 more")


def test_a_claim_of_the_body_that_does_not_hold_is_told_before_the_deadlock() -> None:
    def claims(world: World) -> None:
        chain(world)
        assert world.now_ns == 1, "it is late"

    with pytest.raises(Failure, match="it is late"):
        run(claims)
