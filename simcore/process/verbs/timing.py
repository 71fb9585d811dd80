"""Sleeping, timer channels, and waiting for SimPy's own events (process 3.15)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Literal, TypeAlias

from simcore.kernel.action import Label
from simcore.kernel.channel import SUSPEND, KernelChannel
from simcore.kernel.kernel import Timer
from simcore.model.errors import InvalidArgument
from simcore.model.operations import Sleep, WaitEvent
from simcore.model.texts import class_name
from simcore.process import mailbox
from simcore.process.command import LATER, Command, Return, SleepTimer
from simcore.process.mailbox import AGAIN, ONCE
from simcore.process.state.envelope import TIME, Envelope
from simcore.process.verbs.verb import VerbRow

if TYPE_CHECKING:
    from simcore.process.state.record import ProcessRecord, Task

TimerWord: TypeAlias = Literal["after", "timer", "ticker"]
TICKER_CAPACITY: Final = 16
"""Ticks that wait; what comes on top is dropped (lua 5.7)."""


def sleep(record: ProcessRecord, task: Task, operation: Sleep) -> object:
    """Leave the start of a sleep to a command; one that is not positive is over at once."""
    if operation.duration_ns <= 0:
        return None
    record.commands.append(Command("do:sleep", record, task, "", _sleep, operation.duration_ns))
    return SUSPEND


def _sleep(command: Command) -> object:
    if command.record.alive:
        SleepTimer(command.record, command.task, command.record.runtime.now_ns + command.data)
    return LATER


def wait_event(record: ProcessRecord, task: Task, operation: WaitEvent) -> object:
    """Leave the waiting for a SimPy event to a command.

    Raises:
        InvalidArgument: it is no event of this world's environment.
    """
    if getattr(operation.event, "env", None) is not record.runtime.kernel.environment:
        raise InvalidArgument(f"wait takes a SimPy event of world.environment, not a {class_name(operation.event)}")
    wait = EventWait(record, operation.event)
    # None is SimPy's sign of an event that was processed.
    if operation.event.callbacks is not None:
        operation.event.callbacks.append(wait.claim)
    record.commands.append(Command("do:wait", record, task, "", _wait, wait))
    return SUSPEND


class EventWait:
    """The wait of one coroutine for one SimPy event.

    Args:
        record: of the process.
        event: what it waits for.
    """

    __slots__ = ("_answer", "_record", "event")

    def __init__(self, record: ProcessRecord, event: Any) -> None:
        self._record = record
        self._answer: Return | None = None
        self.event: Any = event

    def begin(self, answer: Return) -> None:
        """Give the *answer* when the event comes."""
        self._answer = answer
        if self.event.callbacks is None:
            answer.enable(self.event)
        else:
            # Behind all that was noted since it was asked for: who has begun to wait first is told first.
            self.event.callbacks.append(answer.enable)

    def claim(self, event: Any) -> None:
        """A failure has somebody to be told, and is no failure of the run: also before the command is performed, and
        not where the process has ended meanwhile."""
        if self._record.alive if self._answer is None else self._answer.waits:
            event.defused = True


def _wait(command: Command) -> object:
    command.data.begin(Return("return:wait", command.record, command.task, ""))
    return LATER


class TimerChannel:
    """A channel that is given a value at an instant, once or again and again.

    Args:
        record: whose channel it is.
        word: what the program calls it: ``after``, ``timer`` or ``ticker``.
        duration_ns: nanoseconds until it fires; for a ticker also between two firings.

    Raises:
        InvalidArgument: the duration is not above 0 (lua 6.3, O29).
    """

    __slots__ = ("_again", "_duration_ns", "_record", "_timer", "_word", "channel")

    def __init__(self, record: ProcessRecord, word: TimerWord, duration_ns: int) -> None:
        self._record = record
        self._word = word
        self._again = word == "ticker"
        self._duration_ns = self._positive(duration_ns)
        self._timer: Firing | None = None
        self._start()

    def stop(self) -> bool:
        """Never fire (again), and close the channel, which wakes who waits at it (O27). Tell whether it was still going
        to."""
        was_going_to = self._withdraw()
        if self._record.runtime.scribe is not None:
            self._record.runtime.scribe.timer_stopped(self._record, self.channel, closed=True)
        mailbox.close(self._record, self.channel)
        return was_going_to

    def reset(self, duration_ns: int) -> bool:
        """Fire after *duration_ns* from now instead; tell whether it was still going to. One that was stopped, has
        fired or whose channel is closed has a new channel from now on, since nothing opens that again (O28).

        Raises:
            InvalidArgument: the duration is not above 0; nothing has changed.
        """
        self._duration_ns = self._positive(duration_ns)
        was_going_to = self._withdraw()
        if was_going_to and self._record.runtime.scribe is not None:
            self._record.runtime.scribe.timer_stopped(self._record, self.channel, closed=False)
        if was_going_to and not self.channel.closed:
            self._start(self.channel)
        else:
            self._start()
        return was_going_to

    def _positive(self, duration_ns: int) -> int:
        if duration_ns <= 0:
            raise InvalidArgument(f"{self._word}: duration must be positive")
        return duration_ns

    def _withdraw(self) -> bool:
        """Never fire. Tell whether it was still going to."""
        timer, self._timer = self._timer, None
        if timer is None:
            return False
        self._record.pending.pop(timer, None)
        return timer.cancel()

    def _start(self, channel: KernelChannel | None = None) -> None:
        self.channel: KernelChannel = channel or KernelChannel(
            self._record.wakeups, TICKER_CAPACITY if self._again else 1
        )
        self._go_on()

    @property
    def duration_ns(self) -> int:
        """After how long it fires, in nanoseconds."""
        return self._duration_ns

    def _go_on(self) -> None:
        due_ns = self._record.runtime.now_ns + self._duration_ns
        if self._record.runtime.scribe is not None:
            self._record.runtime.scribe.timer_set(self._record, self._word, self.channel, due_ns)
        self._timer = Firing(self._record, self, due_ns)

    def fired(self) -> None:
        """Send the firing through the mailbox, like a message; a stale one is dropped there."""
        record = self._record
        envelope = Envelope(AGAIN if self._again else ONCE, None, channel=self.channel, at_ns=record.runtime.now_ns)
        envelope.form = TIME
        if record.runtime.scribe is not None:
            record.runtime.scribe.given(record, self.channel, again=self._again)
        record.accept(envelope)
        self._timer = None
        # Nothing opens the channel of a ticker again, and time need not go on for it.
        if self._again and not self.channel.closed:
            self._go_on()


class Firing(Timer):
    """The next firing of a timer channel."""

    __slots__ = ("_channel", "record")

    def __init__(self, record: ProcessRecord, channel: TimerChannel, due_ns: int) -> None:
        self.record: ProcessRecord = record
        self._channel = channel
        self.number = -1
        record.pending[self] = None
        super().__init__(record.runtime.kernel, due_ns)

    @property
    def duration_ns(self) -> int:
        """How long it was waited for, in nanoseconds."""
        return self._channel.duration_ns

    def label(self) -> Label:
        return Label("fire:after", self.record.path)

    def fire(self) -> None:
        del self.record.pending[self]
        self._channel.fired()


def after(record: ProcessRecord, duration_ns: int) -> KernelChannel:
    """Return a channel that gets one value after *duration_ns* nanoseconds and is then closed.

    Raises:
        InvalidArgument: the duration is not above 0.
    """
    return TimerChannel(record, "after", duration_ns).channel


VERBS: Final = (
    VerbRow(
        Sleep,
        sleep,
        "a sleep of {duration_ns}",
        {"do:sleep": "the start of a sleep of {who}", "fire:sleep": "the end of a sleep of {who}"},
    ),
    VerbRow(
        WaitEvent,
        wait_event,
        "a SimPy event",
        {"do:wait": "the start of a wait of {who}", "return:wait": "the end of a wait of {who}"},
    ),
)
