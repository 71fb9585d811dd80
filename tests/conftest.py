"""What holds for all tests: nothing of the machine that runs them reaches the commands that they start.

Also how tests make a world of behaviours, each ``app:<name>``, and a small project of a user.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Protocol

import pytest
from hypothesis import settings

from simcore import Behaviour, World
from simcore.strategies.profile import WHOLE
from tests.files import ROOT, write_files

# Our own tests are to fail of nothing but what they claim, as the properties of a catalogue are.
settings.register_profile("tests", **WHOLE)
settings.load_profile("tests")

# Where these are set, simcore speaks to a CI or to a terminal; a test that wants that sets them itself.
SURROUNDINGS = ("CI", "GITHUB_ACTIONS", "GITHUB_STEP_SUMMARY", "FORCE_COLOR", "NO_COLOR", "COLUMNS", "PYTHONHASHSEED")

PROJECT = {
    "pyproject.toml": "[tool.simcore]\n",
    "scenarios/pairs.py": """
from simcore import Process, World, scenario

async def worker(process: Process) -> str:
    message = await process.inbox.receive()
    return message.topic

@scenario(schedules=5)
def first_come(world: World) -> None:
    world.define("app:worker", worker)
    pid = world.spawn("app:worker", "app:host")
    world.send(pid, "hello")
    world.run()
    assert world.result(pid) == "hello"

@scenario(expect="failed")
def silence(world: World) -> None:
    world.define("app:worker", worker)
    pid = world.spawn("app:worker", "app:host")
    world.run()
    world.result(pid)
""",
    "app/_index.yaml": """
version: "1.0"
namespace: shop
entries:
  - name: ships
    kind: function.lua
    source: file://tests.lua
    method: ships
    meta: {type: test, suite: pipeline}
""",
    "app/tests.lua": "local function ships() return true end\nreturn { ships = ships }\n",
}


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


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of a small project of a user, which is the current one."""
    monkeypatch.chdir(write_files(tmp_path, PROJECT))
    return tmp_path


@pytest.fixture
def at_home(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the current folder be that of this project."""
    monkeypatch.chdir(ROOT)
