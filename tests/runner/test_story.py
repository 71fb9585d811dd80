"""Telling how a world came to where it is: every process by its name, and who waits for whom."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simcore import Process, World, run
from simcore.runner.recordings import recorded
from simcore.runner.story import tell

if TYPE_CHECKING:
    from collections.abc import Callable

HOST = "app:processes"


def told(scenario: Callable[[World], None]) -> list[str]:
    with recorded() as recordings:
        run(scenario)
    ((world, recorder),) = recordings.worlds
    return [line.strip() for line in tell(world, recorder, [])]


async def peer(process: Process, name: str, other: str) -> None:
    """Ask the other and answer nothing until it has answered: the cycle in which nobody reads the question."""
    await process.registry.register(name)
    await process.inbox.receive()
    answers = process.listen("answer")
    await process.send(other, "ping")
    await answers.receive()


async def deaf(process: Process) -> None:
    await process.inbox.receive()


def test_each_of_two_that_ask_one_another_waits_for_the_other() -> None:
    def two_peers(world: World) -> None:
        world.define("app:peer", peer)
        pids = [world.spawn("app:peer", HOST, *names) for names in (("a", "b"), ("b", "a"))]
        world.run()
        for pid in pids:
            world.send(pid, "go")
        world.run()

    lines = "\n".join(told(two_peers))

    assert "peer#1 (a) waits for the topic answer (perhaps for peer#2 (b), which has not answered its ping)" in lines
    assert "peer#2 (b) waits for the topic answer (perhaps for peer#1 (a), which has not answered its ping)" in lines


def test_who_ended_without_an_answer_is_said_to_have_ended() -> None:
    async def asker(process: Process) -> None:
        answers = process.listen("answer")
        await process.send(await process.spawn("app:deaf", HOST), "ping")
        await answers.receive()

    def one_asks(world: World) -> None:
        world.define("app:deaf", deaf)
        world.define("app:asker", asker)
        world.spawn("app:asker", HOST)
        world.run()

    lines = told(one_asks)

    assert "asker#1 waits for the topic answer (perhaps for deaf#2, which ended without answering its ping)" in lines


def test_what_a_spawn_asks_for_is_told_after_the_spawn_and_by_name() -> None:
    async def parent(process: Process) -> None:
        builder = process.with_context({})
        await builder.with_name("child").spawn_linked_monitored("app:deaf", HOST)

    def one_spawns(world: World) -> None:
        world.define("app:deaf", deaf)
        world.define("app:parent", parent)
        world.spawn("app:parent", HOST)
        world.run()

    lines = [line.partition("#")[2].split(maxsplit=1)[-1:] for line in told(one_spawns)]
    start = lines.index([f"parent#1 starts deaf#2 of app:deaf, {{{HOST}|0x00002}}"])

    assert sorted(lines[start + 1 : start + 4]) == [
        ["deaf#2 takes the name child"],
        ["parent#1 and deaf#2 (child) are linked"],
        ["parent#1 monitors deaf#2 (child)"],
    ]
