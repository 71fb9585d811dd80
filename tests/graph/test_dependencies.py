"""What has to run before what (process 14.9 to 14.13)."""

from __future__ import annotations

from simcore.graph.dependencies import Dependencies


def made(**needs: str) -> Dependencies:
    """Return a graph from ids and the letters that each needs."""
    dependencies = Dependencies()
    for id, needed in needs.items():
        dependencies.add(id, list(needed))
    return dependencies


def test_a_start_puts_each_after_what_it_needs() -> None:
    """process 14.9, G17."""
    order = made(d="bc", b="a", c="a", a="", e="").start_order(["d"])

    assert sorted(order) == ["a", "b", "c", "d"]
    assert order[0] == "a"
    assert order[-1] == "d"


def test_a_stop_goes_level_by_level_from_those_that_nobody_needs() -> None:
    """process 14.12."""
    dependencies = made(a="", b="a", c="a", d="b", e="")

    assert dependencies.stop_levels("abcde") == [["c", "d", "e"], ["b"], ["a"]]


def test_a_stop_of_one_reaches_all_that_need_it_and_nobody_else() -> None:
    """process 14.12."""
    assert made(a="", b="a", c="b", x="", y="x").dependents(["a"]) == ["a", "b", "c"]


def test_a_cycle_is_named_in_its_order() -> None:
    """process 14.9."""
    assert made(a="", b="a").cycle() == []
    assert made(x="", a="b", b="c", c="a").cycle() == ["a", "b", "c"]
    assert made(a="a").cycle() == ["a"]


def test_entering_an_id_again_forgets_what_it_needed() -> None:
    dependencies = made(a="b", b="")

    dependencies.add("b", ["a"])
    dependencies.add("a", [])

    assert (dependencies.needs("a"), dependencies.needs("b"), dependencies.needed_by("a")) == ([], ["a"], ["b"])
    assert dependencies.cycle() == []


def test_the_order_is_that_of_entering_and_never_of_a_hash() -> None:
    ids = [f"app:{name}" for name in ("zebra", "apple", "mango", "kiwi", "fig")]
    dependencies = Dependencies()
    for id in ids:
        dependencies.add(id, [])

    assert dependencies.stop_levels(sorted(ids)) == [ids]
    assert dependencies.dependents(sorted(ids)) == ids


def test_an_unknown_id_needs_nothing() -> None:
    assert Dependencies().needs("a") == Dependencies().needed_by("a") == []
