"""Links and monitors as one networkx graph; the graph is the model, not a copy of it.

A node is a pid that has not left the topology yet. An edge ``a -> b`` with the attribute ``monitor`` says that a
watches b; a link is the attribute ``link`` on both ``a -> b`` and ``b -> a``. Attributes are in the order of their
making, so that whatever is derived from the graph has one order too.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, TypeAlias

from simcore.model.errors import AlreadyExists, NotFound
from simcore.model.pid import Pid

if TYPE_CHECKING:
    from collections.abc import Iterator

    import networkx as nx

LINK: Final = "link"
MONITOR: Final = "monitor"

PidGraph: TypeAlias = "nx.DiGraph[Pid]"
_Adjacency: TypeAlias = dict[Pid, dict[Pid, dict[str, Any]]]


# Links and monitors as in Erlang (J. Armstrong, "Making Reliable Distributed Systems in the Presence of Software
# Errors", 2003), with two differences: to watch a process that is gone is an error and no event, and to watch one twice
# is refused (process 5.2, 5.3).
class Topology:
    """The table of processes with their monitors and links (process 5, 6)."""

    def __init__(self) -> None:
        # Late: a command whose processes play makes no world itself, and this is a third of what it would load.
        from networkx import DiGraph

        self.graph: PidGraph = DiGraph()
        # Hot paths read networkx's own dict of dicts; a test pins that it is one.
        self._out: _Adjacency = self.graph._succ  # type: ignore[attr-defined]  # the stubs do not know it
        self._in: _Adjacency = self.graph._pred  # type: ignore[attr-defined]  # the stubs do not know it

    def add(self, pid: Pid) -> None:
        """Let *pid* be monitored and linked from now on."""
        self.graph.add_node(pid)

    def __contains__(self, pid: object) -> bool:
        return pid in self._out

    def leave(self, pid: Pid) -> tuple[list[Pid], list[Pid]]:
        """Remove *pid* with all its edges and return its watchers and its linked peers at that moment
        (process 2.3 step 4)."""
        watchers, peers = self.watchers(pid), self.peers(pid)
        self.graph.remove_node(pid)
        # Who watches itself is told by nobody: it is dead (process 5.5).
        return [each for each in watchers if each != pid], [each for each in peers if each != pid]

    # -- monitors

    def monitor(self, watcher: Pid, target: Pid) -> None:
        """Let *watcher* be told of the end of *target*.

        Raises:
            NotFound: the target has left the topology, or was never in it (process 5.2).
            AlreadyExists: it watches the target already (process 5.3).
        """
        if target not in self._out:
            raise NotFound(f"pid not registered: {target}")
        if self.watches(watcher, target):
            raise AlreadyExists(f"already monitoring pid: {target}")
        self._mark(watcher, target, MONITOR)

    def unmonitor(self, watcher: Pid, target: Pid) -> None:
        """Let *watcher* no longer be told; nothing happens where it was not watching (process 5.6)."""
        self._unmark(watcher, target, MONITOR)

    def watches(self, watcher: Pid, target: Pid) -> bool:
        """Tell whether *watcher* watches *target*."""
        return MONITOR in self._out.get(watcher, {}).get(target, {})

    def watchers(self, pid: Pid) -> list[Pid]:
        """Return who watches *pid*, the earliest first."""
        return [watcher for watcher, edge in self._in.get(pid, {}).items() if MONITOR in edge]

    # -- links

    def link(self, one: Pid, other: Pid) -> bool:
        """Link the two, in both directions; tell whether that is new (process 6.3). A link to oneself has no effect
        (process 6.9).

        Raises:
            NotFound: an end has left the topology, or was never in it (process 6.2).
        """
        for role, pid in (("from", one), ("to", other)):
            if pid not in self._out:
                raise NotFound(f"pid not registered: {pid} ({role})")
        if one == other or self.linked(one, other):
            return False
        self._mark(one, other, LINK)
        self._mark(other, one, LINK)
        return True

    def unlink(self, one: Pid, other: Pid) -> None:
        """Remove the whole link, whoever made it; nothing happens where there is none (process 6.5)."""
        self._unmark(one, other, LINK)
        self._unmark(other, one, LINK)

    def linked(self, one: Pid, other: Pid) -> bool:
        """Tell whether *one* has a link to *other*."""
        return LINK in self._out.get(one, {}).get(other, {})

    def peers(self, pid: Pid) -> list[Pid]:
        """Return whom *pid* is linked to, the earliest first."""
        return [peer for peer, edge in self._out.get(pid, {}).items() if LINK in edge]

    # -- edges

    def links(self) -> Iterator[tuple[Pid, Pid]]:
        """Give each link once, its earlier end first."""
        places = {pid: place for place, pid in enumerate(self._out)}
        for one, edges in self._out.items():
            for other, edge in edges.items():
                if LINK in edge and places[one] <= places[other]:
                    yield one, other

    def monitors(self) -> Iterator[tuple[Pid, Pid]]:
        """Give each monitor as watcher and target."""
        for watcher, edges in self._out.items():
            for target, edge in edges.items():
                if MONITOR in edge:
                    yield watcher, target

    def _mark(self, one: Pid, other: Pid, kind: str) -> None:
        edge = self._out[one].get(other)
        if edge is None:
            self.graph.add_edge(one, other)
            edge = self._out[one][other]
        edge[kind] = True

    def _unmark(self, one: Pid, other: Pid, kind: str) -> None:
        edge = self._out.get(one, {}).get(other)
        if edge is None:
            return
        edge.pop(kind, None)
        if not edge:
            self.graph.remove_edge(one, other)
