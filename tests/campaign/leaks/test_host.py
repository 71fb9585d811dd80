"""What the host gives is held, the same each time or another way, and who asks is noted with the line."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from simcore.campaign.leaks.host import ADDRESSES, ENVIRONMENT, HASHES, KINDS, environment

ASKS = """
import datetime, glob, os, pathlib, random, secrets, time, uuid
from datetime import date, datetime as dt

def clock():
    return [
        time.time(), time.time_ns(), time.monotonic(), time.perf_counter(), time.process_time(),
        time.clock_gettime(0), time.localtime().tm_year, time.gmtime().tm_year, time.ctime(), time.asctime(),
        time.strftime("%Y"), dt.now().isoformat(), dt.now(datetime.timezone.utc).isoformat(), dt.utcnow().year,
        dt.today().year, date.today().isoformat(),
    ]

def chance():
    return [
        random.random(), random.randint(0, 10**9), random.Random().random(), random.SystemRandom().random(),
        os.urandom(4).hex(), secrets.token_hex(4), str(uuid.uuid4()), str(uuid.uuid1()),
    ]

def folders():
    folder = str(pathlib.Path(__file__).parent)
    with os.scandir(folder) as scanned:
        names = [entry.name for entry in scanned]
    return [os.listdir(folder), names, [each.name for each in pathlib.Path(folder).iterdir()], glob.glob(folder + "/*")]

def machine():
    return [os.getpid(), os.getppid()]

def addresses():
    return [id(clock), id(chance), id(clock)]

def fixed():
    year = time.strftime("%Y", time.gmtime(0))
    return [dt(2020, 1, 1).isoformat(), repr(date(2020, 1, 1)), type(dt.now()) is dt, year, random.Random(1).random()]
"""
PROGRAM = """
import json, sys
from simcore.campaign.leaks.host import HeldHost
host = HeldHost(sys.argv[1:])
import asks
given = {name: getattr(asks, name)() for name in ("clock", "chance", "folders", "machine", "addresses", "fixed")}
host.begin_again()
given["again"] = [asks.clock()[:1], asks.os.urandom(4).hex()]
print(json.dumps([given, host.noted.lines()]))
"""


@pytest.fixture(scope="module")
def given(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[dict[str, Any], dict[str, list[str]]]]:
    """What a program is given in three processes: twice the same way, and once another way."""
    folder: Path = tmp_path_factory.mktemp("asks")
    (folder / "asks.py").write_text(ASKS, encoding="utf-8")
    (folder / "other.txt").touch()
    found = {}
    for name, others in (("one", []), ("again", []), ("other", list(KINDS))):
        done = subprocess.run(
            [sys.executable, "-B", "-c", PROGRAM, *others], cwd=folder, capture_output=True, text=True, check=True
        )
        found[name] = tuple(json.loads(done.stdout))
    return found


@pytest.mark.parametrize("kind", ["clock", "chance", "folders", "machine", "addresses"])
def test_each_answer_of_a_kind_is_the_same_each_time_and_another_the_other_way(given: Any, kind: str) -> None:
    one, again, other = (given[name][0][kind] for name in ("one", "again", "other"))

    assert one == again
    assert [left != right for left, right in zip(one, other, strict=True)] == [True] * len(one)


def test_what_asks_the_host_for_nothing_is_the_same_in_every_way(given: Any) -> None:
    one, other = given["one"][0]["fixed"], given["other"][0]["fixed"]

    assert one == other
    assert one[:3] == ["2020-01-01T00:00:00", "datetime.date(2020, 1, 1)", True]


def test_a_second_run_begins_with_the_clock_and_the_chance_of_the_first(given: Any) -> None:
    """What is left is state of the program, and not of the host."""
    first = given["one"][0]

    assert first["again"][0][0] == first["clock"][0]
    assert len(first["again"][1]) == 8


def test_who_asks_is_noted_with_the_line(given: Any) -> None:
    noted = given["one"][1]

    assert noted["clock"][0] == "time.time (asks.py:7)"
    assert noted["chance"][0] == "random.random (asks.py:15)"
    assert noted["folders"][0] == "os.scandir (asks.py:21)"
    assert noted["machine"][0] == "os.getpid (asks.py:26)"
    assert noted["addresses"] == ["builtins.id (asks.py:29)"]


def test_hashes_and_the_environment_are_another_way_from_the_beginning_of_a_process() -> None:
    plain, other = environment([]), environment([HASHES, ENVIRONMENT, ADDRESSES])

    assert (plain["PYTHONHASHSEED"], other["PYTHONHASHSEED"]) == ("0", "1")
    assert (other["USER"], other["TZ"]) == ("another", "Pacific/Chatham")
    assert plain.get("TZ") != "Pacific/Chatham"
