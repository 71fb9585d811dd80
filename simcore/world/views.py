"""Read-only views of a world, for asserts and properties."""

from __future__ import annotations

from collections.abc import ItemsView, Iterator, Mapping
from typing import TYPE_CHECKING

from simcore.model.pid import Pid

if TYPE_CHECKING:
    from simcore.graph.names import Names
    from simcore.graph.topology import PidGraph, Topology


class GraphView:
    """Links and monitors at this moment (semantics 5 and 6)."""

    def __init__(self, topology: Topology) -> None:
        self._topology = topology

    def links(self) -> list[tuple[Pid, Pid]]:
        """Return each link once."""
        return list(self._topology.links())

    def linked(self, one: Pid, other: Pid) -> bool:
        """Tell whether *one* is linked to *other*."""
        return self._topology.linked(one, other)

    def monitors(self) -> list[tuple[Pid, Pid]]:
        """Return each monitor as watcher and target."""
        return list(self._topology.monitors())

    def networkx(self) -> PidGraph:
        """Return the graph itself: a ``networkx.DiGraph`` of pids, its edges with the attributes ``link``, ``monitor``.

        It is the model and no copy: look, and change nothing.
        """
        return self._topology.graph


class NamesView(Mapping[str, Pid]):
    """The registered names and their owners at this moment (semantics 11)."""

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

    def items(self) -> ItemsView[str, Pid]:
        """Return the bindings."""
        return dict(self._names.items()).items()
