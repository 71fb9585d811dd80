"""A decorator leaves the function as it is and says one thing about it."""

from __future__ import annotations

from typing import Any

import pytest

from simcore import Results, UsageError, World, always, report, scenario, sometimes
from simcore.model.markers import PropertyMark, ReportMark, ScenarioMark, mark_of


def look(world: World) -> None:
    """Look."""


def test_a_scenario_is_marked_bare_and_with_arguments() -> None:
    def bare(world: World) -> None: ...

    def full(world: World) -> None: ...

    assert scenario(bare) is bare

    def full_as_once(world: World) -> None: ...

    assert scenario(schedules=7, expect="failed")(full) is full
    assert scenario(seeds=7, expect="failed")(full_as_once) is full_as_once
    assert [mark_of(bare), mark_of(full)] == [ScenarioMark(None, "passed"), ScenarioMark(7, "failed")]
    assert mark_of(full_as_once) == mark_of(full)


@pytest.mark.parametrize(
    "arguments",
    [
        {"schedules": 0},
        {"schedules": -1},
        {"schedules": True},
        {"schedules": 1.5},
        {"seeds": 0},
        {"expect": "maybe"},
        {"schedules": 2, "seeds": 2},
    ],
)
def test_a_scenario_refuses_what_it_cannot_mean(arguments: dict[str, Any]) -> None:
    with pytest.raises(UsageError, match=f"@scenario.{next(iter(arguments))}="):
        scenario(**arguments)


def test_properties_and_reports_are_marked() -> None:
    def one(world: World) -> None: ...

    def other(world: World) -> None: ...

    def text(results: Results) -> str:
        return results.run

    assert mark_of(always(one)) == PropertyMark("always")
    assert mark_of(sometimes(other)) == PropertyMark("sometimes")
    assert mark_of(report("junit.xml")(text)) == ReportMark("junit.xml")
    assert mark_of(look) is None


@pytest.mark.parametrize("name", ["", "a/b", "..", ".", "a\\b", "results.json", "cases", "Traces", "messages", None])
def test_a_report_is_a_plain_file_that_is_not_the_results(name: Any) -> None:
    with pytest.raises(UsageError, match="@report"):
        report(name)
