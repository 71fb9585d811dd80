"""Values in words: whatever their type, short, and the same in every process."""

from __future__ import annotations

import dataclasses
import enum
import math
import os
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from simcore.strategies import Program, ServiceRule, Step
from simcore.strategies.shown import shown, told_of


class Thing:
    def __init__(self, **held: Any) -> None:
        vars(self).update(held)


class Slotted:
    __slots__ = ("x", "y")

    def __init__(self) -> None:
        self.x = 1


class Broken:
    def __init__(self, error: Exception) -> None:
        self.error = error

    def __repr__(self) -> str:
        raise self.error


class Shy:
    def __init__(self) -> None:
        self.secret = 1

    def __getattribute__(self, name: str) -> Any:
        if name == "secret":
            raise ValueError(name)
        return super().__getattribute__(name)


class Loud:
    def __repr__(self) -> str:
        return f"<Loud at {hex(id(self))}>"


@dataclasses.dataclass
class Box:
    held: Any
    hidden: int = dataclasses.field(default=1, repr=False)


@dataclasses.dataclass(repr=False)
class Mute:
    held: int


@dataclasses.dataclass
class Proud:
    held: int

    def __repr__(self) -> str:
        return "proud"


class Colour(enum.Enum):
    RED = 1


def named() -> None: ...


class Array:
    """As the arrays of numpy: neither true nor false, and compared element by element."""

    def __bool__(self) -> bool:
        raise ValueError("ambiguous")

    def __eq__(self, other: object) -> Any:
        return self

    __hash__ = None  # type: ignore[assignment]  # as numpy has it

    def __repr__(self) -> str:
        return "array([1, 2])"


def endless() -> list[Any]:
    value: list[Any] = [1]
    value.append(value)
    return value


TOLD = [
    (3, "3"),
    (math.nan, "nan"),
    (b"\x80", r"b'\x80'"),
    (date(2001, 1, 1), "datetime.date(2001, 1, 1)"),
    ([1, (2,), (), {"a": {3}}], "[1, (2,), (), {'a': {3}}]"),
    ({"b", "a", "c"}, "{'a', 'b', 'c'}"),
    (set(), "set()"),
    (frozenset({2, 1}), "frozenset({1, 2})"),
    ({10, 9, -1}, "{-1, 9, 10}"),
    (Thing(), "<Thing>"),
    (Thing(x=1, inner=Thing(y={2, 1})), "<Thing x=1, inner=<Thing y={1, 2}>>"),
    (Slotted(), "<Slotted x=1>"),
    (Broken(ValueError("no")), "<Broken, whose repr raises ValueError>"),
    ([Broken(KeyError())], "[<Broken, whose repr raises KeyError>]"),
    (Shy(), "<Shy secret raises ValueError>"),
    (Loud(), "<Loud at 0x…>"),
    (Box({"b", "a"}), "Box(held={'a', 'b'})"),
    (Mute(3), "<Mute held=3>"),
    (Proud(3), "proud"),
    (Colour.RED, "<Colour.RED: 1>"),
    (named, "<function named>"),
    (lambda: 1, "<lambda at test_shown.py:"),
    (len, "<built-in function len>"),
    (Thing, "<class Thing>"),
    (os, "<module os>"),
    (Array(), "array([1, 2])"),
    (endless(), "[1, ...]"),
    (10**5000, "0x"),
]


@pytest.mark.parametrize(("value", "text"), TOLD, ids=[type(value).__name__ for value, _ in TOLD])
def test_a_value_is_told(value: Any, text: str) -> None:
    assert shown(value).startswith(text)
    assert len(shown(value)) == len(text) or text[-1] in ":x"


LARGE = ["x" * 10**7, b"x" * 10**7, list(range(10**6)), Thing(x=["y" * 10**6] * 9), 10**5000]


@pytest.mark.parametrize("value", LARGE, ids=[type(value).__name__ for value in LARGE])
def test_a_large_value_is_cut(value: Any) -> None:
    text = shown(value)

    assert len(text) < 2_100
    assert "cut" in text


def test_what_is_nested_without_end_is_cut() -> None:
    value: list[Any] = []
    for _ in range(10_000):
        value = [value]

    assert "..." in shown(value)


class Local:
    def __repr__(self) -> str:
        return "<_simcore_properties_1740a75bcc42.more.Thing object at 0x7f246b1fdf50>"


def test_private_names_of_catalogue_folders_are_not_told() -> None:
    assert shown(Local()) == "<properties.more.Thing object at 0x…>"


SHOWN = """
from tests.strategies.test_shown import Box, Thing
from simcore.strategies import Program, ServiceRule, Step
from simcore.strategies.shown import shown, told_of
print(shown([{"a", "b", "c"}, Box({"x", "y"}), Thing(x={"1", "2", "3"}), object(), print]))
"""


def test_every_process_tells_the_same() -> None:
    told = {
        subprocess.run(
            [sys.executable, "-c", SHOWN],
            env={**os.environ, "PYTHONHASHSEED": str(seed), "PYTHONPATH": str(Path(__file__).parents[2])},
            capture_output=True,
            check=True,
        ).stdout
        for seed in (1, 2, 3)
    }

    assert len(told) == 1


@pytest.mark.parametrize(
    ("program", "text"),
    [
        (Program(1), "<no step of 1 member, needs no deviation>"),
        (
            Program(2, (Step(0, "send"), Step(1, "send")), deviations=((1, 1),), services=(ServiceRule(),)),
            "<2 steps of 2 members and 1 service, needs 1 deviation>",
        ),
        (Program(1, seed=3), "<no step of 1 member, needs a uniform schedule>"),
        (
            Program(1, seed=3, deviations=((1, 1), (2, 1))),
            "<no step of 1 member, needs a uniform schedule with 2 deviations>",
        ),
    ],
)
def test_a_program_is_told_in_short_by_its_size_and_by_what_its_schedule_needs(program: Program, text: str) -> None:
    assert told_of("program", program).short == text
