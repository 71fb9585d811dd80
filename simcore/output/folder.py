"""What a run leaves: its folder, the results as data, and what the renderers make of them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from simcore.model.errors import UsageError
from simcore.output.atomic import write_file

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from simcore.model.outcome import Reports, Results

DEFAULT: Final = ".simcore"
RESULTS: Final = "results.json"
SUMMARY: Final = "summary.md"
_ATTEMPTS: Final = 100


@dataclass(frozen=True, slots=True)
class RunFolder:
    """The folder of one run; *path* starts where the user's own path does."""

    id: str
    path: Path

    def report(self) -> str | None:
        """Return the path of the best report that could be written, or None."""
        written = (self.path / name for name in (SUMMARY, RESULTS))
        return next((file.as_posix() for file in written if file.exists()), None)


def make_run_folder(artifacts: str | None, new_id: Callable[[], str]) -> RunFolder:
    """Make the folder of a new run in *artifacts*, or in ``.simcore`` of the current folder.

    Args:
        artifacts: the folder in which runs leave what they leave, or None.
        new_id: gives a name for a run; asked again where it is taken.

    Raises:
        UsageError: it cannot be written to; nothing was run.
    """
    home = Path(artifacts or DEFAULT)
    try:
        (home / "runs").mkdir(parents=True, exist_ok=True)
        _ignore(home)
        return _fresh(home / "runs", new_id)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise UsageError(f"{home}: cannot be written to: {reason}; name another folder with --artifacts") from None


def open_run_folder(path: Path) -> RunFolder:
    """Make the folder *path* of a run whose id is known already, and return it; another process may have made it.

    Raises:
        UsageError: it cannot be written to.
    """
    home = path.parent.parent
    try:
        path.mkdir(parents=True, exist_ok=True)
        _ignore(home)
    except OSError as error:
        raise UsageError(f"{home}: cannot be written to: {error.strerror or type(error).__name__}") from None
    return RunFolder(path.name, path)


def _ignore(home: Path) -> None:
    # Nobody means to commit what runs leave, and the user's own file is not for us to change.
    if not (home / ".gitignore").exists():
        _write(home / ".gitignore", "*\n")


def _fresh(runs: Path, new_id: Callable[[], str]) -> RunFolder:
    for _ in range(_ATTEMPTS):
        name = new_id()
        try:
            (runs / name).mkdir()
        except FileExistsError:
            continue
        return RunFolder(name, runs / name)
    raise FileExistsError("no free name for the folder of the run")


def _write(file: Path, text: str) -> None:
    write_file(file, text.encode("utf-8", "backslashreplace"))


def leave(
    folder: RunFolder, results: Results, render: Callable[[Results], Reports], step_summary: str | None = None
) -> list[str]:
    """Write the results, then every report; return what could not be written and why, one line each.

    Args:
        folder: of the run.
        results: of the run.
        render: makes the reports; asked when the results are written.
        step_summary: the file to which GitHub's CI wants the summary appended, where there is one.
    """
    # Late, like all that `simcore --help` does not need.
    import msgspec

    from simcore.model.written import to_json

    complaints: list[str] = []
    try:
        data = msgspec.json.format(to_json(results), indent=2)
        _write(folder.path / RESULTS, data.decode() + "\n")
    except OSError as error:
        complaints.append(f"{RESULTS} could not be written: {error.strerror}")
    reports = render(results)
    return [
        *complaints,
        *reports.complaints,
        *_write_all(folder, reports.files),
        *_append_step_summary(folder, step_summary),
    ]


def _write_all(folder: RunFolder, files: Mapping[str, str]) -> Iterator[str]:
    for name, text in files.items():
        try:
            _write(folder.path / name, text)
        except OSError as error:
            yield f"{name} was not written: {error.strerror or error}"


def _append_step_summary(folder: RunFolder, target: str | None) -> Iterator[str]:
    source = folder.path / SUMMARY
    if target is None or not source.exists():
        return
    try:
        with Path(target).open("a", encoding="utf-8") as stream:
            stream.write(source.read_text(encoding="utf-8") + "\n")
    except OSError as error:
        yield f"GITHUB_STEP_SUMMARY could not be appended to: {error.strerror}"
