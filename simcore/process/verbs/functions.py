"""Function calls: at once or as a future, in a context of their own, with a time limit (lua 6.5)."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from simcore.kernel.action import Label
from simcore.kernel.channel import SUSPEND, KernelChannel
from simcore.kernel.kernel import Timer
from simcore.model.durations import format_duration
from simcore.model.errors import CANCELED, TIMEOUT, NotFound, ProcessError, process_error
from simcore.model.messages import EVENTS_TOPIC, Cancel, Exit
from simcore.model.operations import CallFunction, CancelFunction, StartFunction
from simcore.model.payload import EMPTY, Payload
from simcore.process.command import LATER, Command, Return
from simcore.process.mailbox import ONCE, close, enqueue
from simcore.process.settings import packed
from simcore.process.start import admit, frame_of, start_function
from simcore.process.state.envelope import RESULT, Envelope
from simcore.process.verbs.calling import refuse
from simcore.process.verbs.verb import VerbRow

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simcore.process.settings import Settings
    from simcore.process.state.record import ProcessRecord, Task


# -- the settings of an executor


def with_context(record: ProcessRecord, settings: Settings, values: Mapping[Any, Any]) -> Settings:
    """Lay context values over those that a called function inherits.

    Raises:
        PermissionDenied: ``funcs.context`` on ``context``.
        InvalidArgument: a key is no text, or a value cannot be copied.
    """
    record.runtime.require(record, "funcs.with_context", {})
    return replace(settings, frame=settings.frame.with_values(packed(values)))


# -- calls


def call_function(record: ProcessRecord, task: Task, operation: CallFunction) -> object:
    """Check a function call and leave its start to a command; the function's end is the answer."""
    _check(record, operation.id)
    record.commands.append(Command("do:funcs.call", record, task, operation.id, _call, operation))
    return SUSPEND


def start_future(record: ProcessRecord, task: Task, operation: StartFunction) -> object:
    """Check a call as ``call_function`` does; the answer is the ``Future`` of its end, as soon as it was started."""
    _check(record, operation.id)
    record.commands.append(Command("do:funcs.async", record, task, operation.id, _start, operation))
    return SUSPEND


def _check(record: ProcessRecord, id: str) -> None:
    runtime = record.runtime
    runtime.require(record, "funcs.call", {"id": id})
    if id not in runtime.definitions:
        raise NotFound(f"function not found: {id}")


def _call(command: Command) -> object:
    try:
        callee = _callee(command)
    except ProcessError as error:
        return refuse(command, error)
    callee.caller = Answer("return:funcs.call", command, callee)
    admit(callee)
    return LATER


def _start(command: Command) -> Future:
    callee = _callee(command)
    future = Future(command, callee)
    callee.caller = future.answer
    admit(callee)
    return future


def _callee(command: Command) -> ProcessRecord:
    record, operation = command.record, command.data
    frame = frame_of(record, operation.settings)
    return start_function(record.runtime, operation.id, operation.arguments, frame, creator=record)


class Answer(Return):
    """The end of a called function as what its caller waits for, or the end of its time, whichever is first."""

    __slots__ = ("_callee", "_limit")

    def __init__(self, verb: str, command: Command, callee: ProcessRecord) -> None:
        super().__init__(verb, command.record, command.task, callee.path)
        self._callee = callee
        timeout_ns = command.data.timeout_ns
        self._limit = TimeLimit(self, timeout_ns) if timeout_ns > 0 else None

    def perform(self) -> None:
        self.withdraw()
        self.give(self.value, self.error)

    def give(self, value: Payload | None, error: ProcessError | None) -> None:
        """Hand the end to whoever waits for it."""
        self.record.complete(self.task, value, error)

    def withdraw(self) -> None:
        """Wait no longer, neither for the end nor for the time."""
        self.record.pending.pop(self, None)
        if self._limit is not None:
            self.record.pending.pop(self._limit, None)
            self._limit.cancel()

    def expire(self, timeout_ns: int) -> None:
        """Answer that the time is over, and ask the function to end."""
        # The end may be enabled already, at this same instant: the one that was picked first counts.
        self.cancel()
        self.withdraw()
        self.ask_to_end()
        error = process_error(f"function call timed out after {format_duration(timeout_ns)}", TIMEOUT)
        self.record.runtime.fold_error(error)
        self.give(None, error)

    def ask_to_end(self) -> None:
        """Let the function know that nobody waits for it any more; one that has ended does not hear it."""
        runtime, callee = self.record.runtime, self._callee
        if callee.alive:
            event = Cancel(self.record.pid, at_ns=runtime.now_ns)
            enqueue(callee, Envelope(EVENTS_TOPIC, self.record.pid, event=event))


class TimeLimit(Timer):
    """The end of the time that a function call has."""

    __slots__ = ("_answer", "_timeout_ns")

    def __init__(self, answer: Answer, timeout_ns: int) -> None:
        self._answer = answer
        self._timeout_ns = timeout_ns
        answer.record.pending[self] = None
        kernel = answer.record.runtime.kernel
        super().__init__(kernel, kernel.now_ns + timeout_ns)

    def label(self) -> Label:
        return Label("fire:timeout", self._answer.record.path, self._answer.receiver)

    def fire(self) -> None:
        self._answer.expire(self._timeout_ns)


# -- futures


class Future:
    """The end of a function that was started and not waited for.

    Args:
        command: what starts the function.
        callee: the function's process.

    ``channel`` gets one value, the result or the error, and is then closed. ``error`` and ``payload`` say how it ended,
    ``is_complete`` whether it has, ``is_canceled`` whether the caller wanted no end any more, and ``is_looked_at``
    whether the caller has ever asked it for anything.
    """

    __slots__ = ("answer", "channel", "error", "is_canceled", "is_complete", "is_looked_at", "payload")

    def __init__(self, command: Command, callee: ProcessRecord) -> None:
        self.channel: KernelChannel = KernelChannel(command.record.wakeups, 1)
        self.answer: FutureAnswer = FutureAnswer("return:funcs.async", command, callee)
        self.answer.future = self
        self.payload: Payload = EMPTY
        self.error: ProcessError | None = None
        self.is_complete: bool = False
        self.is_canceled: bool = False
        self.is_looked_at: bool = False


class FutureAnswer(Answer):
    """The end of a called function as the value of a future."""

    __slots__ = ("future",)

    future: Future

    def give(self, value: Payload | None, error: ProcessError | None) -> None:
        """Complete the future; its value comes through the mailbox, as the firing of a timer channel does."""
        record, future = self.record, self.future
        future.is_complete, future.payload, future.error = True, value or EMPTY, error
        event = None if error is None else Exit(self._callee.pid, None, error, record.runtime.now_ns)
        envelope = Envelope(ONCE, None, future.payload, event=event, channel=future.channel)
        envelope.form = RESULT
        if record.runtime.scribe is not None:
            record.runtime.scribe.given(record, future.channel, again=False)
        record.accept(envelope)


def cancel_future(record: ProcessRecord, task: Task, operation: CancelFunction) -> object:
    """Want no end any more: close the future's channel, and leave it to a command to ask the function to end."""
    future: Future = operation.future
    future.is_looked_at = True
    if future.is_complete:
        return None
    # At once, since the caller alone can see it; only what reaches the function is an action.
    future.is_complete = future.is_canceled = True
    future.error = process_error("function call canceled", CANCELED)
    future.answer.cancel()
    future.answer.withdraw()
    close(record, future.channel)
    record.commands.append(Command("do:funcs.cancel", record, task, future.answer.receiver, _cancel, future.answer))
    return SUSPEND


def _cancel(command: Command) -> None:
    command.data.ask_to_end()


VERBS: Final = (
    VerbRow(
        CallFunction,
        call_function,
        "the result of {id}",
        {
            "do:funcs.call": "the call of the function {whom} by {who}",
            "return:funcs.call": "the result of the function {whom}, called by {who}",
            "fire:timeout": "the time limit of {who} for the function {whom}",
        },
    ),
    VerbRow(
        StartFunction,
        start_future,
        "the start of {id}",
        {
            "do:funcs.async": "the start of the function {whom} by {who}",
            "return:funcs.async": "the result of the function {whom}, started by {who}",
        },
    ),
    VerbRow(
        CancelFunction,
        cancel_future,
        "its turn to cancel a function call",
        {"do:funcs.cancel": "the cancel of the function {whom} by {who}"},
    ),
)
