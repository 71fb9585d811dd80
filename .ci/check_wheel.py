"""Builds the sdist and the wheel and looks inside; then installs the wheel and runs it far from the sources."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import venv
from pathlib import Path
from typing import TYPE_CHECKING
from zipfile import ZipFile

if TYPE_CHECKING:
    from collections.abc import Iterator

KINDS = ("scenarios", "properties", "reports")


def main() -> int:
    """Check what is built from this tree; the exit code is 1 if anything is wrong."""
    with tempfile.TemporaryDirectory() as folder:
        direct, through_sdist = build(Path(folder))
        complaints = [*compare(direct, through_sdist), *look_inside(direct)]
        quietly(sys.executable, "-m", "check_wheel_contents", "--config", "pyproject.toml", str(direct))
        install_and_run(direct, Path(folder, "installed"))
    for complaint in complaints:
        print(complaint, file=sys.stderr)
    print(f"{direct.name}: {len(complaints)} complaints")
    return 1 if complaints else 0


def build(folder: Path) -> tuple[Path, Path]:
    """Build the wheel twice: from the tree, and from the sdist that was built from the tree."""
    quietly(sys.executable, "-m", "build", "--no-isolation", "--wheel", "--outdir", str(folder / "direct"))
    quietly(sys.executable, "-m", "build", "--no-isolation", "--outdir", str(folder / "through"))
    return next(folder.glob("direct/*.whl")), next(folder.glob("through/*.whl"))


def compare(direct: Path, through_sdist: Path) -> Iterator[str]:
    """Complain of every file that only one of the two wheels holds or that differs between them."""
    with ZipFile(direct) as one, ZipFile(through_sdist) as other:
        for name in sorted({*one.namelist(), *other.namelist()}):
            if name not in one.namelist() or name not in other.namelist() or one.read(name) != other.read(name):
                yield f"{name}: the wheel from the sdist differs from the wheel from the tree"


def look_inside(wheel: Path) -> Iterator[str]:
    """Complain of what the wheel lacks and of what it holds beside `simcore`."""
    names = ZipFile(wheel).namelist()
    wanted = set(expected_files())
    yield from (f"{name}: missing from the wheel" for name in sorted(wanted - set(names)))
    for name in names:
        if name not in wanted and not name.split("/")[0].endswith(".dist-info"):
            yield f"{name}: does not belong in the wheel"


def expected_files() -> Iterator[str]:
    """Give the names that the wheel must hold: the package as it is, the catalogues inside it."""
    for folder, prefix in [("simcore", ""), *((kind, "simcore/_catalog/") for kind in KINDS)]:
        files = [path for path in Path(folder).rglob("*") if path.is_file() and "__pycache__" not in path.parts]
        assert files, f"{folder} holds nothing"
        yield from (f"{prefix}{path.as_posix()}" for path in files)


def install_and_run(wheel: Path, folder: Path) -> None:
    """Install the wheel into an environment of its own and run one shipped item from an empty folder."""
    venv.create(folder / "venv", with_pip=True)
    programs = folder / "venv" / "bin"
    quietly(str(programs / "pip"), "install", "-q", str(wheel))
    elsewhere = folder / "elsewhere"
    elsewhere.mkdir()
    quietly(str(programs / "simcore"), "--version", folder=elsewhere)
    quietly(str(programs / "simcore"), "list", folder=elsewhere)
    quietly(
        str(programs / "simcore"), "run", "--schedules", "3", "--format", "plain", folder=elsewhere, accepted=(0, 1)
    )
    assert list(elsewhere.glob(".simcore/runs/*/results.json")), "the installed command left no report"


def quietly(*command: str, folder: Path = Path(), accepted: tuple[int, ...] = (0,)) -> None:
    """Run *command* in *folder*; print what it said only if it ends with an exit code that is not accepted."""
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode not in accepted:
        sys.exit(f"{' '.join(command)} ended with exit code {done.returncode}\n{done.stdout}{done.stderr}")


if __name__ == "__main__":
    sys.exit(main())
