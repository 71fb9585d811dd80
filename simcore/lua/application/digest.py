"""The digest of an application: what its entries say, whatever its path and the order of its files on disk."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from simcore.lua.application.entry import Entry


def source_digest(entries: Iterable[Entry]) -> str:
    """Return the SHA-256 over ids, kinds, meta, data and Lua sources of *entries*, which come sorted by id."""
    digest = hashlib.sha256()
    for entry in entries:
        whole = [entry.id, entry.kind, entry.meta, entry.data, entry.source_text]
        # Keys sorted, since a mapping that is written in another order says the same.
        digest.update(json.dumps(whole, sort_keys=True, separators=(",", ":")).encode())
        digest.update(b"\n")
    return digest.hexdigest()
