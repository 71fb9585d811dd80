"""The options of the plugin; nothing is imported for them, since every session of pytest reads them."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

PREFIX = "sim_"
OPTIONS = (
    ("seed", "N", "the base seed from which that of every schedule derives; by default 0"),
    ("schedules", "N", "how many schedules each item gets; by default 100, or what the item says"),
    ("strategy", "NAME", "how schedules after the first are chosen, such as uniform or pct:3"),
    ("max_failures", "N", "after how many failures of an item to go on with the next; by default 1"),
    ("settle", "TIME", "for how much virtual time the world of an app's test is driven on after that has passed"),
    ("shard", "I/N", "plays every n-th round of schedules alone, the i-th; the others are for other machines"),
    ("step_timeout", "TIME", "how much CPU time one step may take, such as 60s; what takes longer is ended"),
    ("budget", "TIME", "how long all items together may take by the clock, such as 60s; what is cut short is said"),
    ("report", "WHEN", "when the reports of a run are written: never, fail (the default) or always"),
)
"""What takes a value: its name, what stands for the value, and what it says. Each is an option and an ini key."""
FLAGS = (
    ("strict", "what passes and has shown nothing is a failure; so is a sometimes that was never seen"),
    ("until_failure", "play everything again and again, each time from the next base seed, until something fails"),
)
REPLAY = "sim_replay"
REPLAY_HELP = "play one run again, from its case file or its token, and nothing else; written as --sim-replay=CASE"


def starts(config: pytest.Config) -> list[Path]:
    """Return where a project may be, the nearest first: around what is collected, as ``simcore run`` finds it there,
    else around the root of the session, else around the file that configures it."""
    named = [config.invocation_params.dir / each.partition("::")[0] for each in config.args]
    asked = [each if each.is_dir() else each.parent for each in named if each.exists()]
    around = [config.rootpath, *([config.inipath.parent] if config.inipath is not None else [])]
    return list(dict.fromkeys([*_common(asked), *asked, *around]))


def _common(folders: list[Path]) -> list[Path]:
    """Return the folder that all *folders* are in; none where they are on several drives, or there are none."""
    try:
        return [type(folders[0])(os.path.commonpath(folders))] if folders else []
    except ValueError:
        return []


def option_of(name: str) -> str:
    """Return what an option is called on the command line of pytest."""
    return f"--sim-{name.replace('_', '-')}"
