"""Names of classes and functions in a case: the same on every machine, wherever the files of the catalogue lie."""

from __future__ import annotations

import sys
from functools import reduce
from typing import Any

from simcore.catalog.mount import PREFIX


def name_of(thing: Any, home: str) -> str | None:
    """Return what finds the class or function *thing* again from a test in the module *home*, or None."""
    module, name = str(thing.__module__), str(thing.__qualname__)
    elsewhere = module.startswith(PREFIX) and package(module) != package(home)
    return None if elsewhere or _loaded(module, name) is not thing else f"{_outwards(module, home)}:{name}"


def named(name: str, home: str) -> Any:
    """Return what ``name_of`` has named, or None. Nothing is imported for it: the file of the test has been."""
    module, _, inside = name.partition(":")
    return _loaded(package(home) + module.rstrip(".") if module.startswith(".") else module, inside)


def package(module: str) -> str:
    """Return the folder of a catalogue file, under the private name that it has on this machine; else *module*."""
    return module.partition(".")[0] if module.startswith(PREFIX) else module


def _outwards(module: str, home: str) -> str:
    return module.removeprefix(package(home)) or "." if module.startswith(PREFIX) else module


def _loaded(module: str, name: str) -> Any:
    try:
        return reduce(getattr, name.split("."), sys.modules[module])
    except (KeyError, AttributeError):
        return None
