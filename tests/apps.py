"""Lua applications that a test wrote."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from simcore.catalog.files import Place
from simcore.catalog.read import whole_app
from simcore.lua import load_app
from simcore.model.outcome import Outcome
from simcore.model.run import SETTLE_NS, Run
from simcore.runner.stage import Stage, play


def app_place(folder: Path) -> Place:
    """Return the place of the application in *folder*, which is called ``shop``."""
    return Place(folder, folder, "shop", "shop", is_app=True)


def boot(folder: Path, **named: Any) -> Outcome:
    """Play the boot of the application in *folder*, its only item, with what else a run may have."""
    (item,) = whole_app(load_app(folder), app_place(folder))
    assert (item.kind, item.id) == ("boot", "shop::boot")
    return play(item, Stage(Run(item=item.reference, seed=0, strategy="uniform", **named)))


def play_test(folder: Path, entry: str, *, seed: int = 0, **named: Any) -> Outcome:
    """Play the test *entry* of the application in *folder* once, as the command does, with what else a run may have."""
    named.setdefault("settle_ns", SETTLE_NS)
    (item,) = [each for each in whole_app(load_app(folder), app_place(folder)) if each.entry == entry]
    return play(item, Stage(Run(item=item.reference, seed=seed, strategy="uniform" if seed else "fifo", **named)))
