"""The reference model: it agrees with what the kernel does, and says where a kernel parts from the contract."""

from __future__ import annotations

import random
from typing import Any

import pytest

from properties._reference import Parted, agree
from simcore import Uniform, World
from simcore.graph.topology import Topology
from simcore.model.programs import VERBS, PolicyRule, Program, Step
from simcore.programs.account import Account
from simcore.programs.perform import perform
from simcore.world import world as worlds

BETWEEN_MEMBERS = VERBS[: VERBS.index("take")]


def drawn(seed: int) -> Program:
    """Return a program of what members do to each other, half of whose targets exist."""
    chance = random.Random(seed)
    below = chance.randrange
    rules = [PolicyRule("deny", "process.send"), PolicyRule("deny", "process.link"), PolicyRule("allow", "*")]
    policies = tuple(chance.choice(rules) for _ in range(3)) if seed % 3 == 0 else None
    steps = [
        Step(below(5), chance.choice(BETWEEN_MEMBERS), below(5), below(3), below(4)) for _ in range(10 + below(30))
    ]
    return Program(processes=3, steps=tuple(steps), policies=policies)


def played(seed: int) -> World:
    account = Account()
    world = World(seed, Uniform(), observers=[account])
    assert not world.log
    perform(world, drawn(seed), account)
    return world


def test_it_agrees_with_every_action_of_many_programs_and_leaves_none_unjudged() -> None:
    for seed in range(60):
        model = agree(played(seed))

        assert model.unjudged == {}, "these programs hold nothing that it does not know"
        assert model.entries >= 3


def test_what_it_says_names_the_step_both_sides_the_processes_and_the_contract(monkeypatch: pytest.MonkeyPatch) -> None:
    # The invariants of every run would notice it first.
    monkeypatch.setattr(worlds, "rules", tuple)
    leave = Topology.leave

    def without_watchers(self: Topology, pid: Any) -> tuple[list[Any], list[Any]]:
        return [], leave(self, pid)[1]

    monkeypatch.setattr(Topology, "leave", without_watchers)
    parted: list[Parted] = []
    for seed in range(60):
        try:
            agree(played(seed))
        except Parted as each:
            parted.append(each)

    first = parted[0]
    lines = str(first).splitlines()
    assert lines[0].startswith(f"model and run part at step {first.entry.step}, leave of world/app:member.")
    assert lines[1].startswith("  expected: unmonitored of")
    assert lines[2].startswith("  the run:  Change(kind='gone'")
    assert lines[3] == "  contract: I32, I33, process 2.3"
