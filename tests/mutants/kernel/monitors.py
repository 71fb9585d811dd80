"""Monitors that tell the wrong one, too often, too little or nobody."""

from __future__ import annotations

from typing import Final

from tests.mutants.mutant import Change, Mutant

END: Final = "simcore/process/end.py"
TOPOLOGY: Final = "simcore/graph/topology.py"

SNAPSHOT: Final = """\
        watchers, peers = self.watchers(pid), self.peers(pid)
        self.graph.remove_node(pid)
"""
NOTICES: Final = "Notices(record, watchers, peers"
EXIT: Final = "event = Exit(record.pid, None"
NOTIFIED: Final = """\
    if record is not None:
        enqueue(record, envelope)
    return record is not None
"""

MUTANTS: Final = (
    Mutant(
        name="M18",
        wrong="who watches no more takes the monitors of all others with it",
        changes=(
            Change(
                TOPOLOGY,
                "        self._unmark(watcher, target, MONITOR)\n",
                """\
        for each in self.watchers(target) if self.watches(watcher, target) else ():
            self._unmark(each, target, MONITOR)
""",
            ),
        ),
    ),
    Mutant(
        name="M19",
        wrong="to watch one that is gone is answered as if it were done, and nothing comes of it",
        changes=(
            Change(TOPOLOGY, '            raise NotFound(f"pid not registered: {target}")\n', "            return\n"),
        ),
    ),
    Mutant(
        name="M20",
        wrong="a normal end is told to nobody who watches",
        changes=(Change(END, NOTICES, "Notices(record, watchers if outcome.error is not None else [], peers"),),
    ),
    Mutant(
        name="M21",
        wrong="the failure of a child that is watched and linked is told to its parent twice",
        changes=(
            Change(
                END,
                NOTICES,
                "Notices(record, watchers + [each for each in watchers if each == record.parent and each in peers"
                " and outcome.error is not None], peers",
            ),
        ),
    ),
    Mutant(
        name="M22",
        wrong="an EXIT says that the watcher itself has ended",
        changes=(Change(END, EXIT, "event = Exit(self._watcher, None"),),
    ),
    Mutant(
        name="M23",
        wrong="an EXIT brings no result",
        changes=(
            Change(
                END,
                "Envelope(EVENTS_TOPIC, record.pid, outcome.payload, event=event)",
                "Envelope(EVENTS_TOPIC, record.pid, event=event)",
            ),
        ),
    ),
    Mutant(
        name="M24",
        wrong="who is watched watches its watcher",
        changes=(
            Change(
                TOPOLOGY,
                "        self._mark(watcher, target, MONITOR)\n",
                "        self._mark(watcher, target, MONITOR)\n        self._mark(target, watcher, MONITOR)\n",
            ),
        ),
    ),
    Mutant(
        name="M25",
        wrong="the news of an end comes before what the dying process sent",
        changes=(
            Change(
                END,
                NOTIFIED,
                """\
    if record is not None:
        enqueue(record, envelope)
        if isinstance(envelope.event, Exit):
            waiting = [each for each in record.incoming if isinstance(each, Envelope)]
            places = [each.order for each in waiting]
            waiting.insert(0, waiting.pop())
            for each, place in zip(waiting, places, strict=True):
                each.order = place
            answers = [each for each in record.incoming if not isinstance(each, Envelope)]
            record.incoming[:] = [*answers, *waiting]
    return record is not None
""",
            ),
        ),
    ),
    Mutant(
        name="M26",
        wrong="what a watcher watched is still told to it when it is gone",
        changes=(
            Change(
                TOPOLOGY,
                SNAPSHOT,
                """\
        watchers, peers = self.watchers(pid), self.peers(pid)
        for gone in [each for each in self._in[pid] if each not in self._out]:
            del self._in[pid][gone]
        watched = [target for target, edge in self._out[pid].items() if MONITOR in edge and target != pid]
        self.graph.remove_node(pid)
        for target in watched:
            if target in self._in:
                self._in[target][pid] = {MONITOR: True}
""",
            ),
        ),
    ),
)
