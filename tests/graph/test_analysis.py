"""What networkx says of the links and monitors of one instant."""

import networkx as nx
import pytest

from simcore import Fifo, Pid, Process, Uniform, World
from tests.worlds import HOST


async def chain(process: Process, left: int, trap_at: int) -> None:
    if left:
        await process.spawn_linked_monitored("app:chain", HOST, left - 1, trap_at)
    await process.set_options(trap_links=left == trap_at)
    await process.events.receive()
    await process.inbox.receive()


def chain_of(length: int, trap_at: int, seed: int = 0) -> World:
    world = World(seed, Uniform() if seed else Fifo())
    world.define("app:chain", chain)
    world.spawn("app:chain", HOST, length - 1, trap_at)
    world.run(until="1s")
    return world


def pids(world: World) -> list[Pid]:
    return list(world.graph.networkx())


def test_a_component_is_what_links_hold_together() -> None:
    world = chain_of(3, -1)
    lonely = world.spawn("app:chain", HOST, 0, -1)

    assert [len(each) for each in world.graph.components()] == [3, 1]
    assert world.graph.components()[1] == (lonely,)


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("trap_at", [-1, 0, 1, 2, 3])
def test_a_predicted_cascade_is_what_happens(trap_at: int, seed: int) -> None:
    """I47: with nobody unlinking, an abnormal end ends all that it reaches without a trapping process."""
    world = chain_of(5, trap_at, seed)
    everybody, first = pids(world), pids(world)[0]
    predicted = world.graph.cascade(everybody[0])
    terminator = world.spawn("app:killer", HOST, first) if define_killer(world) else ""
    world.run()

    ended = [pid for pid in everybody if not world.alive(pid)]
    assert sorted(predicted) == sorted(ended)
    assert not world.alive(terminator)


def define_killer(world: World) -> bool:
    async def killer(process: Process, target: str) -> None:
        await process.terminate(target)

    world.define("app:killer", killer)
    return True


def test_the_supervision_tree_has_who_spawned_and_is_linked_or_watches() -> None:
    world = chain_of(4, -1)
    tree = world.graph.supervision()

    assert list(tree.edges) == list(zip(pids(world), pids(world)[1:], strict=False))
    assert nx.is_arborescence(tree)


def test_the_exports_hold_every_process_link_and_monitor() -> None:
    world = chain_of(3, -1)

    dot = world.graph.dot()
    assert dot.count("[dir=none]") == 2
    assert dot.count("[style=dashed]") == 2
    assert dot.count("label=") == 3
    again = nx.parse_graphml(world.graph.graphml())
    assert sorted(again) == sorted(pids(world))
    assert sum(edge["monitor"] for _, _, edge in again.edges(data=True)) == 2
    data = world.graph.json()
    assert [node["id"] for node in data["nodes"]] == pids(world)
    assert sum(edge["link"] for edge in data["edges"]) == 4
