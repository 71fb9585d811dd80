"""xdist: the controller names the run, the workers play and write its cases, the controller sums up."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import pytest

from simcore.plugin.sitting import RUN_ID

if TYPE_CHECKING:
    from simcore.plugin.sitting import Sitting

OUTPUT: Final = "simcore"


class Workers:
    """The hooks of xdist."""

    def __init__(self, sitting: Sitting) -> None:
        self._sitting = sitting

    @pytest.hookimpl(optionalhook=True)
    def pytest_configure_node(self, node: Any) -> None:
        """Tell a worker which run it plays in, and where that was called."""
        node.workerinput[RUN_ID] = self._sitting.run_id
        node.workerinput["simcore_home"] = str(self._sitting.home)

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any, error: object) -> None:
        """Hear what a worker has seen."""
        heard = getattr(node, "workeroutput", {}).get(OUTPUT)
        if heard is not None:
            self._sitting.heard_of.append(heard)

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self) -> None:
        """In a worker, hand over what it has seen."""
        output = getattr(self._sitting.config, "workeroutput", None)
        if output is not None:
            output[OUTPUT] = self._sitting.account()
