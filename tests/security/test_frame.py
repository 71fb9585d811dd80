"""A frame is a value that a child inherits, and that only its own changes differ from."""

from __future__ import annotations

import copy
import pickle
from typing import Any

import pytest

from simcore.model.errors import InvalidArgument
from simcore.security.actor import Actor
from simcore.security.frame import EMPTY_FRAME, Frame
from simcore.security.policy import allow
from simcore.security.scope import Scope

ACTOR, SCOPE = Actor("app:boss"), Scope([allow("*", "*")])


def test_values_are_laid_over_the_inherited_ones_and_the_parent_keeps_its_own() -> None:
    parent = Frame({"a": 1, "b": 2}, ACTOR, SCOPE)

    child = parent.with_values({"b": 3, "c": 4})

    assert dict(child.values) == {"a": 1, "b": 3, "c": 4}
    assert dict(parent.values) == {"a": 1, "b": 2}
    assert (child.actor, child.scope) == (ACTOR, SCOPE)


def test_actor_and_scope_are_replaced_one_by_one() -> None:
    frame = EMPTY_FRAME.with_values({"a": 1})

    assert frame.with_actor(ACTOR) == Frame({"a": 1}, ACTOR, None)
    assert frame.with_scope(SCOPE) == Frame({"a": 1}, None, SCOPE)
    assert frame.with_actor(ACTOR).with_scope(SCOPE).with_actor(Actor("b")).scope == SCOPE


def test_a_frame_does_not_change_with_the_mapping_it_was_made_of() -> None:
    values = {"a": 1}
    frame: Any = Frame(values)

    values["a"] = 2

    assert frame.values["a"] == 1
    with pytest.raises(TypeError):
        frame.values["a"] = 3


def test_the_empty_frame_has_nothing() -> None:
    assert (dict(EMPTY_FRAME.values), EMPTY_FRAME.actor, EMPTY_FRAME.scope) == ({}, None, None)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda frame: frame.with_actor(None), "actor cannot be nil"),
        (lambda frame: frame.with_scope(None), "scope cannot be nil"),
        (lambda frame: frame.with_actor("app:boss"), "Actor expected"),
        (lambda frame: frame.with_scope([]), "Scope expected"),
        (lambda frame: frame.with_values({1: 2}), "the name of a context value is a text, not 1"),
    ],
)
def test_a_wrong_change_is_refused(change: Any, message: str) -> None:
    with pytest.raises(InvalidArgument, match=message):
        change(EMPTY_FRAME)


def test_a_frame_survives_a_copy_and_a_journey() -> None:
    frame = Frame({"a": [1]}, ACTOR, SCOPE)

    assert copy.deepcopy(frame) == pickle.loads(pickle.dumps(frame)) == frame
