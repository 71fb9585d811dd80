"""Applications that were loaded before: one whose files still say the same is not parsed again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from simcore.lua.application.application import Application, load_from
from simcore.lua.application.folder import Folder
from simcore.model.errors import UsageError

if TYPE_CHECKING:
    from pathlib import Path

KEPT_MAX: Final = 32
"""Applications that are kept; of more the one goes that was not asked for longest."""

_kept: Final[dict[tuple[str, str], tuple[Application, tuple[str, ...], dict[str, bytes]]]] = {}
"""Each application with its index files and the digests of all that was read for it. The key: the folder as it was
given, which messages show, and the one that this is, which is read from."""


def load(folder: Path) -> Application:
    """Load the application in *folder*: every ``_index.yaml`` in it and below, and every Lua source they name.

    It is parsed again only where the content of a file has changed, or a file has come or gone.

    Raises:
        UsageError: something cannot be parsed, contradicts itself or lacks its file; the message names file, line,
            entry and field, and says what to write. Unknown kinds, keys, modules and imports from outside are no
            error: they are in ``foreign``.
    """
    root = Folder(folder)
    key = (str(folder), root.real)
    known = _kept.pop(key, None)
    if known is None or not _is_same(root, known[1], known[2]):
        known = (load_from(root), root.indexes(), root.reads)
    # What was asked for last is dropped last.
    _kept[key] = known
    if len(_kept) > KEPT_MAX:
        del _kept[next(iter(_kept))]
    return known[0]


def _is_same(folder: Folder, indexes: tuple[str, ...], reads: dict[str, bytes]) -> bool:
    """Tell whether *folder* holds these index files and the files these contents."""
    try:
        return folder.indexes() == indexes and folder.holds(reads)
    except UsageError:
        # Loading says what is wrong, and where it is asked for.
        return False
