"""What must hold of terminate, which asks nobody, and of cancel, which only asks."""

from hypothesis import given
from hypothesis import strategies as st

from simcore import Cancel, RunOutcome, World, run, sometimes
from simcore.strategies import Call, Program, programs, seen

MILLISECOND_NS = 1_000_000
TERMINATED = "process terminated"
PROGRAMS = programs(
    policies=st.none(),
    verbs=("terminate", "cancel", "spawn", "spawn_monitored", "receive", "sleep", "return", "raise", "send"),
)
CANCELLING = programs(policies=st.none(), verbs=("cancel", "receive", "sleep", "trap", "spawn", "cancel"))


@sometimes
def a_cancel_arrives(world: World) -> None:
    """A process is asked to end."""
    assert "Cancel received" in seen(world)


@sometimes
def a_terminate_comes_too_late(world: World) -> None:
    """A process is to be terminated that has ended already."""
    assert "terminate NotFound" in seen(world)


@given(PROGRAMS)
def test_who_is_terminated_ends(program: Program) -> None:
    outcome = run(program)

    for call in done(outcome, "terminate"):
        assert call.target in outcome.endings, f"{call}, and it lives"


@given(PROGRAMS)
def test_terminated_is_what_the_result_says(program: Program) -> None:
    """Here nothing is linked, so a member ends by its own steps or because it is terminated."""
    outcome = run(program)

    for member, ending in outcome.endings.items():
        terminates = [call for call in outcome.calls if call.verb == "terminate" and call.target == member]
        asked = [call for call in terminates if call.error is None and call.began < ending.ended]
        if ending.error is not None and ending.error.message == TERMINATED:
            assert asked, f"{member} was terminated by nobody"
            assert ending.error.kind == "Internal"
        elif not own_ends(program, member):
            raise AssertionError(f"{member} ended with {ending}, and no step of its own ends it")


@given(PROGRAMS)
def test_who_is_terminated_does_nothing_more(program: Program) -> None:
    outcome = run(program)

    for call in done(outcome, "terminate"):
        later = [each for each in outcome.calls if each.process == call.target and each.began > (call.finished or 0)]
        assert not later, f"{later[0]} after {call}"


@given(PROGRAMS)
def test_who_has_ended_can_be_neither_terminated_nor_cancelled(program: Program) -> None:
    outcome = run(program)

    for call in [*done(outcome, "terminate"), *done(outcome, "cancel")]:
        assert call.target is not None
        assert call.target in outcome.pids, f"{call} of one that never was"
        ending = outcome.endings.get(call.target)
        assert ending is None or ending.ended > call.began, f"{call} of one that had ended at {ending.ended}"


@given(PROGRAMS)
def test_each_cancel_is_one_event_with_its_deadline_and_reason(program: Program) -> None:
    outcome = run(program)

    for call in done(outcome, "cancel"):
        assert call.target is not None
        events = [event for event in cancels(outcome, call.target) if event.reason == f"step {call.index}"]
        assert len(events) == 1 or not outcome.lives(call.target), f"{call} gave {len(events)} events"
        for event in events:
            assert event.sender == call.pid
            assert (event.deadline_ns is None) == (call.value == 0)
            if event.deadline_ns is not None:
                assert event.deadline_ns - event.at_ns == call.value * MILLISECOND_NS


@given(CANCELLING)
def test_a_cancel_alone_changes_nothing(program: Program) -> None:
    outcome = run(program)

    assert all(outcome.lives(member) for member in outcome.pids)
    assert not outcome.endings
    assert not outcome.world.graph.links()
    assert not outcome.world.graph.monitors()
    assert not outcome.world.names
    asked = sum(call.verb == "cancel" and call.done for call in outcome.calls)
    assert sum(len(cancels(outcome, member)) for member in outcome.pids) == asked == outcome.world.history.count(Cancel)


def done(outcome: RunOutcome, verb: str) -> list[Call]:
    return [call for call in outcome.calls if call.verb == verb and call.done]


def cancels(outcome: RunOutcome, member: int) -> list[Cancel]:
    received = [receipt.value for receipt in outcome.received.get(member, ())]
    return [event for event in received if isinstance(event, Cancel)]


def own_ends(program: Program, member: int) -> bool:
    return any(step.process == member and step.verb in ("return", "raise") for step in program.steps)
