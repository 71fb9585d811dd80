"""Permissions that are not asked for, or decided wrongly."""

from __future__ import annotations

from typing import Final

from tests.mutants.mutant import Change, Mutant

PERMISSIONS: Final = "simcore/security/permissions.py"

MUTANTS: Final = (
    Mutant(
        name="M70",
        wrong="a linked and monitored spawn needs no more than a plain one",
        changes=(
            Change(
                PERMISSIONS,
                '    "spawn_linked_monitored": (_SPAWN, _MONITORED, _LINKED, _HOST),\n',
                '    "spawn_linked_monitored": (_SPAWN, _HOST),\n',
            ),
        ),
    ),
    Mutant(
        name="M71",
        wrong="of the policies that match the last one decides",
        changes=(
            Change(
                "simcore/security/scope.py",
                "            if effect == DENY:\n                return DENY\n            if effect == ALLOW:\n"
                "                decision = ALLOW\n",
                "            if effect is not None:\n                decision = effect\n",
            ),
        ),
    ),
    Mutant(
        name="M72",
        wrong="to set an actor needs what to set context values needs",
        changes=(Change(PERMISSIONS, '    "with_actor": (_SECURITY,),\n', '    "with_actor": (_CONTEXT,),\n'),),
    ),
    Mutant(
        name="M73",
        wrong="in strict mode who has no actor or no scope may do everything",
        changes=(Change("simcore/security/decision.py", "        return not strict\n", "        return True\n"),),
        options={"strict_mode": True},
    ),
)
