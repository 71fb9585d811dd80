"""Declaring services and hosts from outside: what makes no sense is refused by name (process 14.1)."""

from __future__ import annotations

from typing import Any

import pytest

from simcore import InvalidArgument, UsageError, World
from tests.worlds import HOST


@pytest.mark.parametrize(
    ("named", "words"),
    [
        ({"restart": {"tries": 1}}, "restart has no field 'tries'; it has initial_delay"),
        ({"restart": {"jitter": "some"}}, "restart.jitter is a finite number"),
        ({"restart": {"jitter": float("nan")}}, "restart.jitter is a finite number"),
        ({"restart": {"max_attempts": 1.5}}, "restart.max_attempts is a whole number"),
        ({"restart": {"max_attempts": True}}, "restart.max_attempts is a whole number"),
        ({"restart": {"max_delay": "soon"}}, "restart.max_delay: invalid duration"),
        ({"stop_timeout": "-1s"}, "stop_timeout is a duration of 0 or more"),
        ({"start_timeout": None}, "start_timeout: invalid duration"),
        ({"process": ""}, "process is required"),
        ({"host": ""}, "host is required"),
        ({"host": "node:control"}, "invalid host: node:control"),
        ({"depends_on": "app:b"}, "depends_on is a list of ids, not 'app:b'"),
        ({"depends_on": [5]}, "depends_on is a list of ids"),
    ],
)
def test_a_wrong_field_is_refused_by_name(named: dict[str, Any], words: str) -> None:
    fields: dict[str, Any] = {"process": "app:runs", "host": HOST, **named}

    with pytest.raises(UsageError, match=words) as caught:
        World().service("app:a", **fields)
    assert str(caught.value).startswith("service app:a: ")


@pytest.mark.parametrize(
    ("named", "words"),
    [
        ({"max_processes": -1}, "max_processes is a whole number of 0 or more, not -1"),
        ({"max_processes": True}, "max_processes is a whole number"),
        ({"stop_timeout": "later"}, "stop_timeout: invalid duration"),
        ({"depends_on": "app:b"}, "depends_on is a list of ids"),
    ],
)
def test_a_wrong_field_of_a_host_is_refused_by_name(named: dict[str, Any], words: str) -> None:
    with pytest.raises(UsageError, match=words) as caught:
        World().host(HOST, **named)
    assert str(caught.value).startswith(f"host {HOST}: ") or str(caught.value).startswith(f"host {HOST} ")


@pytest.mark.parametrize("id", ["node:control", "node:functions"])
def test_a_host_of_the_runtime_itself_cannot_be_declared(id: str) -> None:
    with pytest.raises(UsageError, match="the runtime has this host already"):
        World().host(id)


@pytest.mark.parametrize("grace", ["-1s", -1])
def test_a_grace_in_the_past_is_refused(grace: str | int) -> None:
    """process 2.6: a host cannot have asked before it does."""
    world = World()
    world.host(HOST)

    with pytest.raises(InvalidArgument, match="a grace is a duration of 0 or more"):
        world.stop_host(HOST, grace)
    with pytest.raises(InvalidArgument, match="a grace is a duration of 0 or more"):
        world.shut_down(grace)
    assert world.hosts[HOST].state == "running"


def test_the_hosts_of_a_world_can_be_looked_at() -> None:
    world = World()
    world.host(HOST)
    world.host("app:other", auto_start=False)

    assert list(world.hosts) == [HOST, "app:other"]
    assert [(host.state, host.processes, host.error) for host in world.hosts.values()] == [
        ("running", 0, None),
        ("created", 0, None),
    ]
    assert len(world.hosts) == 2
