"""The command ``replay``: one run again, and whether it went as it did."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from simcore.campaign.player import property_runner
from simcore.catalog.project import find_project
from simcore.catalog.run_settings import as_option
from simcore.cli.exits import ExitCode
from simcore.cli.tellers import Format, write_object, writer
from simcore.cli.verifying import disagreement
from simcore.limits.alarm import guarded
from simcore.limits.limit import OPTION, limit_ns
from simcore.model.errors import UsageError
from simcore.model.text import cut
from simcore.output import lines
from simcore.output.lines import Line
from simcore.output.text import safe
from simcore.runner import replay as runner
from simcore.runner.reference import find_run, properties_of
from simcore.runner.replay import Replayed


def replay(
    case: str, *, target: str | None, verify: bool, trace: bool, step_timeout: str | None, format: Format | None
) -> int:
    """Replay a case file or a token, and tell how it went.

    Args:
        case: the file or the token.
        target: where the item is; None where the case or the catalogue knows.
        verify: whether to replay in two more processes, and to compare.
        trace: whether to tell every event.
        step_timeout: how long a step may take, or None.
        format: how to tell it.

    Raises:
        UsageError: it cannot be read, or its item is not there.
    """
    asked_ns = None if step_timeout is None else limit_ns(step_timeout, as_option(OPTION))
    replayed = _replayed(case, target, asked_ns)
    different = disagreement(case, target, step_timeout, _object(replayed, None)) if verify else None
    if format == "jsonl":
        write_object(_object(replayed, different))
    else:
        write = writer(format)
        for line in _lines(replayed, different, trace=trace):
            write(line)
    return _code(replayed, different)


def _replayed(case: str, target: str | None, asked_ns: int | None) -> Replayed:
    project = find_project(Path())
    with guarded(project.limit(asked_ns)):
        found = find_run(case, target=target, project=project)
        if found.item.error:
            raise UsageError(found.item.error)
        return runner.replay(found, properties=properties_of(found, project), runner=property_runner([found.item]))


def _code(replayed: Replayed, different: str | None) -> ExitCode:
    if replayed.divergence is not None or different is not None:
        return ExitCode.DIVERGED
    codes = {"passed": ExitCode.HELD, "inconclusive": ExitCode.INCONCLUSIVE}
    return codes.get(replayed.outcome.verdict, ExitCode.FAILED)


def _object(replayed: Replayed, different: str | None) -> dict[str, Any]:
    outcome = replayed.outcome
    return {
        "id": replayed.found.item.id,
        "verdict": str(outcome.verdict),
        "digest": outcome.digest,
        "reproduced": replayed.reproduced and different is None,
        "divergence": replayed.divergence or different,
        "property": outcome.property,
        "message": cut(outcome.message),
        "traceback": list(outcome.traceback),
        "remarks": [remark.text for remark in outcome.remarks],
        "actions": outcome.actions,
        "decisions": outcome.decisions,
        "now_ns": outcome.now_ns,
        "source_changed": replayed.found.source_changed,
        "lenient": replayed.found.lenient,
        "skipped": replayed.skipped,
        "story": [cut(line) for line in replayed.story],
    }


def _lines(replayed: Replayed, different: str | None, *, trace: bool) -> Iterator[Line]:
    outcome = replayed.outcome
    yield Line(f"replay of {safe(replayed.found.item.id)}", "bold")
    if replayed.found.source_changed:
        yield Line(f"  the source has changed since; choices that no longer fit: {replayed.skipped}", "yellow")
    if replayed.found.lenient:
        yield Line(f"  {_leniently(replayed)}", "yellow")
    if trace:
        for event in replayed.trace:
            yield from lines.story([f"{event.t_ns} ns  #{event.step}  {event.kind}  {event.text}"])
    if (outcome.property or outcome.message) and outcome.message != replayed.divergence:
        yield from lines.claim(outcome.property, outcome.message, outcome.traceback)
    yield from (Line(f"  {safe(remark.text)}", "yellow") for remark in outcome.remarks)
    yield from lines.story(replayed.story)
    for divergence in filter(None, (replayed.divergence, different)):
        yield Line("DIVERGED: it went another way than the recorded run", "bold red")
        yield from lines.story([divergence])
    shown = str(outcome.verdict).upper()
    yield Line(f"{shown:<{lines.WIDTH}}  {_reproduced(replayed)}", lines.STYLES[shown])
    yield Line(f"digest: {outcome.digest}")
    if replayed.found.case is None and not replayed.reproduced:
        yield Line("note: a token holds no source and no digest: it cannot tell whether the program has changed since")


def _leniently(replayed: Replayed) -> str:
    found = replayed.found
    what = "a token" if found.case is None else "a case"
    said = f"{what} of version {found.version}, made by an earlier kernel: replayed leniently"
    if replayed.by_seed:
        return f"{said}; found again by its seed, its schedule leads there no more"
    return f"{said}; choices that no longer fit: {replayed.skipped}" if replayed.skipped else said


def _reproduced(replayed: Replayed) -> str:
    return "reproduced" if replayed.reproduced else "not reproduced"
