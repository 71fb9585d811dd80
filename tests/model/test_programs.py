"""A program that cannot be played is refused where it is made, and names what is wrong."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec
import pytest

from simcore import UsageError
from simcore.model.programs import PROCESSES_MAX, Program, ServiceRule, Step

UNKNOWN: Any = "snd"
TEXT: Any = "1"


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Program(-1), r"Program\(processes=\.\.\.\) is an int of 0 or more, not -1"),
        (lambda: Program(PROCESSES_MAX + 1), "10,000 at the most"),
        (lambda: Program(True), "not True"),
        (lambda: Program(1, seed=-1), r"Program\(seed=\.\.\.\) is an int of 0 or more"),
        (lambda: Program(1, hosts=(-1,)), r"Program\(hosts=\.\.\.\) is an int of 0 or more"),
        (lambda: Program(1, deviations=((1, -1),)), r"Program\(deviations=\.\.\.\) is an int of 0 or more"),
        (lambda: Program(1, (Step(0, UNKNOWN),)), "step 0 of a Program: there is no verb 'snd'"),
        (
            lambda: Program(1, (Step(0, "send"), Step(-2, "send"))),
            "step 1 of a Program: process is an int of -1 or more",
        ),
        (lambda: Program(1, (Step(0, "send", -1),)), "target is an int of 0 or more, not -1"),
        (lambda: Program(1, (Step(0, "send", 0, 0, TEXT),)), "value is an int of 0 or more, not '1'"),
        (lambda: Program(1, services=(ServiceRule(depends_on=1),)), "service 0 .* needs service 1, there is none"),
    ],
)
def test_what_cannot_be_played_is_refused(make: Callable[[], Program], message: str) -> None:
    with pytest.raises(UsageError, match=message):
        make()


def test_one_that_is_changed_or_read_is_looked_at_too() -> None:
    with pytest.raises(UsageError):
        msgspec.structs.replace(Program(1), processes=-1)
    with pytest.raises(UsageError):
        msgspec.convert({"processes": -1}, Program)


def test_whom_a_step_concerns_need_not_be_there() -> None:
    assert Program(1, (Step(7, "send", 99),)).steps[0].process == 7
