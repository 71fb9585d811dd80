"""What the properties of permissions speak of happens: each premise is met, by few examples of each property."""

from __future__ import annotations

import pytest

from simcore.catalog.find import items
from simcore.catalog.project import find_project
from simcore.runner.sometimes import surroundings
from tests.exploring import explore
from tests.files import ROOT

FILES = ("deputies", "inheritance", "permission_matrix", "policies", "revocation")
EXAMPLES = 25
MET_BY_PROGRAMS = "properties/inheritance.py::somebody_acts_as_another"

pytestmark = pytest.mark.usefixtures("at_home")


@pytest.mark.parametrize("file", FILES)
def test_each_premise_is_met(file: str) -> None:
    home = f"properties/{file}.py::"
    held = [each for each in items(find_project(ROOT)) if each.kind == "property" and each.id.startswith(home)]
    for item in held:
        assert item.function is not None
        assert explore(item.function, EXAMPLES).failing is None, item.id

    sightings = surroundings(ROOT).sightings.seen
    unmet = [each for each, met in sightings.items() if each.startswith(home) and not met]
    assert [each for each in unmet if each != MET_BY_PROGRAMS] == []
    assert held
