"""Where Hypothesis keeps the examples that failed: what ``[tool.simcore.hypothesis]`` says, read and not opened."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

import msgspec

from simcore.catalog.options import reason_and_field, unknown_key
from simcore.model.errors import UsageError
from simcore.model.texts import represented

if TYPE_CHECKING:
    from pathlib import Path

DIRECTORY: Final = "directory"
GITHUB: Final = "github"
_FORM: Final = (
    'takes one or several of "directory:PATH" and "github:OWNER/REPOSITORY", such as '
    '["directory:.simcore/examples", "github:our/shop"]'
)
_REPOSITORY: Final = re.compile(r"[A-Za-z0-9._-]+/[A-Za-z0-9._-]+")


class Database(msgspec.Struct, frozen=True):
    """One database.

    Args:
        kind: a directory of this machine, which is read and written; or the artifacts of a repository on GitHub, which
            are read alone.
        place: the path of the directory, or the repository.
    """

    kind: str
    place: str


class _Databases(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    database: str | tuple[str, ...] = ()


def read_databases(data: Any, root: Path, where: str) -> tuple[Database, ...]:
    """Return the databases that *data* names, in its order.

    Args:
        data: the table, as TOML gives it.
        root: where relative paths start from.
        where: the file and the table in it, for the message.

    Raises:
        UsageError: a name is unknown, or a text names no database.
    """
    try:
        table = msgspec.convert(data, _Databases)
    except msgspec.ValidationError as error:
        reason, field = reason_and_field(str(error))
        unknown = unknown_key(reason, _Databases.__struct_fields__)
        raise UsageError(f"{where}{f' {unknown}' if unknown else f'.{field} {_FORM}'}") from None
    several = (table.database,) if isinstance(table.database, str) else table.database
    return tuple(_database(each, root, f"{where}.database") for each in several)


def _database(text: str, root: Path, where: str) -> Database:
    kind, _, place = text.partition(":")
    if kind == DIRECTORY and place:
        folder = root / place
        # Hypothesis keeps nothing where it cannot, and says nothing of it.
        if folder.exists() and not folder.is_dir():
            raise UsageError(f"{where}: {place} is a file; name a folder, or one that is not there yet")
        return Database(kind, str(folder))
    if kind == GITHUB and _REPOSITORY.fullmatch(place):
        return Database(kind, place)
    raise UsageError(f"{where} {_FORM}, not {represented(text)}")
