"""The tests that have to notice a mutant of what finds failures, run by pytest in this process."""

from __future__ import annotations

import io
import signal
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(eq=False)
class Asked:
    """What came of some tests, up to the first that failed.

    Args:
        amount: how many were run.
        failed: the first that failed, or empty.
        message: what it says.
        error: why they could not be run, or empty.
    """

    amount: int = 0
    failed: str = ""
    message: str = ""
    error: str = ""
    _broken: list[str] = field(default_factory=list)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self.amount += report.when == "call"
        if report.failed and not self.failed:
            self.failed = report.nodeid
            self.message = str(report.longreprtext).strip().rpartition("\n")[2]

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.failed:
            self._broken.append(f"{report.nodeid} cannot be read")

    def ended(self, code: int) -> None:
        """Hear how pytest has ended."""
        if code not in (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED) or self._broken:
            self.error = "; ".join(self._broken) or f"pytest has ended with {code}"


def ask(tests: Sequence[str]) -> Asked:
    """Run *tests* until one fails."""
    asked = Asked()
    # Where a shell has begun the command in the background it is ignored, and some tests send it.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    with redirect_stdout(io.StringIO()), redirect_stderr(io.StringIO()):
        code = pytest.main([*tests, "-x", "-q", "-p", "no:cacheprovider", "--no-header"], plugins=[asked])
    asked.ended(code)
    return asked
