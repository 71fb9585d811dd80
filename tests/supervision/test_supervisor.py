"""A supervisor as a whole: what it does, it does again (process 14, I98)."""

from __future__ import annotations

from .supervised import made, service


def test_the_same_seed_gives_the_same_run() -> None:
    """I98: jitter is part of it."""

    def digest(seed: int) -> str:
        world, _ = made(seed)
        service(world, "a", "breaks")
        service(world, "b", depends_on=["a"])
        world.run(until="60s")
        world.shut_down()
        world.run()
        return world.digest

    assert digest(1) == digest(1) != digest(2)
