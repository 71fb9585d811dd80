"""The renderers of a run: what turns its results into files."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from simcore.catalog.marked import contents
from simcore.catalog.mount import BrokenFile
from simcore.catalog.project import Project, shipped_project
from simcore.catalog.stuck import report_named, why_held_back
from simcore.limits.alarm import about, stretch
from simcore.limits.equipment import left_broken
from simcore.model.interrupts import is_interrupt
from simcore.model.markers import ReportMark
from simcore.model.outcome import Reports
from simcore.model.shapes import came_back
from simcore.model.texts import class_name, text_of

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator

    from simcore.catalog.files import Place
    from simcore.model.outcome import Results


@dataclass(frozen=True, slots=True)
class Renderer:
    """What writes one file of a run folder.

    Args:
        name: the name of the file.
        function: from the ``Results`` to the text of the file.
        source: the file that it comes from.
    """

    name: str
    function: Callable[..., Any]
    source: str


@dataclass(frozen=True, slots=True)
class Renderers:
    """The renderers by name of their file, and the report files that cannot be imported, one line each."""

    found: tuple[Renderer, ...]
    broken: tuple[str, ...]


def render(project: Project, results: Results) -> Reports:
    """Return what the renderers of *project* make of *results*, and what cannot be made."""
    files: dict[str, str] = {}
    complaints: list[str] = []
    # A file that cannot be imported is told among the items.
    for renderer in renderers(project).found:
        reason = why_held_back(report_named(renderer.name))
        if reason is None:
            reason = _made(renderer, results, files)
        if reason is not None:
            complaints.append(f"{renderer.name} was not written, {renderer.source} failed: {reason}")
        broken = left_broken()
        if broken:
            # Put back by now, so that the others are written.
            complaints.append(f"{renderer.source} leaves what simcore works with broken: {broken}")
    return Reports(files=files, complaints=complaints)


def _made(renderer: Renderer, results: Results, files: dict[str, str]) -> str | None:
    """Put what *renderer* makes of *results* among *files*; return why that cannot be, or None."""
    named = report_named(renderer.name)
    about(named)
    try:
        with stretch(named):
            # Its own, to do with as it likes: others are made of the same, and so is the exit code.
            text = renderer.function(deepcopy(results))
        # Of the type alone, and as a plain text: one of the user's own may do anything where it is written.
        if not issubclass(type(text), str):
            raise TypeError(f"it returned {came_back(text)}, not a text")
        text = str.__str__(text)
    # A report that breaks, or wants to end all, must not hide the results that it reports.
    except BaseException as error:
        if is_interrupt(error):
            raise
        return _reason(error)
    files[renderer.name] = text
    return None


def _reason(error: BaseException) -> str:
    return f"{class_name(error)}: {text_of(error)}".removesuffix(": ")


def report_notes(project: Project) -> list[str]:
    """Return what the user should know of the project's own reports: which of them takes the place of a shipped one,
    and which file writes none."""
    shipped = {each.name for each in _read(shipped_project()) if isinstance(each, Renderer)}
    return [line for place in own_report_files(project) for line in _notes(place, project, shipped)]


def _notes(place: Place, project: Project, shipped: Collection[str]) -> Iterator[str]:
    try:
        found = contents(place, project.kinds_of(place))
    except BrokenFile:
        return
    if project.kinds_of(place) == ("reports",) and not found.taken and not found.refused:
        yield f"{place.shown}: nothing in it has @report, so that it writes no file; a helper's name begins with `_`"
    for each in found.taken:
        if isinstance(each.mark, ReportMark) and each.mark.name in shipped:
            yield f"{each.source_line}: {each.name} writes {each.mark.name} in the place of the one of simcore"


def renderers(project: Project) -> Renderers:
    """Return the shipped renderers and those of *project*, which add files or replace those of the same name."""
    by_name: dict[str, Renderer] = {}
    broken: list[str] = []
    # The shipped ones first, so that a project's own replaces one of the same name.
    for each in _each_project_once(project):
        for found in _read(each):
            if isinstance(found, Renderer):
                by_name[found.name] = found
            else:
                broken.append(str(found))
    return Renderers(tuple(by_name.values()), tuple(broken))


def _each_project_once(project: Project) -> list[Project]:
    shipped = shipped_project()
    ours = [folder.resolve() for folder in shipped.reports]
    return [project] if [folder.resolve() for folder in project.reports] == ours else [shipped, project]


def own_report_files(project: Project) -> Iterator[Place]:
    """Give the files of the project's own reports folders, without those that come with simcore."""
    ours = [folder.resolve() for folder in shipped_project().reports]
    for folder in project.reports:
        if folder.resolve() not in ours:
            yield from (each for each in project.places(folder) if not each.is_app)


def _read(project: Project) -> Iterator[Renderer | BrokenFile]:
    for folder in project.reports:
        for each in project.places(folder):
            if each.is_app:
                continue
            try:
                yield from _of_file(each, project)
            except BrokenFile as error:
                yield error


def _of_file(place: Place, project: Project) -> Iterator[Renderer]:
    for taken in contents(place, project.kinds_of(place)).taken:
        if isinstance(taken.mark, ReportMark):
            yield Renderer(taken.mark.name, taken.function, place.shown)
