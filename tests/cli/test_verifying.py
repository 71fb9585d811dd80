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
