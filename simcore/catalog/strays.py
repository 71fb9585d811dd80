"""What looks like a test in a file of a catalogue, and nothing would run: told by name, so that nobody counts on it."""

from __future__ import annotations

import ast
import inspect
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from simcore.catalog.bound import bound, can_be_seen, held_by, home_of
from simcore.catalog.fit import is_given
from simcore.catalog.written import source_of
from simcore.model.markers import mark_of
from simcore.model.shapes import code_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from pathlib import PurePath
    from types import ModuleType

_METHOD: Final = "is in a class, of which nothing here makes an object; move it out as a function of the file"
_UNFED: Final = (
    "has neither @given nor @scenario, so that nothing here runs it; "
    "give it one, or begin its name with `_` if it is a helper"
)
_HELD: Final = "holds a @given test to which no name of the file is bound, so that nothing here runs it; bind it to one"
_FOREIGN: Final = (
    "is a test case of unittest, as a state machine of Hypothesis makes one, and nothing here runs it; "
    "write a @given function, or begin its name with `_`"
)


class Stray(NamedTuple):
    """One test that nothing would run: its name, its line, and what is wrong."""

    name: str
    line: int
    reason: str


def is_shared(path: PurePath, kinds: Collection[str]) -> bool:
    """Tell whether the file at *path*, in folders of those *kinds*, may hold tests that are pytest's: it is named so,
    and does not stand among properties."""
    return "properties" not in kinds and (path.stem.startswith("test_") or path.stem.endswith("_test"))


def strays(module: ModuleType, *, shared: bool) -> Iterator[Stray]:
    """Give the tests of *module* that nothing would run.

    Args:
        module: the file that was imported.
        shared: whether other tests in it may well be meant for pytest.
    """
    tree = source_of(module)
    lines = {name: node.lineno for node in tree.body for name in _binds(node)}
    for name, value in bound(module).items():
        if inspect.isclass(value):
            yield from _of_class(module, name, value, lines, shared=shared)
        elif not shared and name.startswith("test_") and callable(value) and name in lines and _is_bare(value):
            if not _is_behaviour(value):
                yield Stray(name, lines[name], _UNFED)
        elif name in lines and not name.startswith("_"):
            yield from _in_a_container(module, name, value, lines[name])


def _in_a_container(module: ModuleType, name: str, value: object, line: int) -> Iterator[Stray]:
    """Give the ``@given`` tests that a list of the file holds and no name of it is bound to."""
    named = [each for each in bound(module).values() if is_given(each)]
    if any(is_given(each) and not any(each is other for other in named) for each in held_by(value)):
        yield Stray(name, line, _HELD)


def _is_behaviour(value: object) -> bool:
    """Tell whether it is what a process runs: an ``async def`` of a ``Process``."""
    if not inspect.iscoroutinefunction(value):
        return False
    first = next(iter(inspect.signature(value).parameters.values()), None)
    return first is not None and (first.name == "process" or "Process" in str(first.annotation))


def _is_bare(value: object) -> bool:
    return not is_given(value) and mark_of(value) is None


def _binds(node: ast.stmt) -> list[str]:
    """Return the names that a statement of the file itself binds; what it imports is another's."""
    match node:
        case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
            return [node.name]
        case ast.Assign():
            return [each.id for target in node.targets for each in ast.walk(target) if isinstance(each, ast.Name)]
        case ast.AnnAssign(target=ast.Name()):
            return [node.target.id] if isinstance(node.target, ast.Name) else []
        case _:
            return []


# -- classes


def _of_class(
    module: ModuleType, name: str, value: type[Any], lines: dict[str, int], *, shared: bool
) -> Iterator[Stray]:
    if name not in lines or name.startswith("_"):
        return
    if not shared and any(home_of(each) == "unittest" for each in type.mro(value)):
        yield Stray(name, lines[name], _FOREIGN)
        return
    for member, function in _members(value):
        bare = not shared and name.startswith("Test") and member.startswith("test")
        if is_given(function) or (bare and callable(function)):
            code = code_of(getattr(getattr(function, "hypothesis", None), "inner_test", function))
            here = code is not None and code.co_filename == module.__file__
            yield Stray(f"{name}.{member}", code.co_firstlineno if code and here else lines[name], _METHOD)


def _members(value: type[Any]) -> Iterator[tuple[str, Any]]:
    """Give the members of a class and of those in it and below it, as they are written."""
    names: dict[str, Any] = {}
    for each in reversed(value.__mro__[:-1]):
        names.update(vars(each))
    for name, member in names.items():
        if not can_be_seen(member):
            continue
        # Only what was written inside: a class may well hold itself, or any other.
        if inspect.isclass(member) and member.__qualname__ == f"{value.__qualname__}.{name}":
            yield from ((f"{name}.{inner}", function) for inner, function in _members(member))
        else:
            yield name, getattr(member, "__func__", member)
