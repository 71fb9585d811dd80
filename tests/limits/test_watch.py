"""Who looks at the user's code now and then: what it raises, and when it does not."""

from __future__ import annotations

import sys
from types import FrameType

import pytest

from simcore.kernel.choices import Choices
from simcore.kernel.kernel import Kernel
from simcore.limits import machine, watch
from simcore.limits.limit import GRACE_S, LOOKS, Limit
from simcore.limits.moving import step_done
from simcore.limits.watch import SPARED_MAX, Overrun, StepWatch
from simcore.model.durations import MILLISECOND, SECOND
from simcore.model.errors import StepTimeout
from simcore.model.options import Options
from tests.limits.slow import of_simcore

AN_OPERATION = of_simcore()
SECONDS = Limit(SECOND)


class Clocks:
    """The clocks of the process, as a test moves them."""

    def __init__(self) -> None:
        self.cpu_s = 0.0
        self.wall_s = 0.0

    def move(self, cpu_s: float, wall_s: float | None = None) -> None:
        self.cpu_s += cpu_s
        self.wall_s += cpu_s if wall_s is None else wall_s


class Heard:
    """What a watch has told."""

    def __init__(self) -> None:
        self.paces = 0
        self.looks = 0
        self.ended: list[Overrun] = []

    def watch(self, limit: Limit = SECONDS) -> StepWatch:
        return StepWatch(limit, paced=self._paced, looks=self._looks, ended=self._ended)

    def _paced(self) -> None:
        self.paces += 1

    def _looks(self) -> None:
        self.looks += 1

    def _ended(self, overrun: Overrun, frame: FrameType | None) -> None:
        self.ended.append(overrun)


@pytest.fixture(autouse=True)
def nobody_debugs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watch, "is_debugged", lambda frame: False)


@pytest.fixture
def clocks(monkeypatch: pytest.MonkeyPatch) -> Clocks:
    clocks = Clocks()
    monkeypatch.setattr(machine, "cpu_s", lambda: clocks.cpu_s)
    monkeypatch.setattr(machine, "monotonic_s", lambda: clocks.wall_s)
    return clocks


@pytest.fixture
def heard() -> Heard:
    return Heard()


def here() -> FrameType:
    """Return a frame that is the user's."""
    return sys._getframe(1)


def inside_simcore() -> FrameType:
    """Return a frame in which simcore itself runs."""
    frames: list[FrameType] = []

    class Choosing:
        def begin(self, choices: object) -> None:
            frame = sys._getframe(1)
            assert frame.f_code is Kernel.__init__.__code__
            frames.append(frame)

    Kernel(choices=Choices(0), scheduler=Choosing(), options=Options())  # type: ignore[arg-type]  # it only begins
    return frames[0]


def test_nothing_is_raised_until_the_limit_of_cpu_time(clocks: Clocks, heard: Heard) -> None:
    looking = heard.watch()
    looking.begin("the scenario", sys._getframe(1))
    clocks.move(0.99)
    looking.look(here())
    clocks.move(0.01)

    with pytest.raises(StepTimeout, match=r"^the scenario did not .* within 1s of CPU time, at last in "):
        looking.look(here())


def test_who_waits_is_stopped_after_five_times_as_much_wall_time(clocks: Clocks, heard: Heard) -> None:
    looking = heard.watch()
    looking.begin("the scenario", sys._getframe(1))
    for _ in range(7):
        clocks.move(0.01, 0.7)
        looking.look(here())
    clocks.move(0.0, 0.1)

    with pytest.raises(StepTimeout, match="within 5s of wall time"):
        looking.look(here())


def test_a_process_that_was_stopped_meanwhile_has_not_waited(clocks: Clocks, heard: Heard) -> None:
    looking = heard.watch()
    looking.begin("the scenario", sys._getframe(1))
    for _ in range(3):
        clocks.move(0.01, 3_600.0)
        looking.look(here())

    assert looking.overrun is None


def test_what_was_done_meanwhile_begins_a_new_step(clocks: Clocks, heard: Heard) -> None:
    looking = heard.watch()
    looking.begin("the scenario", sys._getframe(1))
    for _ in range(10):
        clocks.move(0.9)
        step_done()
        looking.look(here())

    # Once where the stretch began.
    assert (heard.looks, looking.overrun) == (11, None)


def test_a_stretch_that_begins_begins_a_new_step(clocks: Clocks, heard: Heard) -> None:
    looking = heard.watch()
    for _ in range(10):
        looking.begin("the scenario", sys._getframe(1))
        clocks.move(0.9)
        looking.look(here())
        assert looking.end() is None


def test_it_is_raised_again_until_the_stretch_ends(clocks: Clocks, heard: Heard) -> None:
    looking = heard.watch()
    looking.begin("the scenario", sys._getframe(1))
    clocks.move(1.0)
    for _ in range(3):
        with pytest.raises(StepTimeout):
            looking.look(here())
        # Whoever has caught it may go on with his work.
        step_done()
    found = looking.end()

    assert found is not None
    assert (looking.overrun, heard.paces) == (None, 2)
    looking.look(here())


def test_simcore_is_spared_while_it_finishes_what_was_left(clocks: Clocks, heard: Heard) -> None:
    looking, frame = heard.watch(), inside_simcore()
    looking.begin("the scenario", sys._getframe(1))
    clocks.move(1.0)
    with pytest.raises(StepTimeout):
        looking.look(here())
    for _ in range(SPARED_MAX):
        looking.look(frame)

    with pytest.raises(StepTimeout):
        looking.look(frame)


def test_who_does_not_give_control_back_in_five_more_seconds_is_ended(clocks: Clocks, heard: Heard) -> None:
    looking = heard.watch()
    looking.begin("the scenario", sys._getframe(1))
    clocks.move(1.0)
    with pytest.raises(StepTimeout):
        looking.look(here())
    clocks.move(GRACE_S - 0.1)
    with pytest.raises(StepTimeout):
        looking.look(here())
    clocks.move(0.1)
    looking.look(here())

    assert [each.message.partition(" ")[0] for each in heard.ended] == ["the"]


LIMITS_MS = [10, 30, 100, 300, 1_000]


@pytest.mark.parametrize("limit_ms", LIMITS_MS)
@pytest.mark.parametrize("looks", [1, 2, 3, 8, 50])
def test_simcores_own_work_is_not_blamed_on_who_has_called_it(
    clocks: Clocks, heard: Heard, limit_ms: int, looks: int
) -> None:
    limit = Limit(limit_ms * MILLISECOND)
    looking = heard.watch(limit)
    looking.begin("the scenario", sys._getframe(1))

    def slow() -> None:
        until_s = clocks.cpu_s + looks * limit.cpu_s / LOOKS
        while clocks.cpu_s < until_s:
            clocks.move(looking.again_s or limit.cpu_s / LOOKS)
            looking.look(sys._getframe(1))

    for _ in range(7):
        clocks.move(limit.cpu_s / 10)
        looking.look(here())
        AN_OPERATION(slow)

    assert looking.overrun is None


@pytest.mark.parametrize("limit_ms", LIMITS_MS)
def test_operations_that_look_short_at_first_are_looked_at_more_closely(
    clocks: Clocks, heard: Heard, limit_ms: int
) -> None:
    limit = Limit(limit_ms * MILLISECOND)
    looking = heard.watch(limit)
    looking.begin("the scenario", sys._getframe(1))

    def slow() -> None:
        for _ in range(5 if looking.again_s else 1):
            clocks.move(looking.again_s or limit.cpu_s / LOOKS)
            looking.look(sys._getframe(1))

    for _ in range(100):
        AN_OPERATION(slow)

    assert looking.overrun is None
    # That it was looked more closely began, and was over.
    assert heard.paces >= 2


@pytest.mark.parametrize("limit_ms", LIMITS_MS)
def test_who_calls_short_operations_for_ever_is_blamed(clocks: Clocks, heard: Heard, limit_ms: int) -> None:
    limit = Limit(limit_ms * MILLISECOND)
    looking = heard.watch(limit)
    looking.begin("the scenario", sys._getframe(1))
    looks = 0
    while looking.overrun is None and looks < 200:
        clocks.move(looking.again_s or limit.cpu_s / LOOKS)
        AN_OPERATION(lambda: looking.look(sys._getframe(1)))
        looks += 1

    assert looking.overrun is not None
    said = f"the scenario did not give control back within {limit.told(wall=False)}, at last in test_who_calls_short_"
    assert looking.overrun.message.startswith(said)


def test_where_simcore_itself_does_not_end_it_is_ended_and_said_so(clocks: Clocks, heard: Heard) -> None:
    looking = heard.watch()
    looking.begin("the scenario", sys._getframe(1))

    def never_ends() -> None:
        for _ in range(59):
            clocks.move(1.0)
            looking.look(sys._getframe(1))
        assert looking.overrun is None
        clocks.move(1.0)
        looking.look(sys._getframe(1))

    AN_OPERATION(never_ends)

    assert looking.overrun is not None
    assert looking.overrun.message.startswith(
        "simcore itself was at work for 1m0s of CPU time for the scenario, which did not give control back, at last in "
    )


def test_outside_of_every_stretch_simcore_takes_its_time(clocks: Clocks, heard: Heard) -> None:
    looking, frame = heard.watch(), inside_simcore()
    clocks.move(100.0)
    looking.look(frame)

    assert looking.overrun is None


def test_what_a_world_has_left_is_stopped_outside_of_every_stretch(clocks: Clocks, heard: Heard) -> None:
    looking = heard.watch()
    clocks.move(1.0)
    with pytest.raises(StepTimeout, match=r"^the user's code did not give control back"):
        looking.look(here())
    # Control is back, and nobody is there who would take it.
    looking.look(inside_simcore())

    assert looking.overrun is None


def test_while_a_debugger_holds_the_run_no_time_counts(
    clocks: Clocks, heard: Heard, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watch, "is_debugged", lambda frame: True)
    looking = heard.watch()
    looking.begin("the scenario", sys._getframe(1))
    clocks.move(1_000.0)
    looking.look(here())
    monkeypatch.setattr(watch, "is_debugged", lambda frame: False)
    clocks.move(0.9)
    looking.look(here())

    assert looking.overrun is None
