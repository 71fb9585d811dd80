"""Where a command stands: in the project of what it is asked for, whatever folder it was typed in."""

from __future__ import annotations

import os
from contextlib import chdir, contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from simcore.catalog.project import find_project
from simcore.output.folder import DEFAULT

if TYPE_CHECKING:
    from collections.abc import Generator, Sequence

    from simcore.catalog.project import Project


@dataclass(frozen=True, slots=True)
class Standing:
    """What a command was asked for, in words of the folder that it stands in.

    Args:
        targets: what is to be run.
        project: the root of the project that it went to, or None where it stays where it was typed.
        typed_in: the folder in which it was typed.
    """

    targets: tuple[str, ...]
    project: Path | None
    typed_in: Path

    def artifacts(self, asked: str | None) -> str | None:
        """Return the folder for what runs leave: *asked*, where it was typed, or else that of the project, told so that
        it is found from where the command was typed."""
        if self.project is None:
            return asked
        return str(self.project / DEFAULT if asked is None else self.typed_in / asked)

    def note(self) -> str:
        """Say where it stands; nothing where it did not go anywhere."""
        return "" if self.project is None else f"in the project {self.project}, whose [tool.simcore] is in force"


@contextmanager
def standing_for(targets: Sequence[str]) -> Generator[Standing, None, None]:
    """Stand in the project of *targets* inside the block, where all of them lie in one that is not the one around the
    current folder: a verdict does not depend on where a command is typed.

    Raises:
        UsageError: the table of a project cannot be used.
    """
    here = Path.cwd()
    root = _root_of(targets, find_project(here))
    typed = tuple(targets) if root is None else tuple(_from(root, target) for target in targets)
    with nullcontext() if root is None else chdir(root):
        yield Standing(typed, root, here)


def _root_of(targets: Sequence[str], around: Project) -> Path | None:
    roots = {root: None for root in (_project_of(target) for target in targets)}
    root = next(iter(roots), None)
    return None if len(roots) != 1 or root == around.root else root


def _project_of(target: str) -> Path | None:
    """Return the root of the user's project that *target* lies in; None where there is none, or it is no path."""
    path = target if os.path.exists(target) else target.partition("::")[0]
    found = next((each for each in (path, f"{path}.py") if path and os.path.exists(each)), None)
    project = None if found is None else find_project(Path(found))
    return None if project is None or project.shipped else project.root


def _from(root: Path, target: str) -> str:
    """Return *target*, a path that was typed in the current folder, as it is typed in *root*."""
    path, colons, name = (target, "", "") if os.path.exists(target) else target.partition("::")
    # Both resolved: a root is, and a link on the way would lead elsewhere.
    return f"{os.path.relpath(os.path.realpath(path), root)}{colons}{name}"
