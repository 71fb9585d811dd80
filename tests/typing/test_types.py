"""The public types mean what they say: a type checker reads two programs as a user's own, far from this project.

The gate shows them to both of its type checkers as well, since they are files like any other.
"""

from __future__ import annotations

import runpy
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent
CLAIM = "assert_type(process.pid, Pid)"
MISUSE = 'await process.send("boss", 7)'


@pytest.fixture(scope="module")
def complaints(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """What mypy says of both programs, and of copies of them in which one line is another."""
    folder = tmp_path_factory.mktemp("user")
    program, misuse = (Path(HERE, name).read_text("utf-8") for name in ("program.py", "misuse.py"))
    (folder / "program.py").write_text(program, "utf-8")
    (folder / "misuse.py").write_text(misuse, "utf-8")
    (folder / "wrong_claim.py").write_text(program.replace(CLAIM, CLAIM.replace("Pid", "int")), "utf-8")
    (folder / "no_misuse.py").write_text(misuse.replace(MISUSE, MISUSE.replace("7", '"seven"')), "utf-8")
    command = [sys.executable, "-m", "mypy", "--strict", "--no-error-summary", "."]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=300, check=False)
    assert not done.stderr, done.stderr
    return done.stdout.splitlines()


def of(file: str, complaints: list[str]) -> list[str]:
    return [line for line in complaints if line.startswith(f"{file}:")]


def test_the_public_types_are_those_that_a_users_program_says(complaints: list[str]) -> None:
    assert of("program.py", complaints) == []


def test_what_is_used_wrongly_is_refused(complaints: list[str]) -> None:
    assert of("misuse.py", complaints) == []


def test_a_wrong_claim_is_noticed(complaints: list[str]) -> None:
    (found,) = of("wrong_claim.py", complaints)

    assert 'Expression is of type "Pid", not "int"' in found


def test_a_misuse_that_is_none_is_noticed(complaints: list[str]) -> None:
    (found,) = of("no_misuse.py", complaints)

    assert 'Unused "type: ignore" comment' in found


@pytest.mark.parametrize("seed", range(20))
def test_the_program_that_says_so_runs(seed: int) -> None:
    main = runpy.run_path(str(HERE / "program.py"))["main"]

    assert main(seed).digest
