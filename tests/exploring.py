"""Properties tried as ``simcore run`` tries them, without a project around them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from simcore.model.run import ItemReference, Run
from simcore.runner.property import Counterexample, Explored
from simcore.strategies.given import Execution


def run_of(seed: int = 1, **example: Any) -> Run:
    """Return the run of a property: its seed, and what it is called with if that is known."""
    return Run(item=ItemReference("", ""), seed=seed, **example)


def explore(test: Callable[..., Any], examples: int | None = None, seed: int = 1) -> Explored:
    """Let Hypothesis try *test*, a ``@given`` test."""
    return Execution().explore(test, run_of(seed), examples=examples)


def failing(test: Callable[..., Any], examples: int | None = None, seed: int = 1) -> Counterexample:
    """Return the smallest example that fails."""
    explored = explore(test, examples, seed)
    assert explored.failing is not None, explored
    return explored.failing
