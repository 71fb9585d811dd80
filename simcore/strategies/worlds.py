"""Drawing the options of a world, as far as they change what a program may see."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import strategies as st

from simcore.model.options import Options

if TYPE_CHECKING:
    from hypothesis.strategies import SearchStrategy


def worlds() -> SearchStrategy[Options]:
    """Return a strategy for the options of a world, for ``run(program, options=...)``; they shrink to the defaults.

    Bounds are left as they are: a bound that is hit makes a run inconclusive, which would say nothing.
    """
    epochs = st.sampled_from((Options().epoch, "1970-01-01T00:00:00Z", "2038-01-19T03:14:08Z"))
    return st.builds(Options, strict_mode=st.booleans(), epoch=epochs)
