"""Marks that are no mistake by themselves and that nothing has taken: told as notes; somebody may count on them."""

from __future__ import annotations

import ast
import os
from typing import TYPE_CHECKING, Final, cast

from simcore.catalog.marked import contents, is_item
from simcore.catalog.mount import BrokenFile, all_markings, catalogue_modules, load_file
from simcore.catalog.properties import app_files
from simcore.catalog.written import meant, source_of
from simcore.model.markers import Mark, always, mark_of, report, scenario, sometimes, word
from simcore.model.shapes import name_of
from simcore.model.shown_file import shown_file

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from types import ModuleType

    from simcore.catalog.files import Place
    from simcore.catalog.project import Project
    from simcore.model.ledger import Marking

_MARKERS: Final = (scenario, always, sometimes, report)


def unused(places: Sequence[Place], project: Project) -> list[str]:
    """Return one line for each mark that was not reached in a file at one of *places*, for each in a module that such
    files import and do not take it from, and for what stands beside the checks of an app and is none.

    It is to be asked when all files have been read: what one of them makes may be called by another.
    """
    unreached = [line for place in places for line in _unreached(place)]
    in_apps = [line for place in places if place.is_app for line in _no_check(place, project)]
    return [*unreached, *in_apps, *map(_untaken, _of_helpers(places))]


def _no_check(app: Place, project: Project) -> Iterator[str]:
    """Give what stands among the checks in an app and would be run by itself, which those of the app are not."""
    for each in app_files(app, project):
        if each.path.is_relative_to(os.path.abspath(app.path)):
            try:
                items = [taken for taken in contents(each, ("properties",)).taken if is_item(taken)]
            except BrokenFile:
                continue
            for taken in items:
                yield (
                    f"{taken.source_line}: {taken.name} is no test of the app and is not run with it; "
                    f"`simcore run {each.shown}` runs it"
                )


# -- in a function that nothing calls


def _unreached(place: Place) -> Iterator[str]:
    module = _imported(place)
    if module is None:
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
    """Return the marks of modules beside the files at *places* that no file has imported by name which is read."""
    files = [module for place in places if (module := _imported(place)) is not None]
    packages = {module.__name__.partition(".")[0] for module in files}
    read = [*files, *catalogue_modules()]
    taken = [mark_of(value) for module in read for value in list(vars(module).values())]
    return [
        each
        for each in all_markings()
        if not each.waits
        and isinstance(each.mark, Mark)
        and str(each.body.get("__name__", "")).partition(".")[0] in packages
        and not any(each.body is vars(module) for module in read)
        and not any(mark is each.mark for mark in taken)
    ]


def _imported(place: Place) -> ModuleType | None:
    """Return the file at *place*, unless that is an app, or broken."""
    try:
        return None if place.is_app else load_file(place.path, place.folder, place.shown)
    except BrokenFile:
        return None


def _untaken(marking: Marking) -> str:
    what, name = word(cast("Mark", marking.mark)), name_of(marking.marked)
    return (
        f"{shown_file(marking.file)}:{marking.line}: {what} {name} is taken by no file of the catalogue; "
        "import it by its name where it is to count"
    )
