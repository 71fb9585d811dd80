"""Recording the worlds that ``run`` makes, without any effect on what happens in them."""

from __future__ import annotations

from simcore import World, run
from simcore.model.programs import Program, Step
from simcore.story.recordings import recorded

PROGRAM = Program(steps=(Step(0, "send", target=1), Step(1, "register"), Step(0, "register")), seed=3)


def nothing(world: World) -> None:
    world.run()


def test_each_world_of_a_block_is_recorded_and_those_outside_are_not() -> None:
    run(PROGRAM)
    with recorded() as recordings:
        first = run(PROGRAM)
        second = run(nothing)
    run(PROGRAM)

    assert [world for world, _ in recordings.worlds] == [first.world, second.world]
    assert recordings.actions == first.outcome.actions + second.outcome.actions
    assert recordings.decisions == first.outcome.decisions
    assert recordings.now_ns == 0


def test_the_trace_tells_what_happened() -> None:
    with recorded() as recordings:
        run(PROGRAM)

    ((_, recorder),) = recordings.worlds
    assert {"spawn", "send", "receive", "name", "refused", "action"} <= {event.kind for event in recorder.events}


def test_recording_changes_neither_digest_nor_account() -> None:
    plain = run(PROGRAM)
    with recorded() as recordings:
        told = run(PROGRAM)

    assert told.digest == plain.digest == recordings.digest
    assert [call.changes for call in told.calls] == [call.changes for call in plain.calls]


def test_the_digest_of_several_worlds_is_that_of_all() -> None:
    with recorded() as both:
        run(PROGRAM)
        run(nothing)
    with recorded() as one:
        run(PROGRAM)
    with recorded() as none:
        pass

    assert len({both.digest, one.digest, none.digest}) == 3
    assert none.digest == ""
    assert none.now_ns == 0
