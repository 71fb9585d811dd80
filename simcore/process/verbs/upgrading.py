"""Going on as another definition under the same pid (process 10)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from simcore.kernel.channel import SUSPEND
from simcore.model.operations import Upgrade
from simcore.process.upgrade import request_upgrade
from simcore.process.verbs.verb import VerbRow

if TYPE_CHECKING:
    from simcore.process.state.record import ProcessRecord, Task


def upgrade(record: ProcessRecord, task: Task, operation: Upgrade) -> object:
    """Ask for the swap at the end of this step; the coroutine that asked never goes on (process 10.1)."""
    request_upgrade(record, operation)
    return SUSPEND


VERBS: Final = (VerbRow(Upgrade, upgrade, "its upgrade to {source}"),)
