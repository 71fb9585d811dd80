"""The constants that Hypothesis takes from code for what it draws: those of the file of a test, and of no other."""

from __future__ import annotations

import importlib
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Generator

_FUNCTION: Final = "_get_local_constants"


# Hypothesis takes those of all modules that are loaded and not installed: other ones where the command plays itself,
# and where a process has played something else before. The same seed has to draw the same everywhere.
@contextmanager
def constants_of(module: str) -> Generator[None, None, None]:
    """Let no constants be drawn inside the block but those of *module*; old versions of Hypothesis draw none at all."""
    try:
        providers: Any = importlib.import_module("hypothesis.internal.conjecture.providers")
        before, own = getattr(providers, _FUNCTION), _constants(providers, module)
    except (ImportError, AttributeError):
        yield
        return
    _let(providers, lambda: own)
    try:
        yield
    finally:
        _let(providers, before)


def _let(providers: Any, function: Any) -> None:
    setattr(providers, _FUNCTION, function)
    # By kind and bounds it is remembered there what may be drawn.
    providers.CONSTANTS_CACHE.cache.clear()


def _constants(providers: Any, module: str) -> Any:
    code: Any = importlib.import_module("hypothesis.internal.constants_ast")
    found = code.constants_from_module(sys.modules[module])
    return code.Constants(
        integers=providers.SortedSet(found.integers),
        floats=providers.SortedSet(found.floats, key=providers.float_to_int),
        bytes=providers.SortedSet(found.bytes),
        strings=providers.SortedSet(found.strings),
    )
