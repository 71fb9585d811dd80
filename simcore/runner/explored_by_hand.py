"""Cases of functions that were handed to ``sim.explore`` or to ``simcore.explore``: no catalogue has them."""

from __future__ import annotations

import ast
import os
import shlex
from typing import TYPE_CHECKING, Final

from simcore.catalog.files import native
from simcore.model.errors import PlayedElsewhere

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

Function = ast.FunctionDef | ast.AsyncFunctionDef
FIXTURE: Final = "sim"
OF_PYTEST: Final = "pytest."


def refuse_explored_by_hand(reference: str, identity: str, root: Path) -> None:
    """Say who replays the run that *reference* names, where it is of a test of pytest, or of a plain function.

    The file is read and not imported: nothing of it is needed.

    Args:
        reference: the case file, or the token.
        identity: the id that is in it.
        root: the folder in which ids are paths.

    Raises:
        PlayedElsewhere: it is.
    """
    file, _, named = identity.partition("#")[0].partition("::")
    steps = named.partition("[")[0].replace("::", ".").split(".")
    function = _function(root / native(file), steps)
    if function is None or not _is_plain(function):
        return
    if _is_test(function):
        words = ["pytest", f"{file}::{named}", f"--sim-replay={reference}"]
        raise PlayedElsewhere(f"{reference}: it is of a test of pytest, which replays it: {shlex.join(words)}")
    call = f"simcore.replay({reference!r}, {function.name})"
    raise PlayedElsewhere(f"{reference}: it is of a function that was handed to explore(...); in Python: {call}")


def _function(file: Path, steps: Sequence[str]) -> Function | None:
    """Return the source of the function that is found in *file* by these names, each inside of the one before."""
    try:
        if file.suffix != ".py" or not os.path.isfile(file):
            return None
        inside: Sequence[ast.stmt] = ast.parse(file.read_bytes()).body
    except (SyntaxError, ValueError, OSError, RecursionError, MemoryError):
        return None
    found: Function | ast.ClassDef | None = None
    for step in steps:
        found = next((each for each in _definitions(inside) if each.name == step), None)
        if found is None:
            return None
        inside = found.body
    return None if isinstance(found, ast.ClassDef) else found


def _definitions(inside: Sequence[ast.stmt]) -> Iterator[Function | ast.ClassDef]:
    # The last one is what the name stands for.
    return (each for each in reversed(inside) if isinstance(each, Function | ast.ClassDef))


def _is_plain(function: Function) -> bool:
    """Tell whether nothing makes *function* an item of a catalogue: it takes the fixture of pytest, or has marks of
    pytest alone."""
    return _takes_the_fixture(function) or all(
        ast.unparse(each).startswith(OF_PYTEST) for each in function.decorator_list
    )


def _is_test(function: Function) -> bool:
    return _takes_the_fixture(function) or function.name.startswith("test")


def _takes_the_fixture(function: Function) -> bool:
    return FIXTURE in [
        each.arg for each in (*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs)
    ]
