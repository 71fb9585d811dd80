"""The beginning of a run that a bound has ended: how it came to what it repeats."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import msgspec

from simcore.runner.following import Noting
from simcore.runner.replay import story_on
from simcore.runner.stage import Stage, play
from simcore.schedulers.registry import make_scheduler
from simcore.story.folding import ends_in_a_cycle
from simcore.story.recorder import Recorder
from simcore.story.recordings import recorded

if TYPE_CHECKING:
    from simcore.catalog.item import Item
    from simcore.catalog.properties import ProjectProperties
    from simcore.model.run import Run

ACTIONS_MAX: Final = 50_000
"""So many actions are replayed: what repeats itself for ever has mostly begun by then, and their events have room."""
LONGER: Final = 4
"""Where nothing repeats itself at their end, so many times as many are."""


def beginning_of(item: Item, run: Run, properties: ProjectProperties) -> list[str]:
    """Play the first actions of *run* once more, which a bound has ended, and return in words what happened.

    Args:
        item: what is played.
        run: as it was played.
        properties: the project's ``always``.
    """
    story, is_known = _told(item, run, properties, ACTIONS_MAX)
    return story if is_known else _told(item, run, properties, LONGER * ACTIONS_MAX)[0]


def _told(item: Item, run: Run, properties: ProjectProperties, actions_max: int) -> tuple[list[str], bool]:
    """Return what happened in the first *actions_max* actions, and whether that is all or ends in a cycle."""
    # Under the same bound, or an earlier one: up to there it is the same run, since no bound is seen by a program.
    options = msgspec.structs.replace(run.options, actions_max=min(run.options.actions_max, actions_max))
    recorder = Recorder()
    noting = Noting(make_scheduler(run.strategy), recorder.labels)
    stage = Stage(msgspec.structs.replace(run, options=options), properties, noting, recorder)
    with recorded() as recordings:
        outcome = play(item, stage)
    is_cut = outcome.property == "actions_max" and options != run.options
    said = [f"told of its first {actions_max:,} actions:"] if is_cut else []
    is_known = not is_cut or ends_in_a_cycle([*recorder.events, *recordings.events])
    return [*said, *story_on(stage, recorder, noting, recordings)], is_known
