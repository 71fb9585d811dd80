"""What a type checker has to refuse of a user's program. Nothing of it runs.

Each marked line must be wrong, for mypy and for pyright: both complain of an ignore that ignores nothing.
"""

from __future__ import annotations

from simcore import Options, Pid, Process, Results, World, always, report, scenario


async def asks_wrongly(process: Process) -> None:
    await process.send("boss", 7)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    await process.spawn("app:worker")  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    await process.select(process.inbox)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    await process.unlisten(process.inbox)  # type: ignore[func-returns-value, misc]  # pyright: ignore[reportGeneralTypeIssues]
    await process.sleep(1.5)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]


async def forgets_await(process: Process) -> Pid:
    return process.spawn("app:worker", "app:host")  # type: ignore[return-value]  # pyright: ignore[reportReturnType]


async def forgets_what_may_be_none(process: Process) -> str:
    return process.actor.id  # type: ignore[union-attr]  # pyright: ignore[reportOptionalMemberAccess]


@scenario(expect="fails")  # type: ignore[call-overload, untyped-decorator]  # pyright: ignore[reportArgumentType]
def expects_what_there_is_not(world: World) -> None: ...


@report("it.txt")
def writes(results: Results) -> str:
    return results.item  # type: ignore[attr-defined, no-any-return]  # pyright: ignore[reportAttributeAccessIssue]


def behaves_wrongly(process: Process) -> None: ...


def sets_up_wrongly() -> None:
    world = World(strategy=3)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    World(options=Options(dialect="old"))  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    world.define("app:a", behaves_wrongly)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    always(3)  # type: ignore[type-var]  # pyright: ignore[reportArgumentType]
