"""Actors, policies and scopes as parts of messages (lua 6.8; process 3.7)."""

from __future__ import annotations

from typing import Any

import pytest

from simcore.model.errors import InvalidArgument
from simcore.model.payload import pack, pack_data
from simcore.security.actor import Actor
from simcore.security.frame import Frame
from simcore.security.policy import allow, deny
from simcore.security.scope import Scope

POLICY = allow("a.*", ["b", "c"], groups="g", when=[{"field": "pid", "operator": "in", "value": ["x", 1, True]}])


@pytest.mark.parametrize(
    "value", [Actor(""), Actor("a", {"k": [1, {"d": None}]}), POLICY, Scope(), Scope([POLICY, deny("x", "y")])]
)
def test_an_equal_value_comes_out_of_the_bytes(value: Any) -> None:
    data = pack((value,)).data

    assert pack_data(data).value() == value
    assert pack((pack_data(data).value(),)).data == data


def test_what_comes_out_decides_as_what_went_in() -> None:
    scope = pack_data(pack((Scope([POLICY, deny("a.b", "b")]),)).data).value()

    assert scope.evaluate(None, "a.c", "b", {"pid": "x"}) == "allow"
    assert scope.evaluate(None, "a.b", "b", {"pid": "x"}) == "deny"
    assert scope.evaluate(None, "a.c", "b", {"pid": "z"}) is None


def test_a_value_counts_as_one_where_others_refer_to_it() -> None:
    shared, actor = [1], Actor("a", {"own": [[2], [2]]})
    out = pack_data(pack(([shared, actor, shared, actor],)).data).value()

    assert out == [[1], actor, [1], actor]
    assert out[0] is out[2]
    assert out[1] is out[3]


def test_a_meta_that_cannot_be_copied_stays() -> None:
    with pytest.raises(InvalidArgument, match="cannot leave its process"):
        pack((Actor("a", {"k": Frame}),))
