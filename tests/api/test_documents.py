"""The check of the pages notices a page that no longer tells the truth."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.files import ROOT

SCRIPT = ROOT / ".ci" / "check_documents.py"


def check(folder: Path, page: str) -> subprocess.CompletedProcess[str]:
    (folder / "PAGE.md").write_text(page, encoding="utf-8")
    return subprocess.run(
        [sys.executable, SCRIPT, "PAGE.md"], cwd=folder, capture_output=True, text=True, timeout=60, check=False
    )


@pytest.mark.parametrize(
    "page",
    [
        "<!-- run -->\n```console\n$ echo one; echo two\none\ntwo\n```\n",
        "<!-- run -->\n```console\n$ echo one; false\none\n$ echo \\\ntwo\ntwo\n```\n",
        "<!-- run -->\n```console\n$ echo 300 schedules in 1.52 s, 197/s\n300 schedules in 12 s, 2,500/s\n```\n",
        "<!-- run -->\n```console\n$ echo .simcore/runs/20260102T030405Z-7f3a/x\n"
        ".simcore/runs/20251231T235959Z-00ff/x\n```\n",
        "<!-- command: main -->\n```console\n$ true\n```\n",
        "```console\n$ this is only shown\n```\n",
        "```python\nimport sys\nnumber = 7\n```\n\n```python\nassert number == 7\n```\n",
        "<!-- not run -->\n```python\nraise RuntimeError\n```\n",
        "<!-- from: PAGE.md -->\n```lua\nlocal a = 1\n```\n",
        "<!-- file: a/it.py -->\n```python\nraise SystemExit(3)\n```\n\n"
        "<!-- run: beside -->\n```console\n$ find . -type f; cat a/it.py\n./a/it.py\nraise SystemExit(3)\n```\n",
        "<!-- file: it -->\n```text\none\n```\n<!-- run: beside -->\n```console\n$ cat it\none\n```\n"
        "<!-- file: it -->\n```text\ntwo\n```\n<!-- run: beside -->\n```console\n$ cat it\ntwo\n```\n",
    ],
)
def test_a_page_that_tells_the_truth_passes(tmp_path: Path, page: str) -> None:
    done = check(tmp_path, page)

    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    ("page", "complaint"),
    [
        ("<!-- run -->\n```console\n$ echo one\ntwo\n```\n", "-two\n+one"),
        ("<!-- run -->\n```console\n$ echo one\n```\n", "+one"),
        ("<!-- file: it -->\n```text\none\n```\n<!-- run: beside -->\n```console\n$ cat it\ntwo\n```\n", "-two\n+one"),
        ("<!-- run -->\n```console\n$ echo 300 schedules\n200 schedules\n```\n", "+300 schedules"),
        ("<!-- command: main -->\n```console\n$ echo gone wrong; exit 3\n```\n", "exit code 3"),
        ("```python\nnumber = 7\n```\n\ntext\n\n```python\nassert number == 8\n```\n", "line 8"),
    ],
)
def test_a_page_that_does_not_is_told_where(tmp_path: Path, page: str, complaint: str) -> None:
    done = check(tmp_path, page)

    assert done.returncode == 1
    assert complaint in done.stderr
    assert "PAGE.md" in done.stderr


def test_an_excerpt_must_stand_in_its_file_word_for_word(tmp_path: Path) -> None:
    (tmp_path / "race.lua").write_text("local pid = registry.lookup('boss')\n", encoding="utf-8")

    done = check(tmp_path, "<!-- from: race.lua -->\n```lua\nlocal pid = registry.lookup('worker')\n```\n")

    assert done.returncode == 1
    assert "not the text of race.lua" in done.stderr
