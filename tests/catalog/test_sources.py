"""What decides an item besides its file is found by its import statements, and a change of it is named."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from simcore.catalog.sources import MISSING, changed_since, sources
from tests.files import write_files

FILES = {
    "a/main.py": "from . import one\nfrom .deep import two\nfrom .deep.two import X\nimport os, json\n\n"
    "def late():\n    from ..b import three\n",
    "a/one.py": "from .one import nothing\n",
    "a/deep/__init__.py": "",
    "a/deep/two.py": "X = 1\n",
    "a/unused.py": "",
    "b/three.py": "this is no Python\n",
}


def test_what_a_file_imports_by_relative_steps_counts_wherever_it_says_so(tmp_path: Path) -> None:
    write_files(tmp_path, FILES)

    found = sources([tmp_path / "a/main.py"], [], tmp_path)

    assert [*found] == ["a/deep/__init__.py", "a/deep/two.py", "a/main.py", "a/one.py", "b/three.py"]
    assert all(len(digest) == 64 for digest in found.values())


def test_what_lies_outside_of_the_home_is_not_the_project_s(tmp_path: Path) -> None:
    write_files(tmp_path, FILES)

    assert "b/three.py" not in sources([tmp_path / "a/main.py"], [], tmp_path / "a")


def test_a_module_of_the_project_that_was_imported_by_its_name_counts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_files(tmp_path, {"main.py": "import ownpack.inner\nfrom ownpack import other\n"})
    write_files(tmp_path, {"src/ownpack/__init__.py": "", "src/ownpack/inner.py": "", "src/ownpack/other.py": ""})
    monkeypatch.syspath_prepend(str(tmp_path / "src"))
    __import__("ownpack.inner")
    __import__("ownpack.other")
    try:
        found = [*sources([tmp_path / "main.py"], [], tmp_path)]
    finally:
        for name in ("ownpack", "ownpack.inner", "ownpack.other"):
            del sys.modules[name]

    assert found == ["main.py", "src/ownpack/__init__.py", "src/ownpack/inner.py", "src/ownpack/other.py"]


def test_a_change_a_loss_and_nothing_else_is_named(tmp_path: Path) -> None:
    write_files(tmp_path, FILES)
    found = sources([tmp_path / "a/main.py"], [], tmp_path)
    assert changed_since(found, tmp_path) == []

    (tmp_path / "a/one.py").write_text("# another\n")
    (tmp_path / "b/three.py").unlink()
    (tmp_path / "a/unused.py").write_text("# another\n")

    assert changed_since(found, tmp_path) == ["a/one.py", "b/three.py"]


def test_what_is_missing_and_stays_so_is_no_change(tmp_path: Path) -> None:
    assert changed_since({"gone.py": MISSING}, tmp_path) == []


def test_an_application_counts_by_what_it_says(tmp_path: Path) -> None:
    index = 'version: "1.0"\nnamespace: a\nentries: []\n'
    write_files(tmp_path, {"app/_index.yaml": index})
    found = sources([], [tmp_path / "app"], tmp_path)

    (tmp_path / "app/_index.yaml").write_text(f"# a remark\n{index}")
    same = changed_since(found, tmp_path)
    (tmp_path / "app/_index.yaml").write_text(index.replace("[]", "[{name: h, kind: process.host}]"))

    assert (same, changed_since(found, tmp_path)) == ([], ["app"])
