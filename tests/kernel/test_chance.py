"""The chance of programs is `random.Random` in every way but one: the seed of the world alone decides on it."""

from __future__ import annotations

import random
from collections import Counter
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simcore import Fifo, Process, Random, Uniform, UsageError, World
from simcore.kernel.choices import Choices
from tests.worlds import HOST


def numbers(seed: int = 1, name: str = "world") -> Random:
    return Choices(seed).random_for(name)


def test_the_first_draws_of_a_seed_are_for_ever_the_same() -> None:
    """They are part of every case and token, so no version of Python may move them."""
    chance = numbers()
    shuffled = list(range(8))
    chance.shuffle(shuffled)

    assert [
        chance.random(),
        chance.uniform(1, 3),
        chance.randrange(100),
        chance.randrange(10, 0, -3),
        chance.randint(-5, 5),
        chance.getrandbits(70),
        chance.randbytes(3).hex(),
        chance.choice("abcdef"),
        "".join(chance.choices("abc", [1, 2, 0], k=5)),
        chance.sample(range(10**12), 2),
        shuffled,
    ] == [
        0.28076846238017206,
        2.354331097288291,
        48,
        10,
        -1,
        313491873070858473154,
        "6643df",
        "a",
        "bbbba",
        [816745006788, 562013758017],
        [0, 7, 5, 3, 1, 4, 2, 6],
    ]


def test_it_is_a_random_of_python_for_whoever_takes_one() -> None:
    chance = numbers()
    assert isinstance(chance, random.Random)

    drawn = [chance.gauss(0, 1), chance.expovariate(2), chance.triangular(1, 2), chance.betavariate(1, 2)]

    again = numbers()
    assert drawn == [again.gauss(0, 1), again.expovariate(2), again.triangular(1, 2), again.betavariate(1, 2)]
    assert 1 <= drawn[2] <= 2
    assert {name for name in dir(random.Random) if not name.startswith("_")} <= set(dir(chance))


@given(st.integers(-(10**30), 10**30), st.integers(1, 10**30), st.integers(-50, 50).filter(bool))
def test_a_number_lies_in_its_range(start: int, width: int, step: int) -> None:
    chance = numbers()
    stop = start + width if step > 0 else start - width

    assert chance.randrange(start, stop, step) in range(start, stop, step)
    assert start <= chance.randint(start, start + width) <= start + width
    assert chance.randrange(width) in range(width)


@given(st.lists(st.integers()), st.data())
def test_a_shuffle_and_a_sample_keep_what_there_is(values: list[int], data: st.DataObject) -> None:
    chance = numbers()
    shuffled = list(values)
    chance.shuffle(shuffled)
    size = data.draw(st.integers(0, len(values)))
    counts = [2] * len(values)

    assert sorted(shuffled) == sorted(values)
    assert not Counter(chance.sample(values, size)) - Counter(values)
    assert len(chance.sample(values, size)) == size
    assert sorted(chance.sample(values, 2 * len(values), counts=counts)) == sorted(values * 2)


def test_each_element_has_the_same_chance_and_the_weights_count() -> None:
    chance = numbers(5)
    plain = Counter(chance.choice("abc") for _ in range(3_000))
    weighted = Counter(chance.choices("abc", [0, 1, 3], k=4_000))
    sampled = Counter(each for _ in range(1_000) for each in chance.sample("abc", 1))

    assert all(900 < count < 1_100 for count in plain.values())
    assert set(weighted) == {"b", "c"}
    assert 900 < weighted["b"] < 1_100
    assert all(270 < count < 400 for count in sampled.values())
    assert chance.choices("ab", cum_weights=[1, 1], k=3) == ["a"] * 3


@pytest.mark.parametrize(
    ("wrong", "kind", "said"),
    [
        (lambda chance: chance.randrange(0), ValueError, r"nothing to choose from in randrange\(0, 0, 1\)"),
        (lambda chance: chance.randrange(1, 5, 0), ValueError, "nothing to choose from"),
        (lambda chance: chance.randrange(1.5), TypeError, "float"),
        (lambda chance: chance.randint(2, 1), ValueError, r"randint\(2, 1\)"),
        (lambda chance: chance.choice([]), IndexError, "empty"),
        (lambda chance: chance.choices([], k=1), IndexError, "empty"),
        (lambda chance: chance.choices("ab", [1]), ValueError, "2 elements and 1 weights"),
        (lambda chance: chance.choices("ab", [0, 0]), ValueError, "above 0"),
        (lambda chance: chance.choices("ab", [1, 1], cum_weights=[1, 2]), TypeError, "not both"),
        (lambda chance: chance.sample({1, 2}, 1), TypeError, "sorted"),
        (lambda chance: chance.sample([1], 2), ValueError, "a sample of 2 from 1 elements"),
        (lambda chance: chance.sample([1], 1, counts=[1, 1]), ValueError, "1 elements and 2 counts"),
        (lambda chance: chance.sample([1], 1, counts=[-1]), ValueError, "each 0 or more"),
        (lambda chance: chance.getrandbits(-1), ValueError, "non-negative"),
        (lambda chance: chance.seed(3), UsageError, r"test_chance.py:\d+: random.seed: .* World\(seed="),
        (lambda chance: chance.getstate(), UsageError, r"test_chance.py:\d+: random.getstate"),
        (lambda chance: chance.setstate(()), UsageError, r"test_chance.py:\d+: random.setstate"),
    ],
)
def test_what_makes_no_sense_is_refused(wrong: Any, kind: type[Exception], said: str) -> None:
    with pytest.raises(kind, match=said):
        wrong(numbers())


# -- in a world


async def gambler(process: Process, draws: int) -> list[float]:
    return [process.random.random() for _ in range(draws)]


async def talker(process: Process, draws: int) -> float:
    """Draw so many numbers before one, among others that talk; children draw too."""
    for _ in range(draws):
        process.random.random()
    child = await process.spawn_monitored("app:gambler", HOST, 1)
    event: Any = await process.events.receive()
    assert event.sender == child
    return process.random.random() if draws == 0 else float(event.value[0])


def drawn(*draws: int, strategy: Any = None, seed: int = 3) -> list[Any]:
    world = World(seed, strategy)
    world.define("app:gambler", gambler)
    pids = [world.spawn("app:gambler", HOST, each) for each in draws]
    world.run()
    return [world.result(pid) for pid in pids]


def test_each_process_has_numbers_of_its_own_and_they_depend_on_nobody_else() -> None:
    one, other = drawn(3, 3)

    assert len({*one, *other, *drawn(6)[0][3:]}) == 9
    assert drawn(1, 3)[1] == other
    assert drawn(5, 3)[0][:3] == one
    assert drawn(3, seed=4) != [one]


@pytest.mark.parametrize("seed", range(3))
def test_no_schedule_moves_what_a_process_draws(seed: int) -> None:
    assert drawn(3, 2, 1, strategy=Uniform(seed)) == drawn(3, 2, 1, strategy=Fifo())


def test_to_draw_moves_neither_the_schedule_nor_what_children_draw() -> None:
    def played(draws: int, *, outside: int = 0) -> tuple[str, Any]:
        world = World(7, Uniform())
        world.define("app:gambler", gambler)
        world.define("app:talker", talker)
        pid = world.spawn("app:talker", HOST, draws)
        world.spawn("app:talker", HOST, 1)
        for _ in range(outside):
            world.random.random()
        world.run()
        return str(world.kernel.choices.record()), world.result(pid)

    assert played(1) == played(5) == played(5, outside=3)
    assert played(0) != played(1)


def test_an_upgrade_goes_on_where_the_old_code_was() -> None:
    async def old(process: Process) -> None:
        first = process.random.random()
        process.upgrade("app:new", first)

    async def new(process: Process, first: float) -> list[float]:
        return [first, process.random.random()]

    world = World(3)
    world.define("app:gambler", old)
    world.define("app:new", new)
    pid = world.spawn("app:gambler", HOST)
    world.run()

    assert world.result(pid) == drawn(2)[0]


def test_the_global_random_is_neither_read_nor_moved() -> None:
    random.seed(1)
    before = random.getstate()
    first = drawn(3)
    assert random.getstate() == before
    random.seed(2)

    assert drawn(3) == first


def test_it_cannot_leave_its_process() -> None:
    async def sender(process: Process) -> None:
        await process.send(process.pid, "mine", process.random)

    world = World()
    world.define("app:sender", sender)
    pid = world.spawn("app:sender", HOST)
    world.run()
    outcome = world.outcome(pid)

    assert outcome is not None
    assert outcome.error is not None
    assert "cannot leave its process" in outcome.error.message
