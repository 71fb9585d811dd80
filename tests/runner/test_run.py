"""``run``: a program or a scenario in a world of its own, and the account of what its members did."""

from __future__ import annotations

import contextlib
from pathlib import Path

import pytest

from simcore import Exit, Failure, Fifo, LinkDown, Message, Options, Process, RunOutcome, UsageError, World, run
from simcore.model.operations import Register
from simcore.model.outcome import Verdict
from simcore.model.programs import PolicyRule, Program, Step
from simcore.process.state.record import ProcessRecord
from simcore.process.verbs import naming
from simcore.programs.perform import seen
from simcore.runner.sometimes import surroundings
from tests.files import write_files

PAIR = Program(
    processes=1,
    steps=(
        Step(0, "trap"),
        Step(0, "spawn_linked_monitored", value=2),
        Step(0, "send", target=1, name=1, value=3),
        Step(1, "receive"),
        Step(1, "raise"),
    ),
)


def events(outcome: RunOutcome, member: int) -> list[object]:
    return [receipt.value for receipt in outcome.received.get(member, ())]


def test_the_members_do_their_steps_and_then_read_on() -> None:
    outcome = run(PAIR)

    assert outcome.outcome.verdict is Verdict.PASSED
    assert [type(each) for each in events(outcome, 0)] == [Exit, LinkDown]
    assert outcome.lives(0)
    assert not outcome.lives(1)
    assert str(outcome.endings[1].error) == "RuntimeError: member 1 fails as it should"
    assert outcome.digest == outcome.world.digest


def test_a_message_carries_the_place_of_its_step_and_cannot_be_changed_by_its_sender() -> None:
    outcome = run(PAIR)

    (receipt,) = outcome.received[1]
    assert isinstance(receipt.value, Message)
    assert receipt.value.payload == [2, {"nested": {"list": [b"bytes", -1]}}]
    assert receipt.index == 2
    assert outcome.greeted[1] == {"key": [1, 2.5]}


def test_spawning_steps_number_their_members_in_the_order_of_the_program() -> None:
    program = Program(
        processes=2, steps=(Step(1, "spawn"), Step(0, "send"), Step(0, "spawn"), Step(3, "sleep", value=1))
    )

    assert program.children() == {0: 2, 2: 3}
    assert [call.process for call in run(program).calls if call.verb == "sleep"] == [3]


def test_a_member_that_was_not_started_is_a_pid_that_never_was() -> None:
    (call,) = run(Program(processes=1, steps=(Step(0, "monitor", target=5),))).calls

    assert call.error is not None
    assert call.error.kind == "NotFound"
    assert not call.done


def test_calls_tell_results_and_errors_in_their_order() -> None:
    steps = (
        Step(0, "register"),
        Step(0, "lookup"),
        Step(0, "lookup", name=1),
        Step(0, "unregister"),
        Step(0, "unlisten"),
    )
    outcome = run(Program(processes=1, steps=steps))

    found = [(call.verb, call.result, call.error and call.error.kind) for call in outcome.calls]
    assert found == [
        ("register", None, None),
        ("lookup", outcome.pids[0], None),
        ("lookup", None, "NotFound"),
        ("unregister", True, None),
        ("unlisten", None, "NotFound"),
    ]
    assert all(call.began < (call.finished or 0) for call in outcome.calls)


def test_what_a_subscription_still_held_is_received_when_it_ends() -> None:
    steps = (Step(0, "listen"), Step(0, "send"), Step(0, "send", name=1), Step(0, "unlisten"))
    outcome = run(Program(processes=1, steps=steps))

    assert [(receipt.channel, receipt.index) for receipt in outcome.received[0]] == [("t0", 1), ("inbox", 2)]


def test_policies_bind_the_members_and_those_they_start() -> None:
    rules = (PolicyRule("allow", "process.spawn"), PolicyRule("allow", "process.host", "app:processes"))
    steps = (Step(0, "spawn"), Step(0, "spawn_linked"), Step(1, "register"))
    outcome = run(Program(processes=1, steps=steps, policies=rules))

    assert {call.verb: call.denied for call in outcome.calls} == {
        "spawn": False,
        "spawn_linked": True,
        "register": True,
    }
    assert list(outcome.pids) == [0, 1]
    assert not any(call.changes for call in outcome.calls)


def test_a_refusal_that_changes_something_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    checked = naming._PERFORMERS[Register]

    def bind_first(record: ProcessRecord, operation: Register) -> object:
        record.runtime.names.register(f"{operation.name}x", record.pid)
        return checked(record, operation)

    monkeypatch.setitem(naming._PERFORMERS, Register, bind_first)
    (call,) = run(Program(processes=1, steps=(Step(0, "register"),), policies=())).calls

    assert call.denied
    assert call.changes == ("names: () became (('n0x', '{app:processes|0x00001}'),)",)


@pytest.mark.parametrize("seed", [0, 1, 2**64 - 1])
def test_a_program_runs_the_same_way_each_time(seed: int) -> None:
    program = Program(2, (*PAIR.steps, Step(1, "send"), Step(0, "send", target=1)), None, seed)

    assert run(program).outcome == run(program).outcome


def test_the_seed_decides_the_schedule() -> None:
    steps = tuple(Step(member, "send", target=2) for member in (0, 1) for _ in range(3))
    orders = {tuple(receipt.index for receipt in run(Program(3, steps, seed=seed)).received[2]) for seed in range(10)}

    assert len(orders) > 3
    assert run(Program(3, steps), seed=4).digest == run(Program(3, steps, seed=4)).digest
    assert run(Program(3, steps), seed=4, strategy=Fifo()).digest == run(Program(3, steps)).digest


def test_what_members_met_is_seen_in_their_world() -> None:
    assert {"failed Exit received", "LinkDown received", "send arrived", "abnormal end"} <= seen(run(PAIR).world).keys()
    assert not seen(World())


# -- scenarios


async def worker(process: Process) -> str:
    return "done"


def work(world: World) -> None:
    world.define("app:worker", worker)
    pid = world.spawn("app:worker", "app:processes")
    world.run()
    assert world.result(pid) == "done"


def test_a_scenario_gives_its_world_and_outcome() -> None:
    outcome = run(work)

    assert outcome.outcome.verdict is Verdict.PASSED
    assert outcome.outcome.actions > 0
    assert outcome.calls == ()


def test_an_assertion_that_does_not_hold_is_a_failure_with_its_place() -> None:
    def wrong(world: World) -> None:
        assert world.now_ns == 1, "time stands still"

    with pytest.raises(Failure, match=r"(?s)^assert: time stands still.*\(tests/runner/test_run\.py:\d+\)"):
        run(wrong)


def test_a_deadlock_that_the_scenario_swallows_is_no_pass() -> None:
    async def endless(process: Process) -> None:
        while True:
            await process.sleep(0)

    def swallowing(world: World) -> None:
        world.define("app:endless", endless)
        world.spawn("app:endless", "app:processes")
        with contextlib.suppress(Failure):
            world.run()

    with pytest.raises(Failure, match="livelock"):
        run(swallowing, options=Options(instant_actions_max=100))


def test_another_error_of_the_scenario_stays_what_it_is() -> None:
    def broken(world: World) -> None:
        raise KeyError("gone")

    with pytest.raises(KeyError, match="gone"):
        run(broken)


def test_what_cannot_be_run_is_refused() -> None:
    with pytest.raises(UsageError, match="a Program or a function of one World, not 'pool'"):
        run("pool")  # type: ignore[arg-type]  # that is the point


# -- the project around the current folder

PROPERTIES = '''
from simcore import Failure, World, always, sometimes

@always
def nobody_is_linked(world: World) -> None:
    """No process is linked to another."""
    assert not world.graph.links()

@sometimes
def a_name_is_taken(world: World) -> None:
    assert world.names

@sometimes
def pigs_fly(world: World) -> None:
    assert world.now_ns < 0
'''


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "properties").mkdir()
    (tmp_path / "properties" / "mine.py").write_text(PROPERTIES, encoding="utf-8")
    (tmp_path / "pyproject.toml").write_text("[tool.simcore.world]\nstrict_mode = true\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_the_always_of_the_project_hold_in_every_run(project: Path) -> None:
    with pytest.raises(Failure, match=r"(?s)^nobody_is_linked: No process is linked to another\. .*mine\.py"):
        run(Program(steps=(Step(0, "link", target=1),)), options=Options())


def test_the_options_are_those_of_the_project_unless_they_are_given(project: Path) -> None:
    program = Program(steps=(Step(0, "link", target=0),))

    assert [call.denied for call in run(program).calls] == [True]
    assert [call.denied for call in run(program, options=Options()).calls] == [False]


def test_a_sometimes_is_seen_once_it_held_at_an_end(project: Path) -> None:
    sightings = surroundings(project).sightings
    run(Program(), options=Options())
    assert not any(sightings.seen.values())

    run(Program(steps=(Step(0, "register"),)), options=Options())
    run(Program(), options=Options())
    assert sightings.seen == {"properties/mine.py::a_name_is_taken": True, "properties/mine.py::pigs_fly": False}


def test_outside_of_a_project_paths_of_a_run_start_from_the_current_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    host = "  - name: h\n    kind: process.host\n"
    index = f'version: "1.0"\nnamespace: mine\nentries:\n{host}'
    monkeypatch.chdir(write_files(tmp_path, {"app/_index.yaml": index}))
    hosts: list[str] = []

    def body(world: World) -> None:
        world.load_app("app")
        hosts.extend(world.hosts)
        world.run()

    run(body)

    assert "mine:h" in hosts
