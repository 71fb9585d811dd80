"""Commands: what a step leaves to be done on shared state, and the answers that come later (process 15.1.1)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from simcore.kernel.action import Action, Label
from simcore.kernel.kernel import Timer
from simcore.model.errors import INTERNAL, ProcessError, process_error
from simcore.model.pid import Pid
from simcore.process.state.record import ALIVE

if TYPE_CHECKING:
    from collections.abc import Callable

    from simcore.model.options import Options
    from simcore.process.state.record import ProcessRecord, Task

LATER: Final = object()
"""What the effect of a waiting command returns: its answer will be an action of its own."""


class Command(Action):
    """One command of one process (A2). The commands of a step are performed in issue order, one enabled at a time.

    Args:
        verb: ``do:send`` and the like.
        record, task: who issued it and waits for its answer.
        target: the pid that it concerns, resolved at the call; of a spawn the definition's id; or an empty text.
        effect: does it and returns the answer, or ``LATER``; a ``ProcessError`` is the answer too.
        data: what the effect needs besides.
    """

    __slots__ = ("data", "effect", "record", "target", "task", "verb")

    def __init__(
        self,
        verb: str,
        record: ProcessRecord,
        task: Task,
        target: Any,
        effect: Callable[[Command], Any],
        data: Any = None,
    ) -> None:
        self.number: int = record.numbers.get((verb, target), -1)
        self.verb: str = verb
        self.record: ProcessRecord = record
        self.task: Task = task
        self.target: Any = target
        self.effect: Callable[[Command], Any] = effect
        self.data: Any = data

    def remember(self, number: int) -> None:
        """Keep the number for the next command of this verb to this target too: it has the same label."""
        self.number = self.record.numbers[self.verb, self.target] = number

    def label(self) -> Label:
        target = self.target
        receiver = self.record.runtime.path_of(target) if target.__class__ is Pid else str(target)
        return Label(self.verb, self.record.path, receiver)

    def perform(self) -> None:
        record = self.record
        assert record.commands[0] is self, "G1: the commands of a process are performed in issue order"
        try:
            value = self.effect(self)
        except ProcessError as problem:
            error = observed(record.runtime.options, self.verb, problem)
            record.runtime.fold_error(error)
            record.runtime.observer.refused(record, self.verb.removeprefix("do:"), str(self.target), error)
            record.incoming.append((self.task, None, error))
        else:
            if value is not LATER:
                record.incoming.append((self.task, value, None))
        commands = record.commands
        commands.pop(0)
        if commands:
            # Only the next one: their order is fixed, but other processes may act between any two (process 15.1.1
            # rule 1).
            record.runtime.kernel.ready.append(commands[0])
        # Not before the last command: until then the process neither steps nor is evicted (process 15.1.1 rule 2).
        elif record.incoming or record.terminate_requested:
            record.wake()


def has_issued(record: ProcessRecord, task: Task) -> bool:
    """Tell whether the last command of this step is one of *task*."""
    last = record.commands[-1] if record.commands else None
    return isinstance(last, Command) and last.task is task


def observed(options: Options, verb: str, error: ProcessError) -> ProcessError:
    """Return *error* as it is, or as the observed runtime relabels it under a quirk (O4)."""
    # The observed runtime keeps the kind of a send's error, and of no other command's.
    if "command_errors_internal" not in options.quirks or verb == "do:send":
        return error
    return process_error(f"{verb.removeprefix('do:')} failed: {error.message}", INTERNAL, details=error.details)


class Return(Action):
    """The answer of a waiting command, an action of its own in any order among several (N25)."""

    __slots__ = ("enabled", "error", "receiver", "record", "task", "value", "verb")

    def __init__(self, verb: str, record: ProcessRecord, task: Task, receiver: str) -> None:
        super().__init__()
        self.verb: str = verb
        self.record: ProcessRecord = record
        self.task: Task = task
        self.receiver: str = receiver
        self.value: Any = None
        self.error: ProcessError | None = None
        self.enabled: bool = False
        if record.phase == ALIVE:
            # The command of a process that its stopping host has ended is performed, and answered to nobody
            # (process 2.6).
            record.pending[self] = None

    @property
    def waits(self) -> bool:
        """Whether its receiver is still there."""
        # An end or an upgrade of the process empties `pending`, so what the old code asked for reaches nobody.
        return self in self.record.pending

    def enable(self, value: Any, error: ProcessError | None = None) -> None:
        """Let the answer be given from now on, unless its receiver has ended."""
        if self.waits:
            self.value, self.error, self.enabled = value, error, True
            self.record.runtime.kernel.enable(self)

    def cancel(self) -> None:
        """Give no answer: its receiver has ended."""
        if self.enabled:
            self.record.runtime.kernel.disable(self)

    def label(self) -> Label:
        return Label(self.verb, self.record.path, self.receiver)

    def perform(self) -> None:
        del self.record.pending[self]
        self.record.complete(self.task, self.value, self.error)


class SleepTimer(Timer):
    """The end of a sleep; its firing is the answer."""

    __slots__ = ("record", "task")

    def __init__(self, record: ProcessRecord, task: Task, due_ns: int) -> None:
        self.record: ProcessRecord = record
        self.task: Task = task
        self.number = -1
        record.pending[self] = None
        # Last, because a timer that is due at once is enabled in there, as it stands then.
        super().__init__(record.runtime.kernel, due_ns)

    def label(self) -> Label:
        return Label("fire:sleep", self.record.path)

    def fire(self) -> None:
        del self.record.pending[self]
        self.record.complete(self.task, None)
