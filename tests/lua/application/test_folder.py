from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from simcore.lua.application import folder as folder_module
from simcore.lua.application.folder import FILE_SIZE_MAX, Folder
from simcore.model.errors import UsageError

if TYPE_CHECKING:
    from tests.lua.application.conftest import WriteApp


def test_index_files_are_found_below_the_folder_in_the_order_of_their_paths(write_app: WriteApp) -> None:
    folder = write_app(
        {"b/_index.yaml": "", "a/z/_index.yaml": "", "_index.yaml": "", "a/_index.yaml": "", "c/x.lua": ""}
    )

    assert Folder(folder).indexes() == ("_index.yaml", "a/_index.yaml", "a/z/_index.yaml", "b/_index.yaml")


def test_hidden_folders_and_other_spellings_are_no_part_of_an_application(write_app: WriteApp) -> None:
    folder = write_app({"_index.yaml": "", ".git/_index.yaml": "", "a/_index.yml": "", "a/index.yaml": ""})

    assert Folder(folder).indexes() == ("_index.yaml",)


def test_links_to_folders_are_not_followed(write_app: WriteApp, tmp_path: Path) -> None:
    folder = write_app({"_index.yaml": "", "real/_index.yaml": ""})
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "_index.yaml").write_text("")
    (folder / "out").symlink_to(tmp_path / "outside")
    (folder / "round").symlink_to(folder)

    assert Folder(folder).indexes() == ("_index.yaml", "real/_index.yaml")


def test_a_folder_may_itself_be_reached_through_a_link(write_app: WriteApp, tmp_path: Path) -> None:
    folder = write_app({"_index.yaml": "a: 1"})
    (tmp_path / "link").symlink_to(folder)

    linked = Folder(tmp_path / "link")

    assert linked.indexes() == ("_index.yaml",)
    assert linked.read("_index.yaml") == b"a: 1"


def test_a_folder_without_an_index_says_what_to_do(write_app: WriteApp) -> None:
    folder = write_app({"main.lua": ""})

    with pytest.raises(UsageError) as caught:
        Folder(folder).indexes()

    assert str(caught.value).startswith(f"{folder}: no _index.yaml in this folder or below it; name the folder")


def test_a_path_that_is_no_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    (tmp_path / "loop").symlink_to(tmp_path / "loop")

    with pytest.raises(UsageError, match="there is no such folder"):
        Folder(tmp_path / "missing")
    with pytest.raises(UsageError, match="this is not a folder"):
        Folder(tmp_path / "file")
    with pytest.raises(UsageError, match="this is not a folder"):
        Folder(tmp_path / "loop")


def test_a_path_with_control_characters_is_shown_escaped(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"red\\x1b\[31m: there is no such folder"):
        Folder(tmp_path / "red\x1b[31m")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_an_unreadable_folder_is_refused(write_app: WriteApp) -> None:
    folder = write_app({"_index.yaml": "", "closed/_index.yaml": ""})
    (folder / "closed").chmod(0)

    with pytest.raises(UsageError, match="cannot be read: Permission denied"):
        Folder(folder).indexes()

    (folder / "closed").chmod(0o700)


def test_a_path_to_something_far_larger_is_refused(write_app: WriteApp, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(folder_module, "FOLDERS_MAX", 2)
    folder = write_app({"_index.yaml": "", "a/_index.yaml": "", "b/_index.yaml": ""})

    with pytest.raises(UsageError, match="more than 2 folders; name the application's own folder"):
        Folder(folder).indexes()


def test_a_file_is_read_whole_up_to_the_bound(write_app: WriteApp) -> None:
    folder = Folder(write_app({"full": b"x" * FILE_SIZE_MAX, "over": b"x" * (FILE_SIZE_MAX + 1)}))

    assert len(folder.read("full")) == FILE_SIZE_MAX
    with pytest.raises(UsageError, match="the file over is larger than 1048576 bytes"):
        folder.read("over")


@pytest.mark.parametrize("relative", ["../secret", "sub/../../secret", "link", "linked/secret", "/etc/hostname"])
def test_no_way_leads_out_of_the_folder(write_app: WriteApp, tmp_path: Path, relative: str) -> None:
    folder = write_app({"sub/a": ""})
    (tmp_path / "secret").write_text("secret")
    (folder / "link").symlink_to(tmp_path / "secret")
    (folder / "linked").symlink_to(tmp_path)

    with pytest.raises(UsageError, match="lies outside the application's folder"):
        Folder(folder).read(relative)


def test_a_sibling_whose_name_begins_alike_is_outside(write_app: WriteApp, tmp_path: Path) -> None:
    folder = write_app({"a": ""})
    (tmp_path / "app-secret").write_text("secret")

    with pytest.raises(UsageError, match="lies outside"):
        Folder(folder).read("../app-secret")


def test_a_link_that_stays_inside_is_read(write_app: WriteApp) -> None:
    folder = write_app({"a/real": "text"})
    (folder / "link").symlink_to("a/real")

    assert Folder(folder).read("link") == b"text"


def test_only_regular_files_are_read(write_app: WriteApp) -> None:
    folder = write_app({"sub/a": ""})
    os.mkfifo(folder / "pipe")
    (folder / "loop").symlink_to("loop")

    with pytest.raises(UsageError, match="the file sub is not a regular file"):
        Folder(folder).read("sub")
    with pytest.raises(UsageError, match="the file pipe is not a regular file"):
        Folder(folder).read("pipe")
    with pytest.raises(UsageError, match="the file missing does not exist"):
        Folder(folder).read("missing")
    with pytest.raises(UsageError, match="the file loop"):
        Folder(folder).read("loop")
    with pytest.raises(UsageError, match="it is no usable path"):
        Folder(folder).read("a\0b")
    with pytest.raises(UsageError, match="File name too long"):
        Folder(folder).read("a" * 5_000)
