"""The rich trace of a run: what its file holds, line by line."""

from __future__ import annotations

import msgspec


class TraceEvent(msgspec.Struct, frozen=True, gc=False):
    """One line of a trace.

    Args:
        step: the action it belongs to, counted from 1; 0 is what a scenario did before the first.
        t_ns: virtual time in nanoseconds.
        kind: ``action``, ``spawn``, ``send``, ``receive``, ``end``, ``exit``, ``link_down``, ``log``, ...
        who: the creator path of the process, or ``world``.
        text: what happened, with the processes by their names.
    """

    step: int
    t_ns: int
    kind: str
    who: str
    text: str
