"""What must hold of two runs of one thing: I98, I100 (process 15.4)."""

from typing import Any

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from simcore import Fifo, RunOutcome, Uniform, run
from simcore.strategies import Deviating, Program, programs


@given(programs())
def test_the_same_seed_and_choices_give_an_identical_trace(program: Program) -> None:
    """I98: the same seed and the same choices give an identical trace."""
    one, other = run(program), run(program)

    assert told(one) == told(other)
    assert one.digest == other.digest


@given(programs(), st.integers(1, 2**32))
def test_recorded_choices_give_the_same_results_errors_and_events(program: Program, seed: int) -> None:
    """I100: to replay a recorded list of choices gives the same results, errors and order of events."""
    program = msgspec.structs.replace(program, seed=seed)
    recording = Recording()
    recorded = run(program, strategy=recording)
    replayed = run(program, strategy=Deviating(Fifo(), tuple(enumerate(recording.picks))))

    assert told(recorded) == told(replayed)


class Recording:
    """A uniform schedule that keeps which of what was enabled it took."""

    name = "recording"

    def __init__(self) -> None:
        self.picks: list[int] = []
        self._uniform = Uniform()

    def begin(self, choices: Any) -> None:
        self._uniform.begin(choices)

    def pick(self, ready: list[Any]) -> int:
        self.picks.append(self._uniform.pick(ready))
        return self.picks[-1]


def told(outcome: RunOutcome) -> list[str]:
    return [repr(entry) for entry in outcome.world.log]
