"""Links that are made, undone or told of wrongly, and processes that die of them or do not."""

from __future__ import annotations

from typing import Final

from tests.mutants.mutant import Change, Mutant

END: Final = "simcore/process/end.py"
MAILBOX: Final = "simcore/process/mailbox.py"
SPAWNING: Final = "simcore/process/verbs/spawning.py"
STEP: Final = "simcore/process/step.py"
TOPOLOGY: Final = "simcore/graph/topology.py"

TOLD: Final = "peers if outcome.error is not None else []"
MARKED: Final = """\
        self._mark(one, other, LINK)
        self._mark(other, one, LINK)
        return True
"""
UNMARKED: Final = """\
        self._unmark(one, other, LINK)
        self._unmark(other, one, LINK)
"""
IS_LINKED: Final = """\
        if one == other or self.linked(one, other):
            return False
"""
SNAPSHOT: Final = """\
        watchers, peers = self.watchers(pid), self.peers(pid)
        self.graph.remove_node(pid)
"""
STEP_DIES: Final = "                if record.downs and (record.link_killed or not record.trap_links):"
FLUSH_DIES: Final = "    if record.downs and (record.link_killed or not record.trap_links):"
LIVES: Final = (
    '            assert not record.downs or record.trap_links, "G9, G10: a fatal LINK_DOWN comes before any code"\n'
)

MUTANTS: Final = (
    Mutant(
        name="M01",
        wrong="only who asks for a link has it",
        changes=(Change(TOPOLOGY, MARKED, "        self._mark(one, other, LINK)\n        return True\n"),),
    ),
    Mutant(
        name="M02",
        wrong="only who is asked for a link has it",
        changes=(Change(TOPOLOGY, MARKED, "        self._mark(other, one, LINK)\n        return True\n"),),
    ),
    Mutant(
        name="M03",
        wrong="unlink takes the link from the caller alone",
        changes=(Change(TOPOLOGY, UNMARKED, "        self._unmark(one, other, LINK)\n"),),
    ),
    Mutant(
        name="M04",
        wrong="a normal end is told to the linked as a failure is",
        changes=(Change(END, TOLD, "peers"),),
    ),
    Mutant(
        name="M05",
        wrong="that a process was terminated is not told to the linked",
        changes=(Change(END, TOLD, "peers if outcome.error is not None and not record.terminate_requested else []"),),
    ),
    Mutant(
        name="M06",
        wrong="where both have asked for the link, LINK_DOWN comes twice",
        changes=(
            Change(
                TOPOLOGY,
                IS_LINKED,
                """\
        if one == other:
            return False
        if self.linked(one, other):
            if self._out[one][other][LINK] != one:
                self._out[one][other][LINK] = self._out[other][one][LINK] = None
            return False
""",
            ),
            Change(
                TOPOLOGY,
                MARKED,
                """\
        self._mark(one, other, LINK)
        self._mark(other, one, LINK)
        self._out[one][other][LINK] = self._out[other][one][LINK] = one
        return True
""",
            ),
            Change(
                TOPOLOGY,
                SNAPSHOT,
                """\
        watchers, peers = self.watchers(pid), self.peers(pid)
        peers += [peer for peer in peers if self._out[pid][peer][LINK] is None]
        self.graph.remove_node(pid)
""",
            ),
        ),
    ),
    Mutant(
        name="M07",
        wrong="links are counted: who has linked twice has to unlink twice",
        changes=(
            Change(
                TOPOLOGY,
                IS_LINKED,
                """\
        if one == other:
            return False
        if self.linked(one, other):
            self._out[one][other][LINK] += 1
            self._out[other][one][LINK] += 1
            return False
""",
            ),
            Change(
                TOPOLOGY,
                UNMARKED,
                """\
        for here, there in ((one, other), (other, one)):
            edge = self._out.get(here, {}).get(there, {})
            if edge.get(LINK, 0) > 1:
                edge[LINK] -= 1
            else:
                self._unmark(here, there, LINK)
""",
            ),
        ),
    ),
    Mutant(
        name="M08",
        wrong="a link to one that has ended is answered as if it were made",
        changes=(
            Change(
                TOPOLOGY,
                '                raise NotFound(f"pid not registered: {pid} ({role})")\n',
                '                if role == "to":\n'
                "                    return False\n"
                '                raise NotFound(f"pid not registered: {pid} ({role})")\n',
            ),
        ),
    ),
    Mutant(
        name="M09",
        wrong="who has linked itself is told of its own failure",
        changes=(
            Change(TOPOLOGY, IS_LINKED, "        if self.linked(one, other):\n            return False\n"),
            Change(TOPOLOGY, "[each for each in peers if each != pid]", "peers"),
        ),
    ),
    Mutant(
        name="M10",
        wrong="the peers of one that is gone keep their link to it",
        changes=(
            Change(
                TOPOLOGY,
                SNAPSHOT,
                """\
        watchers, peers = self.watchers(pid), self.peers(pid)
        for gone in [each for each in self._out[pid] if each not in self._out]:
            del self._out[pid][gone]
        self.graph.remove_node(pid)
        for peer in peers:
            if peer in self._out and peer != pid:
                self._out[peer][pid] = {LINK: True}
""",
            ),
            Change(TOPOLOGY, "places[one] <= places[other]", "places[one] <= places.get(other, len(places))"),
        ),
    ),
    Mutant(
        name="M11",
        wrong="who dies of a link takes no further peer with it",
        changes=(
            Change(
                END,
                TOLD,
                'peers if outcome.error is not None and not outcome.error.message.startswith("linked") else []',
            ),
        ),
    ),
    Mutant(
        name="M12",
        wrong="a LINK_DOWN that finds nobody is sent back, so that linked ones that end together never come to rest",
        changes=(
            Change(
                END,
                "        runtime.observer.link_down_sent(self._peer, record, delivered=delivered)\n",
                """\
        runtime.observer.link_down_sent(self._peer, record, delivered=delivered)
        if not delivered and self._peer in runtime.records:
            runtime.kernel.enable(SendLinkDown(runtime.records[self._peer], record.pid))
""",
            ),
        ),
    ),
    Mutant(
        name="M13",
        wrong="who does not trap links outlives the failure of a peer",
        changes=(
            Change(STEP, STEP_DIES, "                if False:"),
            Change(STEP, LIVES, ""),
            Change(MAILBOX, FLUSH_DIES, "    if False:"),
        ),
    ),
    Mutant(
        name="M14",
        wrong="who traps links dies of them all the same",
        changes=(
            Change(STEP, STEP_DIES, "                if record.downs:"),
            Change(MAILBOX, FLUSH_DIES, "    if record.downs:"),
        ),
    ),
    Mutant(
        name="M15",
        wrong="whether links are trapped is decided when the link is made",
        changes=(
            Change(
                "simcore/process/relate.py",
                "        runtime.observer.linked(one, other)\n",
                """\
        runtime.observer.linked(one, other)
        traps = runtime.topology.graph.graph
        for here, there in ((one, other), (other, one)):
            record = runtime.records.get(here)
            traps[here, there] = record is not None and record.trap_links
""",
            ),
            Change(
                MAILBOX,
                "            record.downs += 1\n",
                """\
            traps = record.runtime.topology.graph.graph
            record.downs += not traps.get((record.pid, arrived.sender), record.trap_links)
""",
            ),
            Change(MAILBOX, "        record.downs -= envelope.is_link_down\n", ""),
            Change(STEP, STEP_DIES, "                if record.downs:"),
            Change(STEP, LIVES, ""),
            Change(MAILBOX, FLUSH_DIES, "    if record.downs:"),
        ),
    ),
    Mutant(
        name="M16",
        wrong="a LINK_DOWN that nobody waits for yet is lost",
        changes=(
            Change(
                MAILBOX,
                "    if subscription is None:\n        record.unrouted.append(envelope)\n",
                """\
    if subscription is None:
        if envelope.is_link_down:
            record.downs -= 1
            return
        record.unrouted.append(envelope)
""",
            ),
        ),
    ),
    Mutant(
        name="M17",
        wrong="a child traps links where its parent does",
        changes=(
            Change(
                SPAWNING,
                "    child.parent = record.pid\n",
                "    child.parent = record.pid\n    child.trap_links = record.trap_links\n",
            ),
        ),
    ),
)
