"""What was made outside of every process and never awaited: nothing of it was done, so what passed has shown nothing.

Inside of a process it is the error that the process ends with.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import msgspec

from simcore.model.errors import UsageError
from simcore.model.outcome import Outcome, Remark, Verdict
from simcore.model.text import few
from simcore.process.state.record import ALIVE
from simcore.python.front import PythonFrontEnd, never_awaited

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from simcore.process.state.record import ProcessRecord
    from simcore.python.dropped import Dropped
    from simcore.world.world import World

FORGOTTEN: Final = "forgotten"
"""The kind of the remark."""
NAMED_MAX: Final = 3
PLAIN: Final = "make it a plain `def`, or let a process await it"


def with_forgotten(world: World, dropped: Sequence[Dropped], outcome: Outcome) -> Outcome:
    """Return *outcome* with what was never awaited outside of the processes of *world*; what passed is an error."""
    lines = few([*_operations(world), *map(_coroutine, dropped)], NAMED_MAX)
    if not lines:
        return outcome
    if outcome.verdict is Verdict.PASSED:
        return msgspec.structs.replace(outcome, verdict=Verdict.ERROR, property="usage", message="\n".join(lines))
    return msgspec.structs.replace(outcome, remarks=(*outcome.remarks, *(Remark(FORGOTTEN, line) for line in lines)))


def refuse_forgotten(dropped: Sequence[Dropped]) -> None:
    """Refuse coroutines that a body has made and never awaited. Raises ``UsageError``."""
    if dropped:
        raise UsageError("\n".join(few(list(map(_coroutine, dropped)), NAMED_MAX)))


def _operations(world: World) -> Iterator[str]:
    for record in world.runtime.records.values():
        front = record.front
        if isinstance(front, PythonFrontEnd) and front.unawaited:
            # Each step leaves that table empty, and so does the end; so who has filled it was outside. Only where a
            # step was cut short may somebody hold what he was going to await.
            for made in front.unawaited.unheld() if _may_be_in_a_step(record) else front.unawaited:
                yield (
                    f"{never_awaited(made)}, and cannot be outside of its process; let a process do it, or use what "
                    "the World offers"
                )


def _may_be_in_a_step(record: ProcessRecord) -> bool:
    return record.phase == ALIVE and (record.paused or record.runtime.running is record)


def _coroutine(dropped: Dropped) -> str:
    return f"{never_awaited(dropped)}, and cannot be outside of a process; {PLAIN}"
