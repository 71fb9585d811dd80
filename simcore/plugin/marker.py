"""The marker ``@pytest.mark.sim``: what an item says itself of how it is explored."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from simcore.catalog.names import near
from simcore.catalog.run_settings import RunSettings, given_settings
from simcore.model.errors import UsageError
from simcore.model.texts import represented
from simcore.schedulers.registry import make_search

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pytest

NAMES: Final = ("schedules", "seed", "strategy")


def marked_settings(item: pytest.Item) -> RunSettings:
    """Return what the markers of *item* say, the nearest first.

    Raises:
        UsageError: one says what it cannot.
    """
    settings = RunSettings()
    for mark in item.iter_markers("sim"):
        settings = settings.over(_settings(mark.args, mark.kwargs))
    return settings


def _settings(positional: tuple[Any, ...], named: Mapping[str, Any]) -> RunSettings:
    if positional:
        raise UsageError(f"@pytest.mark.sim takes {', '.join(NAMES)} by name, not {represented(positional[0])}")
    for name in named:
        if name not in NAMES:
            raise UsageError(f"@pytest.mark.sim takes no {name}=; it takes {', '.join(NAMES)}{near(NAMES, name)}")
    settings = given_settings(lambda name: f"@pytest.mark.sim({name}=...)", named)
    if settings.strategy is not None:
        make_search(settings.strategy)
    return settings
