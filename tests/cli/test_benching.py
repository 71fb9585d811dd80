"""The command ``bench``: what is wrong with ``--against`` is one line, and exit 2."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.cli.conftest import Call


@pytest.mark.parametrize(
    ("text", "mode", "reason"),
    [
        (None, 0, "there is no such file"),
        ("text", 0o644, "it cannot be executed"),
        (f"#!{sys.executable}\nimport simcore_of_nobody", 0o755, "ModuleNotFoundError: No module named"),
    ],
)
def test_a_wrong_python_is_one_line_and_exit_2(
    call: Call, tmp_path: Path, text: str | None, mode: int, reason: str
) -> None:
    python = tmp_path / "python"
    if text is not None:
        python.write_text(text)
        python.chmod(mode)

    ended = call("bench", "world", "--quick", "--against", str(python))

    assert (ended.code, ended.out) == (2, "")
    (line,) = ended.err.splitlines()
    assert line.startswith("simcore: ")
    assert reason in line


def test_each_pair_is_measured_and_the_baseline_named(call: Call) -> None:
    ended = call("bench", "world", "--quick", "--against", sys.executable)

    assert ended.code == 0
    assert ended.out.startswith("world ratio=")
    assert f"base={sys.executable}" in ended.out
