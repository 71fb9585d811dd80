"""All leaves: what Lua calls in Python besides yielding operations."""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules
from typing import TYPE_CHECKING, Any, Final

from simcore.lua import leaves

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping


def _families() -> Iterator[Mapping[str, Callable[..., Any]]]:
    """Yield the leaves of each file beside this one that has some."""
    for file in iter_modules(leaves.__path__, f"{leaves.__name__}."):
        if file.name != __name__:
            yield getattr(import_module(file.name), "LEAVES", {})


LEAVES: Final[Mapping[str, Callable[..., Any]]] = {
    name: leaf for family in _families() for name, leaf in family.items()
}
"""What Lua calls in Python: leaves, which take and return scalars and call nothing in Lua."""
