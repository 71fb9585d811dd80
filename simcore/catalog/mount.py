"""Mounting a folder as a package under a private name, so that its files import each other and clash with nothing."""

from __future__ import annotations

import hashlib
import importlib
import linecache
import re
import sys
import traceback
from pathlib import Path
from types import ModuleType
from typing import Final

from simcore.catalog.files import is_catalogued
from simcore.catalog.loader import install
from simcore.catalog.stuck import why_held_back
from simcore.limits.alarm import about, stretch
from simcore.limits.equipment import left_broken
from simcore.model.errors import SimcoreError
from simcore.model.home import at_home
from simcore.model.interrupts import is_interrupt
from simcore.model.ledger import Marking, noting
from simcore.model.library_words import says_skip, skips_its_file
from simcore.model.stable import MOUNT_PREFIX, stable
from simcore.model.texts import class_name, text_of

PREFIX: Final = MOUNT_PREFIX

_ABOVE: Final = 4
"""A project is so many folders above a file of its catalogue at most."""
_markings: Final[list[Marking]] = []
"""Every use of a decorator while a file was imported, of that file or of one that it imports."""
_catalogues: Final[dict[Path, None]] = {}
"""The folders that are read as catalogues."""
_roots: Final[dict[Path, None]] = {}
"""The folders that projects begin in."""


class BrokenFile(SimcoreError):
    """A catalogue file that cannot be imported; mend it, or take it out of the catalogue.

    Args:
        place: the file, as shown to the user, and the line where it broke.
        reason: the error, in one line.
    """

    def __init__(self, place: str, reason: str) -> None:
        super().__init__(place, reason)
        self.place: str = place
        self.reason: str = reason

    def __str__(self) -> str:
        return f"{self.place}: {self.reason}"


class SkippedFile(BrokenFile):
    """One that has said itself that it is not to be tried, such as by ``pytest.importorskip``."""


def mount(folder: Path) -> ModuleType:
    """Return the package of *folder*, whose private name is made of the folder's name and a digest of its path.

    That name differs from machine to machine: it never enters a trace, a token, a case file or a report.
    """
    folder = folder.resolve()
    digest = hashlib.sha256(str(folder).encode("utf-8", "surrogateescape")).hexdigest()[:12]
    # Never plainly `scenarios`: the user may have a module of that name.
    name = f"{PREFIX}{re.sub(r'[^0-9A-Za-z_]', '_', folder.name)}_{digest}"
    package = sys.modules.get(name)
    if package is None:
        package = ModuleType(name, f"The catalogue folder {folder.name}.")
        package.__path__ = [str(folder)]
        sys.modules[name] = package
        install()
    return package


def declare(folder: Path) -> None:
    """Say that *folder* is read as a catalogue: what one of its files marks is that file's, whoever imports it."""
    _catalogues[folder.resolve()] = None


def declare_root(folder: Path) -> None:
    """Say that *folder* is the root of a project, where what its files say at import is said."""
    _roots[folder.resolve()] = None


def _root_of(folder: Path) -> Path | None:
    """Return the root of the project that *folder* is read for, or None: the first around it, since one that lies in
    that is not in force."""
    here = folder.resolve()
    return next((root for root in _roots if here.is_relative_to(root)), None)


def in_catalogue(file: str) -> bool:
    """Tell whether *file* is one of a catalogue, and not what such files import for their own use."""
    path = Path(file)
    return any(is_catalogued(path, folder) for folder in _catalogues if path.is_relative_to(folder))


def unmount_all() -> None:
    """Forget every mounted package with its modules, so that their files are read anew."""
    for name in [name for name in sys.modules if name.startswith(PREFIX)]:
        del sys.modules[name]
    _markings.clear()
    _roots.clear()
    linecache.checkcache()


def markings(module: ModuleType) -> list[Marking]:
    """Return the decorators that were used while the body of *module* was executed, in that order."""
    return [each for each in _markings if each.body is vars(module)]


def all_markings() -> tuple[Marking, ...]:
    """Return every use of a decorator while a file was imported."""
    return tuple(_markings)


def catalogue_modules() -> list[ModuleType]:
    """Return the files of catalogues that were imported."""
    mounted = [module for name, module in sys.modules.items() if name.startswith(PREFIX)]
    return [module for module in mounted if in_catalogue(getattr(module, "__file__", None) or "")]


def marking_of(mark: object) -> Marking | None:
    """Return where *mark* was attached, or None where that was before any file of a catalogue was imported."""
    return next((each for each in _markings if each.mark is mark), None)


def load_file(file: Path, folder: Path, shown: str) -> ModuleType:
    """Import *file* as a module of the package of *folder*, in which it lies.

    Args:
        file: the Python file.
        folder: the catalogue folder.
        shown: how messages name the file.

    Raises:
        BrokenFile: it cannot be imported.
    """
    # The file may be a link: it is imported from where it lies in the folder, not from where the link leads.
    inside = file.relative_to(folder)
    steps = inside.with_suffix("").parts
    if any("." in step for step in steps):
        raise BrokenFile(shown, "a dot in the name of a catalogue file or folder; rename it")
    if not file.is_file():
        raise BrokenFile(shown, "a link that leads to no file; correct it or remove it")
    reason = why_held_back(shown)
    if reason is not None:
        raise BrokenFile(shown, reason)
    about(shown)
    # A file that was written a moment ago may be unknown to the import system still.
    importlib.invalidate_caches()
    # Before it is gone home, since the folder may be told from the current one.
    root, package = _root_of(folder), mount(folder).__name__
    try:
        with stretch(f"the import of {shown}"), noting(_markings), at_home(root):
            module = importlib.import_module(".".join((package, *steps)))
    # A file that ends in sys.exit() when it is imported, or is skipped by pytest, must not end simcore.
    except BaseException as error:
        if is_interrupt(error):
            raise
        here = folder.resolve() / inside
        if skips_its_file(error):
            raise SkippedFile(_place(error, here, shown), stable(text_of(error))) from error
        raise BrokenFile(_place(error, here, shown), _reason(error, here)) from error
    if not issubclass(type(module), ModuleType):
        raise BrokenFile(shown, f"its import puts {class_name(module)} into its own place in sys.modules; leave that")
    # Where it lies is asked for later, and the file may have bound the name to something of its own.
    module.__file__ = str(folder.resolve() / inside)
    broken = left_broken()
    if broken:
        raise BrokenFile(shown, f"its import leaves what simcore works with broken: {broken}; put that back")
    return module


def _place(error: BaseException, file: Path, shown: str) -> str:
    """Return the file and the line in it that the error came from, where there is one."""
    if isinstance(error, SyntaxError) and error.filename and Path(error.filename).name == file.name:
        return f"{shown}:{error.lineno}"
    lines = [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if Path(frame.filename) == file]
    return f"{shown}:{lines[-1]}" if lines else shown


def _reason(error: BaseException, file: Path) -> str:
    if isinstance(error, OSError) and error.filename == str(file):
        return f"the file cannot be read: {error.strerror}"
    text = stable(error.msg if isinstance(error, SyntaxError) else text_of(error))
    told = f"{class_name(error)}: {text}".splitlines()[0].removesuffix(": ")
    if says_skip(error):
        return f"{told}; to skip the whole file, add allow_module_level=True"
    return f"{told}{_cure(error, file)}"


def _cure(error: BaseException, file: Path) -> str:
    """Return what to do where a module is not found that lies at hand: Python looks in its own path alone."""
    name = error.name if isinstance(error, ModuleNotFoundError) and isinstance(error.name, str) else ""
    if not name.isidentifier():
        return ""
    if _holds_module(file.parent, name):
        return f"; it lies beside this file: write `from . import {name}`, or `from .{name} import ...`"
    if any(_holds_module(above, name) for above in list(file.parents)[1:_ABOVE]):
        return "; it lies in a folder above, where Python does not look: install it, or set PYTHONPATH"
    return ""


def _holds_module(folder: Path, name: str) -> bool:
    return (folder / f"{name}.py").is_file() or (folder / name / "__init__.py").is_file()
