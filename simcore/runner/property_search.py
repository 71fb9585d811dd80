"""Looking for the failure of a property whose case does not lead there any more: the same arguments under other
schedules, then other arguments."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from simcore.kernel.choices import derive_seed
from simcore.runner.property import play_property
from simcore.runner.search import Searched
from simcore.runner.sometimes import surroundings

if TYPE_CHECKING:
    from collections.abc import Callable

    from simcore.catalog.properties import ProjectProperties
    from simcore.model.outcome import Outcome
    from simcore.runner.property import PropertyRunner
    from simcore.runner.reference import Found


def search_property(
    runner: PropertyRunner,
    found: Found,
    held: ProjectProperties,
    amount: int,
    wanted: Callable[[Outcome], bool],
    *,
    own: bool,
) -> Searched:
    """Look for a failure.

    Args:
        runner: who calls the test.
        found: what was replayed.
        held: the properties that may be asked.
        amount: how many examples are tried of each sort.
        wanted: tells whether an outcome is the failure that is looked for.
        own: whether its own arguments can be tried under other schedules.
    """
    searched = Searched(amount)
    if not (own and _own_arguments(searched, runner, found, held, amount, wanted)):
        _other_arguments(searched, runner, found, held, amount, wanted)
    return searched


def _own_arguments(
    searched: Searched,
    runner: PropertyRunner,
    found: Found,
    held: ProjectProperties,
    amount: int,
    wanted: Callable[[Outcome], bool],
) -> bool:
    """Try the same arguments under other schedules; return whether that was the end of it."""
    runs = len(found.run.seeds or ()) or 1
    for number in range(1, amount + 1):
        seeds = [derive_seed(found.run.seed, "search", number, place) for place in range(runs)]
        run = msgspec.structs.replace(found.run, seeds=seeds)
        outcome = play_property(runner, found.item, run, held).outcome
        if searched.hear(run, outcome, wanted=wanted(outcome)):
            break
    return searched.found is not None or bool(searched.ended)


def _other_arguments(
    searched: Searched,
    runner: PropertyRunner,
    found: Found,
    held: ProjectProperties,
    amount: int,
    wanted: Callable[[Outcome], bool],
) -> None:
    """Let Hypothesis look for arguments, and see what it found by itself."""
    assert found.item.function is not None
    plain = msgspec.structs.replace(found.run, arguments=None, seeds=None, drawn=None)
    with surroundings(Path.cwd()).running(found.item, plain.options, held):
        explored = runner.explore(found.item.function, plain, examples=amount, progressed=lambda _, __: None)
    searched.tried += explored.examples
    if explored.failing is None or explored.failing.run is None:
        return
    run = explored.failing.run
    outcome = play_property(runner, found.item, run, held).outcome
    searched.tried -= 1
    searched.hear(run, outcome, wanted=wanted(outcome))
