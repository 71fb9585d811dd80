"""The command ``list``: what there is to run, by which strategies, and what cannot be read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from simcore.campaign.machine import no_exits
from simcore.catalog.find import Findings, app_without_items, find
from simcore.catalog.item import Item
from simcore.catalog.notes import app_name, notes, of_app
from simcore.catalog.project import Project, find_project
from simcore.catalog.properties import ProjectProperties, beside, properties, properties_over
from simcore.catalog.reports import renderers
from simcore.catalog.run_settings import as_option
from simcore.cli import machine, mishaps
from simcore.cli.exits import ExitCode
from simcore.cli.standing import standing_for
from simcore.cli.tellers import Format, write_object, writer
from simcore.limits.alarm import guarded
from simcore.limits.limit import OPTION, limit_ns
from simcore.lua.application import Application
from simcore.model.errors import UsageError
from simcore.output.lines import Line
from simcore.output.text import safe
from simcore.schedulers.registry import written_forms


def list_items(targets: Sequence[str], *, step_timeout: str | None = None, format: Format | None) -> int:
    """List the items that *targets* name, by default the whole catalogue.

    A target that cannot be used is told, and hides none of the others; so is a file that cannot be read.

    Raises:
        UsageError: the project is wrong.
    """
    asked_ns = None if step_timeout is None else limit_ns(step_timeout, as_option(OPTION))
    with standing_for(targets) as standing:
        project = find_project(Path())
        with guarded(project.limit(asked_ns)), no_exits():
            usable, errors = _usable(project, standing.targets)
            code = _listed(project, usable, format, standing.note()) if usable or not targets else ExitCode.USAGE
    for error in errors:
        mishaps.told(error)
    return ExitCode.USAGE if errors else code


def _listed(project: Project, targets: Sequence[str], format: Format | None, note: str) -> ExitCode:
    bare = {target: app for target in targets if (app := app_without_items(target)) is not None}
    wanted = [target for target in targets if target not in bare]
    found, empty = find(project, wanted) if wanted or not targets else Findings([])
    if format == "jsonl":
        for item in found:
            write_object(_object(item))
    else:
        write = writer(format)
        for line in _lines(project, found, whole=not targets):
            write(line)
        for text in (*([f"listed {note}"] if note else []), *empty):
            write(Line(f"note: {safe(text)}"))
        for target, application in bare.items():
            for line in _bare(target, application):
                write(line)
    if not found and not bare:
        machine.write_error("simcore: there is nothing to run here: no scenario, no property and no test")
        return ExitCode.NOTHING_RAN
    # As of a run: the rest is there all the same.
    return ExitCode.USAGE if any(item.broken for item in found) else ExitCode.HELD


def _bare(target: str, application: Application) -> Iterator[Line]:
    """Give the lines of an app with nothing to run in it."""
    yield _app(target, application)
    yield from (Line(f"note: {safe(note)}") for note in of_app(application, target))
    yield Line(f"{safe(target)} has no test yet; docs/your-app.md says how one is written")


def _usable(project: Project, targets: Sequence[str]) -> tuple[list[str], list[UsageError]]:
    """Return the targets that can be listed, and what is wrong with each of the others."""
    usable: list[str] = []
    errors: list[UsageError] = []
    for target in targets:
        try:
            if app_without_items(target) is None:
                find(project, [target])
        except UsageError as error:
            errors.append(error)
        else:
            usable.append(target)
    return usable, errors


def _object(item: Item) -> dict[str, Any]:
    return {
        "id": item.id,
        "kind": item.kind,
        "suite": item.suite,
        "expect": item.expect,
        "schedules": item.schedules,
        "source_line": item.source_line,
        "error": item.error if item.broken else None,
        "skipped": item.error if item.skips else None,
    }


def _lines(project: Project, found: Sequence[Item], *, whole: bool) -> Iterator[Line]:
    width = max((len(safe(item.id)) for item in found), default=0)
    for item in found:
        if not item.error:
            yield Line(f"{item.kind:<8}  {safe(item.id):<{width}}  {_asks(item)}".rstrip())
    held = properties_over(found, project) if found else properties(project)
    yield from _claims(held if whole else beside(held))
    yield Line(f"strategies: {', '.join(written_forms())}")
    if whole:
        files = renderers(project)
        yield Line(f"reports: {', '.join(safe(each.name) for each in files.found) or 'none'}")
        yield from (Line(f"broken: {safe(text)}", "bold red") for text in files.broken)
    yield from _apps(found)
    yield from (Line(f"note: {safe(note)}") for note in notes(found))
    yield from (Line(f"skipped: {safe(item.error)}") for item in found if item.skips)
    yield from (Line(f"broken: {safe(item.error)}", "bold red") for item in found if item.broken)


def _asks(item: Item) -> str:
    parts = [
        f"suite {safe(item.suite)}" if item.suite else "",
        "expects a failure" if item.expect == "failed" else "",
        f"{item.schedules:,} schedules" if item.schedules else "",
    ]
    return ", ".join(part for part in parts if part)


def _claims(held: ProjectProperties) -> Iterator[Line]:
    for kind, several in (("always", held.always), ("sometimes", held.sometimes)):
        yield from (Line(f"{kind:<9} {safe(each.id)}: {safe(each.statement)}") for each in several)


def _apps(found: Sequence[Item]) -> Iterator[Line]:
    apps = {app_name(item): item.application for item in found if item.application is not None}
    for name, application in apps.items():
        yield _app(name, application)


def _app(name: str, application: Application) -> Line:
    return Line(f"app {safe(name)}: dialect {application.dialect}, {safe(application.dialect_reason)}")
