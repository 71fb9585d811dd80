"""Services and hosts by id, and who needs whom (process 14.1, 14.9)."""

from __future__ import annotations

import pytest

from simcore import (
    NotFound,
    UsageError,
)

from .supervised import made, service


def test_an_id_stands_for_one_service_and_no_host() -> None:
    world, _ = made()
    service(world, "a")

    with pytest.raises(UsageError, match="app:a is taken by another service"):
        service(world, "a")
    with pytest.raises(UsageError, match="app:processes is taken by another host"):
        service(world, "processes")


def test_an_unknown_service_is_not_found() -> None:
    world, _ = made()

    for verb in (world.start_service, world.stop_service):
        with pytest.raises(NotFound, match="service not found: app:none"):
            verb("app:none")


def test_services_in_a_circle_are_refused_by_name() -> None:
    """process 14.9."""
    world, _ = made()
    service(world, "a", depends_on=["b"])
    service(world, "b", depends_on=["c"])

    with pytest.raises(UsageError, match="app:a -> app:b -> app:c -> app:a; break it"):
        service(world, "c", depends_on=["a"])
    assert list(world.services) == ["app:a", "app:b"]
