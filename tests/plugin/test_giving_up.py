"""Where an item does not end by anything, its process does, and what is known until then is told before."""

from __future__ import annotations

import signal
from collections.abc import Callable

import pytest

from tests.plugin.conftest import RACE

CATCHES = f"""
{RACE}

def catches(depth=8):
    while True:
        try:
            while depth == 0:
                pass
            catches(depth - 1)
        except BaseException:
            pass

@scenario
def catches_all(world):
    catches()

@scenario
def never_begun(world):
    calm(world)
"""
SOON = "from simcore.limits import watch\nwatch.GRACE_S = 0.1\n"


@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="nobody looks without timers of the system")
def test_what_failed_before_is_told_and_written_and_what_was_not_begun_is_said(
    project: Callable[..., None], pytester: pytest.Pytester
) -> None:
    own = "def test_own():\n    assert 1 == 2\n"
    project({"conftest.py": SOON, "scenarios/zeal.py": CATCHES, "tests/test_own.py": own})

    result = pytester.runpytest_subprocess(
        "tests", "scenarios", "--sim-step-timeout=100ms", "--junitxml=junit.xml", timeout=120
    )

    assert result.ret == 1
    result.stdout.fnmatch_lines(
        [
            "*= simcore =*",
            "FAILED  *scenarios/pairs.py::race  schedule * of *",
            "  replay: simcore replay .simcore/runs/*.case.json",
            "ERROR  *scenarios/zeal.py::catches_all  *",
            "  pytest: pytest scenarios/zeal.py::catches_all --sim-step-timeout=100ms",
            "interrupted after 3 items: 1 passed, 1 failed, 1 in error; *",
            "note: interrupted before scenarios/zeal.py::never_begun began",
            "report: .simcore/runs/*/summary.md",
            "FAILED tests/test_own.py::test_own - assert 1 == 2",
            "FAILED scenarios/pairs.py::race - assert: *",
            "FAILED scenarios/zeal.py::catches_all - step_timeout: *",
        ]
    )
    result.stderr.fnmatch_lines(["simcore: the scenario did not give control back *", "*scenarios/zeal.py*in catches"])
    result.stderr.no_re_match_line(r".*simcore/\w+/\w+\.py")
    assert "catches_all" in (pytester.path / "junit.xml").read_text()
