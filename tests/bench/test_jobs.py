"""Two processes that share the work of one command, against two commands."""

from __future__ import annotations

import pytest

from simcore import UsageError
from simcore.bench import jobs, machine


def test_both_play_as_many_schedules_and_each_copy_a_half(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[list[list[str]]] = []

    def wall_ns(commands: list[list[str]]) -> float:
        asked.append(commands)
        return 40.0 * len(commands)

    monkeypatch.setattr(machine, "interpreters_wall_ns", wall_ns)
    row = jobs.Jobs().measure(quick=True)

    assert (row.name, row.base, row.ok, row.ratio) == ("jobs", "two-copies", True, 2.0)
    one, two = sorted(asked[:2], key=len)
    amounts = [[int(words[words.index("--schedules") + 1]) for words in commands] for commands in (one, two)]
    assert amounts == [[40], [20, 20]]
    assert [words[-1] for words in (*one, *two)] == ["2", "0", "0"]


def test_a_command_that_fails_is_told(capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(UsageError, match="ended with 2:\\nsimcore: unknown target 'nobody'"):
        machine.interpreters_wall_ns([["-m", "simcore", "run", "nobody", "--jobs", "0"]])


def test_the_clock_runs_until_all_are_done() -> None:
    assert machine.interpreters_wall_ns([["-c", "import time; time.sleep(0.2)"], ["-c", ""]]) >= 200_000_000
