"""What is done from outside the processes, while they run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from simcore.model.errors import ProcessError
from simcore.model.programs import OUTSIDE
from simcore.programs.errand import call_of, errand
from simcore.programs.places import GRACE_NS, GROUP, MILLISECOND_NS, NOBODY

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from simcore.model.programs import Program
    from simcore.programs.account import Account
    from simcore.programs.errand import Errand
    from simcore.world.world import World


def act_from_outside(world: World, program: Program, account: Account) -> None:
    """Let what *program* has to be done from outside happen while *world* runs: one after the other, each so many
    milliseconds after the one before as its small number says, and at any point of its instant."""
    if any(step.process == OUTSIDE for step in program.steps):
        world.environment.process(_outside(world, program, account))


def _outside(world: World, program: Program, account: Account) -> Iterator[Any]:
    for index, step in enumerate(program.steps):
        if step.process != OUTSIDE:
            continue
        yield world.environment.timeout(step.value * MILLISECOND_NS)
        what = errand(program, index, None, account)
        call = call_of(what, step, NOBODY, account)
        account.begin(call)
        try:
            _ACTING[what.verb](world, what)
        except ProcessError as error:
            account.finish(call, None, error)
        else:
            account.finish(call, None)


_ACTING: Final[Mapping[str, Callable[[World, Errand], None]]] = {
    "outside_send": lambda world, what: world.send(what.destination, what.topic, what.index, what.value),
    "start_service": lambda world, what: world.start_service(what.name),
    "stop_service": lambda world, what: world.stop_service(what.name),
    "stop_host": lambda world, what: world.stop_host(what.name, GRACE_NS),
    "shut_down": lambda world, what: world.shut_down(GRACE_NS),
    "grant": lambda world, what: world.policies.grant(what.name, GROUP),
    "revoke": lambda world, what: world.policies.revoke(what.name, GROUP),
}
