"""Links are pairs, monitors have a direction, and who leaves takes both along (process 5, 6)."""

from __future__ import annotations

import networkx as nx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simcore import AlreadyExists, NotFound, Pid
from simcore.graph.topology import Topology

A, B, C, D = (Pid(f"{{app:p|0x0000{number}}}") for number in range(1, 5))


def made(*pids: Pid) -> Topology:
    topology = Topology()
    for pid in pids or (A, B, C):
        topology.add(pid)
    return topology


def test_a_link_is_symmetric_and_made_once() -> None:
    """process 6.3."""
    topology = made()

    assert [topology.link(A, B), topology.link(B, A), topology.link(A, B)] == [True, False, False]
    assert (topology.linked(A, B), topology.linked(B, A), list(topology.links())) == (True, True, [(A, B)])


def test_an_unlink_from_either_side_removes_it_and_one_that_is_not_there_is_no_error() -> None:
    """process 6.5."""
    topology = made()
    topology.link(A, B)
    topology.unlink(B, A)
    topology.unlink(A, B)
    topology.unlink(D, A)

    assert (topology.linked(A, B), topology.linked(B, A), list(topology.links())) == (False, False, [])


@pytest.mark.parametrize(("one", "other", "role"), [(A, D, "to"), (D, A, "from"), (D, D, "from")])
def test_a_link_needs_both_ends(one: Pid, other: Pid, role: str) -> None:
    """process 6.2."""
    with pytest.raises(NotFound, match=rf"pid not registered.*\({role}\)"):
        made().link(one, other)


def test_a_link_to_oneself_has_no_effect() -> None:
    """process 6.9."""
    topology = made()

    assert (topology.link(A, A), topology.peers(A), topology.leave(A)) == (False, [], ([], []))


def test_a_monitor_is_neither_idempotent_nor_counted() -> None:
    """process 5.3, 5.6."""
    topology = made()
    topology.monitor(A, B)
    with pytest.raises(AlreadyExists, match="already monitoring pid"):
        topology.monitor(A, B)
    topology.unmonitor(A, B)
    topology.unmonitor(A, B)
    topology.unmonitor(D, A)
    topology.monitor(A, B)

    assert (list(topology.monitors()), topology.watchers(B)) == ([(A, B)], [A])
    assert (topology.watches(A, B), topology.watches(B, A), topology.watches(D, A)) == (True, False, False)


def test_watching_what_is_not_there_fails() -> None:
    """process 5.2."""
    with pytest.raises(NotFound, match="pid not registered"):
        made().monitor(A, D)


def test_a_watcher_may_watch_itself_and_is_not_told() -> None:
    """process 5.5."""
    topology = made()
    topology.monitor(A, A)

    assert (topology.watchers(A), topology.leave(A)) == ([A], ([], []))


def test_links_and_monitors_of_one_pair_are_independent() -> None:
    """process 6.11."""
    topology = made()
    topology.monitor(A, B)
    topology.monitor(B, A)
    topology.link(A, B)
    topology.unmonitor(A, B)

    assert (topology.linked(A, B), list(topology.monitors())) == (True, [(B, A)])
    topology.unlink(A, B)
    assert (list(topology.links()), list(topology.monitors())) == ([], [(B, A)])


def test_who_leaves_answers_the_snapshot_and_takes_all_its_edges() -> None:
    """process 2.3 step 4, 5.10."""
    topology = made(A, B, C, D)
    topology.monitor(B, A)
    topology.monitor(C, A)
    topology.monitor(A, D)
    topology.link(A, D)
    topology.link(A, B)
    topology.link(C, D)

    assert topology.leave(A) == ([B, C], [D, B])
    assert (A in topology, list(topology.links()), list(topology.monitors())) == (False, [(C, D)], [])


def test_the_tables_are_those_of_networkx() -> None:
    """The hot paths read the dicts of dicts of the graph itself."""
    topology = made()
    topology.link(A, B)
    topology.monitor(C, A)

    assert isinstance(topology.graph, nx.DiGraph)
    assert nx.to_dict_of_dicts(topology.graph) == {
        A: {B: {"link": True}},
        B: {A: {"link": True}},
        C: {A: {"monitor": True}},
    }
    assert topology._out is topology.graph._succ  # type: ignore[attr-defined]
    assert topology._in is topology.graph._pred  # type: ignore[attr-defined]


PIDS = st.sampled_from([A, B, C])
VERBS = st.sampled_from(["link", "unlink", "monitor", "unmonitor", "leave"])


@given(st.lists(st.tuples(VERBS, PIDS, PIDS)))
def test_the_graph_is_a_set_of_pairs(operations: list[tuple[str, Pid, Pid]]) -> None:
    """I41 to I44."""
    topology, there = made(), {A, B, C}
    links, monitors = set[frozenset[Pid]](), set[tuple[Pid, Pid]]()
    for verb, one, other in operations:
        match verb:
            case "link" if {one, other} <= there:
                topology.link(one, other)
                links |= {frozenset((one, other))} if one != other else set()
            case "unlink":
                topology.unlink(one, other)
                links.discard(frozenset((one, other)))
            case "monitor" if {one, other} <= there and (one, other) not in monitors:
                topology.monitor(one, other)
                monitors.add((one, other))
            case "unmonitor":
                topology.unmonitor(one, other)
                monitors.discard((one, other))
            case "leave" if one in there:
                watchers, peers = topology.leave(one)
                assert {(each, one) for each in watchers} == {pair for pair in monitors if pair[1] == one != pair[0]}
                assert {frozenset((each, one)) for each in peers} == {pair for pair in links if one in pair}
                links = {pair for pair in links if one not in pair}
                monitors = {pair for pair in monitors if one not in pair}
                there.remove(one)
        assert {frozenset(pair) for pair in topology.links()} == links
        assert set(topology.monitors()) == monitors
        assert len(list(topology.links())) == len(links)
