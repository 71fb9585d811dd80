"""Whether a process that plays gives signs of life."""

from __future__ import annotations

from typing import cast

import pytest

from simcore.campaign import pulse
from simcore.campaign.pulse import SILENT_S, Pulse
from simcore.limits.blackbox import Beat, Reader
from simcore.limits.limit import Limit
from simcore.model.durations import SECOND
from simcore.model.errors import StepTimeout

LIMIT = Limit(SECOND)


class Process:
    """A process, as another one sees it."""

    def __init__(self) -> None:
        self.wall_s = 0.0
        self.cpu_s: float | None = 0.0
        self.beats: Beat | None = Beat(0.0, 0.0, LIMIT)

    def beat(self) -> Beat | None:
        return self.beats

    def said(self) -> StepTimeout | None:
        return None

    def held(self, limit: Limit, *, wall: bool) -> StepTimeout:
        return StepTimeout(f"held for {limit.told(wall=wall)}")

    def lives(self) -> None:
        self.beats = Beat(self.cpu_s or 0.0, self.wall_s, LIMIT)

    def go_on(self, pulse: Pulse, seconds: float, cpu: float) -> bool:
        """Let time pass, and look every half second; tell whether it was gone at the end."""
        gone = False
        for _ in range(int(2 * seconds)):
            self.wall_s += 0.5
            self.cpu_s = None if self.cpu_s is None else self.cpu_s + 0.5 * cpu
            gone = pulse.is_gone(1)
        return gone


@pytest.fixture
def process(monkeypatch: pytest.MonkeyPatch) -> Process:
    process = Process()
    monkeypatch.setattr(pulse, "monotonic_s", lambda: process.wall_s)
    monkeypatch.setattr(pulse, "cpu_s_of", lambda pid: process.cpu_s)
    return process


def looking_at(process: Process) -> Pulse:
    looking = Pulse(cast("Reader", process))
    looking.begin()
    return looking


def test_who_uses_more_cpu_time_than_it_may_is_gone(process: Process) -> None:
    looking = looking_at(process)

    assert not process.go_on(looking, 6, cpu=1)
    assert process.go_on(looking, 1, cpu=1)
    assert str(looking.late()) == "held for 1s of CPU time"


def test_who_waits_has_five_times_as_long(process: Process) -> None:
    looking = looking_at(process)

    assert not process.go_on(looking, 10, cpu=0)
    assert process.go_on(looking, 2, cpu=0)
    assert str(looking.late()) == "held for 5s of wall time"


def test_where_the_system_does_not_say_how_much_it_uses_the_wall_counts(process: Process) -> None:
    process.cpu_s = None
    looking = looking_at(process)

    assert not process.go_on(looking, 10, cpu=1)
    assert process.go_on(looking, 2, cpu=1)


def test_a_sign_of_life_begins_anew(process: Process) -> None:
    looking = looking_at(process)
    for _ in range(10):
        assert not process.go_on(looking, 5, cpu=1)
        process.lives()

    assert looking.late() is None


def test_who_has_run_nothing_of_the_users_is_never_gone(process: Process) -> None:
    process.beats = None

    assert not process.go_on(looking_at(process), 100, cpu=1)


def test_who_has_done_what_it_was_asked_for_and_does_not_answer_is_gone(process: Process) -> None:
    process.beats = Beat(0.0, 0.0, None)
    looking = looking_at(process)

    assert not process.go_on(looking, SILENT_S, cpu=0)
    assert process.go_on(looking, 1, cpu=0)
    assert (looking.is_silent, looking.late()) == (True, None)


def test_what_was_written_for_the_work_before_is_no_stop(process: Process) -> None:
    looking = looking_at(process)
    process.go_on(looking, 3, cpu=0)
    process.wall_s += 1_000.0
    looking.begin()

    assert not process.go_on(looking, 3, cpu=0)


def test_a_time_in_which_nobody_looked_counts_for_little(process: Process) -> None:
    looking = looking_at(process)
    looking.is_gone(1)
    # As when somebody has stopped the command, and all that it has started with it.
    process.wall_s += 1_000.0

    assert not process.go_on(looking, 2, cpu=0)
