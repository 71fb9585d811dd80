"""What programs have reached: summed over properties, and what is missing."""

from __future__ import annotations

from simcore.model.reached import Reached, judged, left_of, summed

ONE = Reached(
    programs=2,
    runs=3,
    actions=30,
    calls=9,
    verbs={"send": {"done": 4, "NotFound": 1}, "link": {}},
    situations={"a": 2, "b": 0, "c": 1},
    followed=3,
    unjudged={"x": 1},
)
OTHER = Reached(programs=1, runs=1, verbs={"send": {"done": 1}, "link": {}}, situations={"a": 1, "b": 0, "c": 0})


def test_nothing_is_summed_up_to_nothing() -> None:
    assert summed([]) is None


def test_all_is_summed_by_name() -> None:
    assert summed([ONE, OTHER]) == Reached(
        programs=3,
        runs=4,
        actions=30,
        calls=9,
        verbs={"send": {"done": 5, "NotFound": 1}, "link": {}},
        situations={"a": 3, "b": 0, "c": 1},
        followed=3,
        unjudged={"x": 1},
    )


def test_what_is_missing_is_named_and_what_is_rare_comes_first() -> None:
    assert ONE.verdicts() == 2
    assert ONE.met() == ["c", "a"]
    assert ONE.unmet() == ["b"]
    assert ONE.uncalled() == ["link"]


class Some:
    """Something that can be referred to weakly."""


def test_a_model_says_what_it_has_left_of_each_world() -> None:
    one, other = Some(), Some()

    judged(one, {"x": 2})

    assert left_of(one) == {"x": 2}
    assert left_of(other) is None
