"""The Hypothesis profile under which properties run: nothing is remembered between runs, and nothing is timed."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from hypothesis import HealthCheck, Phase, settings
from hypothesis.configuration import set_hypothesis_home_dir

NAME: Final = "simcore"
STORAGE: Final = Path(".simcore", "hypothesis")
"""Where Hypothesis may keep what it needs, in the current folder."""

WHOLE: Final[dict[str, Any]] = {
    # A failing program is the whole case, so there is nothing to be remembered by Hypothesis.
    "database": None,
    # How long an example takes says something of the machine and nothing of the program.
    "deadline": None,
    "report_multiple_bugs": False,
    "suppress_health_check": list(HealthCheck),
    # The last phase would trace every line of simcore, to name lines that say nothing of the program.
    "phases": [phase for phase in Phase if phase is not Phase.explain],
}
"""What the profile says; ``simcore run`` says it of every test, whatever profile that was made under."""


def load() -> None:
    """Register the profile and make it the one in force."""
    set_hypothesis_home_dir(STORAGE)
    settings.register_profile(NAME, settings.get_profile("default"), **WHOLE)
    settings.load_profile(NAME)
