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


def test_a_source_that_becomes_a_link_out_of_the_folder_is_refused(
    app: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    load(app)
    source, outside = app / "main.lua", tmp_path_factory.mktemp("outside") / "main.lua"
    outside.write_text(source.read_text())
    source.unlink()
    source.symlink_to(outside)

    with pytest.raises(UsageError, match="outside the application"):
        load(app)


def test_a_link_inside_the_folder_and_a_file_below_it_are_looked_at_too(app: Path) -> None:
    (app / "below").mkdir()
    (app / "main.lua").rename(app / "below/real.lua")
    (app / "main.lua").symlink_to(app / "below/real.lua")
    first = load(app)
    assert load(app) is first
    (app / "below/real.lua").write_text("return {main = function() return 2 end}")

    assert "return 2" in (load(app).entries["app:main"].source_text or "")


def test_a_long_source_is_compared_to_its_end(app: Path) -> None:
    long = "-- " + "x" * 200_000 + "\nreturn {main = function() return 1 end}"
    (app / "main.lua").write_text(long)
    first = load(app)
    assert load(app) is first
    (app / "main.lua").write_text(long.replace("return 1", "return 2"))

    assert load(app) is not first
