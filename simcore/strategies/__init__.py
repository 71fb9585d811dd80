"""Hypothesis strategies for whole programs: what to draw in a ``@given`` test of a properties file.

``programs`` draws them, made of ``operations`` and ``policies``; ``worlds`` draws options. A ``Program`` is made of
``Step``, ``PolicyRule`` and ``ServiceRule``; ``VERBS`` are all that a step can do, ``ROLES`` what members mostly do.
The ``RunOutcome`` of ``simcore.run(program)`` holds ``Call``, ``Receipt`` and ``Ending``. ``seen`` says for a
``sometimes`` what the members of a program have met.
"""

from __future__ import annotations

from simcore.model.programs import ROLES, VERBS, PolicyRule, Program, ServiceRule, Step
from simcore.programs.account import Call, Ending, Receipt
from simcore.programs.perform import seen
from simcore.strategies.operations import operations
from simcore.strategies.policies import policies
from simcore.strategies.programs import programs
from simcore.strategies.worlds import worlds

__all__ = [
    "ROLES",
    "VERBS",
    "Call",
    "Ending",
    "PolicyRule",
    "Program",
    "Receipt",
    "ServiceRule",
    "Step",
    "operations",
    "policies",
    "programs",
    "seen",
    "worlds",
]
