"""Schedules that are written down: recorded as deviations from the oldest first, and followed again."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

from simcore.model.errors import NondeterminismDetected
from simcore.model.run import Deviation

if TYPE_CHECKING:
    from collections.abc import Sequence

    from simcore.kernel.action import Action
    from simcore.kernel.choices import Choices
    from simcore.kernel.scheduler import Scheduler
    from simcore.story.labels import Labels

DEVIATIONS_MAX: Final = 10_000
"""A schedule that deviates more often is kept as seed and strategy only."""


class Noting:
    """Lets another scheduler pick and notes where that is not the oldest."""

    def __init__(self, inner: Scheduler, labels: Labels) -> None:
        self.name: str = inner.name
        self._inner = inner
        self._labels = labels
        self._deviations: list[Deviation] = []

    @property
    def deviations(self) -> list[Deviation] | None:
        """The deviations, or None where there were more than ``DEVIATIONS_MAX``."""
        return self._deviations if len(self._deviations) <= DEVIATIONS_MAX else None

    def begin(self, choices: Choices) -> None:
        """Let the inner scheduler take its chance."""
        self._inner.begin(choices)

    def pick(self, ready: list[Action]) -> int:
        """Return the inner scheduler's choice."""
        index = self._inner.pick(ready)
        if index and len(self._deviations) <= DEVIATIONS_MAX:
            at, take = self._labels.of(ready, 0), self._labels.of(ready, index)
            self._deviations.append(Deviation(at, len(ready), take))
        return index


class Following:
    """Picks the oldest, except where a deviation says otherwise.

    Args:
        deviations: in the order in which they were noted.
        labels: the labels of this run.
        strict: whether a deviation that does not fit is a divergence; else it is skipped.
    """

    name = "deviations"

    def __init__(self, deviations: Sequence[Deviation], labels: Labels, *, strict: bool) -> None:
        # Turned round, so that the next one is popped from the end.
        self._left = list(reversed(deviations))
        self._labels = labels
        self._strict = strict
        self._ahead = Counter(deviation.at for deviation in deviations)
        self.skipped: list[Deviation] = []
        self.fitted: int = 0
        """How many were followed."""
        self.in_a_row: int = 0
        """How many were followed before the first that was not."""
        self.loose: int = 0
        """How many of these found another number of enabled actions than was noted."""
        self.divergence: str | None = None
        """Where a strict schedule did not fit, also if the program has swallowed what was raised there."""

    @property
    def over(self) -> bool:
        """Whether nothing is left to be followed."""
        return not self._left

    def begin(self, choices: Choices) -> None:
        """There is nothing to take."""

    def pick(self, ready: list[Action]) -> int:
        """Return the index that the next deviation names, or 0.

        Raises:
            NondeterminismDetected: strict, and what the deviation names is not there.
        """
        if not self._left:
            return 0
        oldest = self._labels.of(ready, 0)
        return self._strictly(ready, oldest) if self._strict else self._as_far_as_it_fits(ready, oldest)

    def _strictly(self, ready: list[Action], oldest: str) -> int:
        if self._left[-1].at != oldest:
            return 0
        deviation = self._left.pop()
        index = self._labels.find(ready, deviation.take)
        if index is not None and len(ready) == deviation.of:
            self.fitted += 1
            return index
        # The program may swallow what is raised here; then it goes on oldest first, and the first divergence is what
        # counts.
        self._left.clear()
        self.divergence = self.divergence or _divergence(deviation, ready, self._labels)
        raise NondeterminismDetected(self.divergence)

    def _as_far_as_it_fits(self, ready: list[Action], oldest: str) -> int:
        """Follow the first deviation at *oldest* that can be; those before it cannot come any more."""
        while self._ahead[oldest]:
            deviation = self._left.pop()
            self._ahead[deviation.at] -= 1
            index = self._labels.find(ready, deviation.take) if deviation.at == oldest else None
            if index is not None:
                self.fitted += 1
                self.in_a_row += not self.skipped
                self.loose += len(ready) != deviation.of
                return index
            self.skipped.append(deviation)
        return 0

    def finish(self) -> None:
        """Say that the run is over, however it ended: what was never reached is a divergence, or was skipped."""
        if self._strict and self._left:
            first = self._left[-1]
            amount = f"{len(self._left)} choice{'s' * (len(self._left) > 1)}"
            self.divergence = (
                f"the run ended {amount} earlier than the case: {first.at} was not the oldest of several any more, "
                f"where the case takes {first.take} of {first.of} enabled actions"
            )
        if not self._strict:
            self.skipped += reversed(self._left)
        self._left.clear()


def _divergence(deviation: Deviation, ready: Sequence[Action], labels: Labels) -> str:
    now = ", ".join(labels.of(ready, index) for index in range(min(len(ready), 8)))
    return (
        f"at {deviation.at} the case takes {deviation.take} of {deviation.of} enabled actions; "
        f"now {len(ready)} are enabled: {now}"
    )
