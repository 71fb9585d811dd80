"""The reference model behind every shipped scenario and application: it agrees, and says what it has not judged."""

from __future__ import annotations

import pytest

from properties._reference import agree
from simcore.catalog.item import Item
from simcore.catalog.project import find_project
from simcore.catalog.properties import properties
from simcore.model.outcome import Outcome, Verdict
from simcore.runner.plan import Plan
from simcore.runner.stage import Stage, play
from tests.files import ROOT
from tests.scenarios.conftest import shipped_items

SCHEDULES = 4
NOT_JUDGED = {
    "when services and hosts begin and stop, one after the other",
    "scopes of services that look up groups or policies",
    "when a slow start of a service is over",
    "when events of SimPy come",
    "what processes of SimPy do",
    "module bodies that fail",
    "actions from one on that an error broke off",
}
"""What it takes as it comes, of all that the shipped items do."""

pytestmark = pytest.mark.usefixtures("at_home")


def played(item: Item, schedule: int) -> tuple[Outcome, Stage]:
    plan = Plan(base_seed=7)
    (run,) = plan.runs(item, plan.search(), [schedule])
    stage = Stage(run, properties(find_project(ROOT)))
    return play(item, stage), stage


@pytest.mark.parametrize("item", shipped_items(), ids=lambda item: item.id)
def test_it_agrees_with_a_shipped_item_under_every_schedule(item: Item) -> None:
    for schedule in range(1, SCHEDULES + 1):
        outcome, stage = played(item, schedule)

        assert outcome.property != "the_reference_model_agrees", outcome.message
        assert outcome.verdict is not Verdict.ERROR
        for world in stage.worlds:
            assert agree(world).unjudged.keys() <= NOT_JUDGED
