"""What is released: the wheel's contents, and the files around the code."""

from __future__ import annotations

import importlib.metadata
import re
import tomllib
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from hatchling.builders.wheel import WheelBuilder

import simcore
from tests.files import ROOT

KINDS = ("scenarios", "properties", "reports")
FRAGMENT = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*\.(added|changed|deprecated|removed|fixed|security)\.md")
# The only files that may ask the host for its clock, chance or environment.
HOST_FILES = {
    "simcore/kernel/chance.py",
    "simcore/kernel/choices.py",
    "simcore/campaign/machine.py",
    "simcore/campaign/offspring.py",
    "simcore/campaign/leaks/host.py",
    "simcore/campaign/leaks/state.py",
    "simcore/cli/machine.py",
    "simcore/bench/machine.py",
    "simcore/limits/machine.py",
    # The type of a value that a user's test was given; no identifier is made there.
    "simcore/strategies/kinds.py",
    "tests/**",
    ".ci/**",
}


def names_in_wheel(version: str, folder: Path) -> list[str]:
    wheel = next(WheelBuilder(str(ROOT)).build(directory=str(folder), versions=[version]))
    return ZipFile(wheel).namelist()


@pytest.fixture(scope="module")
def released(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    return names_in_wheel("standard", tmp_path_factory.mktemp("wheel"))


def test_a_released_wheel_has_only_simcore_at_its_top_level(released: list[str]) -> None:
    tops = {name.split("/")[0] for name in released}

    assert {top for top in tops if not top.endswith(".dist-info")} == {"simcore"}


def test_a_released_wheel_is_typed_and_carries_the_host_side_lua(released: list[str]) -> None:
    wanted = {
        path.relative_to(ROOT).as_posix() for path in (ROOT / "simcore").rglob("*") if path.suffix in {".lua", ".typed"}
    }

    assert "simcore/py.typed" in wanted
    assert wanted <= set(released)


@pytest.mark.parametrize("kind", KINDS)
def test_a_released_wheel_carries_the_whole_catalogue(kind: str, released: list[str]) -> None:
    sources = {
        f"simcore/_catalog/{path.relative_to(ROOT).as_posix()}"
        for path in (ROOT / kind).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }

    assert sources
    assert {name for name in released if name.startswith(f"simcore/_catalog/{kind}/")} == sources


def test_nothing_that_a_tool_left_behind_is_released(released: list[str]) -> None:
    assert [name for name in released if "__pycache__" in name or "/." in name] == []


def test_an_editable_install_reads_the_catalogues_where_they_are(tmp_path: Path) -> None:
    assert [name for name in names_in_wheel("editable", tmp_path) if "_catalog" in name] == []


def test_there_is_one_version() -> None:
    version = project()["project"]["version"]

    assert importlib.metadata.version("simcore") == version
    assert simcore.__version__ == version


def test_only_the_host_files_are_excused_from_the_ban_on_clock_and_chance() -> None:
    excuses = project()["tool"]["ruff"]["lint"]["per-file-ignores"]

    assert {path for path, rules in excuses.items() if "TID251" in rules} == HOST_FILES


def test_no_single_line_excuses_itself_from_the_ban_on_clock_and_chance() -> None:
    excused = [
        str(file.relative_to(ROOT))
        for file in (ROOT / "simcore").rglob("*.py")
        if re.search(r"noqa.*TID251", file.read_text(encoding="utf-8"))
    ]

    assert excused == []


def test_every_fragment_of_the_changelog_says_its_kind_in_its_name() -> None:
    fragments = [file.name for file in (ROOT / "changelog.d").iterdir() if file.name != "README.md"]

    assert [name for name in fragments if not FRAGMENT.fullmatch(name)] == []


def project() -> dict[str, Any]:
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
