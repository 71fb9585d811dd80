"""Drawing steps: one thing that one member of a program does."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from hypothesis import strategies as st

from simcore.model.errors import UsageError
from simcore.model.programs import VERBS, Step, Verb
from simcore.model.texts import represented

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hypothesis.strategies import SearchStrategy

NAMES: Final = 2
VALUES: Final = 4


def operations(*, processes: int = 4, verbs: Sequence[Verb] = VERBS) -> SearchStrategy[Step]:
    """Return a strategy for single steps; they shrink towards member 0 and the first of *verbs*.

    Args:
        processes: the members that act and are concerned are ``0`` to ``processes - 1``.
        verbs: what they may do; a verb that is there twice comes twice as often.

    Raises:
        UsageError: there is no member, or a verb is unknown.
    """
    whole("operations(processes=...)", processes, least=1)
    unknown = [verb for verb in verbs if verb not in VERBS]
    if unknown or not verbs:
        raise UsageError(f"operations(verbs=...) are some of {', '.join(VERBS)}; not {unknown or 'none at all'}")
    # Three draws and no more: with what a list draws for each element, Hypothesis deletes up to five at once.
    pairs = st.integers(0, processes * processes - 1), st.integers(0, NAMES * VALUES - 1)
    return st.tuples(st.sampled_from(list(verbs)), *pairs).map(lambda drawn: _step(processes, *drawn))


def whole(what: str, value: object, *, least: int) -> None:
    """Refuse a *value* that is no int, or less than *least*.

    Raises:
        UsageError: it is one; *what* names the argument.
    """
    if isinstance(value, bool) or not isinstance(value, int) or value < least:
        raise UsageError(f"{what} is an int of {least} or more, not {represented(value)}")


def _step(processes: int, verb: Verb, who: int, what: int) -> Step:
    process, target = divmod(who, processes)
    name, value = divmod(what, VALUES)
    return Step(process, verb, target, name, value)
