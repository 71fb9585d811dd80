"""Running a program or a scenario function in a fresh world: one call, one outcome."""

from __future__ import annotations

from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final
from weakref import WeakKeyDictionary

import msgspec

from simcore.explore.fifo import Fifo
from simcore.explore.uniform import Uniform
from simcore.model.errors import Failure, UsageError
from simcore.model.outcome import Verdict
from simcore.model.programs import Program
from simcore.runner.account import Account
from simcore.runner.judging import judge
from simcore.runner.member import DEFINITION, HOST, behaviour
from simcore.runner.recordings import record, recorder
from simcore.runner.run_outcome import RunOutcome, run_outcome
from simcore.runner.sightings import surroundings
from simcore.runner.watching import Watch
from simcore.security.actor import Actor
from simcore.security.policy import Policy
from simcore.security.scope import Scope
from simcore.world.world import World

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from simcore.kernel.kernel import Strategy
    from simcore.model.options import Options
    from simcore.process.state.observer import Observer

ACTOR: Final = "app:tester"
"""Who the members of a program with policies act for."""

_seen: Final[WeakKeyDictionary[World, Mapping[str, None]]] = WeakKeyDictionary()


def run(
    target: Program | Callable[[World], Any],
    *,
    seed: int = 0,
    strategy: Strategy | None = None,
    options: Options | None = None,
) -> RunOutcome:
    """Run *target* once, in a world of its own, under the ``always`` of the project around the current folder.

    Args:
        target: a program, or a scenario: a function of one ``World``.
        seed: of the world; with 0 a program's own seed counts.
        strategy: the schedule; by default the oldest first with seed 0, a uniform one with any other.
        options: of the world; by default the project's.

    Raises:
        Failure: a property does not hold, or an assertion of the scenario.
        BoundReached: a bound of the options was reached.
        UsageError: *target* is neither, or the project cannot be used.
    """
    around = surroundings(Path.cwd())
    account, watch, recording = Account(), Watch(around.properties.always), recorder()
    if isinstance(target, Program):
        seed = seed or target.seed
    observers: list[Observer] = [watch, account] if isinstance(target, Program) else [watch]
    world = World(
        seed,
        strategy or (Uniform() if seed else Fifo()),
        around.project.options if options is None else options,
        observers=observers if recording is None else [*observers, recording],
        root=around.project.root,
    )
    watch.attach(world)
    if recording is not None:
        record(world, recording)
    _play(world, target, account, watch)
    around.sightings.ask(world)
    outcome = msgspec.structs.replace(
        judge(None),
        digest=world.digest,
        actions=world.kernel.actions,
        decisions=world.kernel.decisions,
        now_ns=world.now_ns,
    )
    return run_outcome(world, outcome, account)


def seen(world: World) -> Mapping[str, None]:
    """Return what the members of a program met in *world*, for ``sometimes``; empty where no program ran.

    Such as ``Exit received``, ``register AlreadyExists``, ``send_by_name arrived``, ``linked process failed``,
    ``normal end``: what arrived, which verb was answered with which kind of error, how members ended.
    """
    return MappingProxyType(dict(_seen.get(world, {})))


def _play(world: World, target: Program | Callable[[World], Any], account: Account, watch: Watch) -> None:
    """Run the body and ask the properties; what does not hold leaves as a ``Failure``."""
    try:
        if isinstance(target, Program):
            _perform(world, target, account)
        elif callable(target):
            target(world)
        else:
            raise UsageError(f"run takes a Program or a function of one World, not {target!r}")
        watch.ask()
    except Failure:
        raise
    except Exception as problem:
        outcome = judge(world.failure or problem)
        if outcome.verdict is Verdict.FAILED:
            raise Failure(outcome.property, outcome.message) from problem
        raise
    if world.failure is not None:
        raise world.failure


def _perform(world: World, program: Program, account: Account) -> None:
    account.attach(world)
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
