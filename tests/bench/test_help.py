"""The cost of the help text."""

from __future__ import annotations

from simcore.bench import help


def test_the_help_text_costs_more_than_nothing() -> None:
    assert help.help_text() > help.nothing() > 0
