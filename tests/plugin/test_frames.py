"""Where a test of the user's own calls simcore itself, the way to what is wrong is the user's own."""

from __future__ import annotations

from collections.abc import Callable

from tests.plugin.conftest import RACE, Pytest

TESTS = f"""
import simcore
from hypothesis import given, settings, strategies as st
{RACE}

def test_makes():
    simcore.World(1.5)

def test_runs():
    simcore.run(race, seed=4)

@settings(suppress_health_check=())
@given(number=st.integers())
def test_draws(sim, number):
    pass
"""


def test_no_frame_of_simcore_is_shown_unless_all_are_wanted(project: Callable[..., None], call: Pytest) -> None:
    project({"tests/test_user.py": TESTS})

    short, whole = call("tests"), call("tests", "--full-trace")

    short.assert_outcomes(failed=3)
    short.stdout.fnmatch_lines(
        ["E  *seed takes a whole number of 0 or more, not 1.5", "tests/test_user.py:*: UsageError"]
    )
    short.stdout.fnmatch_lines([">*assert world.result(pid) == *", ">*simcore.run(race, seed=4)", "*: Failure"])
    short.stdout.no_re_match_line(r".*simcore/\w+/\w+\.py:\d+")
    whole.stdout.re_match_lines([r".*simcore/runner/run\.py:\d+"])


def test_a_mistake_of_simcore_itself_keeps_its_way(project: Callable[..., None], call: Pytest) -> None:
    text = "from simcore.model.errors import InternalError\nfrom simcore.model.texts import attempted\n"
    raising = "def test_it():\n    def fails(*_):\n        raise InternalError('odd')\n    attempted(fails, fails)\n"
    project({"tests/test_user.py": f"{text}{raising}"})

    result = call("tests")

    result.assert_outcomes(failed=1)
    result.stdout.re_match_lines([r".*simcore/model/texts\.py:\d+"])
