"""All chance comes from one seed, by name, and what was drawn can be given out again."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simcore import Fifo, NondeterminismDetected, Process, Uniform, World
from simcore.kernel.choices import Choices, derive_seed


def drawn(choices: Choices, name: str, count: int = 5) -> list[int]:
    return [choices.stream(name).below(1_000) for _ in range(count)]


def test_the_first_numbers_of_a_seed_are_for_ever_the_same() -> None:
    """They are part of every token, so no version of Python may move them."""
    assert derive_seed(0, "schedule") == 853_166_622_576_861_893
    assert drawn(Choices(1), "schedule") == [220, 208, 508, 21, 962]


def test_a_draw_in_one_stream_does_not_move_another() -> None:
    undisturbed = drawn(Choices(3), "schedule")
    choices = Choices(3)
    drawn(choices, "faults", 100)

    assert drawn(choices, "schedule") == undisturbed != drawn(Choices(3), "faults")


def test_seeds_and_names_give_streams_of_their_own() -> None:
    streams = [tuple(drawn(Choices(seed), name)) for seed in range(4) for name in ("schedule", "faults", "workload")]

    assert len(set(streams)) == len(streams)
    assert derive_seed(1, "a", "b") != derive_seed(1, "ab") != derive_seed(1, "b", "a")


@given(st.integers(), st.lists(st.integers(min_value=1, max_value=1_000_000), min_size=1))
def test_a_choice_lies_in_its_range_and_a_recorded_one_comes_again(seed: int, options: list[int]) -> None:
    choices = Choices(seed)
    first = [choices.stream("schedule").below(count) for count in options]
    again = Choices(seed + 1, choices.record())

    assert all(0 <= number < count for number, count in zip(first, options, strict=True))
    assert [again.stream("schedule").below(count) for count in options] == first
    assert again.record() == choices.record()


def test_bits_and_places_are_recorded_like_choices() -> None:
    choices = Choices(5)
    stream = choices.stream("identifiers")
    numbers = [stream.bits(64), stream.place([1, 2, 3]), stream.below(3)]
    again = Choices(0, choices.record()).stream("identifiers")

    assert choices.record() == {"identifiers": numbers}
    assert [again.bits(64), again.place("abc"), again.below(3)] == numbers


@pytest.mark.parametrize("script", [[], [5], [-1]], ids=["over", "too large", "negative"])
def test_a_record_that_does_not_fit_is_told_as_nondeterminism(script: list[int]) -> None:
    stream = Choices(0, {"schedule": script}).stream("schedule")

    with pytest.raises(NondeterminismDetected, match="choice 1 has 5 options"):
        stream.below(5)


async def chatter(process: Process, other: int) -> int:
    for _ in range(5):
        await process.send(f"{{app:processes|0x0000{other}}}", "hello")
    return len([await process.inbox.receive() for _ in range(5)])


def made(world: World) -> World:
    world.define("app:chatter", chatter)
    world.spawn("app:chatter", "app:processes", 2)
    world.spawn("app:chatter", "app:processes", 1)
    world.run()
    return world


class Recorded(Uniform):
    """Uniform, with the numbers of an earlier run."""

    def __init__(self, script: dict[str, list[int]]) -> None:
        super().__init__()
        self._recorded = script

    def begin(self, choices: Choices) -> None:
        super().begin(Choices(0, self._recorded))


def test_a_recorded_schedule_gives_the_run_again() -> None:
    """I98, I100; the digest holds neither seed nor strategy."""
    first = made(World(11, Uniform()))
    again = made(World(0, Recorded(first.kernel.choices.record())))

    assert first.digest == again.digest == made(World(11, Uniform())).digest
    assert len({made(World(seed, Uniform())).digest for seed in range(5)}) == 5


def test_a_strategy_with_a_seed_of_its_own_does_not_depend_on_the_world() -> None:
    assert made(World(1, Uniform(7))).digest == made(World(2, Uniform(7))).digest == made(World(7, Uniform())).digest


def test_the_oldest_first_leaves_nothing_to_chance() -> None:
    worlds = [made(World(seed, Fifo())) for seed in (1, 2)]

    assert worlds[0].digest == worlds[1].digest
    assert worlds[0].kernel.choices.record() == {}
