"""What a process that plays writes down for another one, and what that reads of it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from simcore.campaign import serving
from simcore.kernel.kernel import Kernel
from simcore.limits.blackbox import BlackBox, Reader
from simcore.limits.limit import Limit
from simcore.lua.bridge import task
from simcore.model.durations import SECOND
from simcore.process import step

LIMIT = Limit(SECOND)
LOOP = Kernel.run.__code__.co_filename
DUMP = """Current thread 0x00007f0000000001 (most recent call first):
  File "{worker}", line 10 in _listen

Thread 0x00007f0000000002 (most recent call first):
{frames}
  File "{loop}", line 100 in run
  File "{here}", line 9 in the_scenario
  File "<string>", line 1 in <module>
"""


@pytest.fixture
def file(tmp_path: Path) -> Iterator[int]:
    path = tmp_path / "box"
    path.touch()
    file = os.open(path, os.O_RDONLY)
    yield file
    os.close(file)


@pytest.fixture
def box(tmp_path: Path, file: int) -> Iterator[BlackBox]:
    made = BlackBox(str(tmp_path / "box"))
    yield made
    made.over()
    made.close()


def test_the_file_has_no_name_any_more(box: BlackBox, tmp_path: Path) -> None:
    assert not (tmp_path / "box").exists()


def test_before_the_first_sign_of_life_there_is_nothing_to_read(file: int) -> None:
    assert (Reader(file).beat(), Reader(file).subject(), Reader(file).said()) == (None, ("", 0), None)


def test_a_sign_of_life_says_the_clocks_and_the_limit(box: BlackBox, file: int) -> None:
    box.alive(LIMIT)
    first = Reader(file).beat()
    box.alive(LIMIT)
    second = Reader(file).beat()

    assert first is not None
    assert second is not None
    assert (first.limit, second.limit) == (LIMIT, LIMIT)
    assert first.wall_s < second.wall_s
    assert first.cpu_s <= second.cpu_s


def test_who_runs_nothing_of_the_users_says_so(box: BlackBox, file: int) -> None:
    box.alive(LIMIT)
    box.over()
    beat = Reader(file).beat()

    assert beat is not None
    assert beat.limit is None


def test_what_is_played_is_written_down(box: BlackBox, file: int) -> None:
    box.about("scenarios/straße.py::first", 12)
    assert Reader(file).subject() == ("scenarios/straße.py::first", 12)

    box.about("x" * 10_000, 1)
    assert Reader(file).subject() == ("", 0)


def test_how_far_a_property_has_come_is_written_down(box: BlackBox, file: int) -> None:
    assert Reader(file).far() is None

    box.far("properties/p.py::test_it", 12, 40)

    assert Reader(file).far() == ("properties/p.py::test_it", 12, 40)


def test_what_others_have_written_into_it_is_no_sign_of_life(tmp_path: Path, file: int) -> None:
    (tmp_path / "box").write_bytes(b"\xff garbage" * 1_000)

    assert (Reader(file).beat(), Reader(file).subject(), Reader(file).far()) == (None, ("", 0), None)


def dumped(tmp_path: Path, frames: str) -> str:
    """Return what is told of a process whose threads were where *frames* says."""
    path = tmp_path / "dumped"
    path.write_text(
        " " * (64 + 2 * 4096) + DUMP.format(frames=frames, loop=LOOP, here=__file__, worker=serving.__file__)
    )
    file = os.open(path, os.O_RDONLY)
    try:
        return Reader(file).held(LIMIT, wall=False).message
    finally:
        os.close(file)


def test_a_process_is_told_with_the_line_that_it_was_at(tmp_path: Path) -> None:
    frames = f'  File "{__file__}", line 12 in deeper\n  File "{step.__file__}", line 1 in _resume'

    assert dumped(tmp_path, frames).startswith(
        "a process did not give control back within 1s of CPU time, at last in deeper"
    )


def test_what_is_inside_of_lua_has_no_line(tmp_path: Path) -> None:
    frames = f'  File "{task.__file__}", line 12 in _resume\n  File "{step.__file__}", line 1 in _resume'

    assert dumped(tmp_path, frames).startswith(
        "a call inside of Lua did not give control back within 1s of CPU time, and"
    )


def test_a_body_is_told_with_its_innermost_line(tmp_path: Path, file: int) -> None:
    path = tmp_path / "body"
    own = f'  File "{__file__}", line 12 in helper\n  File "{__file__}", line 9 in body'
    lines = f'{own}\n  File "{step.__file__}", line 1 in x\n  File "<string>", line 1 in <module>'
    path.write_text(" " * (64 + 2 * 4096) + f"Current thread 0x1 (most recent call first):\n{lines}\n")
    reading = os.open(path, os.O_RDONLY)
    late = Reader(reading).held(LIMIT, wall=True)
    os.close(reading)

    assert late.message.startswith(
        "the user's code did not give control back within 5s of wall time, at last in helper"
    )
    assert [line.partition(", in ")[2].partition(":")[0] for line in late.way] == ["body", "helper"]


def test_of_a_process_that_has_written_nothing_no_line_is_told(file: int) -> None:
    assert (
        Reader(file).held(LIMIT, wall=False).message.startswith("the user's code did not give control back within 1s")
    )


ALONE = """
import sys
from simcore.limits import alarm, ending, limit, watch
watch.GRACE_S = limit.GRACE_S = 0.1
ending.last_words.append(lambda: print("what is known", flush=True))

def holds():
    sum(range(10**12))

def catches(depth=8):
    while True:
        try:
            while depth == 0:
                pass
            catches(depth - 1)
        except BaseException:
            pass

with alarm.guarded(limit.Limit(20_000_000)), alarm.stretch("the script"):
    globals()[sys.argv[1]]()
"""


@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="nobody looks without timers of the system")
@pytest.mark.parametrize(
    ("what", "said"),
    [
        ("holds", "Timeout (0:00:00"),
        ("catches", "simcore: the script did not give control back within "),
    ],
)
def test_without_another_process_it_ends_its_own_and_says_where(what: str, said: str, tmp_path: Path) -> None:
    (tmp_path / "script.py").write_text(ALONE)
    done = subprocess.run(
        [sys.executable, "script.py", what], cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False
    )

    assert done.returncode == 1
    assert done.stderr.startswith(said), done.stderr
    assert f" in {what}" in done.stderr
    if what == "catches":
        assert "simcore/" not in done.stderr.partition("\n")[2], "the user's own lines say all"
    assert done.stdout == ("what is known\n" if what == "catches" else "")
