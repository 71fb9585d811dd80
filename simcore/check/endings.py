"""Ends that say something of the whole run: those that nobody looked at, and those by the use of something foreign."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simcore.model.errors import LINK_FAILED
from simcore.model.foreign import foreign_use
from simcore.process.state.observer import Observer
from simcore.process.state.record import GONE
from simcore.process.verbs.functions import FutureAnswer
from simcore.supervision.service import ServiceObserver

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from simcore.model.errors import ProcessError
    from simcore.model.pid import Pid
    from simcore.process.state.record import ProcessRecord
    from simcore.process.verbs.functions import Future
    from simcore.supervision.service import Service


class Endings(Observer, ServiceObserver):
    """Looks at each end by an error of the program's own.

    One by the use of something foreign says that nothing can be concluded of this world. Any other is somebody's where
    at the snapshot of it (process 2.3 step 4) another process watches or is linked, where a call, a future or a service
    waits for it, or where the result was asked for from outside; of a future, where its holder ever looks at it. What
    others made end is none: it was terminated, asked to end and heard of it, killed by a link, or lived on a host that
    stops. Who was killed by links alone whose other ends died of something foreign has died of that as well.
    """

    def __init__(self) -> None:
        self._failed: dict[Pid, ProcessRecord] = {}
        self._futures: dict[Pid, Future] = {}
        """Of those that failed, the futures that were all that waited for them."""
        self.foreign: dict[str, str] = {}
        """By the line that names what is missing, who was the first to end by it, or could not begin."""
        self.foreign_later: dict[str, str] = {}
        """The same of what came after the test had passed."""
        self.later: dict[Pid, None] = {}
        """Who failed by an error of its own after the test had passed."""
        self._has_passed = False
        self.linked_to_failures: bool = False
        """Whether a link killed somebody for a failure that had nothing to do with what is foreign."""
        self._died_of_foreign: set[Pid] = set()
        self._downs_of_foreign: set[Pid] = set()
        self._downs_of_others: set[Pid] = set()

    def test_passed(self) -> None:
        """The test whose world this is has passed; what ends from now on ends after it."""
        self._has_passed = True

    def ended(self, record: ProcessRecord) -> None:
        outcome = record.outcome
        assert outcome is not None
        if outcome.error is not None and outcome.imposed:
            self._killed_by_link(record, outcome.error)
            return
        if outcome.error is None:
            return
        if self._is_foreign(outcome.error, record.path):
            self._died_of_foreign.add(record.pid)
            return
        host = record.runtime.hosts.get(record.host)
        if not record.heard_cancel and (host is None or host.state == "running"):
            self._failed[record.pid] = record
            if self._has_passed:
                self.later[record.pid] = None

    def _killed_by_link(self, record: ProcessRecord, error: ProcessError) -> None:
        if error.message != LINK_FAILED:
            return
        if record.pid in self._downs_of_foreign and record.pid not in self._downs_of_others:
            self._died_of_foreign.add(record.pid)
        else:
            self.linked_to_failures = True

    def link_down_sent(self, peer: Pid, record: ProcessRecord, *, delivered: bool) -> None:
        of_foreign = record.pid in self._died_of_foreign
        (self._downs_of_foreign if of_foreign else self._downs_of_others).add(peer)

    def refused(self, record: ProcessRecord, verb: str, subject: str, error: ProcessError) -> None:
        self._is_foreign(error, subject)

    def service_changed(self, service: Service, old: str) -> None:
        if service.error is not None:
            self._is_foreign(service.error, service.id)

    def _is_foreign(self, error: ProcessError, who: str) -> bool:
        line = foreign_use(error.message)
        if line:
            (self.foreign_later if self._has_passed else self.foreign).setdefault(line, who)
        return bool(line)

    def gone(self, record: ProcessRecord, watchers: Sequence[Pid], peers: Sequence[Pid]) -> None:
        if record.pid not in self._failed:
            return
        if _is_watched(record, (*watchers, *peers)):
            del self._failed[record.pid]
        elif _is_waited_for(record):
            future = _future(record)
            if future is None:
                del self._failed[record.pid]
            else:
                self._futures[record.pid] = future

    def asked(self, pid: Pid) -> None:
        """Somebody outside was told how *pid* ended."""
        self._failed.pop(pid, None)

    def unobserved(self) -> list[ProcessRecord]:
        """Return those whose failure nobody was told of so far, by their paths."""
        left = [record for record in self._failed.values() if not _is_about_to_be_told(record)]
        return sorted(filter(self._was_dropped, left), key=lambda record: record.path)

    def _was_dropped(self, record: ProcessRecord) -> bool:
        """Tell whether no future waited for *record*, or nobody has ever looked at the one that did."""
        future = self._futures.get(record.pid)
        return future is None or not future.is_looked_at


def _is_about_to_be_told(record: ProcessRecord) -> bool:
    """Tell whether somebody will hear of an end whose snapshot is still to be taken."""
    topology = record.runtime.topology
    if record.phase >= GONE:
        return False
    others = (*topology.watchers(record.pid), *topology.peers(record.pid))
    return _is_watched(record, others) or _is_waited_for(record)


def _is_watched(record: ProcessRecord, others: Iterable[Pid]) -> bool:
    # A monitor of oneself tells nobody (O19).
    return any(other != record.pid for other in others)


def _is_waited_for(record: ProcessRecord) -> bool:
    # Of a caller that has ended or gone on as another incarnation nobody waits any more (process 8.6, 10.2).
    return record.caller is not None and record.caller.waits


def _future(record: ProcessRecord) -> Future | None:
    return record.caller.future if isinstance(record.caller, FutureAnswer) else None
