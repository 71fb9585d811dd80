"""The command ``replay``: one run again, and whether it went as it did."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from simcore.catalog.project import find_project
from simcore.cli import lines
from simcore.cli.exits import Exit
from simcore.cli.lines import Line
from simcore.cli.tellers import Format, write_object, writer
from simcore.cli.text import safe
from simcore.runner.replay import replay as replayed_by

if TYPE_CHECKING:
    from simcore.runner.replay import Replayed


def replay(case: str, *, target: str | None, verify: bool, trace: bool, format: Format | None) -> int:
    """Replay a case file or a token, and tell how it went.

    Raises:
        UsageError: it cannot be read, or its item is not there.
    """
    replayed = replayed_by(case, target=target, verify=verify, trace=trace, project=find_project(Path()))
    if format == "jsonl":
        write_object(_object(replayed))
    else:
        write = writer(format)
        for line in _lines(replayed):
            write(line)
    return _code(replayed)


def _code(replayed: Replayed) -> Exit:
    if replayed.divergence is not None:
        return Exit.DIVERGED
    if replayed.verdict == "inconclusive":
        return Exit.INCONCLUSIVE
    return Exit.HELD if replayed.verdict == "passed" else Exit.FAILED


def _object(replayed: Replayed) -> dict[str, Any]:
    return {
        "id": replayed.item,
        "verdict": str(replayed.verdict),
        "digest": replayed.digest,
        "reproduced": replayed.reproduced,
        "divergence": replayed.divergence,
        "property": replayed.property,
        "message": replayed.message,
        "source_changed": replayed.source_changed,
        "story": list(replayed.story),
    }


def _lines(replayed: Replayed) -> Iterator[Line]:
    yield Line(f"replay of {safe(replayed.item)}", "bold")
    if replayed.source_changed:
        yield Line("  the source has changed since; choices that no longer fit are skipped", "yellow")
    if replayed.property or replayed.message:
        yield from lines.claim(replayed.property, replayed.message)
    yield from lines.story(replayed.story)
    if replayed.divergence is not None:
        yield Line("DIVERGED: the run went another way than the recorded one", "bold red")
        yield from lines.story([replayed.divergence])
    shown = str(replayed.verdict).upper()
    yield Line(f"{shown:<{lines.WIDTH}}  {_reproduced(replayed)}", lines.STYLES[shown])
    yield Line(f"digest: {replayed.digest}")


def _reproduced(replayed: Replayed) -> str:
    return "reproduced" if replayed.reproduced else "not reproduced"
