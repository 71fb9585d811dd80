"""Marks that are no mistake by themselves and that nothing has taken: told as notes; somebody may count on them."""

from __future__ import annotations

import ast
import os
import sys
from typing import TYPE_CHECKING, Final, cast

from simcore.catalog.bound import bound
from simcore.catalog.marked import contents, is_item
from simcore.catalog.mount import PREFIX, BrokenFile, all_markings, catalogue_modules, load_file
from simcore.catalog.properties import app_files
from simcore.catalog.written import meant, source_of
from simcore.model.markers import Mark, always, mark_of, report, scenario, sometimes, word
from simcore.model.shapes import name_of
from simcore.model.shown_file import shown_file

if TYPE_CHECKING:
    from collections.abc import Container, Iterator, Sequence
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
    lost, others = of_helpers(places)
    if not is_whole(project):
        others = [*lost, *others]
    unreached = [line for place in places for line in _unreached(place)]
    in_apps = [line for place in places if place.is_app for line in _no_check(place, project)]
    return [*unreached, *in_apps, *map(untaken, others)]


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
        # What is run by itself says so when it runs.
        itself = isinstance(node, ast.FunctionDef) and mark_of(bound(module).get(node.name)) is not None
        if isinstance(node, ast.FunctionDef) and not itself and not any(line in within for line in lines):
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


def is_whole(project: Project) -> bool:
    """Tell whether all files are read that might take what a helper marks: those of a project always are."""
    return not project.shipped


def of_helpers(places: Sequence[Place]) -> tuple[list[Marking], list[Marking]]:
    """Return the marks of modules that files at *places* import, and that no file which is read has imported by name.

    First those of modules of which nothing is taken, which somebody counts on for nothing; then the others.
    """
    files = [module for place in places if (module := _imported(place)) is not None]
    read = [*files, *catalogue_modules()]
    taken = [mark_of(value) for module in read for value in bound(module).values()]
    packages = {module.__name__.partition(".")[0] for module in files}
    marks = [each for each in all_markings() if isinstance(each.mark, Mark) and not each.waits]
    near = [each for each in marks if _is_imported_by(each, packages)]
    helpers = [each for each in near if not any(each.body is vars(module) for module in read)]
    used = [each.body for each in helpers if any(mark is each.mark for mark in taken)]
    left = [each for each in helpers if not any(mark is each.mark for mark in taken)]
    lost = [each for each in left if not any(body is each.body for body in used)]
    return lost, [each for each in left if not any(each is other for other in lost)]


def _is_imported_by(marking: Marking, packages: Container[str]) -> bool:
    """Tell whether it is of a module of one of *packages*, or of one that is of no mounted folder at all."""
    name = str(marking.body.get("__name__", ""))
    # What was read anew since then is another module.
    if getattr(sys.modules.get(name), "__dict__", None) is not marking.body:
        return False
    package = name.partition(".")[0]
    return package in packages or bool(package and not package.startswith(PREFIX))


def _imported(place: Place) -> ModuleType | None:
    """Return the file at *place*, unless that is an app, or broken."""
    try:
        return None if place.is_app else load_file(place.path, place.folder, place.shown)
    except BrokenFile:
        return None


NOT_TAKEN: Final = "is taken by no file of the catalogue; import it by its name where it is to count"


def untaken(marking: Marking) -> str:
    """Say that nothing has taken a mark of a helper."""
    what, name = word(cast("Mark", marking.mark)), name_of(marking.marked)
    return f"{shown_file(marking.file)}:{marking.line}: {what} {name} {NOT_TAKEN}"
