"""Monitors and links are made here: the topology keeps them, and whoever looks on is told."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from simcore.model.pid import Pid
    from simcore.process.state.runtime import Runtime


def watch(runtime: Runtime, watcher: Pid, target: Pid) -> None:
    """Let *watcher* be told of the end of *target*; errors as ``Topology.monitor``."""
    runtime.topology.monitor(watcher, target)
    runtime.observer.monitored(watcher, target)


def tie(runtime: Runtime, one: Pid, other: Pid) -> None:
    """Link the two; errors as ``Topology.link``."""
    if runtime.topology.link(one, other):
        runtime.observer.linked(one, other)
