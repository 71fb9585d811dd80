"""A folder's cases are found by what they say, and all else is named."""

from __future__ import annotations

from pathlib import Path

from simcore.runner.case_folder import cases_in
from tests.files import write_files

CASE = '{"format": "simcore-case"}'


def names(folder: Path, several: list[Path]) -> list[str]:
    return [each.relative_to(folder).as_posix() for each in several]


def test_a_case_says_that_it_is_one_or_is_called_so(tmp_path: Path) -> None:
    write_files(tmp_path, {"b.json": CASE, "a.case.json": "{", "deep/c.json": CASE})
    write_files(
        tmp_path, {"d.json": "[]", "e.json": '{"format": "other"}', "f.json": "", "g.txt": CASE, ".h/i.json": CASE}
    )

    found = cases_in(tmp_path)

    assert names(tmp_path, found.cases) == ["a.case.json", "b.json", "deep/c.json"]
    assert names(tmp_path, found.others) == ["d.json", "e.json", "f.json", "g.txt"]
    assert names(tmp_path, found.hidden) == [".h"]


def test_a_link_that_leads_nowhere_and_one_that_leads_back_end_nothing(tmp_path: Path) -> None:
    write_files(tmp_path, {"a.json": CASE})
    (tmp_path / "gone.json").symlink_to(tmp_path / "nothing")
    (tmp_path / "back").symlink_to(tmp_path)

    assert names(tmp_path, cases_in(tmp_path).cases) == ["a.json"]
