"""Read-only views of a world, for asserts and properties."""

from __future__ import annotations

from collections.abc import ItemsView, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from simcore.graph.analysis import as_dot, as_graphml, as_json, cascade, link_components, supervision_tree
from simcore.model.pid import Pid

if TYPE_CHECKING:
    from simcore.graph.names import Names
    from simcore.graph.topology import PidGraph
    from simcore.process.state.runtime import Runtime


class GraphView:
    """Links and monitors at this moment (process 5, 6)."""

    def __init__(self, runtime: Runtime) -> None:
        self._topology = runtime.topology
        self._records = runtime.records

    def __repr__(self) -> str:
        return f"GraphView(links={self.links()!r}, monitors={self.monitors()!r})"

    def _traps(self, pid: Pid) -> bool:
        return self._records[pid].trap_links

    def _parents(self) -> dict[Pid, Pid]:
        return {pid: record.parent for pid, record in self._records.items() if record.parent is not None}

    def _name(self, pid: Pid) -> str:
        return f"{self._records[pid].id} {pid}"

    def links(self) -> list[tuple[Pid, Pid]]:
        """Return each link once."""
        return list(self._topology.links())

    def linked(self, one: Pid, other: Pid) -> bool:
        """Tell whether *one* is linked to *other*."""
        return self._topology.linked(one, other)

    def watches(self, watcher: Pid, target: Pid) -> bool:
        """Tell whether *watcher* monitors *target*."""
        return self._topology.watches(watcher, target)

    def monitors(self) -> list[tuple[Pid, Pid]]:
        """Return each monitor as watcher and target."""
        return list(self._topology.monitors())

    def components(self) -> list[tuple[Pid, ...]]:
        """Return the groups of processes that links hold together, also those of one process alone."""
        return link_components(self._topology.graph)

    def cascade(self, pid: Pid) -> tuple[Pid, ...]:
        """Return who ends, *pid* first, if *pid* ends abnormally now and nobody changes a link or an option
        (process 6.7)."""
        return cascade(self._topology.graph, pid, self._traps)

    def supervision(self) -> PidGraph:
        """Return the tree of who spawned whom and is linked to it or watches it."""
        return supervision_tree(self._topology.graph, self._parents())

    def dot(self) -> str:
        """Return the graph in Graphviz's language."""
        return as_dot(self._topology.graph, self._name)

    def graphml(self) -> str:
        """Return the graph as GraphML."""
        return as_graphml(self._topology.graph, self._name)

    def json(self) -> dict[str, Any]:
        """Return the graph as node-link data."""
        return as_json(self._topology.graph, self._name)

    def networkx(self) -> PidGraph:
        """Return the graph itself: a ``networkx.DiGraph`` of pids, its edges with the attributes ``link``, ``monitor``.

        It is the model and no copy: look, and change nothing.
        """
        return self._topology.graph


class NamesView(Mapping[str, Pid]):
    """The registered names and their owners at this moment (process 11)."""

    def __init__(self, names: Names) -> None:
        self._names = names

    def __getitem__(self, name: str) -> Pid:
        pid = self._names.get(name)
        if pid is None:
            raise KeyError(name)
        return pid

    def __iter__(self) -> Iterator[str]:
        return iter([name for name, _ in self._names.items()])

    def __len__(self) -> int:
        return len(self._names)

    def __repr__(self) -> str:
        return f"NamesView({dict(self.items())!r})"

    def items(self) -> ItemsView[str, Pid]:
        """Return the bindings."""
        return dict(self._names.items()).items()
