"""What the source of a catalogue file says, beside what became of it when it was imported."""

from __future__ import annotations

import ast
import functools
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import ModuleType

_MARKS: Final = ("scenario", "always", "sometimes", "report", "given")


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


def marked_in(file: Path) -> Iterator[tuple[str, str, int]]:
    """Give what a file that was not imported marks at its own level: name, decorator and line; nothing of one that is
    no Python."""
    try:
        tree = ast.parse(file.read_bytes())
    except (SyntaxError, ValueError, OSError):
        return
    for node in tree.body:
        for decorator in getattr(node, "decorator_list", ()):
            called = decorator.func if isinstance(decorator, ast.Call) else decorator
            what = ast.unparse(called).rpartition(".")[2]
            if what in _MARKS:
                yield getattr(node, "name", ""), f"@{what}", decorator.lineno
