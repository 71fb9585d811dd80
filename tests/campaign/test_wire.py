"""What goes between processes: whole values, and nothing that anybody else has written."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from simcore.campaign.wire import Garbled, packed, receive, send


@pytest.fixture
def pipe() -> Iterator[tuple[int, int]]:
    ends = os.pipe()
    yield ends
    for end in ends:
        os.close(end)


def test_values_come_one_after_the_other_as_they_were_sent(pipe: tuple[int, int]) -> None:
    for value in ({"a": [1]}, "x" * 30_000, None):
        send(pipe[1], packed(value))
        assert receive(pipe[0]) == value


@pytest.mark.parametrize(
    "garbage",
    [b"garbage\n" * 10, b"\0" * 40, packed("value")[:-1] + b"\xff", b"simcore\0" + b"\xff" * 40],
    ids=["text", "zeros", "changed", "endless"],
)
def test_what_nobody_of_ours_has_sent_is_none(pipe: tuple[int, int], garbage: bytes) -> None:
    os.write(pipe[1], garbage)

    with pytest.raises(Garbled):
        receive(pipe[0])


def test_the_end_of_the_other_side_is_no_value() -> None:
    reader, writer = os.pipe()
    os.write(writer, packed("value")[:-1])
    os.close(writer)

    with pytest.raises(EOFError):
        receive(reader)
    os.close(reader)


def test_who_reads_no_more_is_an_error_of_the_system() -> None:
    reader, writer = os.pipe()
    os.close(reader)

    with pytest.raises(BrokenPipeError):
        send(writer, packed("value"))
    os.close(writer)
