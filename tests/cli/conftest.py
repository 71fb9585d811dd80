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


@dataclass(frozen=True, slots=True)
class Ended:
    """How a command ended."""

    code: int
    out: str
    err: str


Call: TypeAlias = Callable[..., Ended]


@pytest.fixture
def call(folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Call:
    """Call ``simcore`` with arguments, in this process, which plays as well unless they say otherwise."""

    def simcore(*arguments: str) -> Ended:
        plays = arguments[:1] in (("run",), ("test",), ("replay",)) and not {"--jobs", "--dask", "--help"} & {
            *arguments
        }
        here = ["--jobs", "0"] if plays else []
        monkeypatch.setattr(sys, "argv", ["simcore", *arguments, *here])
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
