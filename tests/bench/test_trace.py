"""The trace: the same run, with every line of its rich trace written."""

from __future__ import annotations

from collections import Counter

from simcore.bench import pingpong_full, trace
from simcore.story.recorder import Recorder


def test_every_message_is_written_down_with_its_send_and_its_receive() -> None:
    recorder = Recorder()
    world = trace.new_world(100, recorder)
    pingpong_full.playing(world, 100)()

    kinds = Counter(event.kind for event in recorder.events)
    assert kinds["send"] == kinds["receive"] == 100
    assert kinds["action"] == world.kernel.actions


def test_the_traced_run_is_the_untraced_one() -> None:
    traced, untraced = trace.new_world(100, Recorder()), pingpong_full.new_world(100)
    pingpong_full.playing(traced, 100)()
    pingpong_full.playing(untraced, 100)()

    assert traced.digest == untraced.digest
