"""Marks that nothing has taken and that are no mistake by themselves."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from simcore.catalog.find import items
from simcore.catalog.project import find_project
from simcore.catalog.properties import places_of
from simcore.catalog.unused import unused

HEAD = "import simcore\nfrom simcore import always, scenario\n"
FACTORY = "def made(n):\n    @simcore.scenario(schedules=n)\n    def inner(world): ...\n    return inner\n\n"
OWN = "@scenario\ndef own(world): ...\n\n"


def told(folder: Path, *targets: str) -> list[str]:
    project = find_project(folder)
    return unused(places_of(items(project, targets)), project)


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
    write("scenarios/_shared.py", HEAD + "@always\ndef holds(world): ...\n\n@always\ndef other(world): ...\n")
    write("scenarios/uses.py", HEAD + "from ._shared import other\n\n" + OWN)

    assert told(folder) == [
        "scenarios/_shared.py:3: @always holds is taken by no file of the catalogue; "
        "import it by its name where it is to count"
    ]

    write("scenarios/takes.py", HEAD + "from ._shared import holds\n\n" + OWN)
    assert told(folder) == []


def test_what_is_run_by_itself_is_not_run_with_an_app_that_it_stands_in(
    folder: Path, write: Callable[..., Path]
) -> None:
    write("scenarios/orders/properties/mine.py", HEAD + OWN + "@always\ndef holds(world): ...\n")
    write("scenarios/properties/beside.py", HEAD + OWN)

    assert told(folder, "orders") == [
        "scenarios/orders/properties/mine.py:3: own is no test of the app and is not run with it; "
        "`simcore run scenarios/orders/properties/mine.py` runs it"
    ]


def test_of_a_file_that_is_named_by_its_path_nothing_is_told(
    tmp_path: Path, write: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    write("_helper.py", HEAD + "@always\ndef holds(world): ...\n\n@always\ndef other(world): ...\n")
    write("mine.py", HEAD + "from ._helper import holds\n\n" + OWN)

    assert [line.partition(" is taken")[0] for line in told(tmp_path, "mine.py")] == ["_helper.py:6: @always other"]
