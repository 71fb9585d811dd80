"""Circles of objects that nobody holds: Python finds them at moments of its own. Where the user's own code says what is
to happen as an object goes, they are found when a run is over instead, and at no other time."""

from __future__ import annotations

import gc
import sys
from contextlib import contextmanager
from functools import lru_cache
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Final

from simcore.model.places import is_own
from simcore.model.shapes import code_of
from simcore.python.definition import PythonDefinition

if TYPE_CHECKING:
    from collections.abc import Callable, Generator
    from typing import Any

    from simcore.world.world import World

WORDS: Final = (b"__del__", b"weakref")
"""What stands in a file that says such a thing."""
FORGOTTEN_EVERY: Final = 16
"""What earlier runs have left is collected before each so many: to look at all that there is takes as long as to play
many runs."""

_kept: Final[list[bool]] = []
_runs: Final = count()


def are_kept() -> bool:
    """Tell whether circles are kept until the end of the run: who collects them does it as a part of that."""
    return bool(_kept)


@contextmanager
def circles_kept(function: Callable[..., Any] | None, root: Path | None) -> Generator[None, None, None]:
    """Let circles of objects be found by ``collect_circles`` alone inside the block, where *function*, or a loaded file
    of the project in *root*, may say what happens as an object goes.

    What was there before the block is none of it.
    """
    if _kept or not _says_so(function, root):
        yield
        return
    enabled = gc.isenabled()
    gc.disable()
    if not next(_runs) % FORGOTTEN_EVERY:
        gc.collect()
    # So that what was there before is not looked at: it is much, and not of this run.
    gc.freeze()
    _kept.append(True)
    try:
        yield
    finally:
        _kept.clear()
        gc.unfreeze()
        if enabled:
            gc.enable()


def collect_circles(world: World) -> None:
    """Let go of what nobody holds but *world*, which is over, and of circles that nobody holds at all."""
    if not _kept:
        return
    for definition in world.runtime.definitions.values():
        if isinstance(definition, PythonDefinition):
            definition.forget()
    gc.collect()


def _says_so(function: Callable[..., Any] | None, root: Path | None) -> bool:
    code = None if function is None else code_of(function)
    # An application has no code in Python.
    return code is not None and (
        _speaks(code.co_filename) or (root is not None and _any_speaks(root, len(sys.modules)))
    )


@lru_cache(maxsize=16)
def _any_speaks(root: Path, amount: int) -> bool:
    """Tell whether a file below *root* says so, of all that are loaded; asked anew when their *amount* is another."""
    loaded = [getattr(module, "__file__", None) for module in list(sys.modules.values())]
    files = [each for each in loaded if isinstance(each, str) and is_own(each) and Path(each).is_relative_to(root)]
    return amount > 0 and any(map(_speaks, files))


@lru_cache(maxsize=1024)
def _speaks(file: str) -> bool:
    try:
        text = Path(file).read_bytes()
    except OSError:
        return False
    return any(word in text for word in WORDS)
