"""A `breakpoint()` where nobody is at a prompt: told with its line in a run, passed by where runs are compared."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest

from simcore import UsageError
from simcore.campaign.breakpoints import NO_PROMPT, tell_of_the_prompt
from simcore.campaign.leaks.sides import Sides
from simcore.limits.limit import Limit
from simcore.model.outcome import Verdict
from simcore.model.run import ItemReference, Run

FILE = """
from simcore import scenario


@scenario
def looks(world):
    breakpoint()
    world.environment.timeout(5)
    world.run()
"""


def test_it_says_where_there_is_a_prompt(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PYTHONBREAKPOINT", raising=False)
    monkeypatch.setattr(sys, "breakpointhook", tell_of_the_prompt)

    with pytest.raises(UsageError, match=rf"tests/campaign/test_breakpoints.py:\d+: {re.escape(NO_PROMPT)}"):
        breakpoint()


def test_who_has_turned_breakpoints_off_is_told_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONBREAKPOINT", "0")
    monkeypatch.setattr(sys, "breakpointhook", tell_of_the_prompt)

    breakpoint()


def test_where_runs_are_compared_it_is_no_difference(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "looking.py").write_text(FILE)
    monkeypatch.chdir(tmp_path)
    run = Run(item=ItemReference(id="looking.py::looks", digest="", target="looking.py"), seed=1)

    with Sides(Limit()) as sides:
        outcome = sides.ask_one(run).outcome

    assert outcome.verdict is Verdict.PASSED, outcome.message
