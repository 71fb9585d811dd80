"""Hypothesis strategies for whole programs: what to draw in a ``@given`` test of a properties file.

``programs`` draws them, made of ``operations`` and ``policies``; ``program_of`` gives the one of a seed, without
Hypothesis; ``worlds`` draws options. A ``Program`` is made of
``Step``, ``PolicyRule`` and ``ServiceRule``; ``VERBS`` are all that a step can do, ``ROLES`` what members mostly do.
The ``RunOutcome`` of ``simcore.run(program)`` holds ``Call``, ``Receipt`` and ``Ending``. ``seen`` says for a
``sometimes`` what the members of a program have met, ``SITUATIONS`` are what they should. ``script`` writes a program
as a script of the public interface, whose schedule may be a ``Deviating`` one.
"""

from __future__ import annotations

from simcore.model.programs import ROLES, VERBS, PolicyRule, Program, ServiceRule, Step
from simcore.programs.account import Call, Ending, Receipt
from simcore.programs.perform import seen
from simcore.programs.script import script
from simcore.programs.situations import SITUATIONS
from simcore.schedulers.deviating import Deviating
from simcore.strategies.operations import operations
from simcore.strategies.policies import policies
from simcore.strategies.programs import program_of, programs
from simcore.strategies.worlds import worlds

__all__ = [
    "ROLES",
    "SITUATIONS",
    "VERBS",
    "Call",
    "Deviating",
    "Ending",
    "PolicyRule",
    "Program",
    "Receipt",
    "ServiceRule",
    "Step",
    "operations",
    "policies",
    "program_of",
    "programs",
    "script",
    "seen",
    "worlds",
]
