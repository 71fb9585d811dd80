"""What has to run before what: services and hosts as one networkx graph (process 14.9 to 14.13)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import networkx as nx

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable


class Dependencies:
    """An edge ``a -> b`` says that a needs b. Every answer is in the order in which the ids came in, or follows it."""

    def __init__(self) -> None:
        self._graph: nx.DiGraph[str] = nx.DiGraph()

    def add(self, id: str, needs: Iterable[str]) -> None:
        """Enter *id* and what it needs; what it needed before is forgotten."""
        self._graph.add_node(id)
        self._graph.remove_edges_from([(id, old) for old in self.needs(id)])
        self._graph.add_edges_from((id, need) for need in needs)

    def needs(self, id: str) -> list[str]:
        """Return what *id* needs itself."""
        return list(self._graph.successors(id)) if id in self._graph else []

    def needed_by(self, id: str) -> list[str]:
        """Return who needs *id* itself."""
        return list(self._graph.predecessors(id)) if id in self._graph else []

    def cycle(self) -> list[str]:
        """Return the ids of one cycle, each needing the next and the last the first; empty where there is none."""
        try:
            return [edge[0] for edge in nx.find_cycle(self._graph)]
        except nx.NetworkXNoCycle:
            return []

    def start_order(self, ids: Iterable[str]) -> list[str]:
        """Return *ids* and all they need, directly or not, each after what it needs itself."""
        reached = self._reached(ids, self.needs)
        # The levels begin with what nothing needs, so a start goes through them from the last.
        return [id for level in reversed(self._levels(reached)) for id in level]

    def dependents(self, ids: Iterable[str]) -> list[str]:
        """Return *ids* and all who need them, directly or not."""
        reached = self._reached(ids, self.needed_by)
        return [id for id in self._graph if id in reached]

    def stop_levels(self, ids: Iterable[str]) -> list[list[str]]:
        """Return *ids* in levels: those that no other of them needs, then those that only the first needed, ..."""
        return self._levels(dict.fromkeys(ids))

    def _reached(self, ids: Iterable[str], step: Callable[[str], list[str]]) -> dict[str, None]:
        reached = dict.fromkeys(ids)
        waiting = list(reached)
        while waiting:
            for id in step(waiting.pop()):
                if id not in reached:
                    reached[id] = None
                    waiting.append(id)
        return reached

    def _levels(self, ids: dict[str, None]) -> list[list[str]]:
        """A subgraph of networkx is ordered by a set's hash, so the part is built anew, in the order of the whole."""
        part: nx.DiGraph[str] = nx.DiGraph()
        part.add_nodes_from(id for id in self._graph if id in ids)
        part.add_edges_from((id, need) for id in part for need in self.needs(id) if need in ids)
        # Level by level after A. B. Kahn, "Topological Sorting of Large Networks", CACM 5(11), 1962.
        return [list(level) for level in nx.topological_generations(part)]
