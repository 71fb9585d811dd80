"""The page of the contract's tests is refused where it is out of date or where something has no test."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from tests.files import ROOT

SCRIPT = ROOT / ".ci" / "tested.py"
CODES: Final[list[str]] = [f"G{number}" for number in range(1, 21)] + [f"N{number}" for number in range(1, 33)]
ROWS = 'ROWS: Final[dict[str, dict[str, str]]] = {"Table": {"a row": "scenario"}}\n'
OF_ROWS = "@parametrize(cases(ROWS))\ndef test_rows() -> None: ...\n"


def project(folder: Path, *codes: str, of_rows: str = OF_ROWS, asserted: Sequence[str] = CODES[:20]) -> Path:
    api_page = folder / "tests" / "api_page"
    api_page.mkdir(parents=True)
    (folder / "docs" / "contract").mkdir(parents=True)
    contract = "\n".join(f"| {code} | what it says |" for code in CODES)
    (folder / "docs" / "contract" / "process.md").write_text(f"{contract}\n", encoding="utf-8")
    (api_page / "rows.py").write_text(ROWS, encoding="utf-8")
    (api_page / "test_rows.py").write_text(of_rows, encoding="utf-8")
    text = f'def test_codes() -> None:\n    """{", ".join(codes)}."""\n'
    (folder / "tests" / "test_codes.py").write_text(text, encoding="utf-8")
    (folder / "simcore").mkdir()
    lines = [f'    assert folder, "{code}: so it is"' for code in asserted if code != "G20"]
    (folder / "simcore" / "kernel.py").write_text("\n".join(["def step(folder):", *lines, ""]), encoding="utf-8")
    always = {"end": "33, G20: it ends"} if "G20" in asserted else {}
    (folder / "simcore" / "check.py").write_text(f"INVARIANTS: Final = {always}\n", encoding="utf-8")
    return folder


def script(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, SCRIPT, *arguments], cwd=folder, capture_output=True, text=True, timeout=60, check=False
    )


def test_a_page_that_was_just_made_passes(tmp_path: Path) -> None:
    folder = project(tmp_path, *CODES)
    assert script(folder).returncode == 0
    assert script(folder, "--check").returncode == 0


def test_a_page_that_does_not_know_a_test_is_refused(tmp_path: Path) -> None:
    folder = project(tmp_path, *CODES)
    script(folder)
    # A comment above a test claims as a docstring does.
    (folder / "tests" / "test_more.py").write_text("# N7\ndef test_more() -> None: ...\n", encoding="utf-8")
    done = script(folder, "--check")
    assert (done.returncode, "out of date" in done.stderr) == (1, True)
    script(folder)
    assert "test_more.py::test_more" in (folder / "docs" / "contract" / "tested.md").read_text(encoding="utf-8")


def test_a_code_or_row_without_a_test_is_refused_and_named(tmp_path: Path) -> None:
    folder = project(tmp_path, *[code for code in CODES if code != "N13"], of_rows="")
    script(folder)
    done = script(folder, "--check")
    assert done.returncode == 1
    assert [line.split(":")[0] for line in done.stderr.splitlines()] == [
        "no test exercises N13",
        "no test exercises the original page's Table",
    ]


def test_a_guarantee_that_nothing_asserts_is_refused_and_named(tmp_path: Path) -> None:
    """An assertion says which it is, and so does an invariant that is always on."""
    folder = project(tmp_path, *CODES, asserted=[code for code in CODES[:19] if code != "G7"])
    done = script(folder)
    assert done.returncode == 1
    assert [line.split(":")[0] for line in done.stderr.splitlines()] == ["nothing asserts G7", "nothing asserts G20"]


def test_a_contract_without_guarantees_is_refused(tmp_path: Path) -> None:
    folder = project(tmp_path, *CODES)
    (folder / "docs" / "contract" / "process.md").write_text("# The contract\n", encoding="utf-8")
    done = script(folder, "--check")
    assert done.returncode == 1
    assert "has no row" in done.stderr
