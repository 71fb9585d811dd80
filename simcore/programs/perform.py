"""Performing a program in a world: its members are started, and what they did is kept for whoever asks."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Final
from weakref import WeakKeyDictionary

from simcore.programs import places
from simcore.programs.member import behaviour
from simcore.programs.orders import orders
from simcore.programs.outside import act_from_outside
from simcore.programs.places import ACTOR, DEFINITION, GROUP

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simcore.model.programs import Program
    from simcore.programs.account import Account
    from simcore.world.world import World

__all__ = ["ACTOR", "perform", "seen"]

# Weak, so that a session of many thousand worlds keeps none of them alive.
_seen: Final[WeakKeyDictionary[World, Mapping[str, None]]] = WeakKeyDictionary()


def seen(world: World) -> Mapping[str, None]:
    """Return what the members of a program met in *world*, for ``sometimes``; empty where no program ran.

    Such as ``Exit received``, ``register AlreadyExists``, ``send_by_name arrived``, ``linked process failed``,
    ``normal end``: what arrived, which verb was answered with which kind of error, how members ended. Also how those
    stood who were concerned: ``link done one that has not begun``, ``send done by who traps links``; what came after
    what: ``MESSAGE then LINK_DOWN of one sender``.
    """
    return MappingProxyType(dict(_seen.get(world, {})))


def perform(world: World, program: Program, account: Account) -> None:
    """Start the members of *program* in *world* and let everything happen; what they do goes into *account*."""
    _seen[world] = account.seen
    _furnish(world, program)
    for place in range(len(program.services)):
        account.served[places.served(place)] = program.service(place)
    if program.language == "lua":
        # Here, so that who plays Python members alone never loads Lua.
        from simcore.programs.lua_members import define_lua_members

        define_lua_members(world, program, account)
    else:
        _define(world, program, account)
    for place in range(len(program.services)):
        _serve(world, program, place)
    for number in range(program.processes):
        actor, scope = places.binding(program.rules_of(number))
        world.spawn(DEFINITION, places.HOST, number, actor=actor, scope=scope)
    act_from_outside(world, program, account)
    world.run()
    for order in orders(account):
        account.see(order)


def _furnish(world: World, program: Program) -> None:
    """Let there be the hosts and the policies that the members find."""
    world.host(places.HOST)
    for number, limit in enumerate(program.hosts, 1):
        world.host(places.host(program, number), max_processes=limit)
    for policy in places.policies(program.book()):
        world.policies.add(policy)
        world.policies.grant(policy.id, GROUP)


def _define(world: World, program: Program, account: Account) -> None:
    world.define(DEFINITION, behaviour(program, account))
    for definition, number in account.served.items():
        world.define(definition, behaviour(program, account, number))


def _serve(world: World, program: Program, place: int) -> None:
    """Declare a service, whose process is a member of the program each time it is started."""
    rule = program.services[place]
    actor, scope = places.binding(program.policies)
    world.service(
        places.service(place),
        process=places.served(place),
        host=places.host(program, rule.host),
        auto_start=rule.auto_start,
        depends_on=() if rule.depends_on is None else (places.service(rule.depends_on),),
        restart={**places.RESTART, "max_attempts": rule.max_attempts},
        actor=actor,
        scope=scope,
    )
