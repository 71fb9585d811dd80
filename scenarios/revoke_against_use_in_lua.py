"""The Lua twin of ``revoke_against_use``: the same ledger, desk and readers, written as a Wippy application.

Its policy is revoked while they run.
"""

from collections.abc import Generator
from typing import Any

from simcore import Actor, Scope, World, allow, scenario

HOST = "ledger:processes"
MILLISECOND_NS = 1_000_000


def administrator(world: World) -> Generator[Any, Any, None]:
    """Open the ledger to two readers, and close it, at any point of the instant."""
    for _ in range(2):
        world.send("desk", "open")
    yield world.environment.timeout(2 * MILLISECOND_NS)
    world.policies.revoke("ledger:may_read", "ledger:readers")
    world.send("desk", "close")


def opened_and_closed(world: World, *, careful: bool) -> None:
    """Let the ledger be opened and closed, and claim that nobody reads it once it is closed."""
    world.load_app("scenarios/_lua/revocation")
    ledger = world.spawn("ledger:ledger", HOST)
    world.spawn("ledger:desk", HOST, careful, actor=Actor("desk"), scope=Scope([allow("*", "*")]))
    world.run(until="1ms")
    world.environment.process(administrator(world))

    world.run(until="1s")
    world.send("desk", "open")
    world.run(until="2s")
    world.send("ledger", "return")
    world.run(until="3s")

    noted = world.result(ledger)
    closed = noted.index("closed")
    assert "read" not in noted[closed:], "the ledger was read after it was closed"
    assert [each.action for each in world.denials] == ["process.send"], "who comes later may not read"


@scenario(expect="failed")
def a_hasty_desk_closes_the_ledger_in_lua(world: World) -> None:
    opened_and_closed(world, careful=False)


@scenario
def a_careful_desk_closes_the_ledger_in_lua(world: World) -> None:
    opened_and_closed(world, careful=True)
