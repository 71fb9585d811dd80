"""Drawing programs: how many members, what they do, what binds them, and one seed for the whole schedule."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import msgspec
from hypothesis import strategies as st

from simcore.model.programs import SPAWNS, VERBS, PolicyRule, Program, Step, Verb
from simcore.strategies.operations import operations, whole
from simcore.strategies.policies import policies as any_policies

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hypothesis.strategies import SearchStrategy

SEED_BITS: Final = 64


def programs(
    *,
    max_processes: int = 4,
    max_operations: int = 30,
    policies: SearchStrategy[tuple[PolicyRule, ...] | None] | None = None,
    verbs: Sequence[Verb] = VERBS,
) -> SearchStrategy[Program]:
    """Return a strategy for whole programs, each with the seed of its schedule.

    They shrink towards few operations of few members, no policies, and seed 0, which is the oldest first. The schedule
    itself is not drawn: it follows from the one seed.

    Args:
        max_processes: how many members there are at most at the start; a program may spawn more.
        max_operations: how many operations a program has at most.
        policies: a strategy for its policies, such as ``policies(context=True)``; by default ``policies()``.
        verbs: what its members may do.

    Raises:
        UsageError: a number is none or too small, or a verb is unknown.
    """
    whole("programs(max_processes=...)", max_processes, least=1)
    whole("programs(max_operations=...)", max_operations, least=0)
    parts = (
        st.integers(1, max_processes),
        _steps(max_processes, max_operations, verbs),
        any_policies() if policies is None else policies,
        # One number for a whole schedule: a draw costs some 50 us where a choice costs well below one, and Hypothesis
        # gives up an example after some thousand draws.
        st.integers(0, 2**SEED_BITS - 1),
    )
    return st.tuples(*parts).map(lambda drawn: _settled(Program(*drawn)))


def _steps(max_processes: int, max_operations: int, verbs: Sequence[Verb]) -> SearchStrategy[tuple[Step, ...]]:
    """Return lists of steps, short and long in equal parts: alone, an unbounded list has about six elements."""
    step = operations(processes=max_processes + 2, verbs=verbs)
    lists = [st.lists(step, min_size=least, max_size=max_operations) for least in (0, max_operations // 2)]
    return st.one_of(lists).map(tuple)


def _settled(program: Program) -> Program:
    """Return the program in which every step is of a member that may live, and concerns one."""
    members = program.processes + sum(step.verb in SPAWNS for step in program.steps)
    steps = tuple(
        msgspec.structs.replace(step, process=step.process % members, target=step.target % members)
        for step in program.steps
    )
    return msgspec.structs.replace(program, steps=steps)
