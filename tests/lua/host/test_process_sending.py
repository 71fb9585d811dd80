"""The order in which a send from Lua looks at what it was given (process 3.1)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from simcore.security.actor import Actor
from simcore.security.frame import Frame
from simcore.security.scope import Scope

if TYPE_CHECKING:
    from tests.lua.conftest import Bench

DEEP = "local deep = {} local inner = deep for _ = 1, 250 do inner[1] = {} inner = inner[1] end\n"


@pytest.mark.parametrize(
    ("destination", "topic", "message"),
    [
        ("process.pid()", "@t", "cannot send to @ topics: @t"),
        ("'nobody'", "t", "could not resolve 'nobody' as PID or registered name"),
    ],
)
@pytest.mark.parametrize("payload", ["deep", "1, deep"])
def test_a_send_looks_at_topic_and_destination_before_it_copies(
    bench: Bench, destination: str, topic: str, message: str, payload: str
) -> None:
    """process 3.1 steps 4, 5 before 7."""
    source = f"local value, problem = process.send({destination}, '{topic}', {payload})"

    assert bench.run(f"{DEEP}{source} return {{value == nil, problem:message()}}") == [True, message]


def test_a_send_looks_at_permission_before_it_copies(bench: Bench) -> None:
    """process 3.1 step 6 before 7."""
    source = "local value, problem = process.send(process.pid(), 't', deep) return {value == nil, problem:kind()}"

    assert bench.run(DEEP + source, frame=Frame(actor=Actor("a"), scope=Scope([]))) == [True, "PermissionDenied"]


def test_a_payload_too_deep_for_a_send_that_is_otherwise_right_is_raised(bench: Bench) -> None:
    """process 3.1 step 7."""
    source = "local ok, problem = pcall(process.send, process.pid(), 't', deep) return {ok, problem:message()}"

    ok, message = bench.run(DEEP + source)

    assert ok is False
    assert message.startswith("a value that leaves its process may be nested 200 deep")
