"""How those who play end, or are of no more use."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from simcore.model.errors import SimcoreError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from simcore.campaign.work import Answer
    from simcore.model.errors import StepTimeout

WORKER: Final = "worker"
"""The property of what ends the process that plays it."""
UNFIT: Final = "was left unfit to play on"
"""How a process has ended in which the user's code has broken what simcore works with."""


class WorkerDied(SimcoreError):
    """A process that played has ended in the middle of it.

    Args:
        ending: how, such as ``was ended by SIGKILL``.
        late: what never gave control back in it, so that it was ended; None where it ended otherwise.
        item: what it played then, where that is known.
        schedule: the number of the schedule, or 0.
        outlived_by: what it had started and what was ended with it, in words.
    """

    def __init__(
        self,
        ending: str,
        late: StepTimeout | None = None,
        item: str = "",
        schedule: int = 0,
        outlived_by: Sequence[str] = (),
    ) -> None:
        super().__init__(ending, late, item, schedule, outlived_by)
        self.ending: str = ending
        self.late: StepTimeout | None = late
        self.item: str = item
        self.schedule: int = schedule
        self.outlived_by: Sequence[str] = outlived_by

    def as_reason(self) -> str:
        """Return why what it was at is refused from now on."""
        return f"its process {self.ending}, twice" if self.late is None else str(self.late)

    @property
    def of_replay(self) -> str:
        """Why there is no story where it happened in a replay: who was ended for what it did is not told as killed."""
        if self.late is not None:
            return f"when it was replayed {self.late.message.partition('; ')[0]}"
        return f"the process that replayed it {self.ending}"

    def __str__(self) -> str:
        return f"the process that played it {self.ending}"


class Spoilt(SimcoreError):
    """What was asked for was done, and the process that did it is not to be asked again.

    Args:
        answers: of the works, in order.
        whys: for each of them in words what the user's code has left broken there, or nothing.
    """

    def __init__(self, answers: Sequence[Answer], whys: Sequence[str]) -> None:
        super().__init__(answers, whys)
        self.answers: Sequence[Answer] = answers
        self.whys: Sequence[str] = whys


class PlayersLost(SimcoreError):
    """Nobody is there any more who could play; what was heard until then counts."""
