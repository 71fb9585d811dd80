"""The path of a process: whoever starts one that starts one, and so on, does not fill the memory with names."""

from __future__ import annotations

from simcore import Process, World
from simcore.process.start import WAY_MAX

DEPTH = 300


def test_the_paths_of_a_long_chain_of_starts_stay_short_and_differ() -> None:
    async def chain(process: Process, left: int) -> None:
        if left:
            await process.spawn("app:chain", "app:host", left - 1)

    world = World(seed=1)
    world.define("app:chain", chain)
    world.spawn("app:chain", "app:host", DEPTH)
    world.run()

    paths = [record.path for record in world.runtime.records.values()]
    assert len(set(paths)) == len(paths) == DEPTH + 1
    assert max(map(len, paths)) <= WAY_MAX + len("/app:chain.0")
    assert paths[1] == "world/app:chain.0/app:chain.0"
