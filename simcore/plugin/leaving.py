"""Leaving a session of pytest from inside of what is played: ``pytest.exit``, and ``q`` at a prompt of its debugger."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pytest

from simcore.model.interrupts import leaving_by

if TYPE_CHECKING:
    from collections.abc import Generator

    from simcore.campaign.direct import CutOff
    from simcore.plugin.sitting import Sitting

EXIT: Final = ("_pytest.outcomes", "Exit")


def as_pytest_has_it(cut_off: CutOff) -> BaseException:
    """Return what ends the session of pytest as *cut_off* has ended what was played."""
    left_by = cut_off.left_by
    return left_by.with_traceback(None) if isinstance(left_by, pytest.exit.Exception) else KeyboardInterrupt()


class Leaving:
    """The hooks of a call, and of what is around it: fixtures explore as well."""

    def __init__(self, _sitting: Sitting) -> None:
        """It is made as the others are, and asks nothing of the session."""

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_setup(self) -> Generator[None, object, object]:
        """Let it leave what is played in what is set up."""
        __tracebackhide__ = True
        with leaving_by(EXIT):
            return (yield)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_call(self) -> Generator[None, object, object]:
        """Let it leave what is played, and be no error of the item."""
        __tracebackhide__ = True
        with leaving_by(EXIT):
            return (yield)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_teardown(self) -> Generator[None, object, object]:
        """Let it leave what is played in what is taken down."""
        __tracebackhide__ = True
        with leaving_by(EXIT):
            return (yield)
