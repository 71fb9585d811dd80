"""The renderers of a run: what turns its results into files."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from simcore.catalog.marked import contents
from simcore.catalog.mount import BrokenFile
from simcore.catalog.project import Project, shipped_project
from simcore.model.markers import ReportMark
from simcore.model.outcome import Reports
from simcore.model.shapes import came_back

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

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
    found = renderers(project)
    complaints = [f"a report file cannot be used: {line}" for line in found.broken]
    for renderer in found.found:
        try:
            text = renderer.function(results)
            if not isinstance(text, str):
                raise TypeError(f"it returned {came_back(text)}, not a text")
            files[renderer.name] = text
        except Exception as error:
            # A report that breaks must not hide the results that it reports.
            reason = f"{type(error).__name__}: {error}"
            complaints.append(f"{renderer.name} was not written, {renderer.source} failed: {reason}")
    return Reports(files=files, complaints=complaints)


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
