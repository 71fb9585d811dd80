"""A small project of a user, and pytest called in it: mostly in this process, since a new one costs a second."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

import pytest

# What pytest imports in its inner sessions is forgotten after each, and read again for the next.
import simcore.lua.loading
import simcore.plugin.beginning
import simcore.strategies  # noqa: F401
from tests.files import write_files

TABLE = "[tool.simcore]\n[tool.pytest.ini_options]\naddopts = ['-p', 'no:randomly', '--strict-markers']\n"

RACE = """
from simcore import Process, World, scenario

async def worker(process: Process) -> str:
    message = await process.inbox.receive()
    return message.topic

async def sender(process: Process, receiver: str, word: str) -> None:
    await process.send(receiver, word)

def race(world: World) -> None:
    world.define("app:worker", worker)
    world.define("app:sender", sender)
    pid = world.spawn("app:worker", "app:host")
    world.spawn("app:sender", "app:host", pid, "one")
    world.spawn("app:sender", "app:host", pid, "two")
    world.run()
    assert world.result(pid) == "one"

def calm(world: World) -> None:
    world.define("app:worker", worker)
    pid = world.spawn("app:worker", "app:host")
    world.send(pid, "hello")
    world.run()
    assert world.result(pid) == "hello"
"""


PROJECT = {
    "pyproject.toml": TABLE,
    "scenarios/pairs.py": RACE.replace("def race(", "@scenario(schedules=20)\ndef race(").replace(
        "def calm(", "@scenario(schedules=3)\ndef calm("
    ),
}

Pytest: TypeAlias = Callable[..., pytest.RunResult]


@pytest.fixture
def project(pytester: pytest.Pytester) -> Callable[..., None]:
    """Write the project, and what a test adds to it, by path."""

    def write(files: dict[str, str] | None = None) -> None:
        write_files(pytester.path, {**PROJECT, **(files or {})})

    return write


@pytest.fixture
def call(pytester: pytest.Pytester) -> Pytest:
    """Call pytest in the project, in this process; who interrupts it interrupts no more than that."""

    def run(*arguments: str) -> pytest.RunResult:
        return pytester.runpytest_inprocess("-p", "no:cacheprovider", *arguments, no_reraise_ctrlc=True)

    return run
