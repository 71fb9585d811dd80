"""The command, called in the current folder."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from simcore.cli import main


@pytest.fixture
def call_run(monkeypatch: pytest.MonkeyPatch) -> Callable[..., dict[str, Any]]:
    """Call ``simcore run`` with arguments, playing in this process, and give the result of its one item."""

    def call(*arguments: str) -> dict[str, Any]:
        before = set(Path().glob(".simcore/runs/*"))
        monkeypatch.setattr(sys, "argv", ["simcore", "run", *arguments, "--jobs", "0"])
        with pytest.raises(SystemExit):
            main()
        (made,) = set(Path().glob(".simcore/runs/*")) - before
        (item,) = json.loads((made / "results.json").read_text())["items"]
        return dict(item)

    return call
