"""The loop through worlds: each message that is timed is really sent, enqueued and answered."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from simcore.bench import hash_identity, pingpong_full
from simcore.model.messages import Message
from simcore.world.world import World


@pytest.mark.parametrize("new_world", hash_identity.WORLDS)
def test_each_message_of_a_world_is_enqueued_and_answered(new_world: Callable[[int], World]) -> None:
    world = new_world(200)
    pingpong_full.playing(world, 200)()

    assert world.history.count(Message) == 200
    assert 2 * 200 < world.kernel.actions < pingpong_full.ACTIONS_MAX * 200
    assert world.kernel.decisions > 0
