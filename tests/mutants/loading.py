"""Importing a mutant: its modules are changed while they are imported, and nothing on the disk is."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from types import CodeType, ModuleType

from tests.mutants.mutant import Mutant


class Loader(SourceFileLoader):
    """Loads one module as it is in a mutant."""

    def __init__(self, mutant: Mutant, name: str, path: str) -> None:
        super().__init__(name, path)
        self._mutant = mutant

    def get_code(self, fullname: str) -> CodeType:
        # Past the compiled file beside the source, which is neither read nor written.
        return compiled(self._mutant, fullname, self.get_source(fullname) or "", self.get_filename(fullname))


class Finder(MetaPathFinder):
    """Finds the modules that a mutant changes; it comes before all other finders."""

    def __init__(self, mutant: Mutant) -> None:
        self._mutant = mutant

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if fullname not in self._mutant.modules:
            return None
        spec = PathFinder.find_spec(fullname, path, target)
        if spec is not None and spec.origin is not None:
            spec.loader = Loader(self._mutant, fullname, spec.origin)
        return spec


def compiled(mutant: Mutant, module: str, source: str, path: str) -> CodeType:
    """Return the code of a module as it is in *mutant*.

    Raises:
        Stale: the source is not the one that the mutant was written for.
    """
    return compile(mutant.changed(module, source), path, "exec", dont_inherit=True)


def become(mutant: Mutant) -> None:
    """Let every import from now on be one of *mutant*.

    Raises:
        RuntimeError: a module that it changes was imported already.
    """
    early = [module for module in mutant.modules if module in sys.modules]
    if early:
        raise RuntimeError(f"{mutant.name} comes too late: {early[0]} was imported already")
    sys.meta_path.insert(0, Finder(mutant))
