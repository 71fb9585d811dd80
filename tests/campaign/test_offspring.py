"""What comes from a process that is simcore's alone ends with it, also where its parent has ended; all else goes on."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from simcore.campaign import offspring
from tests.interpreters import printed

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="no other system gives orphans to who asks for them")

BEGIN = """
import os, subprocess, time
from simcore.campaign import offspring

def orphan(seconds):
    # In a session of its own, by a shell that ends at once.
    subprocess.run(["sh", "-c", f"setsid sleep {seconds} >/dev/null 2>&1 &"], check=True)
    for _ in range(500):
        found = [pid for pid in offspring.child_pids() if "`sleep" in offspring.in_words(pid)]
        if found:
            return found[0]
        time.sleep(0.01)
"""


def test_an_orphan_in_a_session_of_its_own_is_told_once_and_ended() -> None:
    program = f"""{BEGIN}
offspring.adopt()
orphan(62)
print(offspring.orphans(), offspring.orphans())
orphan_of_later = subprocess.Popen(["sh", "-c", "setsid sleep 63; true"], stdout=subprocess.DEVNULL)
time.sleep(0.1)
print(sorted(offspring.end_all())[-1])
print(list(offspring.child_pids()))
"""

    told, ended, left = printed(program).splitlines()

    assert told.startswith("['the process `sleep")
    assert told.endswith("`'] []")
    assert ended.startswith("the process `s")
    assert left == "[]"


def test_where_others_had_started_something_before_no_orphan_is_taken_and_theirs_goes_on() -> None:
    program = f"""{BEGIN}
before = subprocess.Popen(["sleep", "64"], stdout=subprocess.DEVNULL)
offspring.adopt()
mine = subprocess.Popen(["sleep", "65"], stdout=subprocess.DEVNULL)
print(offspring.end_all(), before.poll(), list(offspring.child_pids()) == [before.pid])
before.kill()
"""

    told = printed(program)
    # Of a process that ends in this very moment the system knows the name alone.
    assert told.startswith("['the process `sleep")
    assert told.endswith("`'] None True\n")


def test_a_process_that_is_not_simcores_alone_ends_nothing_and_tells_nothing() -> None:
    with subprocess.Popen(["sleep", "66"]) as process:
        offspring.plays_for_us(os.getpid())

        assert offspring.end_all() == []
        assert offspring.orphans() == []
        assert process.poll() is None
        assert process.pid in offspring.descendants(os.getpid())
        process.kill()


def test_what_is_started_while_it_is_ended_ends_as_well() -> None:
    program = f"""{BEGIN}
offspring.adopt()
subprocess.Popen(["sh", "-c", "while true; do setsid sleep 67 & sleep 0.01; done"], stdout=subprocess.DEVNULL)
time.sleep(0.1)
offspring.end_all()
time.sleep(0.05)
print([offspring.in_words(pid) for pid in offspring.child_pids()])
"""

    assert printed(program) == "[]\n"
