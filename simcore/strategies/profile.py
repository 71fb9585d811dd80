"""The settings of Hypothesis under which simcore runs the properties of a catalogue: nothing is timed, and nothing is
remembered that a project has not named a place for. Hypothesis' own profile and home stay the user's."""

from __future__ import annotations

from typing import Any, Final

from hypothesis import HealthCheck, Phase

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
"""What is said of every test, whatever profile it was made under."""
