"""The command line that replays a failure."""

from __future__ import annotations

import os
import shlex
from pathlib import Path
from typing import TYPE_CHECKING

from simcore.catalog.files import is_app
from simcore.runner.case_files import CASE_SUFFIX

if TYPE_CHECKING:
    from simcore.model.item import ItemFacts


def replay_command(item: ItemFacts, reference: str | None) -> str | None:
    """Return the command that replays a case, or a token, as it stands; a target that it may not name itself is said.

    Without a *reference* there is nothing to replay.
    """
    if reference is None:
        return None
    named = reference.endswith(CASE_SUFFIX) and may_be_hinted(item.target)
    target = [] if named or not item.target else ["--target", item.target]
    return shlex.join(["simcore", "replay", reference, *target])


def may_be_hinted(target: str) -> bool:
    """Tell whether a case may name *target* by itself: what lies below this folder, or a Lua app anywhere. A file from
    elsewhere could be Python of somebody else's, which a replay would run."""
    path = Path(target)
    return not (path.is_absolute() or ".." in path.parts) or (os.path.isdir(path) and is_app(path))


def kept_command(case: Path, home: Path) -> str:
    """Return the command that replays the file *case*, as one types it in the folder *home*."""
    return shlex.join(["simcore", "replay", os.path.relpath(case, home)])
