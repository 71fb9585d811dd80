"""The shipped ``always``: each notices what breaks it at once, and asks nothing that grows with the world."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from simcore import Failure, Process, World, run
from simcore.catalog.project import find_project
from simcore.catalog.properties import properties
from simcore.graph.names import Names
from simcore.graph.topology import LINK, Topology
from simcore.model.programs import PolicyRule, Program, Step
from simcore.programs.account import Account
from simcore.programs.perform import perform
from simcore.runner.always import Watch
from simcore.security.permissions import PERMISSIONS
from simcore.world import world as worlds
from tests.files import ROOT

Mutation = Callable[[pytest.MonkeyPatch], None]

RELATED = Program(
    processes=3,
    steps=(
        Step(0, "trap"),
        Step(0, "link", target=1),
        Step(0, "monitor", target=1),
        Step(0, "register"),
        Step(0, "unlink", target=1),
        Step(0, "unmonitor", target=1),
        Step(0, "unregister"),
        Step(0, "link", target=1),
        Step(0, "monitor", target=1),
        Step(0, "register", name=1),
        Step(0, "link", target=2),
        Step(0, "monitor", target=2),
        Step(1, "register", name=2),
        Step(1, "sleep", value=1),
        Step(1, "raise"),
        Step(2, "build_spawn", builder=("actor",)),
    ),
    policies=(PolicyRule("allow", "*"), PolicyRule("deny", "process.security")),
)
"""Makes and undoes each relation and each name, and leaves some to the end of a process and of the run; and
somebody tries to let another act as somebody else."""

pytestmark = pytest.mark.usefixtures("at_home")


# -- what breaks them


def unlink_one_end(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Topology, "unlink", lambda self, one, other: self._unmark(one, other, LINK))


def unlink_the_other_end(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Topology, "unlink", lambda self, one, other: self._unmark(other, one, LINK))


def link_one_end(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Topology, "link", lambda self, one, other: self._mark(one, other, LINK) or True)


def unlink_nothing(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Topology, "unlink", lambda self, one, other: None)


def unmonitor_nothing(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Topology, "unmonitor", lambda self, watcher, target: None)


def list_each_twice(method: str) -> Mutation:
    def mutation(patch: pytest.MonkeyPatch) -> None:
        once = getattr(Topology, method)

        def twice(self: Topology) -> Iterator[Any]:
            for one, other in once(self):
                yield from ((one, other), (other, one) if method == "links" else (one, other))

        patch.setattr(Topology, method, twice)

    return mutation


def unregister_nothing(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Names, "unregister", Names.get)


def names_outlive_their_owner(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Names, "release", Names.of)


def find_nobody(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Names, "get", lambda self, name: None)


def list_the_names_of_others(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Names, "items", lambda self: [(name, "{app:processes|0x00009}") for name in self._owners])


def tell_nobody(patch: pytest.MonkeyPatch) -> None:
    leave = Topology.leave

    def left(self: Topology, pid: Any) -> tuple[list[Any], list[Any]]:
        leave(self, pid)
        return [], []

    patch.setattr(Topology, "leave", left)


def choose_an_actor_freely(patch: pytest.MonkeyPatch) -> None:
    patch.setitem(PERMISSIONS, "with_actor", ())


MUTATIONS = [
    (choose_an_actor_freely, "nobody_starts_who_may_more_without_process_security"),
    (tell_nobody, "the_reference_model_agrees"),
    (tell_nobody, "an_end_is_told_as_monitors_and_links_say"),
    (unlink_one_end, "links_are_mutual"),
    (unlink_the_other_end, "links_are_mutual"),
    (link_one_end, "links_are_mutual"),
    (unlink_nothing, "a_pair_is_linked_and_watched_once"),
    (unmonitor_nothing, "a_pair_is_linked_and_watched_once"),
    (list_each_twice("links"), "a_pair_is_linked_and_watched_once"),
    (list_each_twice("monitors"), "a_pair_is_linked_and_watched_once"),
    (unregister_nothing, "a_name_looks_up_to_its_owner"),
    (names_outlive_their_owner, "a_name_looks_up_to_its_owner"),
    (find_nobody, "a_name_looks_up_to_its_owner"),
    (list_the_names_of_others, "a_name_looks_up_to_its_owner"),
]


def play_under(name: str) -> None:
    """Play the program where only one property is asked: others would notice much of it first."""
    held = [each for each in properties(find_project(ROOT)).always if each.id.endswith(f"::{name}")]
    watch, account = Watch(held), Account()
    world = World(observers=[watch, account])
    assert not world.log, "as where a property names it"
    perform(world, RELATED, account)
    watch.ask_at_the_end()


@pytest.mark.parametrize(("mutation", "name"), MUTATIONS)
def test_a_mutation_is_noticed(mutation: Mutation, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    # The invariants of every run would notice many of them first.
    monkeypatch.setattr(worlds, "rules", tuple)
    play_under(name)

    mutation(monkeypatch)

    with pytest.raises(Failure, match=f"^{name}: "):
        play_under(name)


def test_each_shipped_always_is_broken_by_a_mutation_or_consists_of_invariants() -> None:
    held = properties(find_project(ROOT)).always
    families = {each.id.rpartition("::")[2] for each in held if "INVARIANTS" in each.function.__code__.co_names}

    broken = {name for _, name in MUTATIONS}
    assert {each.id.rpartition("::")[2] for each in held} == broken | families


def test_what_is_half_there_is_noticed_before_anything_else_happens(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worlds, "rules", tuple)
    unlink_one_end(monkeypatch)
    after: list[bool] = []

    async def tied(process: Process, other: str) -> None:
        await process.link(other)
        await process.unlink(other)
        after.append(True)

    async def still(process: Process) -> None:
        await process.inbox.receive()

    def pair(world: World) -> None:
        world.define("app:tied", tied)
        world.define("app:still", still)
        world.spawn("app:tied", "app:host", world.spawn("app:still", "app:host"))
        world.run()

    with pytest.raises(Failure, match="links_are_mutual"):
        run(pair)
    assert after == []


# -- what they cost


async def hub(process: Process, children: int) -> None:
    await process.set_options(trap_links=True)
    for number in range(children):
        child = await process.spawn_linked_monitored("app:child", "app:host")
        await process.registry.register(f"child {number}", child)
    await process.sleep("2s")


async def child(process: Process) -> None:
    await process.sleep("1s")


def looks(children: int, monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """Return how often the properties looked at something, by what they looked at, in a world of so many processes."""
    counted: Counter[str] = Counter()

    def counting(kind: type[Any], method: str) -> Any:
        plain = getattr(kind, method)

        def look(self: Any, *arguments: Any) -> Any:
            counted[method] += 1
            return plain(self, *arguments)

        return look

    held = properties(find_project(ROOT)).always
    watch = Watch(held)
    world = World(observers=[watch])
    assert not world.log, "as where a property names it"
    for kind, methods in (
        (type(world.graph), ("links", "monitors", "linked", "watches", "networkx", "components", "supervision")),
        (type(world.names), ("__getitem__", "__iter__", "items")),
    ):
        for method in methods:
            monkeypatch.setattr(kind, method, counting(kind, method))
    world.define("app:hub", hub)
    world.define("app:child", child)
    world.spawn("app:hub", "app:host", children)
    world.run()
    watch.ask_at_the_end()
    return counted


def test_the_looks_of_all_grow_with_the_processes_and_the_walks_not_at_all(monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        few = looks(10, patch)
    with monkeypatch.context() as patch:
        many = looks(100, patch)

    walks = ("links", "monitors", "networkx", "components", "supervision", "__iter__", "items")
    assert {each: many[each] for each in walks} == {each: few[each] for each in walks}
    assert all(many[each] <= 10 * few[each] for each in ("linked", "watches", "__getitem__"))
    assert few["linked"] >= 20
