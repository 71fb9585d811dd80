"""Values as the data of a case: what comes back is what was saved, of the same type, the same in every process."""

from __future__ import annotations

import collections
import dataclasses
import enum
import io
import json
import math
import struct
import subprocess
import sys
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from fractions import Fraction
from ipaddress import ip_address, ip_network
from pathlib import Path
from typing import Any, NamedTuple
from uuid import UUID  # as a value of a user's
from zoneinfo import ZoneInfo

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simcore import UsageError
from simcore.model.written import to_json
from simcore.strategies.drawing import Drawn
from simcore.strategies.reading import Reading
from simcore.strategies.saving import Saving, Unsaved


class Colour(enum.Enum):
    RED = "red"
    CRIMSON = "red"
    WIDE = (1, 2)


class Level(enum.IntEnum):
    LOW = 1


class Right(enum.Flag):
    READ = enum.auto()
    WRITE = enum.auto()


class Point(NamedTuple):
    x: int
    y: Any = None


@dataclasses.dataclass(frozen=True)
class Order:
    lines: tuple[int, ...]
    colour: Colour = Colour.RED
    total: int = dataclasses.field(init=False, default=0)

    def __post_init__(self) -> None:
        object.__setattr__(self, "total", self.total + sum(self.lines))


@dataclasses.dataclass(slots=True)
class Slotted:
    name: str


class Packet(msgspec.Struct, frozen=True):
    number: int
    body: bytes = b""


class Thing:
    """Says nothing of itself."""


class Odd(list[int]):
    """Is no list to whoever looks closely."""


def double(number: int) -> int:
    return 2 * number


def saved(value: Any) -> Any:
    """Return the data of *value*, as it comes from a file."""
    return json.loads(to_json(Saving(__name__).data(value)))


def read(data: Any) -> Any:
    return Reading(__name__, Drawn()).value(data, "arguments.value")


def same(one: Any, other: Any) -> bool:
    """Tell whether two values are the same in type and all that they hold; NaN is the same as itself."""
    if type(one) is not type(other):
        return False
    if isinstance(one, dict):
        return list(map(repr, one)) == list(map(repr, other)) and all(map(same, one.values(), other.values()))
    if isinstance(one, list | tuple):
        return len(one) == len(other) and all(map(same, one, other))
    if isinstance(one, float | complex | Decimal):
        # NaN is no other than itself here, and two zeroes are two.
        return repr(one) == repr(other)
    return bool(one == other)


AWAY = timezone(timedelta(hours=-3, minutes=-30), "away")
BERLIN = ZoneInfo("Europe/Berlin")
VALUES: list[Any] = [
    *(None, True, 0, -1, 1.5, -0.0, "text", "", "ümlaut", [], {}, [1, [True, {"a": None}]]),
    *(2**63, -(2**70), 10**5000, math.nan, math.inf, -math.inf, 1j, complex(math.nan, -0.0)),
    *(b"", b"\x80\xff", bytearray(b"ab"), "\udcff", "a\ud800b"),
    *((), (1,), (1, (2, [3])), [(1,)], {1, 2, 3}, set(), frozenset({"a", (1, "b")}), {frozenset({1})}),
    *({1: "one"}, {None: (), True: {}}, {"simcore": "Program"}, {"a": {"simcore": 1}}, {"\udcff": 1}),
    *(date(2001, 1, 1), date.min, timedelta(days=-1, microseconds=3), timedelta.max),
    *(time(3, 4, 5, 6), time(3, fold=1), time(3, tzinfo=AWAY), time(3, tzinfo=UTC), datetime.max),
    *(datetime(2024, 10, 27, 2, 30, tzinfo=BERLIN, fold=1), datetime(2024, 1, 1, tzinfo=AWAY), BERLIN, UTC, AWAY),
    *(Decimal("1.10"), Decimal("-0"), Decimal("sNaN123"), Decimal("Infinity"), Fraction(-1, 3)),
    *(UUID(int=5), ip_address("10.0.0.1"), ip_address("::1"), ip_network("10.0.0.0/8"), ip_network("::/0")),
    *(range(3, 9, 2), slice(None, 2**70), Colour.RED, Colour.WIDE, Level.LOW, Right.READ, Right.READ | Right.WRITE),
    *(Right(0), Point(1, (2,)), Order((1, 2)), Slotted("a"), Packet(1, b"\xff"), [Order(()), {Colour.RED: Point(1)}]),
    *(ValueError, Thing, int, double, Colour),
]


@pytest.mark.parametrize("value", VALUES, ids=[type(value).__name__ for value in VALUES])
def test_a_value_comes_back_as_what_it_was(value: Any) -> None:
    assert same(read(saved(value)), value)


LEAVES = st.none() | st.integers() | st.floats() | st.text(st.characters()) | st.binary() | st.datetimes()


@given(
    st.recursive(LEAVES, lambda inner: st.lists(inner) | st.tuples(inner, inner) | st.dictionaries(st.text(), inner))
)
def test_whatever_is_drawn_comes_back(value: Any) -> None:
    assert same(read(saved(value)), value)


def test_what_json_holds_stands_for_itself() -> None:
    value = {"a": [1, 2.5, "text", None, True]}

    assert saved(value) == value


def test_a_list_of_an_older_case_is_a_list() -> None:
    assert read([1, [2]]) == [1, [2]]


SETS = """
from simcore.strategies.saving import Saving
print(Saving("m").data({"a", "b", "c", (1, "d"), frozenset({"x", "y", "z"})}))
"""


def test_a_set_is_saved_in_the_same_order_by_every_process() -> None:
    written = {
        subprocess.run(
            [sys.executable, "-c", SETS],
            env={"PYTHONHASHSEED": str(seed), "PYTHONPATH": str(Path(__file__).parents[2])},
            capture_output=True,
            check=True,
        ).stdout
        for seed in (1, 2, 3)
    }

    assert len(written) == 1


NAMELESS = b"TZif" + bytes(16) + struct.pack(">6l", 0, 0, 0, 0, 1, 4) + bytes(6) + b"UTC\0"
"""The file of a time zone; what is read from it has no name."""


def endless() -> list[Any]:
    value: list[Any] = []
    value.append(value)
    return value


def deep() -> list[Any]:
    value: list[Any] = []
    for _ in range(5_000):
        value = [value]
    return value


def with_more() -> Order:
    made = Order(())
    vars(made)["more"] = 1
    return made


def local() -> Any:
    class Local(NamedTuple):
        x: int

    return Local(1)


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        (Thing(), "value is of type Thing"),
        ([1, {"a": Thing()}], "value holds one of type Thing"),
        (lambda: 1, "value is of type function"),
        (len, "value is of type builtin_function_or_method"),
        (Odd([1]), "value is of type Odd"),
        (collections.Counter("a"), "value is of type Counter"),
        (local(), "value is of type Local"),
        (with_more(), "value is of type Order"),
        (ZoneInfo.from_file(io.BytesIO(NAMELESS)), "value is of type ZoneInfo"),
        (endless(), "value is endless"),
        (deep(), "value is endless"),
        (iter([1]), "value is of type list_iterator"),
        ([None] * 1_000_001, "value is larger than any case"),
    ],
)
def test_what_cannot_be_saved_is_named(value: Any, reason: str) -> None:
    with pytest.raises(Unsaved) as caught:
        Saving(__name__).all({"fine": 1, "value": value})

    assert caught.value.reason == reason


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ({"simcore": "byte", "text": ""}, "'byte' is none of Program, .*bytes.*object"),
        ({"simcore": "bytes", "text": "xyz"}, "ValueError"),
        ({"simcore": "bytes"}, "KeyError: 'text'"),
        ({"simcore": "date", "text": "2001-13-01"}, "ValueError"),
        ({"simcore": "set", "parts": [[]]}, "TypeError: unhashable"),
        ({"simcore": "enum", "of": f"{__name__}:Colour", "member": "BLUE"}, "KeyError: 'BLUE'"),
        ({"simcore": "enum", "of": f"{__name__}:Thing", "member": "RED"}, "there is no enum 'tests.*:Thing' any more"),
        ({"simcore": "object", "of": "nowhere:Thing", "parts": {}}, "there is no class 'nowhere:Thing' any more"),
        (
            {"simcore": "object", "of": "subprocess:Popen", "parts": {"args": "true"}},
            "Popen does not consist of fields",
        ),
        ({"simcore": "function", "of": "os:environ"}, "there is no function 'os:environ' any more"),
        ({"simcore": []}, "is none of"),
    ],
)
def test_damaged_data_is_refused(data: Any, message: str) -> None:
    with pytest.raises(UsageError, match=rf"the case is damaged: arguments\.value: .*{message}"):
        read(data)
