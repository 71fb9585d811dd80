"""How the tests of processes make a world: behaviours by name, each `app:<name>`."""

from __future__ import annotations

from typing import Any, Protocol

import pytest

from simcore import Behaviour, World


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
