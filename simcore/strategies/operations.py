"""Drawing steps: one thing that one member of a program does."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import strategies as st

from simcore.model.programs import VERBS, Step, Verb
from simcore.strategies.bounds import known_verbs, whole
from simcore.strategies.decoding import NAMES, VALUES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hypothesis.strategies import SearchStrategy


def operations(*, processes: int = 4, verbs: Sequence[Verb] = VERBS) -> SearchStrategy[Step]:
    """Return a strategy for single steps; they shrink towards member 0 and the first of *verbs*.

    Args:
        processes: the members that act and are concerned are ``0`` to ``processes - 1``.
        verbs: what they may do; a verb that is there twice comes twice as often.

    Raises:
        UsageError: there is no member, or a verb is unknown.
    """
    whole("operations(processes=...)", processes, least=1)
    known_verbs("operations(verbs=...)", verbs, "lua")
    # Three draws and no more: with what a list draws for each element, Hypothesis deletes up to five at once.
    pairs = st.integers(0, processes * processes - 1), st.integers(0, NAMES * VALUES - 1)
    return st.tuples(st.sampled_from(list(verbs)), *pairs).map(lambda drawn: _step(processes, *drawn))


def _step(processes: int, verb: Verb, who: int, what: int) -> Step:
    process, target = divmod(who, processes)
    name, value = divmod(what, VALUES)
    return Step(process, verb, target, name, value)
