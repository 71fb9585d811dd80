"""What holds for all tests: nothing of the machine that runs them reaches the commands that they start.

Also how tests make a world: behaviours by name, each ``app:<name>``.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Protocol

import pytest

from simcore import Behaviour, World

# Where these are set, simcore speaks to a CI or to a terminal; a test that wants that sets them itself.
SURROUNDINGS = ("CI", "GITHUB_ACTIONS", "GITHUB_STEP_SUMMARY", "FORCE_COLOR", "NO_COLOR", "COLUMNS", "PYTHONHASHSEED")


@pytest.fixture(scope="session", autouse=True)
def _plain_surroundings() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        for name in SURROUNDINGS:
            patch.delenv(name, raising=False)
        yield


class Make(Protocol):
    """Makes a world of behaviours; what is not a behaviour goes to ``World``."""

    def __call__(
        self, *, seed: int = 0, strategy: Any = None, options: Any = None, **behaviours: Behaviour
    ) -> World: ...


@pytest.fixture(scope="session")
def make() -> Make:
    def build(*, seed: int = 0, strategy: Any = None, options: Any = None, **behaviours: Behaviour) -> World:
        world = World(seed, strategy, options)
        world.runtime.add_host("app:processes")
        for name, behaviour in behaviours.items():
            world.define(f"app:{name}", behaviour)
        return world

    return build
