"""The case of a failure that a replay found elsewhere than its own case says: it is kept beside those of runs."""

from __future__ import annotations

import os
import shlex
from dataclasses import dataclass
from pathlib import Path

from simcore.campaign.replays import ReplayTold, ReplayWish
from simcore.cli import machine
from simcore.model.errors import UsageError
from simcore.output.folder import DEFAULT, make_run_folder
from simcore.runner.case_files import case_path, save_case, save_trace, trace_path


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptCase:
    """What became of a new case.

    Args:
        reference: its file, or None where there is none.
        command: what replays it, or None.
        said: what to tell of it, or empty.
    """

    reference: str | None = None
    command: str | None = None
    said: str = ""


def keep(wish: ReplayWish, told: ReplayTold, artifacts: str | None) -> KeptCase:
    """Write the case of what fails now, where that is another than was replayed."""
    if told.nearby is None:
        return KeptCase()
    try:
        home = "" if Path(told.home) == Path(wish.folder) else told.home
        folder = make_run_folder(artifacts or os.path.join(home, DEFAULT), machine.new_run_id)
        path = case_path(folder.path, told.item, told.nearby.property, told.tried or 1)
        save_case(path, told.nearby)
        save_trace(trace_path(path), told.trace)
    except UsageError as error:
        return KeptCase(said=f"not saved: {error}")
    target = [] if wish.target is None else ["--target", wish.target]
    command = shlex.join(["simcore", "replay", str(path), *target])
    return KeptCase(reference=str(path), command=command, said=f"replay: {command}")
