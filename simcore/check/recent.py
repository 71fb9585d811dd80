"""What has happened last in a long run: what is looked at where it is ended by a bound."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Final, NamedTuple

from simcore.model.messages import Cancel, Exit, LinkDown
from simcore.process.command import Command
from simcore.process.state.envelope import Envelope
from simcore.process.state.observer import add_to
from simcore.process.verbs.timing import Firing

if TYPE_CHECKING:
    from simcore.kernel.action import Action
    from simcore.process.state.record import ProcessRecord
    from simcore.process.state.runtime import Runtime

NOTES_MAX: Final = 8_192
"""So much of what happened last is kept."""
RECEIVE: Final = "receive"
HEAR: Final = "hear"
UPGRADE: Final = "upgrade"
"""The verbs of notes that are no actions: a process has taken a message, or an event, or goes on as another."""
EVENTS: Final[dict[type[Exit | LinkDown | Cancel], str]] = {Exit: "EXIT", LinkDown: "LINK_DOWN", Cancel: "CANCEL"}


class Note(NamedTuple):
    """Something that happened.

    Args:
        at_ns: when, in nanoseconds of virtual time.
        verb, path: what and who, as of a ``Label``.
        other: the creator path of whom it concerns as well, or what; or empty.
        topic: of a message; or empty.
        duration_ns: of a sleep or a timer; or 0.
    """

    at_ns: int
    verb: str
    path: str
    other: str = ""
    topic: str = ""
    duration_ns: int = 0


class Recent:
    """Notes what happens, from the moment on at which the run has become a long one; until then it costs nothing.

    Only plain values are kept, so that nothing lives longer for it.
    """

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime
        self._noted: deque[tuple[int, int, str, int] | Note] = deque(maxlen=NOTES_MAX)
        runtime.kernel.on_long = self._begin

    def notes(self) -> list[Note]:
        """Return what was noted, the oldest first."""
        labels = self._runtime.kernel.trace.labels()
        return [each if isinstance(each, Note) else _note(each, *labels[each[0]]) for each in self._noted]

    def _begin(self) -> None:
        runtime = self._runtime
        runtime.kernel.listen(self._action)
        add_to(runtime.observer, self, ("received", "upgraded"))

    def _action(self, action: Action, number: int) -> None:
        topic, duration_ns = "", 0
        if isinstance(action, Command):
            data = action.data
            if data.__class__ is Envelope:
                topic = data.topic
            elif data.__class__ is int:
                duration_ns = data
        elif isinstance(action, Firing):
            duration_ns = action.duration_ns
        self._noted.append((number, self._runtime.kernel.now_ns, topic, duration_ns))

    def received(self, record: ProcessRecord, envelope: Envelope) -> None:
        """Note that a process has taken a message or an event, as ``Observer`` has it."""
        sender = "" if envelope.sender is None else self._runtime.path_of(envelope.sender)
        verb, topic = (RECEIVE, envelope.topic) if envelope.event is None else (HEAR, EVENTS[type(envelope.event)])
        self._noted.append(Note(self._runtime.kernel.now_ns, verb, record.path, sender, topic))

    def upgraded(self, record: ProcessRecord, old: str) -> None:
        """Note that a process goes on as another incarnation, as ``Observer`` has it."""
        self._noted.append(Note(self._runtime.kernel.now_ns, UPGRADE, record.path, record.id))


def _note(noted: tuple[int, int, str, int], verb: str, path: str, receiver: str) -> Note:
    _, at_ns, topic, duration_ns = noted
    return Note(at_ns, verb, path, receiver, topic, duration_ns)
