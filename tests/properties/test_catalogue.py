"""The shipped properties: they reach what they are meant to reach, and they notice a kernel that does otherwise."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from simcore.catalog.find import items
from simcore.catalog.item import Item
from simcore.catalog.project import find_project
from simcore.graph.names import Names
from simcore.graph.topology import MONITOR, Topology
from simcore.model.errors import ProcessError
from simcore.process import exiting, messaging, naming
from simcore.process.envelope import Envelope
from simcore.process.record import ProcessRecord
from simcore.process.runtime import Runtime
from simcore.runner.sightings import surroundings
from simcore.security.policy import ALLOW
from simcore.security.scope import Scope
from simcore.strategies.execute import Execution
from simcore.world import world

ROOT = Path(__file__).parents[2]


class NoInvariants:
    """Nothing is checked but the properties: what is always on would notice first."""

    def attach(self, runtime: Runtime) -> None:
        """Look at nothing."""

    def quiescent(self) -> None:
        """Find nothing."""


@pytest.fixture
def _alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    monkeypatch.setattr(world, "Invariants", NoInvariants)
    monkeypatch.setattr(world, "Observers", lambda observers: type(observers[-1]) and _only(observers[1:]))


def _only(observers: Any) -> Any:
    from simcore.process.observer import Observers

    return Observers(observers)


def item(name: str) -> Item:
    (found,) = [each for each in items(find_project(ROOT)) if each.kind == "property" and each.id.endswith(f"::{name}")]
    return found


def explored(name: str, examples: int = 1_000) -> tuple[dict[str, Any], Exception] | None:
    function = item(name).function
    assert function is not None
    return Execution().explore(function, examples=examples, seed=1)
