"""Marks that nothing has taken and that are no mistake by themselves."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from simcore.catalog.find import items
from simcore.catalog.project import find_project
from simcore.catalog.properties import places_of
from simcore.catalog.unused import unused

HEAD = "import simcore\nfrom simcore import always, scenario\n"
FACTORY = "def made(n):\n    @simcore.scenario(schedules=n)\n    def inner(world): ...\n    return inner\n\n"
OWN = "@scenario\ndef own(world): ...\n\n"


def told(folder: Path, *targets: str) -> list[str]:
    return unused(places_of(items(find_project(folder), targets)))


def test_a_mark_inside_of_a_function_that_nothing_calls_is_told(folder: Path, write: Callable[..., Path]) -> None:
    write("scenarios/lazy.py", HEAD + FACTORY + OWN)

    (line,) = told(folder, "lazy.py")

    assert line.startswith("scenarios/lazy.py:4: the @scenario inside of made() marks nothing")


def test_a_factory_that_another_file_calls_is_used(folder: Path, write: Callable[..., Path]) -> None:
    write("scenarios/a_factory.py", HEAD + FACTORY + OWN)
    write("scenarios/b_user.py", "from .a_factory import made\n\nmine = made(3)\n")

    assert told(folder) == []


def test_a_function_inside_of_which_nothing_is_marked_is_no_factory(folder: Path, write: Callable[..., Path]) -> None:
    write("scenarios/plain.py", HEAD + OWN + "def made():\n    def inner(world): ...\n    return inner\n")

    assert told(folder, "plain.py") == []


def test_a_mark_of_a_helper_that_no_file_imports_by_name_is_told(folder: Path, write: Callable[..., Path]) -> None:
    write("scenarios/_shared.py", HEAD + "@always\ndef holds(world): ...\n\ndef start(world): ...\n")
    write("scenarios/uses.py", HEAD + "from . import _shared\n\n" + OWN)

    assert told(folder) == [
        "scenarios/_shared.py:3: @always holds is taken by no file of the catalogue; "
        "import it by its name where it is to count"
    ]

    write("scenarios/takes.py", HEAD + "from ._shared import holds\n\n" + OWN)
    assert told(folder) == []
