"""What an answer depends on besides the work: simcore, Python, and the files of the project."""

from __future__ import annotations

import hashlib
import platform
from pathlib import Path
from typing import TYPE_CHECKING, Final

import msgspec

from simcore.catalog.project import FILE, find_project
from simcore.model.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from simcore.campaign.work import Wanted

_PACKAGE: Final = Path(__file__).parents[1]
_NOT_READ: Final = ("__pycache__", ".")


class State(msgspec.Struct, frozen=True):
    """What two processes have to share so that they play the same.

    Args:
        simcore: the digest of its files.
        python: its version.
        project: the digest of the project's catalogue and of what was named.
    """

    simcore: str
    python: str
    project: str

    def difference(self, other: State) -> str | None:
        """Return in what *other* differs from this, in words, or None."""
        for what, ours, theirs in (
            ("another simcore", self.simcore, other.simcore),
            ("another Python", self.python, other.python),
            ("another state of the project's files", self.project, other.project),
        ):
            if ours != theirs:
                return f"{what} ({theirs}, here {ours})"
        return None


def state_of(wanted: Wanted) -> State:
    """Return the state of this process.

    Raises:
        UsageError: the folder is not here, or the project in it cannot be used.
    """
    folder = Path(wanted.folder)
    if not folder.is_dir():
        raise UsageError(f"there is no folder {folder}; the project has to be at the same path everywhere")
    return State(_digest(_PACKAGE, [_PACKAGE]), platform.python_version(), _digest(folder, _places(wanted, folder)))


def _places(wanted: Wanted, folder: Path) -> list[Path]:
    """Return the files and folders that decide what is played."""
    project = find_project(folder)
    named = [folder / target for target in (*wanted.targets, wanted.tests_of or "") if target]
    settings = [] if project.shipped else [project.root / FILE]
    return [*project.scenarios, *project.properties, *project.reports, *settings, *named]


def _digest(root: Path, places: Iterable[Path]) -> str:
    """Return twelve hexadecimal digits that stand for the files of *places*, wherever *root* lies."""
    digest = hashlib.sha256()
    for place in places:
        for file in sorted(_files(place)):
            name = file.relative_to(root) if file.is_relative_to(root) else file
            digest.update(f"{name.as_posix()}\0{hashlib.sha256(file.read_bytes()).hexdigest()}\n".encode())
    return digest.hexdigest()[:12]


def _files(place: Path) -> Iterator[Path]:
    if place.is_file():
        yield place
    elif place.is_dir():
        for child in place.iterdir():
            if not child.name.startswith(_NOT_READ):
                yield from _files(child)
