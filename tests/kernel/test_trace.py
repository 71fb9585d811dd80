"""The digest tells runs apart, and nothing but the run enters it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from simcore import Fifo, Process, Uniform, World
from simcore.kernel.action import Label
from simcore.kernel.trace import BLOCK, Trace
from simcore.model.payload import pack
from tests.interpreters import printed


def noted(*labels: str, ask: bool = False) -> str:
    trace = Trace()
    for label in labels:
        trace.note(Label("step", label))
        trace.fold(pack((label,)))
        if ask:
            trace.digest()
    return trace.digest()


def test_asking_for_the_digest_changes_nothing() -> None:
    many = [str(number % 7) for number in range(3 * BLOCK)]

    assert noted(*many, ask=True) == noted(*many)


def test_the_digest_of_a_run_does_not_depend_on_who_looks_and_when() -> None:
    def run(*, look: bool) -> str:
        world = World()
        world.define("app:echo", echo)
        pid = world.spawn("app:echo", "app:processes", 3 * BLOCK)
        if look:
            kernel = world.kernel
            kernel.on_action = lambda action, number: kernel.attend(look_at(world))
        world.run()
        assert world.result(pid) == 3 * BLOCK
        return world.digest

    assert run(look=True) == run(look=False)


def look_at(world: World) -> Callable[[], None]:
    def look() -> None:
        assert world.digest

    return look


async def echo(process: Process, times: int) -> int:
    for number in range(times):
        await process.send(process.pid, "again", number)
    return times


def test_order_label_value_and_instant_make_another_digest() -> None:
    base = noted("a", "b")
    trace = Trace()
    trace.note(Label("step", "a"))
    trace.instant(5)
    other = Trace()
    other.note(Label("step", "a"))
    other.instant(6)

    assert len({base, noted("b", "a"), noted("a"), noted("a", "b", "b"), trace.digest(), other.digest(), noted()}) == 7


def test_values_do_not_run_into_each_other() -> None:
    one, other = Trace(), Trace()
    for value in (b"ab", b"c"):
        one.fold(value)
    for value in (b"a", b"bc"):
        other.fold(value)

    assert one.digest() != other.digest()


def test_the_text_of_a_python_error_does_not_enter_the_digest() -> None:
    """It may hold an address; type and kind are enough."""

    def run(text: str, error: type[Exception]) -> str:
        async def fail(process: Process) -> None:
            raise error(text)

        world = World()
        world.define("app:fail", fail)
        world.spawn("app:fail", "app:processes")
        world.run()
        return world.digest

    assert run("0x1", ValueError) == run("0x2", ValueError) != run("0x1", KeyError)


@pytest.mark.parametrize("text", ["\ud800", "\udc80", "a\x00b"], ids=ascii)  # noqa: PT014 - they print alike
def test_any_text_can_be_a_name_a_topic_and_an_error(text: str) -> None:
    async def strange(process: Process) -> str:
        await process.registry.register(text)
        await process.send(text, text, text)
        message = await process.inbox.receive()
        await process.send(f"no{text}", "topic")
        return str(message)

    world = World()
    world.define("app:strange", strange)
    world.spawn("app:strange", "app:processes")
    world.run()

    assert len(world.digest) == 32


PROGRAM = """
from simcore import Fifo, Process, Uniform, World

async def worker(process: Process, boss: str) -> dict[str, int]:
    await process.registry.register(f"worker-{process.pid}")
    await process.send(boss, "hello", {"from": process.pid, "tags": ["a", "b"]})
    await process.sleep("1s")
    raise ValueError(object())

async def boss(process: Process) -> int:
    await process.set_options(trap_links=True)
    for _ in range(5):
        await process.spawn_linked_monitored("app:worker", "app:processes", process.pid)
    seen = [await process.events.receive() for _ in range(10)]
    return len({event.sender for event in seen})

for strategy in (Fifo(), Uniform()):
    world = World(5, strategy)
    world.define("app:worker", worker)
    world.define("app:boss", boss)
    pid = world.spawn("app:boss", "app:processes")
    world.run()
    print(world.result(pid), world.digest)
"""


def test_separate_interpreters_with_other_hash_seeds_give_one_digest() -> None:
    """I98."""
    outputs = [printed(PROGRAM, PYTHONHASHSEED=hash_seed) for hash_seed in ("0", "1", "2")]

    assert len(set(outputs)) == 1
    assert [line.split()[0] for line in outputs[0].splitlines()] == ["5", "5"]
    assert outputs[0].split()[1] != outputs[0].split()[3]


@pytest.mark.parametrize("strategy", [Fifo, Uniform])
def test_a_run_cut_into_pieces_at_its_own_instants_is_the_same_run(strategy: type[Fifo] | type[Uniform]) -> None:
    async def ticker(process: Process) -> None:
        for _ in range(3):
            await process.sleep("1s")

    digests = set()
    for cuts in ((), ("1s", "2s"), ("1s", "1s", "3s")):
        world = World(3, strategy())
        world.define("app:ticker", ticker)
        world.spawn("app:ticker", "app:processes")
        world.spawn("app:ticker", "app:processes")
        for cut in cuts:
            world.run(until=cut)
        world.run()
        digests.add(world.digest)

    assert len(digests) == 1
