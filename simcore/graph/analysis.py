"""What networkx says of the links and monitors of one instant: components, trees, the reach of a failure, exports."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING, Any

import networkx as nx

from simcore.graph.topology import LINK, MONITOR

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from simcore.graph.topology import PidGraph
    from simcore.model.pid import Pid


def link_components(graph: PidGraph) -> list[tuple[Pid, ...]]:
    """Return the groups of processes that share their fate through links, each in the order of the graph."""
    places = {pid: place for place, pid in enumerate(graph)}
    # networkx gives sets, whose order is that of the hash seed; the order of the graph is that of the run.
    groups = nx.connected_components(_links(graph))
    ordered = (tuple(sorted(group, key=places.__getitem__)) for group in groups)
    return sorted(ordered, key=lambda group: places[group[0]])


def cascade(graph: PidGraph, failed: Pid, traps: Callable[[Pid], bool]) -> tuple[Pid, ...]:
    """Return who ends when *failed* ends abnormally now: all that links reach without passing one that traps them.

    It holds where nobody unlinks, links or changes its options on the way (process 6.7, I47).
    """
    if failed not in graph:
        return ()
    links = _links(graph)
    # Not networkx's subgraph, which walks a set and so has another order under another hash seed.
    links.remove_nodes_from([pid for pid in graph if pid != failed and traps(pid)])
    return tuple(nx.dfs_preorder_nodes(links, failed))


def supervision_tree(graph: PidGraph, parents: dict[Pid, Pid]) -> nx.DiGraph[Pid]:
    """Return parent and child where the parent is linked to the child or watches it; *parents*: who spawned whom."""
    tree: nx.DiGraph[Pid] = nx.DiGraph()
    tree.add_nodes_from(graph)
    for child, parent in parents.items():
        if child in graph and graph.has_edge(parent, child):
            tree.add_edge(parent, child)
    return tree


def as_dot(graph: PidGraph, name: Callable[[Pid], str]) -> str:
    """Return the graph in Graphviz's language: links without arrows, monitors dashed from watcher to target."""
    lines = ["digraph processes {"]
    lines += [f"  {_quoted(pid)} [label={_quoted(name(pid))}];" for pid in graph]
    lines += [f"  {_quoted(one)} -> {_quoted(other)} [dir=none];" for one, other in _once(graph)]
    lines += [
        f"  {_quoted(watcher)} -> {_quoted(target)} [style=dashed];"
        for watcher, target, edge in graph.edges(data=True)
        if MONITOR in edge
    ]
    return "\n".join([*lines, "}"]) + "\n"


def as_graphml(graph: PidGraph, name: Callable[[Pid], str]) -> str:
    """Return the graph as GraphML, for Gephi, yEd and networkx itself."""
    target = BytesIO()
    # By the standard library: `write_graphml` takes lxml where that is installed, and the file must not depend on it.
    nx.write_graphml_xml(_plain(graph, name), target)
    return target.getvalue().decode()


def as_json(graph: PidGraph, name: Callable[[Pid], str]) -> dict[str, Any]:
    """Return the graph as networkx's node-link data, which is JSON as it stands."""
    # The name of the key is said, since its default changed between versions of networkx.
    data: dict[str, Any] = nx.node_link_data(_plain(graph, name), edges="edges")
    return data


def _links(graph: PidGraph) -> nx.Graph[Pid]:
    links: nx.Graph[Pid] = nx.Graph()
    links.add_nodes_from(graph)
    links.add_edges_from(_once(graph))
    return links


def _once(graph: PidGraph) -> Iterable[tuple[Pid, Pid]]:
    places = {pid: place for place, pid in enumerate(graph)}
    return [(one, other) for one, other, edge in graph.edges(data=True) if LINK in edge and places[one] < places[other]]


def _plain(graph: PidGraph, name: Callable[[Pid], str]) -> nx.DiGraph[str]:
    """Return a copy with plain texts and both attributes on every edge, as the formats want them."""
    plain: nx.DiGraph[str] = nx.DiGraph()
    for pid in graph:
        plain.add_node(str(pid), name=name(pid))
    for one, other, edge in graph.edges(data=True):
        plain.add_edge(str(one), str(other), link=LINK in edge, monitor=MONITOR in edge)
    return plain


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
