"""The log of a world: each action with what it did, for whoever asks for it in time; nothing for anybody else."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, ClassVar, Final, NamedTuple, TypeVar, overload

from simcore.kernel.action import Label
from simcore.kernel.channel import KernelChannel, ReceiveCase, SelectedCase, SendCase
from simcore.model.effects import Effect, LogEntry, LogRecord, Received, Refusal, Sent, Upgraded
from simcore.model.errors import InvalidArgument, UsageError
from simcore.model.messages import Cancel, Exit, LinkDown, Message
from simcore.model.operations import Operation
from simcore.model.payload import Payload, pack
from simcore.model.pid import Pid
from simcore.model.words import (
    Answered,
    Asked,
    Begun,
    Born,
    Built,
    ChannelName,
    Due,
    Ended,
    Given,
    Handed,
    HostStands,
    Looked,
    Opaque,
    Raised,
    Returned,
    ServiceDeclared,
    ServiceRetries,
    ServiceStands,
    Subscribed,
    TimerSet,
    TimerStopped,
    Took,
    Unsubscribed,
)
from simcore.process.settings import Settings
from simcore.process.state.observer import Observer, add_to
from simcore.process.state.runtime import WORLD
from simcore.process.verbs.functions import Future
from simcore.supervision.service import ServiceObserver
from simcore.world.changing import Changing

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simcore.kernel.action import Action
    from simcore.kernel.kernel import Kernel
    from simcore.model.changes import Change
    from simcore.model.errors import ProcessError
    from simcore.model.options import Options
    from simcore.process.state.envelope import Envelope, Form
    from simcore.process.state.record import ProcessRecord, Task
    from simcore.process.state.runtime import Host, Runtime
    from simcore.supervision.service import Service
    from simcore.supervision.spec import ServiceSpec

E = TypeVar("E", bound=Effect)
_BY_ITSELF: Final = "outside"
_FROM_OUTSIDE: Final = ("spawned", "enqueued", "host_changed", "policies_changed")
_FROM_SERVICES: Final = ("service_changed", "service_declared")


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

    def __init__(
        self,
        rows: list[Logged],
        pids: Mapping[str, Pid],
        broken: set[int],
        defined: Mapping[str, int],
        hosts: Mapping[str, tuple[int, HostStands]],
        services: Mapping[str, ServiceDeclared],
        options: Options,
    ) -> None:
        self._rows = rows
        self._pids = pids
        self._broken = broken
        self.options: Options = options
        """What holds in the world."""
        self.defined: Mapping[str, int] = MappingProxyType(defined)
        """The ids of all that can be spawned, each with how many entries the log had when it was defined."""
        self.services: Mapping[str, ServiceDeclared] = MappingProxyType(services)
        """What each service was declared as, by its id."""
        self.hosts: Mapping[str, tuple[int, HostStands]] = MappingProxyType(hosts)
        """The hosts by id, each with how many entries the log had when it was declared, and how it stood then."""

    def of(self, kind: type[E]) -> Iterator[E]:
        """Give the effects of one *kind* of all actions, such as ``Sent``, the oldest first."""
        return (effect for row in self._rows for effect in row.effects if isinstance(effect, kind))

    def _entry(self, place: int) -> LogEntry:
        row = self._rows[place]
        return LogEntry(
            is_whole=place not in self._broken,
            step=row.step,
            action=row.verb,
            actor=self._pids.get(row.path),
            receiver=self._pids.get(row.receiver),
            subject=row.receiver,
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
            places = range(len(self._rows))[index]
            return [self._entry(place) for place in places]
        return self._entry(range(len(self._rows))[index])

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
        self._broken: set[int] = set()
        self._services: dict[str, ServiceDeclared] = {}
        self._defined: dict[str, int] = {}
        self._hosts: dict[str, tuple[int, HostStands]] = {}
        self._naming = Naming()
        self._log: Log | None = None
        self._has_begun = False
        self._before = [add_to(runtime.observer, self, _FROM_OUTSIDE), add_to(services, self, _FROM_SERVICES)]
        self._kernel.trace.on_note = self._outside
        self._kernel.on_start = self._start
        self._runtime = runtime
        runtime.scribe = self

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
            declared = (self._defined, self._hosts, self._services)
            self._log = Log(self._rows, self._pids, self._broken, *declared, self._runtime.options)
        return self._log

    def close(self) -> None:
        """What comes next is no effect of the last action."""
        self._is_open = False

    def break_off(self) -> None:
        """What is being done is broken off by an error."""
        if self._rows:
            self._broken.add(len(self._rows) - 1)

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
            self._runtime.scribe = None
            self._naming = Naming()
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
        frame = record.frame
        self._effect(
            Born(
                pid=record.pid,
                id=record.id,
                host=record.host,
                path=record.path,
                creator=record.creator,
                parent=record.parent,
                values=frame.values,
                actor=frame.actor,
                scope=frame.scope,
            )
        )

    def ended(self, record: ProcessRecord) -> None:
        super().ended(record)
        outcome = record.outcome
        assert outcome is not None
        self._effect(Ended(pid=record.pid, packed=outcome.payload, error=outcome.error))

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

    def host_changed(self, host: Host) -> None:
        super().host_changed(host)
        grace_ns = None if host.stop is None or host.state != "stopping" else host.stop.deadline_ns
        self._effect(HostStands(id=host.id, state=host.state, processes_max=host.processes_max, grace_ns=grace_ns))

    def service_changed(self, service: Service, old: str) -> None:
        super().service_changed(service, old)
        self._effect(ServiceStands(id=service.id, old=old, new=service.state, pid=service.pid, wanted=service.wanted))

    def service_retrying(self, service: Service, attempt: int, delay_ns: int) -> None:
        self._effect(ServiceRetries(id=service.id, attempt=attempt, delay_ns=delay_ns))

    # -- what is listened to

    def service_declared(self, spec: ServiceSpec) -> None:
        restart, identity = spec.restart, spec.identity
        self._services[spec.id] = ServiceDeclared(
            id=spec.id,
            process=spec.process,
            host=spec.host,
            depends_on=spec.depends_on,
            actor=identity.actor,
            scope=identity.scope,
            has_groups=bool(identity.groups or identity.policies),
            initial_delay_ns=restart.initial_delay_ns,
            max_delay_ns=restart.max_delay_ns,
            backoff_factor=restart.backoff_factor,
            jitter=restart.jitter,
            max_attempts=restart.max_attempts,
            stop_timeout_ns=spec.stop_timeout_ns,
            stable_threshold_ns=spec.stable_threshold_ns,
            start_delay_ns=spec.start_delay_ns,
        )

    def host_declared(self, host: Host) -> None:
        stands = HostStands(id=host.id, state=host.state, processes_max=host.processes_max, grace_ns=None)
        self._hosts[host.id] = (self._hosts.get(host.id, (len(self._rows),))[0], stands)

    def defined(self, id: str) -> None:
        self._defined[id] = len(self._rows)

    def handed(self, record: ProcessRecord, arguments: Payload) -> None:
        # Of what is started from outside the row comes later, and what it is handed stands in the test.
        if self._is_open:
            self._effect(Handed(pid=record.pid, packed=arguments))

    def looked(self, record: ProcessRecord, what: str, value: Any, about: tuple[Any, ...] = ()) -> None:
        self._effect(Looked(pid=record.pid, what=what, about=about, value=self._naming.value(value)))

    def asked(self, record: ProcessRecord, task: Task | None, operation: Any) -> None:
        verb, fields = self._naming.asked(operation)
        self._effect(Asked(pid=record.pid, coroutine=self._number(record, task), verb=verb, fields=fields))

    def answered(self, record: ProcessRecord, task: Task, value: Any, error: BaseException | None) -> None:
        number, then = self._number(record, task), self._naming.value(value)
        self._effect(Answered(pid=record.pid, coroutine=number, value=then, error=error, given=value))

    def returned(self, record: ProcessRecord, task: Task, value: Any) -> None:
        packed, error = None, None
        if task is record.main:
            try:
                packed = value if isinstance(value, Payload) else pack((value,))
            except InvalidArgument as problem:
                error = problem
        self._effect(Returned(pid=record.pid, coroutine=self._number(record, task), packed=packed, error=error))

    def raised(self, record: ProcessRecord, error: ProcessError) -> None:
        self._effect(Raised(pid=record.pid, error=error))

    def due(self, record: ProcessRecord, task: Task) -> None:
        self._effect(Due(pid=record.pid, coroutine=self._number(record, task)))

    def begun(self, record: ProcessRecord, task: Task) -> None:
        self._effect(Begun(pid=record.pid, coroutine=self._number(record, task)))

    def subscribed(self, record: ProcessRecord, topic: str, form: Form, channel: KernelChannel) -> None:
        self._effect(Subscribed(pid=record.pid, topic=topic, form=form, channel=self._naming.channel(channel)))

    def unsubscribed(self, record: ProcessRecord, channel: KernelChannel) -> None:
        self._effect(Unsubscribed(pid=record.pid, channel=self._naming.channel(channel)))

    def took(self, record: ProcessRecord, channel: KernelChannel, taken: tuple[Any, bool]) -> None:
        value, ok = taken
        name = self._naming.channel(channel)
        self._effect(Took(pid=record.pid, channel=name, value=self._naming.value(value), ok=ok))

    def timer_set(self, record: ProcessRecord, word: str, channel: KernelChannel, due_ns: int) -> None:
        self._effect(TimerSet(pid=record.pid, word=word, channel=self._naming.channel(channel), due_ns=due_ns))

    def timer_stopped(self, record: ProcessRecord, channel: KernelChannel, *, closed: bool) -> None:
        self._effect(TimerStopped(pid=record.pid, channel=self._naming.channel(channel), closed=closed))

    def given(self, record: ProcessRecord, channel: KernelChannel, *, again: bool) -> None:
        self._effect(Given(pid=record.pid, channel=self._naming.channel(channel), again=again))

    def _number(self, record: ProcessRecord, task: Task | None) -> int:
        return BODY if task is None else self._naming.coroutine(record, task)


BODY: Final = -1
"""The coroutine of what a module body asks for, before its process has any."""


class Naming:
    """Names what has no name: channels by numbers over the world, coroutines by numbers over their process, each as
    they come up; and takes values as they are now."""

    def __init__(self) -> None:
        self._channels: dict[KernelChannel, ChannelName] = {}
        self._coroutines: dict[Task, int] = {}
        self._counts: dict[Pid, int] = {}

    def channel(self, channel: KernelChannel) -> ChannelName:
        """Return the name of *channel*, always the same one."""
        name = self._channels.get(channel)
        if name is None:
            name = self._channels[channel] = ChannelName(len(self._channels), channel.capacity)
        return name

    def coroutine(self, record: ProcessRecord, task: Task) -> int:
        """Return the number of a coroutine in its process, always the same one."""
        number = self._coroutines.get(task)
        if number is None:
            number = self._coroutines[task] = self._counts.get(record.pid, 0)
            self._counts[record.pid] = number + 1
        return number

    def asked(self, operation: Any) -> tuple[str, dict[str, Any]]:
        """Return what an operation is called, and its fields as they are now."""
        if not isinstance(operation, Operation):
            return "foreign", {}
        fields = operation.__struct_fields__
        return operation.word().lower(), {name: self.value(getattr(operation, name)) for name in fields}

    def value(self, value: Any) -> Any:
        """Return *value* as it is now, so that it stays so."""
        known = self._TAKEN.get(value.__class__)
        if known is None:
            return self._other(value)
        return known(self, value)

    def _other(self, value: Any) -> Any:
        try:
            return pack((value,))
        except InvalidArgument:
            return Opaque(value)

    def _itself(self, value: Any) -> Any:
        return value

    def _all(self, values: tuple[Any, ...]) -> tuple[Any, ...]:
        return tuple(map(self.value, values))

    def _message(self, message: Message) -> Message:
        return Message(message.topic, message.sender, pack((message.payload,)))

    def _exit(self, event: Exit) -> Exit:
        return Exit(event.sender, pack((event.value,)), event.error, event.at_ns)

    def _case(self, case: ReceiveCase | SendCase) -> tuple[str, ChannelName, Any]:
        if isinstance(case, SendCase):
            return "send", self.channel(case.channel), self.value(case.value)
        return "receive", self.channel(case.channel), None

    def _settings(self, settings: Settings) -> Built:
        frame = settings.frame
        return Built(
            values=frame.values,
            actor=frame.actor,
            scope=frame.scope,
            name=settings.name,
            messages=settings.messages,
        )

    def _future(self, future: Future) -> ChannelName:
        return self.channel(future.channel)

    _TAKEN: ClassVar[dict[type, Callable[[Naming, Any], Any]]] = {
        **dict.fromkeys((type(None), bool, int, float, str, bytes, Pid, Payload, LinkDown, Cancel), _itself),
        tuple: _all,
        SelectedCase: _all,
        Message: _message,
        Exit: _exit,
        KernelChannel: channel,
        ReceiveCase: _case,
        SendCase: _case,
        Settings: _settings,
        Future: _future,
    }


_HEARD: Final = {name: None for kind in (Changing, Writer) for name in vars(kind) if not name.startswith("_")}.keys()


def _ends(record: ProcessRecord, envelope: Envelope) -> dict[str, Any]:
    return {
        "sender": envelope.sender,
        "receiver": record.pid,
        "topic": envelope.topic,
        "event": envelope.event,
    }
