"""What the user should know of the apps besides the verdicts: foreign parts and warnings, each once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from simcore.catalog.names import container

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from simcore.catalog.item import Item
    from simcore.lua.application import Application

_ADVICE: Final[dict[str, str]] = dict.fromkeys(
    ("module", "import"), "; a library.lua imported under that name can take its place"
)


def notes(items: Iterable[Item]) -> list[str]:
    """Return one line for each foreign part and each warning of the apps that *items* come from."""
    apps = {str(item.application.folder): item for item in items if item.application is not None}
    return [line for item in apps.values() if item.application for line in of_app(item.application, app_name(item))]


def app_name(item: Item) -> str:
    """Return what the app of a test is called: as the user named it, else by its folder in the catalogue."""
    return item.target or container(item)


def of_app(application: Application, name: str) -> Iterator[str]:
    """Give the notes of one app, which is called *name*."""
    for foreign in application.foreign:
        if foreign.what == "key":
            yield f"{name}: unknown and without effect: {foreign}"
            continue
        yield f"{name}: not part of the simulation, fails when used: {foreign}{_ADVICE.get(foreign.what, '')}"
    for warning in application.warnings:
        yield f"{name}: {warning}"
