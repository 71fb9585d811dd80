"""Services that do not do what they are told."""

from __future__ import annotations

from typing import Final

from tests.mutants.mutant import Change, Mutant

MUTANTS: Final = (
    Mutant(
        name="M74",
        wrong="a service that was stopped while it waited for its retry is started by that retry",
        changes=(
            Change(
                "simcore/supervision/service.py",
                "        if self.retrying:\n            self._cancel_timers()\n",
                "        if self.retrying:\n",
            ),
        ),
    ),
)
