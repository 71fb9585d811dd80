"""What a run leaves: its folder, the results as data, and what the renderers make of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from simcore.cli import host
from simcore.model.errors import UsageError

if TYPE_CHECKING:
    from simcore.catalog.project import Project
    from simcore.model.outcome import Results

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


def make_run_folder(artifacts: str | None) -> RunFolder:
    """Make the folder of a new run in *artifacts*, or in ``.simcore`` of the current folder.

    Raises:
        UsageError: it cannot be written to; nothing was run.
    """
    home = Path(artifacts or DEFAULT)
    try:
        (home / "runs").mkdir(parents=True, exist_ok=True)
        if not (home / ".gitignore").exists():
            write(home / ".gitignore", "*\n")
        return _fresh(home / "runs")
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise UsageError(f"{home}: cannot be written to: {reason}; name another folder with --artifacts") from None


def _fresh(runs: Path) -> RunFolder:
    for _ in range(_ATTEMPTS):
        name = host.new_run_id()
        try:
            (runs / name).mkdir()
        except FileExistsError:
            continue
        return RunFolder(name, runs / name)
    raise FileExistsError("no free name for the folder of the run")


def write(file: Path, text: str) -> None:
    """Write *file* as a whole or not at all."""
    content = text.encode("utf-8", "backslashreplace")
    unfinished = file.with_name(f"{file.name}.part")
    try:
        unfinished.write_bytes(content)
        unfinished.replace(file)
    finally:
        unfinished.unlink(missing_ok=True)


def leave(folder: RunFolder, results: Results, project: Project) -> list[str]:
    """Write the results, then every report; return what could not be written and why, one line each."""
    import msgspec

    from simcore.model.written import to_json

    complaints: list[str] = []
    try:
        data = msgspec.json.format(to_json(results), indent=2)
        write(folder.path / RESULTS, data.decode() + "\n")
    except OSError as error:
        complaints.append(f"{RESULTS} could not be written: {error.strerror}")
    return [*complaints, *_render(folder, results, project), *_append_step_summary(folder)]


def _render(folder: RunFolder, results: Results, project: Project) -> Iterator[str]:
    from simcore.catalog.reports import renderers

    found = renderers(project)
    yield from (f"a report file cannot be used: {line}" for line in found.broken)
    for renderer in found.found:
        try:
            text = renderer.function(results)
            if not isinstance(text, str):
                raise TypeError(f"it returned {type(text).__name__}, not a text")
            write(folder.path / renderer.name, text)
        except Exception as error:
            # A report that breaks must not hide the results that it reports.
            yield f"{renderer.name} was not written, {renderer.source} failed: {type(error).__name__}: {error}"


def _append_step_summary(folder: RunFolder) -> Iterator[str]:
    target, source = host.step_summary(), folder.path / SUMMARY
    if target is None or not source.exists():
        return
    try:
        with Path(target).open("a", encoding="utf-8") as stream:
            stream.write(source.read_text(encoding="utf-8") + "\n")
    except OSError as error:
        yield f"GITHUB_STEP_SUMMARY could not be appended to: {error.strerror}"
