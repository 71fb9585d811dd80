"""What of the catalogue pytest was kept from collecting, though nobody has chosen something else: that would be a green
run which has played nothing, so that it is said."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Final

from simcore.catalog.files import INDEX, places
from simcore.catalog.project import KINDS
from simcore.model.errors import UsageError
from simcore.model.text import listed

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pytest

    from simcore.catalog.files import Place
    from simcore.plugin.sitting import Sitting

NAMED_MAX: Final = 3
PROPERTIES: Final = KINDS[1]
ASKED_BY: Final = "simcore_asked_by"
"""Under which a worker of xdist is told who has chosen what is collected. It is called with all of it spelled out."""
TESTPATHS: Final = "testpaths"
IGNORING: Final = "--ignore"


def asked_by(config: pytest.Config) -> str:
    """Return what has chosen the files that are collected, or that some of them are not; empty where nothing has."""
    told: str | None = getattr(config, "workerinput", {}).get(ASKED_BY)
    if told is not None:
        return told
    if any(str(each).startswith(IGNORING) for each in config.invocation_params.args):
        return IGNORING
    return TESTPATHS if config.args_source is config.ArgsSource.TESTPATHS else ""


class LeftOut:
    """The hooks that see what is collected.

    Args:
        sitting: of the session.
    """

    def __init__(self, sitting: Sitting) -> None:
        self._sitting = sitting
        self._met: set[Path] = set()

    def pytest_collect_file(self, file_path: Path) -> None:
        """Note that pytest has come to a file."""
        self._met.add(_real(file_path))

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Say what it has not come to."""
        if self._is_chosen(session):
            return
        missing = [each for each in self._expected(session.config) if not self._has_met(each)]
        if missing:
            self._sitting.left_out.append(self._note(session.config, missing))

    def _is_chosen(self, session: pytest.Session) -> bool:
        """Tell whether somebody has said on the command line what is left out."""
        ends = bool(session.shouldstop or session.shouldfail)
        return ends or asked_by(session.config) == IGNORING or self._sitting.replayed is not None

    def _expected(self, config: pytest.Config) -> Iterator[Place]:
        """Give what stands in the catalogue below the folders that were asked for, or in all of it where the
        configuration of pytest has chosen them."""
        whole = asked_by(config) == TESTPATHS
        asked = [_real(config.invocation_params.dir / each.partition("::")[0]) for each in config.args]
        for place in self._places():
            file = _real(place.path)
            if whole or any(folder.is_dir() and file.is_relative_to(folder) for folder in asked):
                yield place

    def _places(self) -> Iterator[Place]:
        start = _real(self._sitting.folders_start)
        for kind, folders in self._sitting.folders().items():
            for folder in folders if kind in KINDS[:2] else ():
                named = Path(os.path.relpath(_real(folder), start)).as_posix()
                try:
                    found = list(places(folder, named, named))
                except UsageError:
                    # It is said where the catalogue is read.
                    continue
                yield from (each for each in found if kind != PROPERTIES or _has_tests(each))

    def _has_met(self, place: Place) -> bool:
        path = _real(place.path)
        if not place.is_app:
            return path in self._met
        return any(each.name == INDEX and each.is_relative_to(path) for each in self._met)

    def _note(self, config: pytest.Config, missing: list[Place]) -> str:
        named = listed([each.shown for each in missing], NAMED_MAX)
        said = f"not collected, though `simcore run` plays it: {named}"
        if asked_by(config) != TESTPATHS:
            return f"{said}; norecursedirs, --ignore or a conftest.py leaves it out"
        home = _real(self._sitting.home)
        folders = dict.fromkeys(Path(os.path.relpath(_real(each.folder), home)).as_posix() for each in missing)
        return f"{said}; testpaths leaves it out: add {' and '.join(folders)} to it, or say pytest {' '.join(folders)}"


def _real(path: Path) -> Path:
    return Path(os.path.realpath(path.parent)) / path.name


def _has_tests(place: Place) -> bool:
    """Tell whether a file of ``properties/`` may hold a test: an invariant is asked without being collected."""
    if place.is_app:
        return True
    try:
        return b"given" in place.path.read_bytes()
    except OSError:
        return True
