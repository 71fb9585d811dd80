"""What the processes of a world say of its run when it is over, besides the verdict of the body."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import msgspec

from simcore.model.errors import LINK_FAILED
from simcore.model.outcome import DEADLOCK_CAUGHT, Outcome, Remark, Verdict
from simcore.model.places import told, way_in_words
from simcore.model.property_names import DEADLOCK
from simcore.model.text import cut, few
from simcore.runner.judging import FOREIGN

if TYPE_CHECKING:
    from simcore.model.errors import ProcessError
    from simcore.process.state.record import ProcessRecord
    from simcore.world.world import World

UNOBSERVED: Final = "unobserved"
"""The property that does not hold, and the kind of the remark."""
NAMED_MAX: Final = 3
"""How many processes, or missing things, are named."""
ERROR_LENGTH_MAX: Final = 500
AFTER: Final = "after the test had passed"
"""When something happened in the world of an application's test while it was driven on."""


def concluded(world: World, outcome: Outcome) -> Outcome:
    """Return *outcome* with what is to be said of how the processes of *world* have ended."""
    return _with_caught(world, _with_unobserved(world, _with_foreign(world, outcome)))


# -- what the body was told and has caught


def _with_caught(world: World, outcome: Outcome) -> Outcome:
    """A deadlock that was raised for the body, and is not what that has ended by, is remarked: it may be what was
    tested, and it is no green that nobody has to look at."""
    ended_by = outcome.message.partition("\n")[0] if outcome.property == DEADLOCK else None
    caught = [said for said in world.deadlocks.raised if said != ended_by]
    if not caught:
        return outcome
    several = f"{len(caught):,} deadlocks were caught by the test itself, the first"
    one = "1 deadlock was caught by the test itself"
    said = cut(caught[0], ERROR_LENGTH_MAX)
    return msgspec.structs.replace(
        outcome, remarks=(*outcome.remarks, Remark(DEADLOCK_CAUGHT, f"{one if len(caught) == 1 else several}: {said}"))
    )


# -- what is foreign to the simulation


def _with_foreign(world: World, outcome: Outcome) -> Outcome:
    """Nothing can be concluded of what passed, or waits for ever, since something is missing in the simulation; what
    failed otherwise has failed."""
    if not world.endings.foreign or outcome.property == FOREIGN:
        return outcome
    lines = [f"{cut(line, ERROR_LENGTH_MAX)} ({who} ended by it)" for line, who in world.endings.foreign.items()]
    named = few(lines, NAMED_MAX)
    if outcome.verdict is Verdict.PASSED or outcome.property == DEADLOCK or _by_a_foreign_link(world, outcome):
        message = "\n".join(filter(None, [*named, outcome.message]))
        return msgspec.structs.replace(outcome, verdict=Verdict.INCONCLUSIVE, property=FOREIGN, message=message)
    remarks = (Remark(FOREIGN, f"something was used that the simulation does not have: {line}") for line in named)
    return msgspec.structs.replace(outcome, remarks=(*outcome.remarks, *remarks))


def _by_a_foreign_link(world: World, outcome: Outcome) -> bool:
    """Tell whether it failed since a link killed somebody, and links killed only for what is foreign."""
    return LINK_FAILED in outcome.message.partition("\n")[0] and not world.endings.linked_to_failures


# -- what nobody looked at


def _with_unobserved(world: World, outcome: Outcome) -> Outcome:
    """A process that failed while nobody looked is remarked, or fails what has passed, as the options have it."""
    failed = world.endings.unobserved()
    if not failed:
        return outcome
    noun = "1 process" if len(failed) == 1 else f"{len(failed):,} processes"
    named = [_failure(record, later=record.pid in world.endings.later) for record in failed]
    text = f"{noun} failed and nobody looked: {'; '.join(few(named, NAMED_MAX))}"
    if world.kernel.options.unobserved == "fail" and outcome.verdict is Verdict.PASSED:
        places = way_in_words(_error(failed[0]).raised_at)
        return msgspec.structs.replace(
            outcome, verdict=Verdict.FAILED, property=UNOBSERVED, message=text, traceback=places
        )
    return msgspec.structs.replace(outcome, remarks=(*outcome.remarks, Remark(UNOBSERVED, text)))


def _failure(record: ProcessRecord, *, later: bool) -> str:
    """Say whose failure it is, where it was raised, and what stands below it; and whether it came *later*."""
    error = _error(record)
    first, _, _ = told(error).partition("\n")
    further = f" [{cut('; '.join(error.further), ERROR_LENGTH_MAX)}]" if error.further else ""
    when = f" ({AFTER})" if later else ""
    return f"{record.path}: {cut(first, ERROR_LENGTH_MAX)}{further}{when}"


def _error(record: ProcessRecord) -> ProcessError:
    error = record.outcome.error if record.outcome is not None else None
    assert error is not None, "who is here has failed"
    return error
