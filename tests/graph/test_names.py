"""A name belongs to one pid, a pid may have many names (process 11)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simcore import AlreadyExists, NotFound, Pid
from simcore.graph.names import Names

A, B = Pid("{app:p|0x00001}"), Pid("{app:p|0x00002}")


def test_a_name_is_bound_once_and_the_same_pair_again_changes_nothing() -> None:
    """process 11.2, 11.3."""
    names = Names()

    assert [names.register("x", A), names.register("x", A), names.register("y", A)] == [True, False, True]
    with pytest.raises(AlreadyExists, match="name already registered"):
        names.register("x", B)
    assert names.items() == [("x", A), ("y", A)]


def test_a_lookup_answers_the_owner_or_fails() -> None:
    """process 11.5."""
    names = Names()
    names.register("x", A)

    assert (names.lookup("x"), names.get("x"), names.get("y")) == (A, A, None)
    with pytest.raises(NotFound, match="name not registered"):
        names.lookup("y")


def test_an_unregister_tells_who_held_the_name() -> None:
    """process 11.7, 11.9."""
    names = Names()
    names.register("x", A)

    assert [names.unregister("x"), names.unregister("x"), names.register("x", B)] == [A, None, True]
    assert (names.of(A), names.of(B), len(names)) == ([], ["x"], 1)


def test_a_release_frees_all_names_of_one_pid_and_no_other() -> None:
    """process 11.8."""
    names = Names()
    for name, pid in (("x", A), ("y", B), ("z", A)):
        names.register(name, pid)

    assert [names.release(A), names.release(A)] == [["x", "z"], []]
    assert names.items() == [("y", B)]


OPERATIONS = st.lists(
    st.tuples(st.sampled_from(["register", "unregister", "release"]), st.sampled_from("xyz"), st.sampled_from([A, B]))
)


@given(OPERATIONS)
def test_the_table_is_a_dict_of_first_comers(operations: list[tuple[str, str, Pid]]) -> None:
    """I55 to I60."""
    names, model = Names(), dict[str, Pid]()
    for verb, name, pid in operations:
        if verb == "register" and model.get(name, pid) != pid:
            with pytest.raises(AlreadyExists):
                names.register(name, pid)
        elif verb == "register":
            assert names.register(name, pid) is (name not in model)
            model[name] = pid
        elif verb == "unregister":
            assert names.unregister(name) == model.pop(name, None)
        else:
            assert sorted(names.release(pid)) == sorted(each for each, owner in model.items() if owner == pid)
            model = {each: owner for each, owner in model.items() if owner != pid}
        assert dict(names.items()) == model
        assert {each for pid in (A, B) for each in names.of(pid)} == set(model)
