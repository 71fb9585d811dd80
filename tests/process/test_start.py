"""The path of a process: whoever starts one that starts one, and so on, does not fill the memory with names."""

from __future__ import annotations

from simcore import Process, World, run
from simcore.process.start import WAY_MAX
from simcore.story.recordings import recorded

DEPTH = 300


def chained(world: World) -> None:
    """Let each process start the next."""

    async def chain(process: Process, left: int) -> None:
        if left:
            await process.spawn("app:chain", "app:host", left - 1)

    world.define("app:chain", chain)
    world.spawn("app:chain", "app:host", DEPTH)
    world.run()


def test_the_paths_of_a_long_chain_of_starts_stay_short_and_differ() -> None:
    world = World(seed=1)
    chained(world)

    paths = [record.path for record in world.runtime.records.values()]
    assert len(set(paths)) == len(paths) == DEPTH + 1
    assert max(map(len, paths)) <= WAY_MAX + len("/app:chain.0")
    assert paths[1] == "world/app:chain.0/app:chain.0"


def test_by_whom_each_was_started_is_told_also_where_its_path_is_cut() -> None:
    with recorded() as recordings:
        run(chained)

    starts = [event.text for event in recordings.events if event.kind == "spawn"]
    assert len(starts) == DEPTH + 1
    assert [text for text in starts if text.startswith("the world")] == starts[:1]
