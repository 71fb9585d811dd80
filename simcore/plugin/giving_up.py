"""The end of a session in the middle of a test: its code cannot be stopped, so that this process has to end by itself.
What is known until then is told before."""

from __future__ import annotations

import contextlib
import sys
from typing import TYPE_CHECKING, Any

import pytest

from simcore.campaign.interrupts import last_words
from simcore.limits.alarm import overrun
from simcore.limits.limit import OPTION
from simcore.model.outcome import ItemResult, Verdict
from simcore.plugin.items import RESULTS, CatalogueItem

if TYPE_CHECKING:
    from collections.abc import Generator

    from simcore.plugin.sitting import Sitting


class GivingUp:
    """The hook of an item that is played in this process."""

    def __init__(self, sitting: Sitting) -> None:
        self._sitting = sitting

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Generator[None, object, object]:
        """Have all told where the item cannot be stopped; of a worker of xdist its controller tells all."""
        if hasattr(item.config, "workerinput"):
            return (yield)
        with last_words(lambda: self._tell(item)):
            return (yield)

    def _tell(self, item: pytest.Item) -> None:
        """Let pytest end its session, as if *item* had failed now."""
        capturing: Any = item.config.pluginmanager.getplugin("capturemanager")
        if capturing is not None:
            capturing.suspend(in_=True)
        result = _result_of(item)
        self._sitting.has_given_up = True
        self._sitting.cut_off += [*(each.result for each in item.stash.get(RESULTS, [])), result]
        item.ihook.pytest_runtest_logreport(report=_report_of(item, result))
        is_error = result.verdict is Verdict.ERROR
        status = pytest.ExitCode.TESTS_FAILED if is_error else pytest.ExitCode.INTERRUPTED
        item.session.exitstatus = status
        item.config.hook.pytest_sessionfinish(session=item.session, exitstatus=status)
        for stream in (sys.stdout, sys.stderr):
            with contextlib.suppress(OSError, ValueError):
                stream.flush()


def _result_of(item: pytest.Item) -> ItemResult:
    id = item.facts.id if isinstance(item, CatalogueItem) else item.nodeid
    late = overrun()
    if late is not None:
        return ItemResult(id=id, verdict=Verdict.ERROR, property=OPTION, message=late.message, traceback=list(late.way))
    said = "it does not end by a Ctrl-C either"
    return ItemResult(id=id, verdict=Verdict.INCONCLUSIVE, property="interrupted", message=said)


def _report_of(item: pytest.Item, result: ItemResult) -> pytest.TestReport:
    return pytest.TestReport(
        nodeid=item.nodeid,
        location=item.location,
        keywords={},
        outcome="failed",
        longrepr=f"{result.property}: {result.message}",
        when="call",
    )
