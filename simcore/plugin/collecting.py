"""What pytest collects for simcore: the files of the catalogue, through their mount, the indexes of applications, and
kept cases."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest

from simcore.catalog.files import INDEX
from simcore.plugin.cases import KeptFile
from simcore.plugin.items import AppIndex, CatalogueItem, CatalogueModule
from simcore.plugin.sim import node_of
from simcore.plugin.workers import refuse
from simcore.runner.case_files import CASE_SUFFIX

if TYPE_CHECKING:
    from collections.abc import Generator

    from simcore.plugin.sitting import Sitting

CASES: Final = Path("tests", "cases")
"""The folder of the project in which kept cases lie."""


class Collecting:
    """The hooks of collection."""

    def __init__(self, sitting: Sitting) -> None:
        self._sitting = sitting
        self._folders = {
            kind: [Path(os.path.realpath(folder)) for folder in folders] for kind, folders in sitting.folders().items()
        }
        self._cases = Path(os.path.realpath(sitting.folders_start / CASES))

    @pytest.hookimpl(wrapper=True)
    def pytest_collect_directory(
        self, path: Path, parent: pytest.Collector
    ) -> Generator[None, pytest.Collector | None, pytest.Collector | None]:
        """Let a folder be collected once, since fixtures of its ``conftest.py`` hold in what was collected first; and
        one of the catalogue be no package of Python, whatever lies in it: it is mounted."""
        found, known = (yield), self._sitting.directories.get(path)
        if known is not None and known.parent is parent:
            return known
        real = Path(os.path.realpath(path))
        if any(real.is_relative_to(folder) for folders in self._folders.values() for folder in folders):
            found = pytest.Dir.from_parent(parent, path=path)
        if found is not None:
            self._sitting.directories[path] = found
        return found

    @pytest.hookimpl(wrapper=True)
    def pytest_collect_file(
        self, file_path: Path, parent: pytest.Collector
    ) -> Generator[None, list[pytest.Collector], list[pytest.Collector]]:
        """Collect what is simcore's; what Python files of a catalogue hold is collected by nobody else."""
        found = yield
        kinds = self._sitting.kinds_of(file_path)
        if file_path.suffix == ".py" and kinds:
            others = [each for each in found if not _imports(each)]
            return [*others, CatalogueModule.from_parent(parent, path=file_path, kinds=kinds)]
        if file_path.name == INDEX and "scenarios" in kinds:
            return [*found, AppIndex.from_parent(parent, path=file_path)]
        if self._is_kept(file_path, parent):
            return [*found, KeptFile.from_parent(parent, path=file_path)]
        return found

    def _is_kept(self, file: Path, parent: pytest.Collector) -> bool:
        if not file.name.endswith(CASE_SUFFIX):
            return False
        return parent.session.isinitpath(file) or Path(os.path.realpath(file)).is_relative_to(self._cases)

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, config: pytest.Config, items: list[pytest.Item]) -> None:
        """With ``--sim-replay`` leave nothing but what it names."""
        wanted = self._sitting.replayed
        if wanted is None:
            return
        chosen = [each for each in items if _is_of(each, wanted)]
        if not chosen:
            refuse(config, f"--sim-replay: nothing that is collected here is {wanted}; name its file")
        config.hook.pytest_deselected(items=[each for each in items if each not in chosen])
        items[:] = chosen

    @pytest.hookimpl(trylast=True)
    def pytest_unconfigure(self) -> None:
        """Leave nothing behind for another session in this process."""
        self._sitting.end()


def _imports(collector: object) -> bool:
    """Tell whether *collector* would import the file once more, under another name."""
    return isinstance(collector, pytest.Module) or type(collector).__module__ == "_pytest.doctest"


def _is_of(item: pytest.Item, wanted: str) -> bool:
    if isinstance(item, CatalogueItem):
        return item.facts.id == wanted
    return isinstance(item, pytest.Function) and node_of(item) == wanted.partition("#")[0]
