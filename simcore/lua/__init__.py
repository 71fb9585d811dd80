"""The Lua front end: application directories, type erasure, and the sandbox that runs them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from simcore.lua.loading import install, load_app

__all__ = ["install", "load_app"]


def __getattr__(name: str) -> object:
    # Resolved at the first use: most commands need neither lupa nor yaml.
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from simcore.lua import loading

    return getattr(loading, name)
