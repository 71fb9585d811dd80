"""What the options ask; each option of ``simcore run`` that decides runs or verdicts has its twins."""

from __future__ import annotations

import inspect
from typing import Any

import pytest

from simcore.catalog.run_settings import RunSettings
from simcore.cli.app import run
from simcore.plugin.options import FLAGS, OPTIONS
from simcore.plugin.wishes import wishes_of

NO_MATTER = {
    "targets": "pytest names what it plays itself",
    "jobs": "who plays; pytest-xdist says it for pytest",
    "dask": "who plays",
    "artifacts": "where files go",
    "format": "how it is told",
}
"""Options of the command that decide neither which runs there are nor how they are judged."""


class Config:
    """What a session was given."""

    def __init__(self, options: dict[str, Any], ini: dict[str, Any]) -> None:
        self._options, self._ini = options, ini

    def getoption(self, name: str) -> Any:
        return self._options.get(name)

    def getini(self, name: str) -> Any:
        return self._ini.get(name)


def wishes(ini: dict[str, Any] | None = None, **options: Any) -> Any:
    return wishes_of(Config(options, ini or {}))  # type: ignore[arg-type]  # two methods of it are all that is asked


def test_every_option_of_a_run_that_decides_anything_has_its_twin_for_pytest_and_its_key_for_a_project() -> None:
    deciding = set(inspect.signature(run).parameters) - set(NO_MATTER)

    assert deciding - {name for name, *_ in (*OPTIONS, *FLAGS)} == set()
    assert deciding - {name.removesuffix("_ns") for name in RunSettings.__struct_fields__} == set()


def test_the_command_line_counts_before_the_marker_and_that_before_the_configuration_and_the_project() -> None:
    asked = wishes({"sim_seed": "3", "sim_schedules": "30", "sim_strategy": "fifo"}, sim_seed="4")

    settings = asked.settings(
        RunSettings(seed=1, schedules=10, strategy="pct:3", max_failures=7), RunSettings(schedules=20)
    )

    assert settings == RunSettings(seed=4, schedules=20, strategy="fifo", max_failures=7)


def test_a_flag_of_the_configuration_counts() -> None:
    assert wishes({"sim_strict": True, "sim_until_failure": True}).until_failure
    assert wishes({"sim_strict": True}).settings(RunSettings(), RunSettings()).strict


@pytest.mark.parametrize(("text", "seconds"), [("90s", 90.0), ("250ms", 0.25), ("2m", 120.0)])
def test_a_budget_is_a_duration(text: str, seconds: float) -> None:
    assert wishes({"sim_budget": text}).budget_s == seconds
