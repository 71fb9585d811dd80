"""All leaves: what Lua calls in Python besides yielding operations."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from simcore.lua.leaves import builder, json, process, security, time

if TYPE_CHECKING:
    from collections.abc import Callable


LEAVES: Final[dict[str, Callable[..., Any]]] = {
    **security.LEAVES,
    **builder.LEAVES,
    **time.LEAVES,
    **json.LEAVES,
    **process.LEAVES,
}
"""What Lua calls in Python: leaves, which take and return scalars and call nothing in Lua."""
