"""The tests mirror the package: where a module is, its tests are at the same place, or the folder says why not."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from tests.files import ROOT, write_files

ELSEWHERE: Final = {
    "api": "what the outside relies on, and what holds of all files",
    "api_page": "the rows of the original page of the process API, each from Python and from Lua",
    "conformance": "the minimal scenarios of the contract, each from Python and from Lua",
    "contract": "rules that several modules keep together: across verbs, guarantees of order, quirks",
    "fuzz": "files drawn by a grammar, and signals at drawn moments: each verdict comes, and what was told stays",
    "golden": "what programs observed once, to the digest",
    "litmus": "tiny programs, each with all the outcomes that the contract allows",
    "lua/programs": "Lua programs through all of simcore/lua",
    "mutants": "kernels that do something wrong, and whether the shipped properties notice",
    "properties": "the shipped properties",
    "reports": "the shipped reports",
    "scenarios": "the shipped scenarios",
    "typing": "what type checkers see of the public names",
}
"""Folders of tests that are about something else than a module."""


def strays(root: Path) -> list[str]:
    """Return the test files below *root* that have neither a module at their place nor a folder with a reason."""
    files = (file.relative_to(root / "tests") for file in (root / "tests").rglob("test_*.py"))
    return sorted(
        file.as_posix()
        for file in files
        if file.parent.as_posix() not in ELSEWHERE and not has_module(root / "simcore" / file.parent, file.stem)
    )


def has_module(folder: Path, stem: str) -> bool:
    """Whether *folder* has the module that a test is called after: ``test_<module>``, or ``test_<module>_<aspect>``."""
    words = stem.split("_")[1:]
    names = ["_".join(words[:count]) for count in range(1, len(words) + 1)]
    return any((folder / f"{name}{ending}").exists() for name in names for ending in (".py", ".lua", ""))


def test_each_test_file_has_a_module_or_lies_in_a_folder_about_something_else() -> None:
    assert strays(ROOT) == []


def test_a_test_file_without_a_module_is_told(tmp_path: Path) -> None:
    modules = dict.fromkeys(("simcore/a/word.py", "simcore/a/host/json.lua", "simcore/a/verbs/one.py"), "")
    right = ("a/test_word.py", "a/test_word_order.py", "a/host/test_json.py", "a/test_verbs.py", "litmus/test_any.py")
    wrong = ("a/host/test_word.py", "a/test_words.py", "test_word.py")
    write_files(tmp_path, modules | {f"tests/{name}": "" for name in (*right, *wrong)})

    assert strays(tmp_path) == list(wrong)


def test_contributing_names_each_folder_that_mirrors_nothing() -> None:
    page = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")

    for folder, reason in ELSEWHERE.items():
        assert any((ROOT / "tests" / folder).glob("test_*.py")), folder
        assert f"  - `tests/{folder}/`: {reason}" in page
