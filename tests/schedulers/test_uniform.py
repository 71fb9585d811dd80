"""Every enabled action alike: each place, and so each order, is found."""

from __future__ import annotations

from collections import Counter

from simcore import Fifo, Process, Uniform, World
from simcore.kernel.action import Action
from simcore.kernel.choices import Choices

READY = [Action() for _ in range(4)]


def test_uniform_picks_every_place_about_as_often() -> None:
    uniform = Uniform()
    uniform.begin(Choices(1))
    counts = Counter(uniform.pick(READY) for _ in range(4_000))

    assert sorted(counts) == [0, 1, 2, 3]
    assert all(850 < count < 1_150 for count in counts.values())


async def sender(process: Process, name: str, target: str) -> None:
    await process.send(target, name)


async def receiver(process: Process) -> str:
    return "".join([(await process.inbox.receive()).topic for _ in range(3)])


def order(strategy: Fifo | Uniform, seed: int = 0) -> str:
    world = World(seed, strategy)
    world.define("app:sender", sender)
    world.define("app:receiver", receiver)
    target = world.spawn("app:receiver", "app:processes")
    for name in "abc":
        world.spawn("app:sender", "app:processes", name, target)
    world.run()
    return str(world.result(target))


def test_uniform_finds_every_order_of_three_senders_and_fifo_the_first() -> None:
    """N3."""
    assert order(Fifo()) == "abc"
    assert {order(Uniform(), seed) for seed in range(60)} == {"abc", "acb", "bac", "bca", "cab", "cba"}
