"""xdist: the controller names the run, the workers play and write its cases, the controller sums up."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import pytest

from simcore.plugin.left_out import ASKED_BY, asked_by
from simcore.plugin.sitting import RUN_ID

if TYPE_CHECKING:
    from simcore.plugin.sitting import Sitting

OUTPUT: Final = "simcore"
REFUSED: Final = "simcore_refused"
"""Under which a worker says that what is asked for is not there. It cannot raise that: xdist takes it for a mistake of
its own."""


class Workers:
    """The hooks of xdist."""

    def __init__(self, sitting: Sitting) -> None:
        self._sitting = sitting
        self._refused = ""

    @pytest.hookimpl(optionalhook=True)
    def pytest_configure_node(self, node: Any) -> None:
        """Tell a worker which run it plays in, and where that was called."""
        node.workerinput[RUN_ID] = self._sitting.run_id
        node.workerinput["simcore_home"] = str(self._sitting.home)
        node.workerinput[ASKED_BY] = asked_by(self._sitting.config)

    def pytest_runtest_logstart(self, nodeid: str) -> None:
        """Hear that a worker plays something from now on."""
        if self._sitting.config.pluginmanager.hasplugin("dsession"):
            self._sitting.under_way[nodeid] = None

    def pytest_runtest_logfinish(self, nodeid: str) -> None:
        """Hear that it is over."""
        self._sitting.under_way.pop(nodeid, None)

    @pytest.hookimpl(optionalhook=True)
    def pytest_handlecrashitem(self, crashitem: str) -> None:
        """Hear that its worker is gone, which is told as its failure."""
        self._sitting.under_way.pop(crashitem, None)

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any, error: object) -> None:
        """Hear what a worker has seen."""
        output = getattr(node, "workeroutput", {})
        self._refused = output.get(REFUSED, "") or self._refused
        heard = output.get(OUTPUT)
        if heard is not None:
            self._sitting.heard_of.append(heard)

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """In a worker, hand over what it has seen; elsewhere let what the workers refuse be a wrong use."""
        if self._refused:
            session.exitstatus = pytest.ExitCode.USAGE_ERROR
        output = getattr(self._sitting.config, "workeroutput", None)
        if output is not None:
            output[OUTPUT] = self._sitting.account()

    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        """Say what the workers refuse."""
        if self._refused:
            terminalreporter.line(f"ERROR: {self._refused}", red=True)


def refuse(config: pytest.Config, why: str) -> None:
    """Say that what is asked for is not there.

    Raises:
        pytest.UsageError: in a session of its own.
    """
    output = getattr(config, "workeroutput", None)
    if output is None:
        raise pytest.UsageError(why)
    output[REFUSED] = why
