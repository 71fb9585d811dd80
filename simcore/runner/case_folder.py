"""The cases in a folder, and what else lies there."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from simcore.model.case import FORMAT
from simcore.model.errors import UsageError
from simcore.runner.case_files import CASE_BYTES_MAX, CASE_SUFFIX

if TYPE_CHECKING:
    from collections.abc import Iterator


class CaseFolder(NamedTuple):
    """What a folder holds.

    Args:
        cases: the case files, by path; also what is called one and cannot be read.
        others: the other files.
        hidden: the folders whose names begin with a dot: it is not looked into them.
    """

    cases: list[Path]
    others: list[Path]
    hidden: list[Path]


def cases_in(folder: Path) -> CaseFolder:
    """Return what *folder* and the folders in it hold.

    Raises:
        UsageError: a folder cannot be read.
    """
    found = CaseFolder([], [], [])
    for file in _files(folder, found.hidden):
        (found.cases if _is_case(file) else found.others).append(file)
    return found


def _files(folder: Path, hidden: list[Path]) -> Iterator[Path]:
    for current, subfolders, files in os.walk(folder, onerror=_refuse):
        hidden += [Path(current, name) for name in sorted(subfolders) if name.startswith(".")]
        subfolders[:] = sorted(name for name in subfolders if not name.startswith("."))
        yield from (Path(current, name) for name in sorted(files))


def _refuse(error: OSError) -> None:
    raise UsageError(f"{error.filename}: the folder cannot be read: {error.strerror}") from None


def _is_case(file: Path) -> bool:
    """Tell whether *file* is a case: it says so, or is called one."""
    if file.name.endswith(CASE_SUFFIX):
        return True
    try:
        if file.suffix != ".json" or not file.is_file() or file.stat().st_size > CASE_BYTES_MAX:
            return False
        value = json.loads(file.read_bytes())
    except (OSError, ValueError, RecursionError):
        return False
    return isinstance(value, dict) and value.get("format") == FORMAT
