"""How the files of mounted folders are loaded: their asserts show values, and nothing is left on the disk."""

from __future__ import annotations

import sys
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from typing import TYPE_CHECKING, Any

from simcore.catalog.asserts import rewritten
from simcore.model.givens import note_givens
from simcore.model.stable import MOUNT_PREFIX

if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import CodeType, ModuleType


class CatalogueLoader(SourceFileLoader):
    """Loads one file."""

    def path_stats(self, path: str) -> Any:
        """Know nothing of *path*: then Python neither reads nor writes a ``.pyc``, which would hold other code."""
        raise OSError("there is no bytecode of a catalogue file")

    # The type of what Python hands on with `_optimize` is not the same in all its versions.
    def source_to_code(self, data: Any, path: Any, *, _optimize: int = -1) -> CodeType:  # type: ignore[override]
        """Return the code of *data*, its asserts rewritten."""
        code = rewritten(data, str(path)) if isinstance(data, bytes) else None
        if code is None:
            code = super().source_to_code(data, path, _optimize=_optimize)
        return code


class CatalogueFinder:
    """Finds the modules of mounted folders as Python would, and has them loaded by ``CatalogueLoader``."""

    @staticmethod
    def find_spec(name: str, path: Sequence[str] | None = None, target: ModuleType | None = None) -> ModuleSpec | None:
        """Return where the module *name* is, where it is one of a mounted folder."""
        if not name.startswith(MOUNT_PREFIX):
            return None
        spec = PathFinder.find_spec(name, path, target)
        if spec is not None and type(spec.loader) is SourceFileLoader:
            spec.loader = CatalogueLoader(spec.loader.name, spec.loader.path)
        return spec


def install() -> None:
    """Let Python ask the finder, first of all; once."""
    if CatalogueFinder not in sys.meta_path:
        sys.meta_path.insert(0, CatalogueFinder)
    note_givens()
