"""The project that a command works for: its root, its catalogue folders and the options of its worlds."""

from __future__ import annotations

import os
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import msgspec

from simcore.catalog.databases import Database, read_databases
from simcore.catalog.files import Place, is_catalogued, places, typed
from simcore.catalog.mount import declare, declare_root
from simcore.catalog.options import read_options, reason_and_field, unknown_key
from simcore.catalog.run_settings import RunSettings, read_settings
from simcore.limits.limit import DEFAULT_NS, Limit
from simcore.model.errors import UsageError
from simcore.model.options import Options

if TYPE_CHECKING:
    from collections.abc import Iterator

FILE: Final = "pyproject.toml"
KINDS: Final = ("scenarios", "properties", "reports")
DEFAULTS: Final = Options()
SETTINGS: Final = RunSettings()
_PACKAGE: Final = Path(__file__).parents[1]


class Table(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What ``[tool.simcore]`` may hold; a folder list that is left out is the folder of that name, if there is one."""

    scenarios: tuple[str, ...] | None = None
    properties: tuple[str, ...] | None = None
    reports: tuple[str, ...] | None = None
    world: dict[str, Any] = {}
    run: dict[str, Any] = {}
    hypothesis: dict[str, Any] = {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Project:
    """Where the catalogues lie.

    Args:
        root: the folder that relative paths of the catalogue start from.
        scenarios: folders of scenarios and app directories.
        properties: folders of properties.
        reports: folders of renderers.
        shipped: whether this is the catalogue that comes with simcore, for want of a project.
        options: the options of every world, from ``[tool.simcore.world]``.
        settings: how runs are played, from ``[tool.simcore.run]``.
        databases: where Hypothesis keeps the examples that failed, from ``[tool.simcore.hypothesis]``.
    """

    root: Path
    scenarios: tuple[Path, ...] = ()
    properties: tuple[Path, ...] = ()
    reports: tuple[Path, ...] = ()
    shipped: bool = False
    options: Options = DEFAULTS
    settings: RunSettings = SETTINGS
    databases: tuple[Database, ...] = ()

    @property
    def typed_at(self) -> Path:
        """The folder in which the ids of what it runs are paths: its root; where there is no project, the current
        one."""
        return Path.cwd() if self.shipped else self.root

    def limit(self, asked_ns: int | None = None) -> Limit:
        """Return how long a step may take, where a command was asked for *asked_ns* or for nothing."""
        return Limit(asked_ns or self.settings.step_timeout_ns or DEFAULT_NS)

    def places(self, folder: Path) -> Iterator[Place]:
        """Give what a *folder* of its catalogue holds."""
        named = typed(self.root, folder)
        return places(folder, named, named)

    def kinds_of(self, place: Place) -> tuple[str, ...]:
        """Return as what the file at *place* counts: of which kinds the folders are that it lies in."""
        file = Path(os.path.realpath(place.folder)) / place.path.relative_to(place.folder)
        return tuple(kind for kind in KINDS if any(_holds(folder, file) for folder in getattr(self, kind)))


def _holds(folder: Path, file: Path) -> bool:
    real = Path(os.path.realpath(folder))
    return file.is_relative_to(real) and is_catalogued(file, real)


def find_project(start: Path) -> Project:
    """Return the project of the nearest ``pyproject.toml`` with a ``[tool.simcore]`` table, from *start* upwards.

    Where there is none, it is the catalogue that comes with simcore.

    Raises:
        UsageError: the file cannot be read, or its table has an unknown key, a wrong type or a missing folder.
    """
    project = _around(start.resolve())
    for kind in KINDS:
        for folder in getattr(project, kind):
            declare(folder)
    if not project.shipped:
        declare_root(project.root)
    return project


def _around(start: Path) -> Project:
    for folder in (start, *start.parents):
        table = _table_in(folder / FILE)
        if table is not None:
            return _project(folder, table)
    return shipped_project()


def shipped_project() -> Project:
    """Return the catalogue that comes with simcore: inside a wheel, beside the package in an editable install."""
    inside = _PACKAGE / "_catalog"
    root = inside if inside.is_dir() else _PACKAGE.parent
    scenarios, properties, reports = (_existing(root / kind) for kind in KINDS)
    return Project(root=root, scenarios=scenarios, properties=properties, reports=reports, shipped=True)


def _existing(folder: Path) -> tuple[Path, ...]:
    return (folder,) if folder.is_dir() else ()


def _table_in(file: Path) -> Table | None:
    """Return the table of *file*, or None where there is no such file or no such table in it."""
    try:
        content = file.read_text(encoding="utf-8")
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else error
        raise UsageError(f"{file}: cannot be read: {reason}") from None
    try:
        tables = tomllib.loads(content).get("tool")
    except tomllib.TOMLDecodeError as error:
        raise UsageError(f"{file}: this is no TOML: {error}") from None
    table = tables.get("simcore") if isinstance(tables, dict) else None
    return None if table is None else _decoded(table, file)


def _decoded(table: Any, file: Path) -> Table:
    try:
        return msgspec.convert(table, Table)
    except msgspec.ValidationError as error:
        raise UsageError(f"{file}: {_explained(str(error))}") from None


def _explained(error: str) -> str:
    """Say where msgspec's *error* is, in the words of the file."""
    reason, field = reason_and_field(error)
    unknown = unknown_key(reason, Table.__struct_fields__)
    if unknown is not None:
        return f"[tool.simcore] {unknown}"
    return f"[tool.simcore] {field}: {reason[:1].lower()}{reason[1:]}".replace(" :", ":")


def _project(root: Path, table: Table) -> Project:
    scenarios, properties, reports = (_folders(root, kind, getattr(table, kind)) for kind in KINDS)
    options = read_options(table.world, f"{root / FILE}: [tool.simcore.world]")
    settings = read_settings(table.run, f"{root / FILE}: [tool.simcore.run]")
    return Project(
        root=root,
        scenarios=scenarios,
        properties=properties,
        reports=reports,
        options=options,
        settings=settings,
        databases=read_databases(table.hypothesis, root, f"{root / FILE}: [tool.simcore.hypothesis]"),
    )


def _folders(root: Path, kind: str, named: tuple[str, ...] | None) -> tuple[Path, ...]:
    if named is None:
        return _existing(root / kind)
    # The file is UTF-8, and so are names on a disk; under a locale of ASCII alone Python holds these in another form.
    folders = {name: root / os.fsdecode(name.encode()) for name in named}
    for name, folder in folders.items():
        if not folder.is_dir():
            place = f"{root / FILE}: [tool.simcore] {kind}"
            beside = "" if folder.is_absolute() and Path(name).is_absolute() else " beside the file"
            home = ", where ~ stands for no home" if name.startswith("~") else ""
            raise UsageError(f"{place}: there is no folder {name!r}{beside}{home}; create it or correct the name")
    # One that is named twice, by a link perhaps, counts by its first name.
    return tuple({os.path.realpath(folder): folder for folder in reversed(folders.values())}.values())[::-1]
