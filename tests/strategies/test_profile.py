"""Hypothesis stays the user's: simcore's settings hold for properties of a catalogue alone."""

from __future__ import annotations

import subprocess
import sys

from hypothesis import HealthCheck, Phase

from simcore.strategies.profile import WHOLE

PROGRAM = """
from hypothesis import settings
from hypothesis.configuration import storage_directory

before = settings.get_current_profile_name(), repr(settings()), str(getattr(storage_directory("x"), "path", ""))
import simcore.strategies
after = settings.get_current_profile_name(), repr(settings()), str(getattr(storage_directory("x"), "path", ""))
assert before == after, (before, after)
assert "simcore" not in settings._profiles
"""


def test_to_import_the_strategies_changes_neither_the_profile_nor_the_home_of_hypothesis() -> None:
    subprocess.run([sys.executable, "-c", PROGRAM], check=True)


def test_a_property_is_not_timed_and_what_is_drawn_for_it_is_not_remembered() -> None:
    assert WHOLE["database"] is None
    assert WHOLE["deadline"] is None
    assert not WHOLE["report_multiple_bugs"]
    assert set(WHOLE["suppress_health_check"]) == set(HealthCheck)
    assert Phase.explain not in WHOLE["phases"]
