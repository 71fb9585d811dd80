"""The beginning of a session of pytest in which simcore takes part."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pytest

from simcore.model.errors import UsageError
from simcore.plugin.collecting import Collecting
from simcore.plugin.giving_up import GivingUp
from simcore.plugin.leaving import Leaving
from simcore.plugin.left_out import LeftOut
from simcore.plugin.post_mortem import PostMortem
from simcore.plugin.repeating import Repeating
from simcore.plugin.sim import SimFixture
from simcore.plugin.sitting import Sitting
from simcore.plugin.summing_up import SummingUp
from simcore.plugin.workers import Workers

if TYPE_CHECKING:
    from collections.abc import Callable

MARKER: Final = (
    "sim(schedules=..., seed=..., strategy=...): how simcore explores what is marked, where the command line does not "
    "say it"
)


def begin(config: pytest.Config) -> None:
    """Register all of the plugin.

    Raises:
        pytest.UsageError: an option, the project or what is to be replayed cannot be used.
    """
    config.addinivalue_line("markers", MARKER)
    try:
        sitting = Sitting(config)
    except UsageError as error:
        raise pytest.UsageError(f"simcore: {error}") from None
    if sitting.wishes.until_failure and (hasattr(config, "workerinput") or config.getoption("numprocesses", None)):
        raise pytest.UsageError("simcore: --sim-until-failure plays in one process; leave -n out")
    parts: list[Callable[[Sitting], object]] = [Collecting, LeftOut, SimFixture, SummingUp, Leaving, GivingUp]
    if config.pluginmanager.hasplugin("xdist"):
        parts.append(Workers)
    if config.getoption("usepdb"):
        parts.append(PostMortem)
    if sitting.wishes.until_failure:
        parts.append(Repeating)
    for part in parts:
        config.pluginmanager.register(part(sitting), f"simcore-{getattr(part, '__name__', '')}")
