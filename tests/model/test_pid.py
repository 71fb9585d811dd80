"""A pid is its text: three parts that parse and print alike (process 1.1 to 1.4, 1.9)."""

from __future__ import annotations

import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simcore import InvalidArgument, Pid
from simcore.model.pid import looks_like_pid, make_pid, parse_pid

PARTS = st.text(st.characters(exclude_characters="{}|@", exclude_categories=["Cs"]), min_size=1)


@pytest.mark.parametrize(
    ("text", "parts", "printed"),
    [
        ("{app:processes|0x00001}", ("", "app:processes", "0x00001"), "{app:processes|0x00001}"),
        ("{east@app:processes|0x00001}", ("east", "app:processes", "0x00001"), "{east@app:processes|0x00001}"),
        ("{local@app:processes|0x00001}", ("", "app:processes", "0x00001"), "{app:processes|0x00001}"),
        ("{east@app:p|ns:name|0x00001}", ("east", "app:p", "0x00001"), "{east@app:p|0x00001}"),
        ("{|topology}", ("", "", "topology"), "{|topology}"),
    ],
)
def test_a_pid_parses_into_node_host_and_unique_part(text: str, parts: tuple[str, str, str], printed: str) -> None:
    """process 1.2, 1.4: the old middle part is dropped, node `local` is the empty one."""
    pid = parse_pid(text)

    assert (pid.node, pid.host, pid.unique) == parts
    assert pid == printed


@pytest.mark.parametrize(
    ("text", "fragment"),
    [("", "missing braces"), ("{|", "missing braces"), ("app|1", "missing braces"), ("{abc}", "missing pipe")],
)
def test_what_is_no_pid_is_refused(text: str, fragment: str) -> None:
    """process 1.2."""
    with pytest.raises(InvalidArgument, match=f"invalid pid format.*{fragment}"):
        parse_pid(text)
    assert not looks_like_pid(text)


@given(PARTS, PARTS, st.just("") | PARTS)
def test_a_printed_pid_parses_to_itself(host: str, unique: str, node: str) -> None:
    """I2."""
    pid = make_pid(host, unique, node)

    assert parse_pid(pid) == pid
    assert looks_like_pid(pid)


def test_a_pid_and_its_text_are_equal_hash_alike_and_pickle() -> None:
    """process 1.9."""
    pid = make_pid("app:processes", "0x00001")

    table: dict[str, int] = {pid: 1}

    assert table["{app:processes|0x00001}"] == 1
    assert pickle.loads(pickle.dumps(pid)) == pid
    assert isinstance(pickle.loads(pickle.dumps(pid)), Pid)
