"""What is foreign in the apps, told once."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from simcore.catalog.find import app_tests, catalogue
from simcore.catalog.notes import notes
from simcore.catalog.project import find_project

FOREIGN = """
  - name: web
    kind: http.service
    addr: ":8080"
"""


def test_each_foreign_thing_of_an_app_is_told_once(folder: Path, write: Callable[..., Path]) -> None:
    index = folder / "scenarios/orders/src/_index.yaml"
    index.write_text(index.read_text(encoding="utf-8") + FOREIGN, encoding="utf-8")

    told = notes(app_tests(find_project(folder), "scenarios/orders"))

    assert told == [
        "scenarios/orders: not part of the simulation, fails when used: kind http.service (once at src/_index.yaml:17)"
    ]
    assert [note.partition(":")[0] for note in notes(catalogue(find_project(folder)))] == ["scenarios/orders"]


def test_an_app_of_known_things_alone_gives_no_notes(folder: Path) -> None:
    assert notes(app_tests(find_project(folder), "scenarios/orders")) == []
