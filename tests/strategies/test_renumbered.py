"""Programs without some of their parts: whoever is left does the same to the same."""

from __future__ import annotations

from simcore.strategies import Program, ServiceRule, Step
from simcore.strategies.renumbered import as_member, without_member, without_service, without_steps

# Two members at the start, two that are spawned, one service: 0, 1, then 2 and 3, then 4.
PROGRAM = Program(
    2,
    (
        Step(0, "spawn"),
        Step(1, "spawn"),
        Step(2, "send", 3),
        Step(3, "send", 4),
        Step(4, "send", 2),
        Step(-1, "stop_service"),
    ),
    scopes=(None, ()),
    services=(ServiceRule(),),
)
NOBODY_LEFT = 4


def test_without_a_spawn_nobody_is_started_and_what_it_would_do_is_gone() -> None:
    assert without_steps(PROGRAM, [0]) == Program(
        2,
        (Step(1, "spawn"), Step(2, "send", 3), Step(3, "send", NOBODY_LEFT), Step(-1, "stop_service")),
        scopes=(None, ()),
        services=(ServiceRule(),),
    )


def test_without_a_member_those_behind_it_move_up_with_their_policies() -> None:
    assert without_member(PROGRAM, 0) == Program(
        1,
        (Step(0, "spawn"), Step(1, "send", 2), Step(2, "send", 3), Step(-1, "stop_service")),
        scopes=((),),
        services=(ServiceRule(),),
    )


def test_without_a_service_nobody_has_its_number() -> None:
    assert without_service(PROGRAM, 0) == Program(
        2,
        (
            Step(0, "spawn"),
            Step(1, "spawn"),
            Step(2, "send", 3),
            Step(3, "send", NOBODY_LEFT),
            Step(-1, "stop_service"),
        ),
        scopes=(None, ()),
    )


def test_a_service_that_is_left_needs_nothing_that_is_gone() -> None:
    two = Program(1, services=(ServiceRule(), ServiceRule(depends_on=0)))

    assert without_service(two, 0).services == (ServiceRule(),)
    assert without_service(two, 1).services == (ServiceRule(),)


def test_who_was_spawned_is_there_from_the_start() -> None:
    assert as_member(PROGRAM, 2) == Program(
        3,
        (Step(1, "spawn"), Step(2, "send", 3), Step(3, "send", 4), Step(4, "send", 2), Step(-1, "stop_service")),
        scopes=(None, ()),
        services=(ServiceRule(),),
    )


def test_a_service_is_there_from_the_start_as_a_member_like_others() -> None:
    assert as_member(PROGRAM, 4) == Program(
        3,
        (
            Step(0, "spawn"),
            Step(1, "spawn"),
            Step(3, "send", 4),
            Step(4, "send", 2),
            Step(2, "send", 3),
            Step(-1, "stop_service"),
        ),
        scopes=(None, ()),
    )
