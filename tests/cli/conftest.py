"""A small project of a user, and the command called in it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

import pytest

from simcore.catalog.mount import PREFIX
from simcore.cli import main

FILES = {
    "pyproject.toml": "[tool.simcore]\n",
    "scenarios/pairs.py": """
from simcore import Process, World, scenario

async def worker(process: Process) -> str:
    message = await process.inbox.receive()
    return message.topic

@scenario(seeds=5)
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


@dataclass(frozen=True, slots=True)
class Ended:
    """How a command ended."""

    code: int
    out: str
    err: str


Call: TypeAlias = Callable[..., Ended]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The project's folder, which is the current one."""
    for name, text in FILES.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def call(folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Call:
    """Call ``simcore`` with arguments, in this process."""

    def simcore(*arguments: str) -> Ended:
        monkeypatch.setattr(sys, "argv", ["simcore", *arguments])
        for name in [name for name in sys.modules if name.startswith(PREFIX)]:
            monkeypatch.delitem(sys.modules, name)  # as in a new process, files are read anew
        with pytest.raises(SystemExit) as ended:
            main()
        captured = capsys.readouterr()
        return Ended(int(ended.value.code or 0), captured.out, captured.err)

    return simcore


@pytest.fixture
def start(folder: Path) -> Callable[..., subprocess.Popen[str]]:
    """Start ``simcore`` with arguments in a process of its own, whose descriptors are what they are for a user."""

    def simcore(*arguments: str, **environment: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-m", "simcore", *arguments],
            cwd=folder,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path), **environment},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
        )

    return simcore


@pytest.fixture
def called(start: Callable[..., subprocess.Popen[str]]) -> Call:
    """Call ``simcore`` with arguments in a process of its own."""

    def simcore(*arguments: str, **environment: str) -> Ended:
        process = start(*arguments, **environment)
        out, err = process.communicate(timeout=120)
        return Ended(process.returncode, out, err)

    return simcore
