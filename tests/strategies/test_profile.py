"""The Hypothesis profile is in force as soon as the strategies are imported."""

from __future__ import annotations

from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis.configuration import storage_directory

import simcore.strategies  # noqa: F401 - the import is what is tested


def test_the_profile_forgets_and_does_not_time() -> None:
    profile = settings.get_profile("simcore")

    assert profile.database is None
    assert profile.deadline is None
    assert not profile.report_multiple_bugs
    assert set(HealthCheck) == set(profile.suppress_health_check)
    assert settings.get_current_profile_name() == "simcore"


def test_hypothesis_keeps_its_files_with_those_of_simcore() -> None:
    kept = storage_directory("thing")

    # Older versions of Hypothesis answer the path itself.
    assert getattr(kept, "path", kept) == Path(".simcore", "hypothesis", "thing")
