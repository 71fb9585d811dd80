"""The log of a world: each action with what it did, for whoever asks for it in time; nothing for anybody else."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeVar, overload

from simcore.kernel.action import Label
from simcore.model.effects import Effect, LogEntry, LogRecord, Received, Refusal, Sent, Upgraded
from simcore.model.errors import UsageError
from simcore.process.state.observer import Observer, add_to
from simcore.process.state.runtime import WORLD
from simcore.supervision.service import ServiceObserver
from simcore.world.changing import Changing

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simcore.kernel.action import Action
    from simcore.kernel.kernel import Kernel
    from simcore.model.changes import Change
    from simcore.model.errors import ProcessError
    from simcore.model.pid import Pid
    from simcore.process.state.envelope import Envelope
    from simcore.process.state.record import ProcessRecord
    from simcore.process.state.runtime import Runtime

E = TypeVar("E", bound=Effect)
_BY_ITSELF: Final = "outside"
_FROM_OUTSIDE: Final = ("spawned", "enqueued", "host_changed", "policies_changed")
_FROM_SERVICES: Final = ("service_changed",)


class Logged(NamedTuple):
    """One action as it is written down; the entry is made of it when somebody looks."""

    step: int
    verb: str
    path: str
    receiver: str
    instant_ns: int
    effects: list[Effect]


class Log(Sequence[LogEntry]):
    """What has happened, action by action, the oldest first: ``world.log``. It grows while the world runs.

    ``log[-1].effects`` is what the last action did; ``log.of(Sent)`` gives all that was sent. Who looks again and again
    keeps how far he was, and looks at ``log[seen:]`` alone.
    """

    def __init__(self, rows: list[Logged], pids: Mapping[str, Pid]) -> None:
        self._rows = rows
        self._pids = pids

    def of(self, kind: type[E]) -> Iterator[E]:
        """Give the effects of one *kind* of all actions, such as ``Sent``, the oldest first."""
        return (effect for row in self._rows for effect in row.effects if isinstance(effect, kind))

    def _entry(self, row: Logged) -> LogEntry:
        return LogEntry(
            step=row.step,
            action=row.verb,
            actor=self._pids.get(row.path),
            receiver=self._pids.get(row.receiver),
            path=row.path,
            instant_ns=row.instant_ns,
            effects=tuple(row.effects),
        )

    @overload
    def __getitem__(self, index: int) -> LogEntry: ...

    @overload
    def __getitem__(self, index: slice) -> list[LogEntry]: ...

    def __getitem__(self, index: int | slice) -> LogEntry | list[LogEntry]:
        if isinstance(index, slice):
            return [self._entry(row) for row in self._rows[index]]
        return self._entry(self._rows[index])

    def __len__(self) -> int:
        return len(self._rows)

    def __repr__(self) -> str:
        amount = len(self._rows)
        last = f", the last {self._rows[-1].verb} of {self._rows[-1].path}" if amount else ""
        return f"<Log of {amount:,} action{'s' * (amount != 1)}{last}>"


class Writer(Changing):
    """Writes the log. Until the first action it hears of what is done from outside alone, which is little; from there
    on of everything, or where nobody has asked for the log of nothing, and what it has written is dropped.

    Args:
        runtime: of the world.
        services: who tells what happens to services.
    """

    def __init__(self, runtime: Runtime, services: ServiceObserver) -> None:
        self._kernel: Kernel = runtime.kernel
        self._tellers: tuple[tuple[object, type], ...] = ((runtime.observer, Observer), (services, ServiceObserver))
        self._denials = runtime.denials
        self._rows: list[Logged] = []
        self._is_open = False
        self._pids: dict[str, Pid] = {}
        self._log: Log | None = None
        self._has_begun = False
        self._before = [add_to(runtime.observer, self, _FROM_OUTSIDE), add_to(services, self, _FROM_SERVICES)]
        self._kernel.trace.on_note = self._outside
        self._kernel.on_start = self._start

    def log(self) -> Log:
        """Return the log, which is written from now on.

        Raises:
            UsageError: it is asked for first when actions were performed already.
        """
        if self._log is None:
            if self._has_begun:
                raise UsageError(
                    "world.log is written for who asks before the first action; write `log = world.log` before the "
                    "first `world.run`, and look into `log` afterwards; in a property name `world.log` itself, and "
                    "not in a function that it calls"
                )
            self._log = Log(self._rows, self._pids)
        return self._log

    def close(self) -> None:
        """What comes next is no effect of the last action."""
        self._is_open = False

    def _start(self) -> None:
        """The first action is about to be performed."""
        self._has_begun = True
        for (teller, _), before in zip(self._tellers, self._before, strict=True):
            for name, method in before.items():
                setattr(teller, name, method)
        self._before.clear()
        if self._log is None:
            self._rows.clear()
            self._pids.clear()
            self._kernel.trace.on_note = None
            return
        for teller, kind in self._tellers:
            add_to(teller, self, _HEARD & vars(kind).keys())
        self._kernel.listen(self._action)

    def _action(self, action: Action, number: int) -> None:
        self._row(action.label())

    def _outside(self, label: Label) -> None:
        self._row(label)

    def _row(self, label: Label) -> None:
        kernel = self._kernel
        self._rows.append(Logged(kernel.actions, label.verb, label.path, label.receiver, kernel.now_ns, []))
        self._is_open = True

    def _effect(self, effect: Effect) -> None:
        if not self._is_open:
            self._row(Label(_BY_ITSELF, WORLD))
        self._rows[-1].effects.append(effect)

    # -- what is heard

    def note(self, change: Change) -> None:
        self._effect(change)

    def spawned(self, record: ProcessRecord) -> None:
        self._pids[record.path] = record.pid
        super().spawned(record)

    def enqueued(self, record: ProcessRecord, envelope: Envelope) -> None:
        # What goes to a channel of its own, such as the firing of a timer, is an action and no message.
        if envelope.channel is None:
            self._effect(Sent(**_ends(record, envelope), packed=envelope.payload))

    def received(self, record: ProcessRecord, envelope: Envelope) -> None:
        if envelope.channel is None:
            self._effect(Received(**_ends(record, envelope), packed=envelope.payload))

    def refused(self, record: ProcessRecord, verb: str, subject: str, error: ProcessError) -> None:
        self._effect(Refusal(pid=record.pid, verb=verb, subject=subject, error=error))

    def denied(self, record: ProcessRecord, action: str, resource: str) -> None:
        self._effect(self._denials[-1])

    def upgraded(self, record: ProcessRecord, old: str) -> None:
        self._effect(Upgraded(pid=record.pid, id=record.id, old=old))

    def logged(self, record: ProcessRecord, level: str, message: str, fields: Mapping[str, Any], place: str) -> None:
        self._effect(LogRecord(pid=record.pid, level=level, message=message, fields=dict(fields)))


_HEARD: Final = {name: None for kind in (Changing, Writer) for name in vars(kind) if not name.startswith("_")}.keys()


def _ends(record: ProcessRecord, envelope: Envelope) -> dict[str, Any]:
    return {
        "sender": envelope.sender,
        "receiver": record.pid,
        "topic": envelope.topic,
        "event": envelope.event,
    }
