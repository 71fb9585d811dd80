"""``--sim-until-failure``: all is played again, each time from the next base seed, until something fails."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from simcore.plugin.sitting import Sitting


class Repeating:
    """The loop over all items, again and again."""

    def __init__(self, sitting: Sitting) -> None:
        self._sitting = sitting

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool | None:
        """Play all items until one fails, the budget is used up, or somebody ends it."""
        if session.config.option.collectonly or not session.items:
            return None
        while not session.testsfailed and self._sitting.is_over() is None:
            for number, item in enumerate(session.items):
                following = session.items[number + 1] if number + 1 < len(session.items) else None
                item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
                if session.shouldfail:
                    raise session.Failed(session.shouldfail)
                if session.shouldstop:
                    raise session.Interrupted(session.shouldstop)
            self._sitting.again += not session.testsfailed
        return True
