"""An application is parsed once, as long as its files say the same."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from simcore import UsageError
from simcore.lua.application import load

INDEX = """
version: "1.0"
namespace: app
entries:
  - {name: main, kind: process.lua, source: file://main.lua, method: main}
"""


@pytest.fixture
def app(tmp_path: Path) -> Path:
    (tmp_path / "_index.yaml").write_text(INDEX)
    (tmp_path / "main.lua").write_text("return {main = function() return 1 end}")
    return tmp_path


def test_what_has_not_changed_is_the_same_application(app: Path) -> None:
    assert load(app) is load(app)


def test_a_changed_source_is_loaded_anew_also_where_size_and_time_are_the_same(app: Path) -> None:
    first, source = load(app), app / "main.lua"
    before = source.stat()
    source.write_text(source.read_text().replace("return 1", "return 2"))
    os.utime(source, ns=(before.st_atime_ns, before.st_mtime_ns))

    assert load(app).entries["app:main"].source_text != first.entries["app:main"].source_text


def test_an_index_that_comes_or_goes_is_seen(app: Path) -> None:
    assert list(load(app).entries) == ["app:main"]
    (app / "more").mkdir()
    (app / "more/_index.yaml").write_text('version: "1.0"\nnamespace: more\nentries: [{name: x, kind: other.kind}]\n')
    assert list(load(app).entries) == ["app:main", "more:x"]
    (app / "more/_index.yaml").unlink()
    assert list(load(app).entries) == ["app:main"]


def test_what_is_broken_meanwhile_is_told_and_what_is_mended_is_loaded(app: Path) -> None:
    first, source = load(app), (app / "main.lua").read_text()
    (app / "main.lua").write_text("return {")
    with pytest.raises(UsageError, match=r"main\.lua"):
        load(app)
    (app / "main.lua").unlink()
    with pytest.raises(UsageError, match="does not exist"):
        load(app)
    (app / "main.lua").write_text(source)

    assert load(app).entries == first.entries


def test_messages_and_entries_show_the_folder_as_it_was_given(app: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = load(app)
    monkeypatch.chdir(app.parent)

    assert load(Path(app.name)).folder == Path(app.name)
    assert load(app) is whole
