"""Whether what passed has shown anything: what ran nothing holds whatever it claims."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import msgspec

from simcore.model.outcome import NEVER_RUN, UNJUDGED, VACUOUS, Outcome, Remark, Verdict

if TYPE_CHECKING:
    from simcore.runner.property import Explored
    from simcore.world.runs import Runs
    from simcore.world.world import World


_BY_HAND: Final = (
    "vacuous: the world that it is handed never ran; nothing is asked of a world that it makes itself; play it with "
    "run(...)"
)


def with_vacuity(outcome: Outcome, kind: str, world: World, runs: Runs) -> Outcome:
    """Return *outcome* with the remark that it says nothing, or says nothing of some worlds, where it does.

    Args:
        outcome: of a scenario, a test or a boot.
        kind: which of them.
        world: its own.
        runs: of all worlds that its body ran.
    """
    reason = _of_boot(world) if kind == "boot" else _of_body(runs)
    if reason and outcome.verdict is Verdict.PASSED:
        said: tuple[Remark, ...] = (Remark(VACUOUS, reason),)
    else:
        said = (*unjudged(runs.by_hand), *never_run(runs.never_run))
    return msgspec.structs.replace(outcome, remarks=(*outcome.remarks, *said)) if said else outcome


def unjudged(amount: int) -> tuple[Remark, ...]:
    """Return the remark that so many worlds were made by hand and run, if any were."""
    if not amount:
        return ()
    several = f"{amount:,} worlds were made by hand, and nothing is asked of them; play them with run(...)"
    one = "1 world was made by hand, and nothing is asked of it; play it with run(...)"
    return (Remark(UNJUDGED, one if amount == 1 else several),)


def never_run(amount: int) -> tuple[Remark, ...]:
    """Return the remark that so many worlds were made by hand and never run, if any were."""
    if amount <= 0:
        return ()
    several = f"{amount:,} worlds were made by hand and never run, so nothing of them has happened"
    one = "1 world was made by hand and never run, so nothing of it has happened"
    return (Remark(NEVER_RUN, one if amount == 1 else several),)


def _of_body(runs: Runs) -> str:
    if not runs.amount:
        return "vacuous: its world never ran, nor did any other"
    if not runs.judged:
        return _BY_HAND
    return "" if runs.judged_actions else "vacuous: its world ran, and no action was performed"


def _of_boot(world: World) -> str:
    return "" if world.runtime.records else "vacuous: it started nothing"


def vacuity(explored: Explored, runs: Runs, calls: int = 0) -> tuple[Remark, ...]:
    """Return the remark that a property says nothing, where it does.

    Args:
        explored: what came of it.
        runs: of all worlds that its examples ran.
        calls: how often its examples called ``run``, whether that ran a world or not.
    """
    if explored.failing is not None or explored.refused:
        return ()
    if not explored.examples:
        return (Remark(VACUOUS, "vacuous: no example was tried", schedules=0),)
    if runs.actions or (explored.drew and not runs.amount and not calls):
        return ()
    ran = runs.amount or calls
    reason = "vacuous: what it ran performed no action" if ran else "vacuous: it drew nothing, and ran nothing"
    return (Remark(VACUOUS, reason, schedules=explored.examples),)
