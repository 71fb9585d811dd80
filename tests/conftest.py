"""What holds for all tests: nothing of the machine that runs them reaches the commands that they start."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

# Where these are set, simcore speaks to a CI or to a terminal; a test that wants that sets them itself.
SURROUNDINGS = ("CI", "GITHUB_ACTIONS", "GITHUB_STEP_SUMMARY", "FORCE_COLOR", "NO_COLOR", "COLUMNS", "PYTHONHASHSEED")


@pytest.fixture(scope="session", autouse=True)
def _plain_surroundings() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        for name in SURROUNDINGS:
            patch.delenv(name, raising=False)
        yield
