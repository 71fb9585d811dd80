"""An interpreter that takes samples: it answers, and where it cannot, says why in one line."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from simcore.bench.sampler import sampling
from simcore.catalog.project import shipped_project
from simcore.model.errors import UsageError

WORDS = ("world", "3", str(shipped_project().root))


def script(folder: Path, text: str) -> str:
    """Return the path of a program that does what *text* says."""
    file = folder / "python"
    file.write_text(f"#!{sys.executable}\n{text}\n", encoding="utf-8")
    file.chmod(0o755)
    return str(file)


def begun(python: str) -> None:
    with sampling(python, *WORDS):
        pass


@pytest.mark.parametrize("python", [None, sys.executable])
def test_it_takes_as_many_samples_as_are_asked_for(python: str | None) -> None:
    with sampling(python, *WORDS) as sampler:
        assert sampler.sample() > 0
        assert sampler.sample() > 0


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("raise ModuleNotFoundError('No module named simcore')", "ModuleNotFoundError: No module named simcore"),
        ("raise SystemExit(7)", "it ended with 7 and said nothing"),
        ("print('Python 2.7')", "it ended with 0 and said nothing"),
    ],
)
def test_who_cannot_begin_is_refused_with_the_reason(tmp_path: Path, text: str, reason: str) -> None:
    with pytest.raises(UsageError, match=rf"python cannot measure this with a simcore of its own: {reason}$"):
        begun(script(tmp_path, text))


@pytest.mark.parametrize("answer", ["raise SystemExit('out of luck')", "print('no number', flush=True); input()"])
def test_who_stops_in_the_middle_is_refused(tmp_path: Path, answer: str) -> None:
    python = script(tmp_path, f"print('ready', flush=True)\ninput()\n{answer}")

    with sampling(python, *WORDS) as sampler, pytest.raises(UsageError, match="cannot measure this"):
        sampler.sample()


def test_what_is_no_program_is_refused(tmp_path: Path) -> None:
    text = tmp_path / "text"
    text.write_bytes(b"\x00")
    text.chmod(0o755)

    with pytest.raises(UsageError, match="text cannot be started: "):
        begun(str(text))
