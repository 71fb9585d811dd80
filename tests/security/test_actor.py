"""An actor is a value: nothing that happens to its makings changes it."""

from __future__ import annotations

import copy
import pickle
from typing import Any

import pytest

from simcore.model.errors import UsageError
from simcore.security.actor import Actor


def test_an_actor_does_not_change_with_the_mapping_it_was_made_of() -> None:
    meta: dict[str, Any] = {"role": "worker", "teams": ["a"], "deep": {"x": 1}}
    actor = Actor("app:worker", meta)

    meta["role"] = "boss"
    meta["teams"].append("b")
    meta["deep"]["x"] = 2

    assert actor.meta == {"role": "worker", "teams": ("a",), "deep": {"x": 1}}


def test_nobody_can_write_into_an_actor() -> None:
    actor: Any = Actor("app:worker", {"deep": {"x": 1}})

    with pytest.raises(AttributeError):
        actor.id = "app:boss"
    with pytest.raises(TypeError):
        actor.meta["role"] = "boss"
    with pytest.raises(TypeError):
        actor.meta["deep"]["x"] = 2


def test_actors_are_equal_by_id_and_meta() -> None:
    assert Actor("a", {"x": [1]}) == Actor("a", {"x": (1,)})
    assert hash(Actor("a", {"x": [1]})) == hash(Actor("a", {"x": [1]}))
    assert Actor("a") != Actor("a", {"x": 1})
    assert Actor("a") != Actor("b")
    assert Actor("a") != "a"


def test_an_actor_survives_a_copy_and_a_journey() -> None:
    actor = Actor("a", {"x": [1, {"y": 2}]})

    assert copy.deepcopy(actor) == pickle.loads(pickle.dumps(actor)) == actor


def test_an_actor_reads_as_it_is_written() -> None:
    assert repr(Actor("a")) == "Actor('a')"
    assert repr(Actor("a", {"x": [1, {"y": 2}]})) == "Actor('a', {'x': [1, {'y': 2}]})"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((None,), "the id of an actor is a text, not None"),
        (("a", ["role"]), "the meta of an actor is a mapping"),
        (("a", {3: "x"}), "a name in the meta of an actor is a text, not 3"),
        (("a", {"x": {"y": {3: 1}}}), "a name in the meta of an actor is a text, not 3"),
    ],
)
def test_a_wrong_actor_is_refused(arguments: tuple[Any, ...], message: str) -> None:
    with pytest.raises(UsageError, match=message):
        Actor(*arguments)


def test_meta_that_contains_itself_is_refused() -> None:
    meta: dict[str, Any] = {}
    meta["again"] = [meta]

    with pytest.raises(UsageError, match="nested deeper than 50"):
        Actor("a", meta)
