"""Who waits, when nothing can happen any more, for what cannot come (process 15.1.3)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from simcore.kernel.channel import ReceiveCase
from simcore.kernel.work import waits_for_work
from simcore.model.errors import Deadlock
from simcore.model.operations import CallFunction, ChannelReceive, RunAndWait, Select, WaitEvent
from simcore.model.property_names import DEADLOCK
from simcore.process.command import Return
from simcore.process.state.record import FINISHED
from simcore.process.verbs.bus import BusSubscription
from simcore.process.verbs.functions import FutureAnswer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from simcore.kernel.channel import KernelChannel
    from simcore.model.operations import Operation
    from simcore.model.pid import Pid
    from simcore.process.state.record import ProcessRecord
    from simcore.process.state.runtime import Runtime

CALLS: Final = (RunAndWait, CallFunction)
"""What has promised a result to the coroutine that waits in it."""


class Stuck(NamedTuple):
    """A process that waits in vain.

    Args:
        record: the process.
        waits: what its coroutines wait for.
        callees: the processes whose results it waits for, in a call or at the channel of a future.
    """

    record: ProcessRecord
    waits: tuple[Operation, ...]
    callees: tuple[ProcessRecord, ...]


class Deadlocks:
    """The deadlocks of one world, as they are when somebody asks: no event of a run costs anything.

    A process is in one at quiescence where a coroutine of it waits in a call, or where none of them waits for anything
    that another process or the outside could give (O34). What the outside gives later helps it out again; what the
    outside stops later does not.
    """

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime
        self._sealed: dict[Pid, Stuck] = {}
        self._told: dict[Pid, None] = {}
        self._together: dict[Pid, None] = {}
        """Who was in the deadlock that the outside was told of last."""
        self._told_after = -1
        self.raised: dict[str, None] = {}
        """What the outside was told so far, each once: it may have caught that."""

    def seal(self) -> None:
        """Keep who is stuck now: the world is about to be stopped, which helps nobody out."""
        for each in self.stuck():
            self._sealed.setdefault(each.record.pid, each)

    def refusal(self, said: str) -> Deadlock:
        """Return what is raised for the outside, which has asked for what cannot come."""
        self.raised[said] = None
        return Deadlock(DEADLOCK, said)

    def no_result(self, pid: Pid) -> Deadlock:
        """Return what the outside is told of *pid*, which has no result: it knows of this deadlock from now on, as long
        as nothing happens."""
        self._hear(pid)
        return self.refusal(f"{self._runtime.path_of(pid)} has no result, and nothing can happen any more")

    def _hear(self, pid: Pid) -> None:
        self._told[pid] = None
        if self._told_after != self._runtime.kernel.actions:
            self._together.clear()
        # Whoever asks for all results one after the other is told of one deadlock many times.
        if pid not in self._together:
            self._together |= _together_with(pid, self.stuck())
        self._told_after = self._runtime.kernel.actions

    def left(self, *, quiescent: bool) -> list[Stuck]:
        """Return who is stuck and was not told of, by their paths.

        Args:
            quiescent: whether nothing can happen any more; where something can, those alone count that were kept.
        """
        found = dict(self._sealed)
        if quiescent:
            known = self._together if self._told_after == self._runtime.kernel.actions else ()
            found |= {each.record.pid: each for each in self.stuck() if each.record.pid not in known}
        left = [each for pid, each in found.items() if pid not in self._told]
        return sorted(left, key=lambda each: each.record.path)

    def stuck(self) -> list[Stuck]:
        """Return all who wait in vain, provided that nothing can happen any more."""
        living = [*self._runtime.routes.values(), *self._runtime.stopping.values()]
        stuck = [record for record in living if record.phase < FINISHED and waits_in_vain(record)]
        return _with_callees(stuck, living) if stuck else []


def _together_with(pid: Pid, stuck: list[Stuck]) -> dict[Pid, None]:
    """Return *pid*, whom it waits for and who waits for it, over any number of calls; all who wait for SimPy are in one
    deadlock, since what they share there is not known."""
    ties: dict[Pid, list[Pid]] = {}
    simpy: dict[Pid, None] = {}
    for each in stuck:
        own = each.record.pid
        if any(isinstance(operation, WaitEvent) for operation in each.waits):
            simpy[own] = None
        for callee in each.callees:
            ties.setdefault(own, []).append(callee.pid)
            ties.setdefault(callee.pid, []).append(own)
    found = {pid: None}
    waiting = [pid]
    while waiting:
        one = waiting.pop()
        others = ties.get(one, [])
        if one in simpy:
            # Each of them leads to all, which is asked of the first alone.
            others, simpy = [*others, *simpy], {}
        waiting += [other for other in dict.fromkeys(others) if other not in found]
        found |= dict.fromkeys(others)
    return found


def _with_callees(stuck: list[ProcessRecord], living: list[ProcessRecord]) -> list[Stuck]:
    callees: dict[Pid, list[ProcessRecord]] = {}
    for record in living:
        answer = record.caller
        if isinstance(answer, Return) and answer.waits and _is_awaited(answer):
            callees.setdefault(answer.record.pid, []).append(record)
    return [Stuck(record, tuple(_waits(record)), tuple(callees.get(record.pid, ()))) for record in stuck]


def _is_awaited(answer: Return) -> bool:
    """Tell whether a coroutine waits for this very answer: in its call, or at the channel of its future."""
    if not isinstance(answer, FutureAnswer):
        return True
    channels = (channel for operation in _waits(answer.record) for channel in _received_from(operation))
    return any(channel is answer.future.channel for channel in channels)


def waits_in_vain(record: ProcessRecord) -> bool:
    """Tell whether a living process can never go on by what others do, now that nothing can happen any more."""
    waits = list(_waits(record))
    if any(isinstance(operation, CALLS) for operation in waits):
        return True
    return bool(waits) and not any(_may_come(record, operation) for operation in waits)


def _waits(record: ProcessRecord) -> Iterator[Operation]:
    return (task.waiting for task in record.tasks if task.waiting is not None)


def _may_come(record: ProcessRecord, operation: Operation) -> bool:
    """Tell whether somebody else could give what a coroutine waits for."""
    if isinstance(operation, WaitEvent):
        return waits_for_work(operation.event)
    return any(_is_reachable(record, channel) for channel in _received_from(operation))


def _received_from(operation: Operation) -> list[KernelChannel]:
    """Return the channels that something could come out of: what is sent, only the process itself could take."""
    if isinstance(operation, ChannelReceive):
        return [operation.channel]
    if isinstance(operation, Select):
        return [case.channel for case in operation.cases if isinstance(case, ReceiveCase)]
    return []


def _is_reachable(record: ProcessRecord, channel: KernelChannel) -> bool:
    """Tell whether messages, lifecycle events or events of the bus come to *channel*."""
    if any(subscription.channel is channel for subscription in record.subscriptions.values()):
        return True
    return any(isinstance(each, BusSubscription) and each.channel is channel for each in record.pending)
