"""A pool of processes: each does one thing at a time, a death is told and felt by nobody else, and none is left."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from simcore.campaign.deaths import WorkerDied
from simcore.campaign.pool import Pool
from tests.campaign import deeds
from tests.files import ROOT


@pytest.fixture
def pool() -> Iterator[Pool]:
    with Pool(2) as made:
        yield made


def is_there(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"


def soon(holds: Callable[[], bool]) -> bool:
    """Tell whether it holds within ten seconds."""
    for _ in range(1_000):
        if holds():
            return True
        threading.Event().wait(0.01)
    return False


def test_work_is_done_in_other_processes_and_by_as_many_at_once_as_there_are(pool: Pool, tmp_path: Path) -> None:
    one, other = (pool.submit(deeds.meet, str(tmp_path), me, them) for me, them in ("ab", "ba"))

    assert len({one.result(30), other.result(30), os.getpid()}) == 3


def test_a_process_serves_again(pool: Pool) -> None:
    assert len({pool.submit(deeds.whoami).result(30) for _ in range(6)}) <= 2


def test_what_is_raised_there_is_raised_here(pool: Pool) -> None:
    with pytest.raises(LookupError, match="nothing there"):
        pool.submit(deeds.fail, "nothing there").result(30)


@pytest.mark.parametrize(
    ("deed", "argument", "ending"),
    [
        (deeds.end_by, signal.SIGKILL, "was ended by SIGKILL"),
        (deeds.end_by, signal.SIGSEGV, "was ended by SIGSEGV"),
        (deeds.leave_with, 0, "ended with exit code 0"),
        (deeds.leave_with, 7, "ended with exit code 7"),
    ],
)
def test_a_death_is_told_with_its_reason(pool: Pool, deed: Callable[[int], None], argument: int, ending: str) -> None:
    with pytest.raises(WorkerDied) as died:
        pool.submit(deed, argument).result(30)

    assert died.value.ending == ending
    assert str(died.value) == f"the process that played it {ending}"
    assert pool.submit(deeds.whoami).result(30) != os.getpid()


@pytest.mark.skipif(sys.platform != "linux", reason="no other system tells which processes one has started")
def test_what_was_started_ends_with_who_had_to_be_ended_and_is_told(pool: Pool, tmp_path: Path) -> None:
    file = tmp_path / "pid"
    stuck = pool.submit(deeds.start_and_hold_on, str(file))
    while not stuck.done():
        list(pool.notes())
        threading.Event().wait(0.05)

    death = stuck.exception()
    assert isinstance(death, WorkerDied)
    assert list(death.outlived_by) == [f"the process `sleep {deeds.LONG_S}`"]
    assert soon(lambda: not is_there(int(file.read_text())))


def test_a_death_is_felt_by_nobody_else(pool: Pool, tmp_path: Path) -> None:
    waiting = pool.submit(deeds.meet, str(tmp_path), "a", "b")
    dying = pool.submit(deeds.end_by, signal.SIGKILL)

    assert isinstance(dying.exception(30), WorkerDied)
    assert pool.submit(deeds.meet, str(tmp_path), "b", "a").result(30) != waiting.result(30)


def test_what_waited_for_one_who_died_is_done_by_another() -> None:
    with Pool(1) as pool:
        dying = pool.submit(deeds.end_by, signal.SIGKILL)
        waiting = [pool.submit(deeds.whoami) for _ in range(3)]

        assert isinstance(dying.exception(30), WorkerDied)
        assert len({each.result(30) for each in waiting}) == 1


def test_who_dies_while_idle_is_replaced(pool: Pool) -> None:
    pid = pool.submit(deeds.whoami).result(30)
    os.kill(pid, signal.SIGKILL)
    assert soon(lambda: not is_there(pid))

    # The executor of the dead one may notice a moment later than we do; then the death is told.
    answers = [pool.submit(deeds.whoami) for _ in range(4)]
    assert any(answer.exception(30) is None for answer in answers)


def test_a_ctrl_c_is_not_heard_there(pool: Pool) -> None:
    assert pool.submit(deeds.is_deaf).result(30)


def test_to_drop_ends_who_is_at_work_and_cancels_what_waits(tmp_path: Path) -> None:
    with Pool(1) as pool:
        hanging = pool.submit(deeds.hang, str(tmp_path / "pid"))
        waiting = pool.submit(deeds.whoami)
        assert soon(lambda: (tmp_path / "pid").exists() and (tmp_path / "pid").read_text() != "")
        pid = int((tmp_path / "pid").read_text())

        pool.drop()

        assert isinstance(hanging.exception(30), WorkerDied)
        assert waiting.cancelled()
        assert soon(lambda: not is_there(pid))
        assert pool.submit(deeds.whoami).result(30) != pid


def test_nobody_is_left_when_the_pool_is_closed(tmp_path: Path) -> None:
    with Pool(2) as pool:
        idle = pool.submit(deeds.whoami).result(30)
        pool.submit(deeds.hang, str(tmp_path / "pid"))
        assert soon(lambda: (tmp_path / "pid").exists() and (tmp_path / "pid").read_text() != "")

    assert soon(lambda: not is_there(idle))
    assert soon(lambda: not is_there(int((tmp_path / "pid").read_text())))


def test_who_plays_ends_when_the_command_is_gone(tmp_path: Path) -> None:
    program = (
        "import sys\nfrom simcore.campaign.pool import Pool\nfrom tests.campaign import deeds\n"
        "if __name__ == '__main__':\n    Pool(1).submit(deeds.outlive, sys.argv[1]).result()\n"
    )
    (tmp_path / "parent.py").write_text(program)
    parent = subprocess.Popen(
        [sys.executable, str(tmp_path / "parent.py"), str(tmp_path / "pid")],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    assert soon(lambda: (tmp_path / "pid").exists() and (tmp_path / "pid").read_text() != "")
    pid = int((tmp_path / "pid").read_text())
    assert is_there(pid)

    parent.kill()
    parent.wait()

    assert soon(lambda: not is_there(pid))


@pytest.mark.parametrize(
    ("deed", "ending"),
    [(deeds.scribble, "does not answer any more"), (deeds.close_all, "has closed what it answers by")],
)
def test_who_breaks_what_it_answers_by_is_ended_and_told(pool: Pool, deed: Callable[[], None], ending: str) -> None:
    died = pool.submit(deed).exception(30)

    assert isinstance(died, WorkerDied)
    assert died.ending == ending
    assert pool.submit(deeds.whoami).result(30) > 0


def test_who_never_answers_though_the_deed_is_done_is_ended(pool: Pool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("simcore.campaign.pulse.SILENT_S", 0.5)
    silent = pool.submit(deeds.fall_silent)

    assert soon(lambda: not list(pool.notes()) and silent.done())
    died = silent.exception(0)
    assert isinstance(died, WorkerDied)
    assert (died.ending, died.late) == ("does not answer any more", None)


def test_what_a_process_has_split_off_neither_hides_its_end_nor_outlives_it(pool: Pool, tmp_path: Path) -> None:
    dying = pool.submit(deeds.leave_a_child, str(tmp_path / "pid"))

    assert soon(lambda: not list(pool.notes()) and dying.done())
    died = dying.exception(0)
    assert isinstance(died, WorkerDied)
    assert died.ending == "ended with exit code 3"
    assert soon(lambda: not is_there(int((tmp_path / "pid").read_text())))


def ended_by_force(pool: Pool, deed: Callable[[], None]) -> WorkerDied:
    """Return how a deed ends that never gives control back, looking as a command does."""
    stuck = pool.submit(deed)
    assert soon(lambda: not list(pool.notes()) and stuck.done())
    died = stuck.exception(0)
    assert isinstance(died, WorkerDied)
    assert pool.submit(deeds.whoami).result(30) > 0
    return died


def test_who_holds_python_itself_is_ended_and_told_with_its_place(pool: Pool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("simcore.limits.limit.GRACE_S", 0.2)
    monkeypatch.setattr("simcore.campaign.pulse.GRACE_S", 0.2)
    died = ended_by_force(pool, deeds.hold_on)

    assert (died.ending, died.item, died.schedule) == ("was ended by SIGKILL", "the item", 7)
    assert died.late is not None
    assert died.late.message.startswith("the user's code did not give control back within ")
    assert "at last in hold_on (tests/campaign/deeds.py:" in died.late.message


def test_who_catches_all_that_is_raised_in_it_ends_itself_and_says_where(pool: Pool) -> None:
    died = ended_by_force(pool, deeds.catch_all)

    assert died.ending == "ended with exit code 1"
    assert died.late is not None
    assert died.late.message.startswith("the deed did not give control back within ")
    assert "(tests/campaign/deeds.py:" in died.late.message
    assert died.late.message.endswith("it had to be ended by force")
