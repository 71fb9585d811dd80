"""What must hold of every verb with every verdict in every state of its caller.

``python -m properties._permissions.matrix`` prints the matrix of what that comes to.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

from hypothesis import example, given, settings
from hypothesis import strategies as st

from simcore import World, sometimes

from ._permissions import judging
from ._permissions.deeds import DEEDS
from ._permissions.in_lua import LuaPlan
from ._permissions.matrix import PLANS, Cell, cells_of
from ._permissions.rules import BY_A_DENY, NO_MATCH, OPEN, STRICT
from ._permissions.trial import STATES, Plan, has_met

REACHED: Counter[Cell] = Counter()
"""The cells that the first property has come to in this process."""
RARELY = 6
"""Of 16 choices so many have a row denied."""


def plan_of(kind: type[Plan], state: str, data: bytes, part: int | None = None) -> Plan:
    """Return what these bytes have the verbs come to; zeros allow everything."""
    context, *choices = data
    if context >= 240:
        return kind(state, None, strict=context % 2 == 1, has_actor=context < 248, part=part)
    drawn = [byte % 16 for byte in choices]
    shared = [choice if choice <= 2 else 0 for choice in drawn[-2:]]
    each = (choice if choice <= RARELY else 0 for choice in drawn[:-2])
    return kind(state, (*each, *shared), strict=context % 2 == 1, part=part)


SIZE = 1 + len(DEEDS) + 2
KIND, STATE, BYTES = st.sampled_from((Plan, LuaPlan)), st.sampled_from(STATES), st.binary(min_size=SIZE, max_size=SIZE)
ALL_VERBS = st.builds(plan_of, KIND, STATE, BYTES)
SOME_VERBS = st.builds(plan_of, KIND, STATE, BYTES, st.integers(0, 3))


def every_cell(test: Callable[..., Any]) -> Callable[..., Any]:
    """Let *test* begin with what comes to every cell, the oldest first."""
    for plan in reversed(PLANS):
        test = example(plan)(test)
    return test


@settings(max_examples=40)
@every_cell
@given(ALL_VERBS)
def test_each_verb_is_done_exactly_where_its_rows_are_allowed(plan: Plan) -> None:
    """Every cell of the matrix (I72: an operation takes effect only where all its rows are allowed)."""
    trial = plan.play()

    REACHED.update(cells_of(trial))
    refuse(judging.decisions(trial))


@settings(max_examples=60)
@given(SOME_VERBS)
def test_what_is_denied_changes_nothing_and_takes_no_time(plan: Plan) -> None:
    """(I73: a denied operation changes no mailbox, registry, topology, process or builder.)"""
    refuse(judging.effects(plan.play()))


@settings(max_examples=60)
@given(SOME_VERBS)
def test_the_first_row_that_is_denied_is_the_only_one_that_is_told(plan: Plan) -> None:
    """(I74: checks are evaluated in the order of the table, and stop at the first denial.)"""
    refuse(judging.orders(plan.play()))


@settings(max_examples=60)
@given(SOME_VERBS)
def test_a_denial_has_its_kind_and_names_the_operation_and_what_was_typed(plan: Plan) -> None:
    """(I83: the kind of a denial is PermissionDenied, and its message names the operation.)"""
    refuse(judging.errors(plan.play()))


def refuse(breaches: Iterator[str]) -> None:
    """Fail with the first of *breaches*."""
    for breach in breaches:
        raise AssertionError(breach)


# -- what the default run has to come to


@sometimes
def a_verb_is_denied_by_a_deny(world: World) -> None:
    """A deny beats what allows a verb."""
    assert any(has_met(world, f"{BY_A_DENY} {state}") for state in STATES)


@sometimes
def a_verb_is_denied_for_want_of_a_match(world: World) -> None:
    """No policy speaks of a verb."""
    assert any(has_met(world, f"{NO_MATCH} {state}") for state in STATES)


@sometimes
def a_verb_is_allowed_without_a_context(world: World) -> None:
    """Somebody without actor or scope does something in a world that is not strict."""
    assert any(has_met(world, f"{OPEN} {state}") for state in STATES)


@sometimes
def a_verb_is_denied_without_a_context(world: World) -> None:
    """Somebody without actor or scope tries something in a strict world."""
    assert any(has_met(world, f"{STRICT} {state}") for state in STATES)


@sometimes
def a_verb_is_denied_in_a_call(world: World) -> None:
    """Somebody who was called is denied something."""
    assert has_met(world, f"{BY_A_DENY} in a call")


@sometimes
def a_verb_is_denied_to_a_service(world: World) -> None:
    """A service is denied something."""
    assert has_met(world, f"{BY_A_DENY} as a service")


@sometimes
def a_verb_is_denied_to_a_function(world: World) -> None:
    """A function is denied something."""
    assert has_met(world, f"{BY_A_DENY} as a function")


@sometimes
def a_verb_is_denied_after_an_upgrade(world: World) -> None:
    """Code that has taken over is denied something."""
    assert has_met(world, f"{BY_A_DENY} after an upgrade")
