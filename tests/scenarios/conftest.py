"""The shipped scenarios, read once, and one of them played under one schedule."""

from __future__ import annotations

from typing import Final

from simcore.catalog.find import app_tests, items
from simcore.catalog.item import Item
from simcore.catalog.project import find_project
from simcore.model.outcome import Outcome
from simcore.runner.plan import Plan
from simcore.runner.stage import Stage, play
from tests.files import ROOT

ORDERS: Final = ROOT / "scenarios" / "orders"


def shipped_items() -> list[Item]:
    """Return the scenarios of the catalogue and the tests of its apps."""
    return [item for item in items(find_project(ROOT)) if item.kind != "property"]


def order_tests() -> dict[str, Item]:
    """Return the tests of the order pipeline by the name of their entry."""
    return {item.entry.split(":")[1]: item for item in app_tests(find_project(ROOT), str(ORDERS))}


def outcome_of(item: Item, schedule: int, *, base_seed: int = 0) -> Outcome:
    """Play *item* under its *schedule*-th schedule, as ``simcore run`` would; the first is the oldest first."""
    plan = Plan(base_seed=base_seed)
    (run,) = plan.runs(item, plan.search(), [schedule])
    return play(item, Stage(run))
