"""Application directories: ``_index.yaml`` files and the Lua they name, loaded and checked without running anything."""

from __future__ import annotations

from simcore.lua.application.application import Application
from simcore.lua.application.entry import Entry
from simcore.lua.application.kept import load

__all__ = ["Application", "Entry", "load"]
