"""The ring: every message is one hop, whatever the size, and the rings of a comparison differ in nothing else."""

from __future__ import annotations

import pytest

from simcore.bench import ring
from simcore.bench.measure import size
from simcore.bench.ring import Passing
from simcore.kernel.action import Action
from simcore.model.messages import Message


@pytest.mark.parametrize("processes", [10, 40])
def test_a_round_of_a_ring_is_as_many_messages_as_it_says(processes: int) -> None:
    passing = Passing(processes)
    sent = passing.world.history.count(Message)
    passing.prepare(200)()

    assert passing.world.history.count(Message) == sent + ring.TOKENS + 200


def test_a_ring_can_go_round_again() -> None:
    passing = Passing(10)
    passing.prepare(100)()
    before = passing.world.kernel.actions
    passing.prepare(100)()

    assert passing.world.kernel.actions >= before + 2 * 100


def test_the_members_stand_in_the_order_of_their_pids_and_each_passes_on_to_the_next() -> None:
    passing = Passing(10)
    assert passing.pids == sorted(passing.pids)

    passing.world.send(passing.pids[7], "token", 4)
    reached = _labels_of_sends(passing)

    assert reached == [
        (f"bench:member.{one}", f"bench:member.{other}") for one, other in [(7, 8), (8, 9), (9, 0), (0, 1)]
    ]


def test_the_first_lap_reaches_everybody_so_that_no_label_is_new_in_a_round() -> None:
    passing = Passing(20)
    known = len(passing.world.kernel.trace._labels)
    passing.prepare(100)()
    passing.prepare(100)()

    # What puts in the tokens has labels of its own, once for each place.
    assert len(passing.world.kernel.trace._labels) <= known + ring.TOKENS


def test_even_in_a_short_round_each_process_of_the_largest_ring_gets_a_message() -> None:
    assert size(ring.MESSAGES, quick=True) >= max(ring.SIZES)


def _labels_of_sends(passing: Passing) -> list[tuple[str, str]]:
    sends: list[tuple[str, str]] = []

    def note(action: Action, number: int) -> None:
        label = action.label()
        if label.verb == "do:send":
            sends.append((label.path.rpartition("/")[2], label.receiver.rpartition("/")[2]))

    passing.world.kernel.on_action = note
    passing.world.run()
    return sends
