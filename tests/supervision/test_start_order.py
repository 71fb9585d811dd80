"""Services begin after what they need, or not at all (process 14.9 to 14.11)."""

from __future__ import annotations

import pytest

from simcore import (
    ProcessError,
)

from .supervised import SEEDS, made, runs, service


def test_what_is_needed_is_pulled_in_and_what_is_not_is_left_alone() -> None:
    """process 14.9."""
    world, _ = made()
    service(world, "a", auto_start=False)
    service(world, "b", auto_start=False, depends_on=["a"])
    service(world, "c", auto_start=False)
    world.start_service("app:b")
    world.run()

    assert world.services.states() == {"app:a": "Running", "app:b": "Running", "app:c": "Unknown"}


def test_an_unknown_dependency_blocks_and_other_branches_go_on() -> None:
    """process 14.9, 14.10; I95."""
    world, _ = made()
    service(world, "a", depends_on=["none"])
    service(world, "b", depends_on=["a"])
    service(world, "c")
    world.run()

    assert world.services.states() == {"app:a": "Unknown", "app:b": "Unknown", "app:c": "Running"}
    assert [str(world.services[f"app:{name}"].error) for name in "abc"] == [
        "unknown dependency: app:none",
        "dependency app:a failed to start",
        "None",
    ]
    with pytest.raises(ProcessError, match="unknown dependency") as caught:
        world.start_service("app:a")
    assert caught.value.kind == "Invalid"


def test_what_needs_a_failed_start_is_not_started_and_other_branches_are() -> None:
    """process 14.10; I95: while it is tried again, its dependents wait."""
    for seed in range(SEEDS):
        world, changes = made(seed)
        service(world, "a", "none", restart={"max_attempts": 3})
        service(world, "b", depends_on=["a"])
        service(world, "c", depends_on=["b"])
        service(world, "x")
        service(world, "y", depends_on=["x"])
        world.run(until="1s")
        waiting = world.services["app:b"]
        world.run()
        states = world.services.states()
        assert waiting.wanted
        assert waiting.error is None
        assert states == {
            "app:a": "Failed",
            "app:b": "Unknown",
            "app:c": "Unknown",
            "app:x": "Running",
            "app:y": "Running",
        }
        assert not world.services["app:c"].wanted
        assert changes.lines.count("a Starting") == 3


def test_a_dependent_waits_until_a_retried_start_succeeds() -> None:
    """process 14.10."""
    world, changes = made()
    service(world, "a", "late")
    service(world, "b", depends_on=["a"])
    world.run(until="500ms")
    before = list(changes.lines)
    world.define("app:late", runs)
    world.run()

    assert before == ["a Starting", "a Failed"]
    assert changes.lines[2:] == ["a Starting", "a Running", "b Starting", "b Running"]


def test_a_crash_at_run_time_stops_nobody_else() -> None:
    """process 14.11."""
    for seed in range(SEEDS):
        world, _ = made(seed)
        service(world, "a")
        service(world, "b", "breaks", args=["1s"], depends_on=["a"], restart={"max_attempts": 1})
        service(world, "c", depends_on=["b"])
        world.run()

        assert world.services.states() == {"app:a": "Running", "app:b": "Failed", "app:c": "Running"}
