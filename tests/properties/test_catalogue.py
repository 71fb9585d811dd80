"""The shipped properties: they reach what they are meant to reach, and they notice a kernel that does otherwise."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from simcore.catalog.find import items
from simcore.catalog.project import find_project
from simcore.graph.names import Names
from simcore.graph.topology import Topology
from simcore.process import end, mailbox
from simcore.process.state.envelope import Envelope
from simcore.process.state.record import ProcessOutcome
from simcore.runner.property import Counterexample
from simcore.runner.sometimes import surroundings
from simcore.security import scope
from simcore.world import world
from tests.exploring import explore
from tests.files import ROOT

Mutation = Callable[[pytest.MonkeyPatch], None]


WITHOUT_PROGRAMS = tuple(
    f"properties/{name}"
    for name in ("deputies.py::", "inheritance.py::a_", "permission_matrix.py::", "policies.py::", "revocation.py::")
)
"""Where properties make worlds of their own: what they have to meet is asked in ``test_permission_premises``."""

pytestmark = pytest.mark.usefixtures("at_home")


def explored(name: str, examples: int) -> Counterexample | None:
    (item,) = [each for each in items(find_project(ROOT)) if each.kind == "property" and each.id.endswith(f"::{name}")]
    assert item.function is not None
    return explore(item.function, examples).failing


# -- what the programs reach


def test_the_programs_reach_what_every_sometimes_asks_for() -> None:
    # Drawn programs enforce no deadlines, and none of their services lives for long.
    assert explored("test_who_is_cancelled_with_an_enforced_deadline_ends_by_it", 20) is None
    assert explored("test_a_child_that_lived_long_enough_begins_anew", 20) is None
    # Its own number: every situation is met in a run of the default size.
    assert explored("test_every_program_comes_to_rest", 1_500) is None

    sightings = surroundings(ROOT).sightings.seen
    assert [each for each, held in sightings.items() if not held and not each.startswith(WITHOUT_PROGRAMS)] == []


# -- mutations of the kernel


def exit_to_the_linked_too(patch: pytest.MonkeyPatch) -> None:
    leave = Topology.leave

    def tell_all(self: Topology, pid: Any) -> Any:
        watchers, peers = leave(self, pid)
        return [*watchers, *peers], peers

    patch.setattr(Topology, "leave", tell_all)


def exit_twice(patch: pytest.MonkeyPatch) -> None:
    leave = Topology.leave

    def twice(self: Topology, pid: Any) -> Any:
        watchers, peers = leave(self, pid)
        return watchers * 2, peers

    patch.setattr(Topology, "leave", twice)


def unlink_one_end(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Topology, "unlink", lambda self, one, other: self._unmark(one, other, "link"))


def names_outlive_their_owner(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Names, "release", lambda self, pid: [])


def the_first_name_alone_is_freed(patch: pytest.MonkeyPatch) -> None:
    def first(self: Names, pid: Any) -> list[str]:
        names = self.of(pid)[:1]
        for name in names:
            self.unregister(name)
        return names

    patch.setattr(Names, "release", first)


def deny_is_ignored(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(scope, "DENY", "nothing")


def the_newest_message_first(patch: pytest.MonkeyPatch) -> None:
    drain = mailbox.drain

    def backwards(record: Any) -> None:
        messages = [each for each in record.incoming if isinstance(each, Envelope)]
        places = [each.order for each in messages]
        record.incoming.reverse()
        # Numbered anew, so that only what the programs see can show it.
        for envelope, place in zip(reversed(messages), places, strict=True):
            envelope.order = place
        drain(record)

    patch.setattr(mailbox, "drain", backwards)


def terminated_is_a_normal_end(patch: pytest.MonkeyPatch) -> None:
    def ended(record: Any) -> None:
        record.outcome = ProcessOutcome()
        end.end(record)

    patch.setattr("simcore.process.step.terminated", ended)


@pytest.mark.parametrize(
    ("mutation", "name"),
    [
        (exit_to_the_linked_too, "test_each_monitor_gives_one_exit"),
        (exit_twice, "test_each_monitor_gives_one_exit"),
        (unlink_one_end, "test_linked_peers_of_a_failure_are_told_once_or_die"),
        (names_outlive_their_owner, "test_however_a_process_ends_its_names_are_free"),
        (the_first_name_alone_is_freed, "test_however_a_process_ends_its_names_are_free"),
        (deny_is_ignored, "test_deny_overrides_allow"),
        (the_newest_message_first, "test_messages_of_one_pair_arrive_in_order_over_all_topics"),
        (terminated_is_a_normal_end, "test_terminated_is_what_the_result_says"),
    ],
)
def test_a_mutation_is_noticed(mutation: Mutation, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    # The invariants of every run would notice many a mutation before any property does.
    monkeypatch.setattr(world, "rules", tuple)
    assert explored(name, 20) is None

    mutation(monkeypatch)
    found = explored(name, 1_000)

    assert found is not None, f"{name} does not notice {mutation.__name__}"
    assert isinstance(found.error, AssertionError)
