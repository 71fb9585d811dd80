"""The public door: every name that it promises is there, documented, and what the module says it is."""

from __future__ import annotations

import ast
import importlib
import inspect
from pathlib import Path

import pytest

import simcore

DOORS = ("simcore", "simcore.strategies", "simcore.lua")


def public_names() -> list[tuple[str, str]]:
    return [(door, name) for door in DOORS for name in importlib.import_module(door).__all__]


@pytest.mark.parametrize(("door", "name"), public_names())
def test_a_public_name_resolves_and_says_what_it_is(door: str, name: str) -> None:
    value = getattr(importlib.import_module(door), name)

    # An alias for annotations is no object with a text of its own.
    if isinstance(value, type) or inspect.isroutine(value):
        assert (value.__doc__ or "").strip(), f"{door}.{name} has no docstring"


@pytest.mark.parametrize(("door", "name"), public_names())
def test_a_public_class_or_function_is_simcores_own(door: str, name: str) -> None:
    value = getattr(importlib.import_module(door), name)

    if isinstance(value, type):
        assert value.__module__.startswith("simcore"), f"{door}.{name} comes from {value.__module__}"


@pytest.mark.parametrize("door", DOORS)
def test_a_door_names_each_thing_once(door: str) -> None:
    names = importlib.import_module(door).__all__

    assert len(names) == len(set(names))
    assert not [name for name in names if name.startswith("_") and name != "__version__"]


def test_the_door_is_seen_from_outside() -> None:
    assert set(simcore.__all__) <= set(dir(simcore))


def test_type_checkers_see_the_same_door() -> None:
    """The names resolve lazily, so they are written twice: once for Python, once for type checkers."""
    tree = ast.parse(Path(str(simcore.__file__)).read_text(encoding="utf-8"))
    block = next(node for node in tree.body if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING")
    seen = {
        alias.asname or alias.name: node.module
        for node in block.body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }

    assert seen.keys() == set(simcore.__all__)
    for name, module in seen.items():
        assert getattr(importlib.import_module(str(module)), name) is getattr(simcore, name)


def test_an_unknown_name_is_an_ordinary_attribute_error() -> None:
    name = "no_such_name"

    with pytest.raises(AttributeError, match=name):
        getattr(simcore, name)
