"""What leaves a process is copied once, with its inner sharing, and only if it is plain (process 3.7)."""

from __future__ import annotations

import dataclasses
import enum
import math
from typing import Any, NamedTuple

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simcore import InvalidArgument, NotFound, Pid, ProcessError
from simcore.model.payload import DEPTH_MAX, pack, pack_data


class Color(enum.StrEnum):
    RED = "red"


class OldColor(str, enum.Enum):  # noqa: UP042 - the older spelling is what is tested
    RED = "red"


class Rank(enum.IntEnum):
    FIRST = 1


class Struct(msgspec.Struct):
    items: list[Any]


class Frozen(msgspec.Struct, frozen=True, kw_only=True):
    name: str
    inner: Any = None


class Pair(NamedTuple):
    one: Any
    other: Any


@dataclasses.dataclass
class Node:
    parent: Any = None
    children: list[Any] = dataclasses.field(default_factory=list)


@dataclasses.dataclass(frozen=True, slots=True)
class Point:
    x: int
    y: Any = None


def copy(value: Any) -> Any:
    return pack((value,)).value()


SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False)
    | st.text(st.characters())
    | st.binary()
    | st.builds(Pid, st.just("{app:p|0x00001}"))
    | st.sampled_from([2**8192, -(2**8192), 2**8192 - 1, "\ud800", b"\xff"])
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner)
        | st.lists(inner).map(tuple)
        | st.dictionaries(st.text() | st.integers(), inner)
        | st.builds(Frozen, name=st.text(), inner=inner)
        | st.builds(Point, x=st.integers(), y=inner)
        | inner.map(lambda value: [value, value])
    ),
    max_leaves=20,
)


@given(st.lists(VALUES, max_size=4).map(tuple))
def test_plain_values_come_out_equal_and_of_the_same_types(values: tuple[Any, ...]) -> None:
    payload = pack(values)

    assert payload.values() == values
    assert repr(payload.values()) == repr(values)


@given(VALUES)
def test_the_canonical_string_of_a_copy_is_that_of_the_value(value: Any) -> None:
    payload = pack((value,))

    assert pack(payload.values()).data == payload.data


def test_each_value_is_copied_and_neither_side_sees_the_others_changes() -> None:
    """I28."""
    sent = {"list": [1]}
    payload = pack((sent,))
    sent["list"].append(2)
    received = payload.value()
    received["list"].append(3)

    assert (payload.value(), received) == ({"list": [1]}, {"list": [1, 3]})


def test_sharing_inside_one_value_is_kept_and_between_two_is_lost() -> None:
    """process 3.7."""
    shared = [1]
    inside, outside = pack(([shared, shared], shared)).values()

    assert inside[0] is inside[1]
    assert inside[0] is not outside


def test_cycles_through_lists_dicts_and_dataclasses_are_kept() -> None:
    """process 3.7."""
    ring: list[Any] = []
    ring.append(ring)
    table: dict[str, Any] = {}
    table["self"] = table
    node = Node()
    node.children.append(Node(node))
    ring, table, node = copy(ring), copy(table), copy(node)

    assert ring[0] is ring
    assert table["self"] is table
    assert node.children[0].parent is node


def _cyclic_tuple() -> Any:
    inner: list[Any] = []
    inner.append((inner,))
    return inner[0]


def _cyclic_struct() -> Any:
    struct = Struct([])
    struct.items.append(struct)
    return struct


def _cyclic_error() -> Any:
    details: dict[str, Any] = {}
    error = ProcessError("text", "Internal", None, details)
    details["self"] = error
    return error


@pytest.mark.parametrize(
    "value", [_cyclic_tuple(), _cyclic_struct(), _cyclic_error()], ids=["tuple", "struct", "error"]
)
def test_a_cycle_that_cannot_be_rebuilt_is_refused_instead_of_broken(value: Any) -> None:
    with pytest.raises(InvalidArgument, match="contains itself"):
        pack((value,))


def test_a_reference_counts_containers_only() -> None:
    """Values of scalar subclasses are no containers, however often they come."""
    shared = {"k": Color.RED}

    assert copy([Color.RED, Color.RED, Rank.FIRST, shared, shared, Pair(shared, 1)]) == [
        "red",
        "red",
        1,
        *[{"k": "red"}] * 2,
        ({"k": "red"}, 1),
    ]


@pytest.mark.parametrize(("value", "expected"), [(Color.RED, "red"), (OldColor.RED, "red"), (Rank.FIRST, 1)])
def test_of_a_scalar_subclass_the_plain_value_travels(value: Any, expected: Any) -> None:
    assert (copy(value), type(copy(value))) == (expected, type(expected))


def test_structs_and_dataclasses_keep_their_class() -> None:
    values = (Frozen(name="a", inner=[Point(1)]), Point(2, Frozen(name="b")), Pair(1, 2))

    assert pack(values).values() == values
    assert [type(value) for value in pack(values).values()] == [Frozen, Point, tuple]


def test_an_error_passes_with_message_kind_retryable_and_details() -> None:
    """process 3.7; its class stands for its kind."""
    error = copy([NotFound("gone", details={"who": ["x"]}), ProcessError("odd", "Odd", True)])

    assert [(type(each), each.message, each.kind, each.retryable, each.details) for each in error] == [
        (NotFound, "gone", "NotFound", False, {"who": ["x"]}),
        (ProcessError, "odd", "Odd", True, None),
    ]


@pytest.mark.parametrize(
    ("value", "fragment"),
    [
        (object(), "an object cannot leave its process"),
        ({1, 2}, "a set cannot leave"),
        (lambda: None, "a function cannot leave"),
        (bytearray(b"x"), "a bytearray cannot leave"),
        (Node, "a type cannot leave"),
        ([object()], "an object cannot leave"),
        ({1.5: "x"}, "str or int keys, not float"),
        ({(1,): "x"}, "str or int keys, not tuple"),
        (1j, "a complex cannot leave"),
    ],
)
def test_anything_else_is_refused_by_its_type(value: Any, fragment: str) -> None:
    with pytest.raises(InvalidArgument, match=fragment):
        pack((value,))


def test_nesting_is_bounded() -> None:
    def nested(depth: int) -> Any:
        value: list[Any] = []
        for _ in range(depth - 1):
            value = [value]
        return value

    assert copy(nested(DEPTH_MAX)) == nested(DEPTH_MAX)
    with pytest.raises(InvalidArgument, match=str(DEPTH_MAX)):
        pack((nested(DEPTH_MAX + 1),))


def test_an_int_too_long_to_be_written_in_decimals_travels() -> None:
    """The string is written when the digest is taken, long after the send."""
    number = 10**5_000
    payload = pack((number, -number, [number]))

    assert payload.values() == (number, -number, [number])
    assert pack((number,)).data == pack((number,)).data != pack((-number,)).data


def test_floats_keep_sign_and_special_values() -> None:
    copies = pack((-0.0, math.inf, -math.inf, math.nan)).values()

    assert math.copysign(1, copies[0]) == -1
    assert copies[1:3] == (math.inf, -math.inf)
    assert math.isnan(copies[3])
    assert pack((1,)).data != pack((1.0,)).data != pack((True,)).data


@pytest.mark.parametrize(
    ("values", "expected"),
    [((), None), ((None,), None), ((1,), 1), (([1],), [1]), ((1, 2), [1, 2]), (([1], None), [[1], None])],
)
def test_no_value_is_none_one_is_itself_and_several_are_a_list(values: tuple[Any, ...], expected: Any) -> None:
    """process 3.8 and I30."""
    assert pack(values).value() == expected


def test_bytes_that_the_other_front_end_wrote_are_read() -> None:
    assert pack_data(b"m1:s1:al2:i1;r1;").value()["a"][0] == 1
    assert pack_data(b"s1:\xff").value() == b"\xff"
