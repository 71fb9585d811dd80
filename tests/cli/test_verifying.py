"""A replay in other processes notices what depends on the hash seed."""

from __future__ import annotations

from pathlib import Path

from tests.cli.conftest import Call
from tests.cli.project import edit, objects


def test_verify_notices_a_run_that_depends_on_the_hash_seed(call: Call, folder: Path) -> None:
    edit(
        folder / "scenarios/pairs.py",
        "    world.run()\n    world.result(pid)",
        "    world.send(pid, min(map(str, range(10_000)), key=hash))\n"
        "    world.run()\n    raise AssertionError('told')",
    )
    case = objects(call("run", "silence", "--format", "jsonl").out)[0]["case"]

    here, elsewhere = call("replay", case), call("replay", case, "--verify")

    assert (here.code, elsewhere.code) == (1, 4)
    assert "PYTHONHASHSEED=" in elsewhere.out


def test_verify_notices_a_message_that_depends_on_the_hash_seed(call: Call, folder: Path) -> None:
    edit(
        folder / "scenarios/pairs.py",
        "    world.run()\n    world.result(pid)",
        "    world.run()\n    raise AssertionError(' and '.join({f'name {number}' for number in range(20)}))",
    )
    case = objects(call("run", "silence", "--format", "jsonl").out)[0]["case"]

    ended = call("replay", case, "--verify")

    assert ended.code == 4
    assert "the digest is the same, but not the message: name " in ended.out


def test_verify_takes_a_message_that_shows_a_set(call: Call, folder: Path) -> None:
    edit(
        folder / "scenarios/pairs.py",
        "    world.run()\n    world.result(pid)",
        "    world.run()\n    names = {f'name {number}' for number in range(20)}\n"
        "    assert names == {object()}, f'lost {names}'",
    )
    case = objects(call("run", "silence", "--format", "jsonl").out)[0]["case"]

    ended = call("replay", case, "--verify")

    assert ended.code == 1
    assert "lost {'name 0', 'name 1', 'name 10', " in ended.out
