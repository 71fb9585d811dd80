"""Puts the shipped catalogues inside the package, so that a released wheel has only `simcore` at its top level."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

KINDS = ("scenarios", "properties", "reports")


class CatalogueHook(BuildHookInterface[Any]):
    """Maps each catalogue folder to `simcore/_catalog/<kind>`; an editable install reads the folders where they are."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Add the files of the catalogues to a wheel of the *version* `standard`."""
        if version == "editable":
            return
        root = Path(self.root)
        for kind in KINDS:
            for file in sorted((root / kind).rglob("*")):
                path = file.relative_to(root)
                if file.is_file() and is_shipped(path):
                    build_data["force_include"][str(file)] = f"simcore/_catalog/{path.as_posix()}"


def is_shipped(path: Path) -> bool:
    """Tell whether *path* is source and not something that a tool left behind."""
    return not any(part == "__pycache__" or part.startswith(".") for part in path.parts)
