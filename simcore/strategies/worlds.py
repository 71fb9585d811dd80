"""Drawing the options of a world, as far as they change what a program may see."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import strategies as st

from simcore.model.errors import UsageError
from simcore.model.options import QUIRKS, Options
from simcore.strategies.bounds import whole

if TYPE_CHECKING:
    from hypothesis.strategies import SearchStrategy


def worlds(*, max_quirks: int = 0) -> SearchStrategy[Options]:
    """Return a strategy for the options of a world, for ``run(program, options=...)`` or ``programs(options=...)``.
    They shrink to the defaults.

    Bounds are left as they are: a bound that is hit makes a run inconclusive, which would say nothing. So is
    ``unobserved``, which changes the verdict of a run and not what happens in it.

    Args:
        max_quirks: how many oddities of the observed runtime there are at most; each breaks some rule of the contract.

    Raises:
        UsageError: *max_quirks* is no number of quirks.
    """
    whole("worlds(max_quirks=...)", max_quirks, least=0)
    if max_quirks > len(QUIRKS):
        raise UsageError(f"worlds(max_quirks=...) is an int from 0 to {len(QUIRKS)}, not {max_quirks}")
    quirks = st.lists(st.sampled_from(list(QUIRKS)), unique=True, max_size=max_quirks).map(tuple)
    # A choice of numbers in place of one draw for each: a draw costs more than the choice.
    return st.builds(_world, st.integers(0, 2 ** len(_SWITCHES) - 1), st.sampled_from(_EPOCHS), quirks)


_SWITCHES = (
    ("strict_mode", True),
    ("name_conflict", "error"),
    ("cancel_deadline", "enforce"),
    ("strict_builder_permissions", True),
    ("foreign_register_permission", True),
    ("cancel_call_child_on_caller_exit", True),
    ("returned_error_is_terminal", False),
)
"""What each switch is where it is not as by default."""
_EPOCHS = (Options().epoch, "1970-01-01T00:00:00Z", "2038-01-19T03:14:08Z")


def _world(switches: int, epoch: str, quirks: tuple[str, ...]) -> Options:
    changed = {name: value for place, (name, value) in enumerate(_SWITCHES) if switches >> place & 1}
    return Options(**changed, epoch=epoch, quirks=quirks)  # type: ignore[arg-type]  # each has the type of its option
