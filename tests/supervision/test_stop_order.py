"""Services stop before what they need, level by level (process 14.12)."""

from __future__ import annotations

from .supervised import SEEDS, made, service


def test_dependencies_run_before_what_needs_them_and_stop_after_it() -> None:
    """process 14.9, 14.12, G17; I93; N28: within a level any order."""
    orders = set()
    for seed in range(SEEDS):
        world, changes = made(seed)
        service(world, "d", depends_on=["b", "c"])
        service(world, "b", depends_on=["a"])
        service(world, "c", depends_on=["app:a"])
        service(world, "a")
        world.run()
        started = [line[0] for line in changes.lines if line.endswith("Running")]
        world.shut_down()
        world.run()
        stopped = [line[0] for line in changes.lines if line.endswith("Stopping")]
        ended = [line[0] for line in changes.lines if line.endswith("Stopped")]
        assert (started[0], started[3]) == ("a", "d")
        assert (stopped[0], stopped[3]) == (ended[0], ended[3]) == ("d", "a")
        assert changes.lines[-2:] == ["processes stopping", "processes stopped"]
        orders.add(f"{''.join(started)}{''.join(stopped)}")

    assert orders == {"abcddbca", "abcddcba", "acbddbca", "acbddcba"}


def test_a_stop_of_one_stops_what_needs_it_first() -> None:
    """process 14.12."""
    for seed in range(SEEDS):
        world, changes = made(seed)
        service(world, "a")
        service(world, "b", "ignores", depends_on=["a"], stop_timeout="1s")
        service(world, "c")
        world.run()
        started = len(changes.lines)
        world.stop_service("app:a")
        world.run()

        assert changes.lines[started:] == ["b Stopping", "b Failed", "a Stopping", "a Stopped"]
        assert world.services["app:c"].state == "Running"


def test_what_waits_for_its_retry_is_stopped_before_the_ordered_phase() -> None:
    """process 14.12: before any other is asked to stop, although others need it."""
    for seed in range(SEEDS):
        world, changes = made(seed)
        service(world, "a", "breaks", restart={"initial_delay": "1h"})
        service(world, "b", depends_on=["a"])
        world.run(until="1s")
        started = len(changes.lines)
        world.shut_down()
        world.run()

        assert changes.lines[started:][:4] == ["a Stopping", "a Stopped", "b Stopping", "b Stopped"]


def test_a_stop_that_fails_is_noted_and_the_others_go_on() -> None:
    """process 14.12: errors are collected, not fatal."""
    world, _ = made()
    service(world, "a")
    for name in "bc":
        service(world, name, "ignores", depends_on=["a"], stop_timeout="1s")
    world.run()
    world.shut_down()
    world.run()

    assert world.services.states() == {"app:a": "Stopped", "app:b": "Failed", "app:c": "Failed"}
    assert [str(world.services[f"app:{name}"].error) for name in "abc"] == [
        "None",
        *("stop timeout after 1s",) * 2,
    ]
