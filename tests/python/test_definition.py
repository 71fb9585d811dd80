"""What can be a behaviour, and how anything else is refused where it is defined."""

from __future__ import annotations

import functools
from typing import Any

import pytest

from simcore import Process, UsageError, World


def plain(process: Process) -> None: ...


def yields(process: Process) -> Any:
    yield


async def does_both(process: Process) -> Any:
    yield


async def right(process: Process, greeting: str = "") -> str:
    return greeting


class Called:
    async def __call__(self, process: Process) -> None: ...


HERE = "tests/python/test_definition.py"


@pytest.mark.parametrize(
    ("behaviour", "instead"),
    [
        (plain, f"a plain `def`, plain ({HERE}:13); write `async def`, also where it awaits nothing"),
        (functools.partial(plain), f"a plain `def`, plain ({HERE}:13); write `async def`"),
        (lambda process: None, "a plain `def`, <lambda> ("),
        (yields, f"a generator, yields ({HERE}:16); write `async def`, and `await` instead of `yield`"),
        (does_both, f"an async generator, does_both ({HERE}:20); write `async def`, and `await` instead of `yield`"),
        (Called(), "an `async def`, Called ("),
        (Called, "the class Called"),
        ("app:worker", "an object of str"),
        (None, "an object of NoneType"),
    ],
)
def test_what_is_no_async_def_is_refused_with_its_place_and_the_cure(behaviour: Any, instead: str) -> None:
    with pytest.raises(UsageError) as caught:
        World().define("app:it", behaviour)

    assert str(caught.value).startswith("the behaviour of app:it is an `async def` function, not ")
    assert instead in str(caught.value)
    assert " at 0x" not in str(caught.value)


@pytest.mark.parametrize("behaviour", [right, functools.partial(right, greeting="")])
def test_an_async_def_is_a_behaviour_also_behind_a_partial(behaviour: Any) -> None:
    world = World()
    world.define("app:it", behaviour)

    pid = world.spawn("app:it", "app:host")
    world.run()

    assert world.result(pid) == ""
