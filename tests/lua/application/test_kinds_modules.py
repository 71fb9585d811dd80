"""The modules of the host are complete: whoever adds a part of one and forgets another part is told here."""

from __future__ import annotations

import re
from collections import Counter
from importlib import import_module
from importlib.resources import files

import pytest

from simcore.lua.application.kinds import LISTED, MODULES, PRESENT
from simcore.lua.bridge.chunk import HOST_FILES
from simcore.lua.leaves.table import LEAVES
from tests.files import ROOT
from tests.lua.conftest import Bench

HOST = {
    file.name.removesuffix(".lua"): file.read_text("utf-8")
    for file in (files("simcore.lua") / "host").iterdir()
    if file.name.endswith(".lua")
}


def test_each_file_of_the_host_is_loaded_once() -> None:
    assert Counter(HOST_FILES) == Counter([*HOST])


@pytest.mark.parametrize("module", sorted(MODULES))
def test_a_module_is_there_where_it_is_listed(bench: Bench, module: str) -> None:
    assert bench.run(f"return type(require('{module}'))", modules=(module,)) in ("table", "userdata")


@pytest.mark.parametrize("module", LISTED)
def test_a_listed_module_is_not_there_where_it_is_not_listed(bench: Bench, module: str) -> None:
    assert bench.run(f"return {module} == nil")


@pytest.mark.parametrize("module", PRESENT)
def test_a_module_that_every_process_has_is_no_global_of_its_own_where_it_is_listed(bench: Bench, module: str) -> None:
    assert bench.run(f"return rawget(_G, '{module}') == nil and {module} ~= nil", modules=(module,))


def test_each_leaf_stands_in_one_file_and_is_called_like_no_module() -> None:
    files_of_leaves = [file.stem for file in (ROOT / "simcore/lua/leaves").glob("*.py") if file.stem != "table"]
    families = [getattr(import_module(f"simcore.lua.leaves.{name}"), "LEAVES", {}) for name in files_of_leaves]

    assert Counter(name for family in families for name in family) == Counter([*LEAVES])
    assert set(LEAVES) & MODULES == set()


@pytest.mark.parametrize("leaf", sorted(LEAVES))
def test_the_host_calls_each_leaf(leaf: str) -> None:
    assert any(re.search(rf'\bH\.{leaf}\b|"{leaf}"', text) for text in HOST.values())


@pytest.mark.parametrize(
    ("page", "sentence"),
    [("docs/your-app.md", r"The modules are (.*?)\. "), ("docs/contract/lua.md", r"Built so far are (.*?)\. ")],
)
def test_a_page_that_lists_the_modules_lists_them_all(page: str, sentence: str) -> None:
    found = re.search(sentence, " ".join((ROOT / page).read_text("utf-8").split()))

    assert found is not None
    assert re.findall(r"\w+", found[1].replace(" and ", ", ")) == sorted(MODULES)
