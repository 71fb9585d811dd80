"""Whether what passed has shown anything: what ran nothing holds whatever it claims."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from simcore.model.outcome import VACUOUS, Outcome, Remark, Verdict

if TYPE_CHECKING:
    from simcore.runner.property import Explored
    from simcore.world.runs import Runs
    from simcore.world.world import World


def with_vacuity(outcome: Outcome, kind: str, world: World, runs: Runs) -> Outcome:
    """Return *outcome* with the remark that it says nothing, where it does.

    Args:
        outcome: of a scenario, a test or a boot.
        kind: which of them.
        world: its own.
        runs: of all worlds that its body ran.
    """
    reason = _of_boot(world) if kind == "boot" else _of_body(runs)
    if not reason or outcome.verdict is not Verdict.PASSED:
        return outcome
    return msgspec.structs.replace(outcome, remarks=(*outcome.remarks, Remark(VACUOUS, reason)))


def _of_body(runs: Runs) -> str:
    if not runs.amount:
        return "vacuous: its world never ran, nor did any other"
    return "" if runs.actions else "vacuous: its world ran, and no action was performed"


def _of_boot(world: World) -> str:
    return "" if world.runtime.records else "vacuous: it started nothing"


def vacuity(explored: Explored, runs: Runs) -> tuple[Remark, ...]:
    """Return the remark that a property says nothing, where it does.

    Args:
        explored: what came of it.
        runs: of all worlds that its examples ran.
    """
    if explored.failing is not None or explored.refused:
        return ()
    if not explored.examples:
        return (Remark(VACUOUS, "vacuous: no example was tried", schedules=0),)
    if explored.drew or runs.actions:
        return ()
    reason = "vacuous: it drew nothing, and ran nothing"
    return (Remark(VACUOUS, reason, schedules=explored.examples),)
