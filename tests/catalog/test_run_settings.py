"""How a project has its runs played, what the command line says instead, and what neither may say."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from simcore import UsageError
from simcore.catalog.project import find_project
from simcore.catalog.run_settings import RunSettings, read_settings, with_settle

WHERE = "pyproject.toml: [tool.simcore.run]"
SECOND = 1_000_000_000


@pytest.mark.parametrize(
    ("data", "settle_ns"),
    [({}, None), ({"settle": "5s"}, 5 * SECOND), ({"settle": "0s"}, 0), ({"settle": "0"}, 0)],
)
def test_a_project_says_for_how_long_worlds_are_driven_on(data: dict[str, Any], settle_ns: int) -> None:
    assert read_settings(data, WHERE).settle_ns == settle_ns


def test_they_come_from_the_table(tmp_path: Path, write: Callable[..., Path]) -> None:
    write("pyproject.toml", '[tool.simcore.run]\nsettle = "250ms"\n')

    assert find_project(tmp_path).settings == RunSettings(settle_ns=250_000_000)


@pytest.mark.parametrize(
    ("data", "told"),
    [
        ({"settle": 60}, ".settle: expected `str | null`, got `int`"),
        ({"settle": "soon"}, ".settle takes a duration such as 90s or 1m, 0s or more, not 'soon'"),
        ({"settle": "-1s"}, ".settle takes a duration such as 90s or 1m, 0s or more, not '-1s'"),
        ({"settle": ""}, ".settle takes a duration such as 90s or 1m, 0s or more, not ''"),
        (
            {"settled": "1s"},
            " has an unknown key 'settled', and may hold schedules, seed, strategy, max_failures, strict, settle, "
            "step_timeout, shard; did you mean settle or seed?",
        ),
    ],
)
def test_what_it_may_not_say_is_refused_with_its_place(data: Any, told: str) -> None:
    with pytest.raises(UsageError) as refused:
        read_settings(data, WHERE)

    assert str(refused.value) == WHERE + told


def test_what_is_said_first_counts_and_the_rest_is_as_the_next_has_it() -> None:
    said = RunSettings(seed=0, strict=False).over(RunSettings(seed=7, strict=True, schedules=3))

    assert said == RunSettings(seed=0, strict=False, schedules=3)


@pytest.mark.parametrize(("name", "least"), [("schedules", 1), ("seed", 0), ("max_failures", 1)])
def test_a_number_below_its_range_is_refused_where_it_stands(name: str, least: int) -> None:
    assert read_settings({name: least}, WHERE).said() == {name: least}

    with pytest.raises(UsageError) as refused:
        read_settings({name: least - 1}, WHERE)

    assert str(refused.value) == f"{WHERE}.{name} takes a number of {least} or more, not {least - 1}"


def test_the_command_line_comes_before_the_project() -> None:
    project = RunSettings(settle_ns=7)

    assert with_settle(project, None, "--settle") == project
    assert with_settle(project, "2s", "--settle").settle_ns == 2 * SECOND


@pytest.mark.parametrize("text", ["x", "-2ms", "1", "9" * 300 + "s"])
def test_no_duration_on_the_command_line_is_refused_by_its_option(text: str) -> None:
    with pytest.raises(UsageError, match=r"^--settle takes a duration such as 90s or 1m, 0s or more, not '") as refused:
        with_settle(RunSettings(), text, "--settle")

    assert len(str(refused.value)) < 300
