"""Performing a program in a world: its members are started, and what they did is kept for whoever asks."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Final
from weakref import WeakKeyDictionary

from simcore.programs.member import DEFINITION, HOST, behaviour
from simcore.security.actor import Actor
from simcore.security.policy import Policy
from simcore.security.scope import Scope

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simcore.model.programs import Program
    from simcore.programs.account import Account
    from simcore.world.world import World


ACTOR: Final = "app:tester"
"""Who the members of a program with policies act for."""


# Weak, so that a session of many thousand worlds keeps none of them alive.
_seen: Final[WeakKeyDictionary[World, Mapping[str, None]]] = WeakKeyDictionary()


def seen(world: World) -> Mapping[str, None]:
    """Return what the members of a program met in *world*, for ``sometimes``; empty where no program ran.

    Such as ``Exit received``, ``register AlreadyExists``, ``send_by_name arrived``, ``linked process failed``,
    ``normal end``: what arrived, which verb was answered with which kind of error, how members ended.
    """
    return MappingProxyType(dict(_seen.get(world, {})))


def perform(world: World, program: Program, account: Account) -> None:
    """Start the members of *program* in *world* and let everything happen; what they do goes into *account*."""
    _seen[world] = account.seen
    world.define(DEFINITION, behaviour(program, account))
    actor = scope = None
    if program.policies is not None:
        actor, scope = Actor(ACTOR), Scope(_policies(program))
    for number in range(program.processes):
        world.spawn(DEFINITION, HOST, number, actor=actor, scope=scope)
    world.run()


def _policies(program: Program) -> list[Policy]:
    rules = program.policies or ()
    return [
        Policy(f"program:{place}", (rule.action,), (rule.resource,), rule.effect) for place, rule in enumerate(rules)
    ]
