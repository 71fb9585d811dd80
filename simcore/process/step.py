"""One step of one process: drain, flush, run its coroutines until each is blocked (process A)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from simcore.kernel.action import Label
from simcore.kernel.channel import SUSPEND
from simcore.limits.whereabouts import runs_users
from simcore.model.errors import (
    INTERNAL,
    INVALID_STATE,
    LINK_FAILED,
    BoundReached,
    Failure,
    InternalError,
    ProcessEnded,
    ProcessError,
    UsageError,
    process_error,
)
from simcore.model.interrupts import insist_on_leaving, leaves_a_prompt
from simcore.model.library_words import speaks_of_the_item
from simcore.model.operations import Select
from simcore.model.property_names import LIVELOCK
from simcore.model.texts import text_of
from simcore.process import mailbox
from simcore.process.command import has_issued
from simcore.process.end import finish, terminated
from simcore.process.heard import Heard
from simcore.process.last_operations import LAST, LastOperations
from simcore.process.state.record import ProcessOutcome, ProcessRecord, Stepping, Task
from simcore.process.upgrade import UpgradeRequested, request_upgrade, swap

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simcore.model.operations import Operation
    from simcore.process.state.runtime import Handler


def subject(operation: Operation) -> str:
    """Return what an operation is about, for those who read of it."""
    for field in ("destination", "name", "id", "topic"):
        value = getattr(operation, field, None)
        if value is not None:
            return text_of(value)
    return ""


def _waits_for_something(task: Task) -> bool:
    """Tell whether a blocked coroutine waits at a channel; a select over nothing waits for ever (process 2.4)."""
    return not isinstance(task.waiting, Select) or bool(task.waiting.cases)


class ProcessStep(Stepping):
    """The step of one process (A1). There is one such action for each process, enabled again and again."""

    __slots__ = ("_last", "_operations_left", "_record")

    def __init__(self, record: ProcessRecord) -> None:
        self.number = -1
        self._record = record
        self._operations_left = 0
        self._last: LastOperations | None = None

    def label(self) -> Label:
        return Label("end" if self._record.terminate_requested else "step", self._record.path)

    def perform(self) -> None:
        record = self._record
        record.queued = False
        assert not record.paused, "G14: no step begins inside another"
        if record.terminate_requested:
            terminated(record)
            return
        # An endless loop of operations that are served in the step makes no action, so the loop of the kernel cannot
        # see it.
        runtime = record.runtime
        self._operations_left = runtime.options.instant_actions_max
        runtime.running = record
        runtime.observer.stepping(record)
        mailbox.drain(record)
        if record.context is None:
            self._run()
        else:
            record.context.run(self._run)

    def go_on(self, task: Task, value: Any, error: ProcessError | None) -> None:
        """Continue a step that paused for a shared operation, with the same coroutine (process 15.1.1)."""
        self._record.runtime.running = self._record
        context = self._record.context
        if context is None:
            self._go_on(task, value, error)
        else:
            context.run(self._go_on, task, value, error)

    def _go_on(self, task: Task, value: Any, error: ProcessError | None) -> None:
        if self._resume(task, value, error):
            self._run()

    @runs_users
    def _run(self) -> None:
        """Run what is runnable until a last flush wakes nobody; then let the commands of the step be performed, or the
        next step begin."""
        record = self._record
        runnable, wakeups = record.runnable, record.wakeups
        while True:
            if record.mailbox or record.backlogs or record.unrouted:
                if record.downs and (record.link_killed or not record.trap_links):
                    finish(record, ProcessOutcome(error=process_error(LINK_FAILED, INTERNAL), imposed=True))
                    return
                mailbox.flush(record)
            # Only now that the queue is dry: what channels woke runs behind what was runnable (lua 5.1).
            if wakeups:
                runnable.extend(wakeups)
                wakeups.clear()
            if not runnable:
                break
            assert not record.downs or record.trap_links, "G9, G10: a fatal LINK_DOWN comes before any code"
            while runnable:
                task, value, error = runnable.pop(0)
                if not self._resume(task, value, error):
                    return
        self._leave()

    def _leave(self) -> None:
        record = self._record
        if record.front.unawaited and self._complains(record.front.forgotten()):
            return
        if record.upgrade is not None:
            if not self._left_over():
                swap(record)
        elif record.commands:
            record.runtime.kernel.ready.append(record.commands[0])
        elif record.incoming or record.terminate_requested:
            record.wake()
        # Who waits at a channel is idle and no deadlock, even where nobody can ever send to it (lua 5.5).
        elif not (record.subscriptions or record.pending or any(map(_waits_for_something, record.tasks))):
            text = f"deadlock: all coroutines blocked with no pending operations (threads={len(record.tasks)})"
            finish(record, ProcessOutcome(error=process_error(text, INTERNAL)))

    @runs_users
    def _resume(self, task: Task, value: Any, error: ProcessError | None) -> bool:
        """Run one coroutine until it is blocked; tell whether the step goes on."""
        record = self._record
        runtime = record.runtime
        scribe = runtime.scribe
        coroutine = task.coroutine if scribe is None else Heard(scribe, record, task)
        handlers: Mapping[type, Handler] | LastOperations = runtime.handlers
        task.waiting = None
        while True:
            self._operations_left -= 1
            if self._operations_left < LAST:
                handlers = self._near_the_bound()
            try:
                operation = coroutine.send(value) if error is None else coroutine.throw(error)
            except StopIteration as stop:
                return self._returned(task, stop.value)
            except UpgradeRequested as request:
                request_upgrade(record, request.operation)
                return True
            # These judge the run, or simcore itself; no process ends by them and no behaviour's `finally` may hide
            # them.
            except (Failure, BoundReached, UsageError, InternalError):
                raise
            except (Exception, ProcessEnded, SystemExit, GeneratorExit) as exception:
                return self._raised(exception)
            handler = handlers.get(operation.__class__)
            if handler is None:
                error = record.front.foreign(operation, task.coroutine)
                continue
            try:
                value = handler(record, task, operation)
                error = None
            except ProcessError as problem:
                assert not has_issued(record, task), "G18: a refused call has no effect"
                runtime.observer.refused(record, operation.word().lower(), subject(operation), problem)
                value, error = None, problem
                continue
            if value is SUSPEND:
                task.waiting = operation
                return not record.paused

    def _near_the_bound(self) -> LastOperations:
        """Return the handlers for one of the last operations that the step may ask for; what it is gets noted.

        Raises:
            Failure: property ``livelock``; there have been too many.
        """
        last = self._last
        if last is None or last.handlers is not self._record.runtime.handlers:
            last = self._last = LastOperations(self._record.runtime.handlers)
        if self._operations_left < 0:
            raise self._endless(last)
        return last

    def _endless(self, last: LastOperations) -> Failure:
        record = self._record
        bound = record.runtime.options.instant_actions_max
        failure = Failure(
            LIVELOCK,
            f"{record.pid} ({record.id}) asked for {bound} operations in one step, and none of them made it wait; "
            "if this is no endless loop, raise instant_actions_max",
        )
        turn = last.turn()
        # A coroutine that only starts the next one asks for nothing that has a handler here.
        said = f"it repeats: {', '.join(turn)}" if turn else "its coroutines start one another"
        failure.add_note(f"in the step {said}")
        return failure

    def _raised(self, exception: BaseException) -> bool:
        record = self._record
        if leaves_a_prompt(exception):
            insist_on_leaving(exception)
            raise exception
        if speaks_of_the_item(exception):
            raise exception
        if isinstance(exception, ProcessEnded):
            # This process lives, so what it holds belongs to another.
            error = process_error(f"{exception}: what belongs to another process cannot be used", INVALID_STATE)
        else:
            error = record.front.error(exception)
        if record.runtime.scribe is not None:
            record.runtime.scribe.raised(record, error)
        finish(record, ProcessOutcome(error=error, own=not isinstance(exception, ProcessEnded)))
        return False

    def _returned(self, task: Task, value: Any) -> bool:
        record = self._record
        del record.tasks[task]
        if task is not record.main:
            return True
        if record.upgrade is not None:
            # Asked for earlier in this step: the end of main is one of the old incarnation, whose other coroutines
            # still read what they were handed (process 10.2, A).
            return True
        if self._left_over():
            return False
        try:
            outcome = ProcessOutcome(record.front.result(value))
        except ProcessError as error:
            outcome = ProcessOutcome(error=error, own=True)
        finish(record, outcome)
        return False

    def _left_over(self) -> bool:
        """End the process with what was never awaited, if anything, where main has returned or asked for an upgrade."""
        record = self._record
        alone = all(task is record.main for task in record.tasks)
        return self._complains(record.front.left_over(all_over=alone))

    def _complains(self, error: ProcessError | None) -> bool:
        """End the process with *error*, if there is one."""
        if error is not None:
            if self._record.runtime.scribe is not None:
                self._record.runtime.scribe.raised(self._record, error)
            finish(self._record, ProcessOutcome(error=error))
        return error is not None
