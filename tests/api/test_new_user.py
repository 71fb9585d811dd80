"""A project that is made of ``docs/python.md`` alone finds its race wherever it is played, in the same schedule."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest

# What an inner session of pytest imports is forgotten after it, and read again for the next.
import simcore.plugin.beginning  # noqa: F401
from simcore.cli import main
from tests.files import write_files

PAGE = Path(__file__).parents[2] / "docs/python.md"
FAILED = re.compile(r"^FAILED +(\S+)  schedule (\d+) of \d+$", re.MULTILINE)
BLOCK = re.compile(r"<!-- file: (\S+) -->\n```\w+\n(.*?)```", re.DOTALL)


def blocks() -> dict[str, str]:
    """Return the files of the page as they stand there first; the race is put into the catalogue."""
    found: dict[str, str] = {}
    for path, text in BLOCK.findall(PAGE.read_text(encoding="utf-8")):
        found.setdefault("scenarios/race.py" if path == "race.py" else path, text)
    # It fails as well, on purpose, and costs as much as the race.
    del found["scenarios/leader.py"]
    return found


def test_its_race_has_one_first_failing_schedule(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    write_files(pytester.path, blocks())

    alone = pytester.runpytest_inprocess("-p", "no:randomly")
    last_failed = pytester.runpytest_inprocess("-p", "no:randomly", "--lf")
    spread = pytester.runpytest_subprocess("-n", "2")
    capsys.readouterr()
    monkeypatch.setattr(sys, "argv", ["simcore", "run", "--jobs", "0"])
    with pytest.raises(SystemExit):
        main()

    alone.assert_outcomes(passed=2, failed=1)
    last_failed.assert_outcomes(failed=1)
    spread.assert_outcomes(passed=2, failed=1)
    texts = [alone.stdout.str(), last_failed.stdout.str(), spread.stdout.str(), capsys.readouterr().out]
    found = [dict(FAILED.findall(text)) for text in texts]
    assert found[0].keys() == {"scenarios/race.py::the_worker_gets_its_work"}
    assert found == [found[0]] * 4
