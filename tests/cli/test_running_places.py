"""What failed is told with its lines everywhere, and what is long is cut everywhere and whole in one file."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Call, Ended
from tests.cli.project import edit

FAILING = """
from simcore import Process, World, scenario

def parse(text: str) -> int:
    return int(text)

async def worker(process: Process) -> int:
    return parse("much")

@scenario(schedules=1)
def works(world: World) -> None:
    world.define("app:worker", worker)
    pid = world.spawn("app:worker", "app:host")
    world.run()
    world.result(pid)
"""
WAY = [
    "scenarios/works.py:15, in works: world.result(pid)",
    'scenarios/works.py:8, in worker: return parse("much")',
    "scenarios/works.py:5, in parse: return int(text)",
]
MESSAGE = "ValueError: invalid literal for int() with base 10: 'much' (scenarios/works.py:5)"


def run_of(ended: Ended, folder: Path) -> Path:
    """Return the folder of the run."""
    return (folder / ended.out.splitlines()[-1].removeprefix("report: ")).parent


def test_a_failure_in_a_process_is_told_with_its_lines(call: Call, folder: Path) -> None:
    (folder / "scenarios/works.py").write_text(FAILING, encoding="utf-8")

    ended = call("run", "scenarios/works.py")

    lines = ended.out.splitlines()
    assert lines[2:6] == [f"  result: {MESSAGE}", *(f"  |   {place}" for place in WAY)]
    assert f"worker#1 fails: {MESSAGE}" in ended.out, "the story"
    run = run_of(ended, folder)
    (item,) = json.loads((run / "results.json").read_text(encoding="utf-8"))["items"]
    assert (item["message"], item["traceback"]) == (MESSAGE, WAY)
    for report in ("junit.xml", "summary.md"):
        assert WAY[0] in (run / report).read_text(encoding="utf-8")


def test_a_replay_tells_the_same_lines(call: Call, folder: Path) -> None:
    (folder / "scenarios/works.py").write_text(FAILING, encoding="utf-8")
    case = next(run_of(call("run", "scenarios/works.py"), folder).glob("cases/*"))

    ended = call("replay", str(case))
    assert "\n".join(f"  |   {place}" for place in WAY) in ended.out
    assert json.loads(call("replay", str(case), "--format", "jsonl").out)["traceback"] == WAY


HUGE = 3_000_000
LONG = """
from simcore import Process, ProcessError, World, scenario

async def worker(process: Process) -> None:
    {worker}

@scenario(schedules=1)
def works(world: World) -> None:
    world.define("app:worker", worker)
    pid = world.spawn("app:worker", "app:host")
    {scenario}
    world.run()
    world.result(pid)
"""


@pytest.mark.parametrize(
    ("worker", "scenario"),
    [
        ("pass", f"assert not pid, 'x' * {HUGE}"),
        ("pass", f"raise ValueError('x' * {HUGE})"),
        (f"raise ValueError('x' * {HUGE})", "pass"),
        (f"raise ProcessError('x' * {HUGE})", "pass"),
        (f"await process.send('x' * {HUGE}, 'topic')", "pass"),
        (f"await process.registry.lookup('x' * {HUGE})", "pass"),
    ],
    ids=["assertion", "error", "error of a process", "process error", "name", "lookup"],
)
def test_a_long_text_is_cut_wherever_it_is_shown_and_whole_in_a_file(
    call: Call, folder: Path, worker: str, scenario: str
) -> None:
    (folder / "scenarios/works.py").write_text(LONG.format(worker=worker, scenario=scenario), encoding="utf-8")

    ended = call("run", "scenarios/works.py")

    run = run_of(ended, folder)
    assert (ended.code, ended.err) == (1, "")
    assert len(ended.out) < 20_000
    assert "3,000,0" in ended.out, "its length"
    assert "(scenarios/works.py:" in ended.out, "its place"
    for name in ("results.json", "junit.xml", "summary.md"):
        assert (run / name).stat().st_size < 30_000, name
    (whole,) = (run / "messages").iterdir()
    assert "x" * HUGE in whole.read_text(encoding="utf-8")
    assert whole.relative_to(folder).as_posix() in ended.out


def test_a_replay_cuts_too(call: Call, folder: Path) -> None:
    (folder / "scenarios/works.py").write_text(
        LONG.format(worker=f"raise ValueError('x' * {HUGE})", scenario="pass"), encoding="utf-8"
    )
    case = next(run_of(call("run", "scenarios/works.py"), folder).glob("cases/*"))

    assert case.stat().st_size < 10_000
    for options in ([], ["--trace"], ["--format", "jsonl"]):
        ended = call("replay", str(case), *options)
        assert ended.code == 1
        assert len(ended.out) < 30_000


def test_long_names_are_cut_in_the_story(call: Call, folder: Path) -> None:
    worker = (
        f"await process.registry.register('n' * {HUGE}); await process.send(process.pid, 't' * {HUGE}, 'p' * {HUGE})"
    )
    text = LONG.format(worker=f"{worker}; raise ValueError('burst')", scenario="pass")
    (folder / "scenarios/works.py").write_text(text, encoding="utf-8")

    ended = call("run", "scenarios/works.py")

    assert "burst" in ended.out
    assert len(ended.out) < 20_000


def test_a_usage_error_is_cut(call: Call, folder: Path) -> None:
    for ended in (call("run", "x" * 100_000), call("run", "--seed", "x" * 100_000), call("replay", "x" * 100_000)):
        assert ended.code == 2
        assert len(ended.err) < 3_000
        assert "100,0" in ended.err


def test_a_file_that_is_broken_in_many_words_is_told_in_few(call: Call, folder: Path) -> None:
    edit(folder / "scenarios/pairs.py", "from simcore", f"raise ValueError('x' * {HUGE})\nfrom simcore")

    ended = call("run", "scenarios/pairs.py")

    assert ended.code in (1, 2)
    assert "scenarios/pairs.py:2: ValueError: xxx" in ended.out + ended.err
    assert len(ended.out + ended.err) < 10_000
