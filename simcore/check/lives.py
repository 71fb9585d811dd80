"""The invariants of processes and what reaches them: pids, steps, ends, mailboxes, and what the dead may not hold."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, ClassVar

from simcore.check.rule import Rule
from simcore.model.messages import RESERVED_PREFIX

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simcore.model.pid import Pid
    from simcore.process.state.envelope import Envelope
    from simcore.process.state.record import ProcessRecord


class Lives(Rule):
    """Looks at each process from its spawn to its end."""

    INVARIANTS: ClassVar[Mapping[str, str]] = {
        "pid-unique": "I1: no two processes have one pid, and the unique parts increase",
        "one-result": "I4: a process ends once",
        "dead-do-nothing": "I5: a process that has ended takes no step, and sends only what it had issued before",
        "terminated-steps-no-more": "G20: a process that was terminated begins no further step",
        "received-once": "I18: what is received was enqueued before, and is received once",
        "reserved-topic": "I22: no message of a program has a topic that begins with @",
        "no-leaks": "I97: the dead hold no names, links, monitors, timers, subscriptions or places",
        "time-goes-on": "I99: virtual time never decreases",
    }

    def __init__(self) -> None:
        self._last_unique = 0
        self._ended: dict[Pid, None] = {}
        self._stopped: dict[Pid, None] = {}
        self._in_mailbox: dict[Envelope, ProcessRecord] = {}
        self._issued: dict[Pid, int] = {}
        self._now_ns = 0

    def spawned(self, record: ProcessRecord) -> None:
        unique = int(record.pid.unique, 16)
        self.hold("pid-unique", unique > self._last_unique, f"{record.pid} was given after {self._last_unique:#07x}")
        self._last_unique = unique

    def stepping(self, record: ProcessRecord) -> None:
        # Written out, here and wherever messages pass: `_hold` would have its message made each time, true or not.
        if record.pid in self._stopped:
            name = "dead-do-nothing" if record.pid in self._ended else "terminated-steps-no-more"
            raise self.failure(name, f"{record.pid} takes a step after its end or its termination")
        now_ns = record.runtime.kernel.now_ns
        if now_ns < self._now_ns:
            raise self.failure("time-goes-on", f"{now_ns} ns after {self._now_ns} ns")
        self._now_ns = now_ns

    def end_requested(self, record: ProcessRecord) -> None:
        self._stopped[record.pid] = None

    def ended(self, record: ProcessRecord) -> None:
        self.hold("one-result", record.pid not in self._ended, f"{record.pid} ends again")
        self._ended[record.pid] = self._stopped[record.pid] = None
        for envelope in [each for each in (*record.incoming, *record.unread()) if each in self._in_mailbox]:
            del self._in_mailbox[envelope]

    # -- mailboxes

    def enqueued(self, record: ProcessRecord, envelope: Envelope) -> None:
        if envelope.event is None:
            if envelope.topic[:1] == RESERVED_PREFIX:
                raise self.failure("reserved-topic", f"a message on {envelope.topic} was enqueued to {record.pid}")
            if envelope.sender in self._ended:
                self._sends_dead(envelope)
        self._in_mailbox[envelope] = record

    def forced(self, record: ProcessRecord) -> None:
        """What it issued in its last step is still performed (process 15.1.1 rule 1), and no more than that."""
        self._issued[record.pid] = len(record.commands)

    def _sends_dead(self, envelope: Envelope) -> None:
        sender = envelope.sender
        assert sender is not None
        left = self._issued.get(sender, 0)
        if not left:
            raise self.failure("dead-do-nothing", f"{sender} sends {envelope.topic} after its end")
        self._issued[sender] = left - 1

    def received(self, record: ProcessRecord, envelope: Envelope) -> None:
        if self._in_mailbox.pop(envelope, None) is not record:
            raise self.failure("received-once", f"{record.pid} receives {envelope.topic}, which is not in its mailbox")

    def put_back(self, record: ProcessRecord, envelope: Envelope) -> None:
        self._in_mailbox[envelope] = record

    # -- the end of a run

    def quiescent(self) -> None:
        """Look for what the dead still hold."""
        runtime = self.runtime
        stale = "stale_name_binding" in runtime.options.quirks
        for name, pid in () if stale else runtime.names.items():
            self.hold("no-leaks", runtime.living(pid), f"the name {name} belongs to {pid}, which has ended")
        for pid in runtime.topology.graph.nodes:
            if not runtime.living(pid):
                raise self.failure("no-leaks", f"{pid} has ended and is still in the topology")
        for record in runtime.records.values():
            if (record.pending or record.subscriptions or record.tasks) and not runtime.living(record.pid):
                text = f"{record.pid} has ended and still has timers, subscriptions or coroutines"
                raise self.failure("no-leaks", text)
        for subscription in runtime.bus:
            pid = subscription.record.pid
            self.hold("no-leaks", runtime.living(pid), f"{pid} has ended and still has a subscription to the bus")
        self._look_at_places()

    def _look_at_places(self) -> None:
        living = Counter(each.host for each in (*self.runtime.routes.values(), *self.runtime.stopping.values()))
        for id, host in self.runtime.hosts.items():
            text = f"{living[id]} live on the host {id}, and {host.processes} places of it are taken"
            self.hold("no-leaks", host.processes == living[id], text)
