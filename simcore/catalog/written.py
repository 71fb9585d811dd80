"""What the source of a catalogue file says, beside what became of it when it was imported."""

from __future__ import annotations

import ast
import functools
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from types import ModuleType


def source_of(module: ModuleType) -> ast.Module:
    """Return the source of *module*, which is a file that was imported."""
    return ast.parse(Path(str(module.__file__)).read_bytes())


def meant(module: ModuleType, written: ast.expr) -> Any:
    """Return what a name that is *written* in *module*, also one with dots, stands for now, or None."""
    first, *steps = ast.unparse(written).split(".")
    try:
        return functools.reduce(getattr, steps, vars(module).get(first))
    except AttributeError:
        return None
