"""Marks that are no mistake by themselves and that nothing has taken: told as notes; somebody may count on them."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Final, cast

from simcore.catalog.mount import BrokenFile, all_markings, catalogue_modules, in_catalogue, load_file, mount
from simcore.catalog.written import meant, source_of
from simcore.model.markers import Mark, always, mark_of, report, scenario, sometimes, word
from simcore.model.shapes import name_of
from simcore.model.shown_file import shown_file

if TYPE_CHECKING:
    from collections.abc import Container, Iterator, Sequence
    from types import ModuleType

    from simcore.catalog.files import Place
    from simcore.model.ledger import Marking

_MARKERS: Final = (scenario, always, sometimes, report)


def unused(places: Sequence[Place]) -> list[str]:
    """Return one line for each mark that was not reached in a file at one of *places*, and for each in a module that
    such files import and do not take it from.

    It is to be asked when all files have been read: what one of them makes may be called by another.
    """
    unreached = [line for place in places if not place.is_app for line in _unreached(place)]
    return [*unreached, *map(_untaken, _of_helpers(places))]


# -- in a function that nothing calls


def _unreached(place: Place) -> Iterator[str]:
    try:
        module = load_file(place.path, place.folder, place.shown)
    except BrokenFile:
        return
    lines = [each.line for each in all_markings() if each.file == module.__file__]
    for node in source_of(module).body:
        within = range(node.lineno, (node.end_lineno or 0) + 1)
        if isinstance(node, ast.FunctionDef) and not any(line in within for line in lines):
            for marker, line in _marked_in(node, module):
                yield (
                    f"{place.shown}:{line}: the @{marker} inside of {node.name}() marks nothing, since nothing has "
                    "called that; call it in the file, and bind what it returns to a name"
                )


def _marked_in(node: ast.FunctionDef, module: ModuleType) -> Iterator[tuple[str, int]]:
    for inner in ast.walk(node):
        if isinstance(inner, (ast.FunctionDef, ast.AsyncFunctionDef)) and inner is not node:
            for decorator in inner.decorator_list:
                value = meant(module, decorator.func if isinstance(decorator, ast.Call) else decorator)
                if any(value is marker for marker in _MARKERS):
                    yield value.__name__, decorator.lineno


# -- in a module that is no file of the catalogue


def _of_helpers(places: Sequence[Place]) -> list[Marking]:
    """Return the marks of modules beside the files at *places* that no file of a catalogue has imported by name."""
    packages = {mount(place.folder).__name__ for place in places if not place.is_app}
    taken = [mark_of(value) for module in catalogue_modules() for value in list(vars(module).values())]
    return [
        each
        for each in all_markings()
        if not each.waits and _is_helper(each, packages) and not any(mark is each.mark for mark in taken)
    ]


def _is_helper(marking: Marking, packages: Container[str]) -> bool:
    home, file = (str(marking.body.get(name, "")) for name in ("__name__", "__file__"))
    return home.partition(".")[0] in packages and not in_catalogue(file)


def _untaken(marking: Marking) -> str:
    what, name = word(cast("Mark", marking.mark)), name_of(marking.marked)
    return (
        f"{shown_file(marking.file)}:{marking.line}: {what} {name} is taken by no file of the catalogue; "
        "import it by its name where it is to count"
    )
