"""The worlds of both front ends: the same definitions under the same ids."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from typing import Any, Final, TypeAlias

from simcore import Actor, Behaviour, Fifo, Options, Policy, Scope, Uniform, World
from simcore.lua import load_app
from simcore.lua.application import Application

from .children import CHILDREN, HOST
from .scenarios import row
from .verbs import verb

LUA: Final = Path(__file__).parent / "lua"
Prepare: TypeAlias = Callable[[World], None]
CALLER: Final = Actor("page:caller")
# Said, because the builder's exec is of the newer generation and the application would be taken for one of it.
OPTIONS: Final = Options(dialect="seed")


def python(world: World) -> None:
    world.runtime.add_host(HOST)
    behaviours: dict[str, Behaviour] = {**CHILDREN, "row": row, "verb": verb}
    for name, behaviour in behaviours.items():
        world.define(f"page:{name}", behaviour)


def lua(world: World) -> None:
    world.install(_application())


@cache
def _application() -> Application:
    return load_app(LUA)


FRONT_ENDS: Final[dict[str, Prepare]] = {"python": python, "lua": lua}


def play(
    prepare: Prepare, name: str, *, policies: Sequence[Policy] | None = None, strategy: Fifo | Uniform | None = None
) -> Any:
    """Run the scenario *name* and return what it saw; *policies* bind it where they are given."""
    world = World(strategy=strategy, options=OPTIONS)
    prepare(world)
    identity: dict[str, Any] = {} if policies is None else {"actor": CALLER, "scope": Scope(list(policies))}
    pid = world.spawn("page:row", HOST, name, **identity)
    world.run()
    return world.result(pid)


TARGET: Final = "{page:processes|0x00001}"
"""Who is there before the one that uses a verb, and what the verb is used on."""


def use(prepare: Prepare, verb: str, policies: Sequence[Policy]) -> tuple[str, World]:
    """Return the kind of the error that *verb* gives under *policies*, or `true`, and the world afterwards."""
    world = World(options=OPTIONS)
    prepare(world)
    target = world.spawn("page:waiting", HOST)
    assert target == TARGET
    pid = world.spawn("page:verb", HOST, verb, target, actor=CALLER, scope=Scope(list(policies)))
    world.run()
    return world.result(pid), world
