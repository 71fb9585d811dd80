"""What a Python behaviour has in hand: the first argument of every ``async def`` behaviour."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Literal, NoReturn, TypeVar, overload

from simcore.kernel.channel import KernelChannel
from simcore.model import operations
from simcore.model.durations import duration_ns
from simcore.model.errors import ArgumentTypeError, InvalidArgument, ProcessEnded
from simcore.model.messages import EVENTS_TOPIC, INBOX_TOPIC
from simcore.model.payload import Payload, pack
from simcore.process import mailbox, principals, settings
from simcore.process.state.envelope import EVENT, MESSAGE, Form
from simcore.process.state.record import ENDED, ProcessRecord
from simcore.process.upgrade import UpgradeRequested
from simcore.process.verbs import coroutines, messaging, timing
from simcore.python.arguments import are_texts, kind_of, required_text
from simcore.python.builder import RunAndWaitRequest, SpawnBuilder, SpawnRequest
from simcore.python.channel import Channel, Selected, SelectRequest, receive_cases
from simcore.python.registry import Registry
from simcore.python.request import EventRequest, Request
from simcore.python.unstarted import Unstarted, passed_first
from simcore.security.decision import can

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Mapping

    from simcore.kernel.chance import Random
    from simcore.model.messages import Event, Message
    from simcore.model.pid import Pid
    from simcore.python.request import Unawaited
    from simcore.security.actor import Actor
    from simcore.security.policy import Policy
    from simcore.security.scope import Scope

T = TypeVar("T")


class Process:
    """A process, as its own behaviour sees it (the ``process`` API of the contract; process 15.1.1).

    What has to be awaited may let other processes run first; what has not does not. ``registry`` holds the registered
    names. An argument that is to be a text and is none is an ``InvalidArgument``, whatever else a method raises.
    """

    __slots__ = ("_record", "_unawaited", "registry")

    def __init__(self, record: ProcessRecord, unawaited: Unawaited) -> None:
        self._record = record
        self._unawaited = unawaited
        self.registry: Registry = Registry(unawaited)

    def __repr__(self) -> str:
        return f"<Process {self._record.pid} of {self._record.id}>"

    # -- who and where

    @property
    def pid(self) -> Pid:
        """The process's identifier, the same for its whole life (process 1.5)."""
        return self._record.pid

    @property
    def id(self) -> str:
        """The id of the definition that runs (process 1.6)."""
        return self._looked("id", self._record.id)

    @property
    def now_ns(self) -> int:
        """The virtual time in nanoseconds."""
        return self._record.runtime.now_ns

    @property
    def random(self) -> Random:
        """Chance of the process's own: a ``random.Random`` whose numbers follow from the seed of the world and from the
        process's creators (I98). To draw moves neither the schedule nor what others draw; an upgrade goes on where the
        old code was."""
        record = self._record
        return record.runtime.kernel.choices.random_for(record.path)

    @property
    def context(self) -> Mapping[str, object]:
        """The context values that the process was given (process 7.8); what is done to one is seen by nobody else."""
        values = self._record.frame.values
        return MappingProxyType(self._looked("context", {key: _value(value) for key, value in values.items()}))

    @property
    def actor(self) -> Actor | None:
        """The security principal in whose name the process acts, or None."""
        return self._record.frame.actor

    @property
    def scope(self) -> Scope | None:
        """The policies that bind the process, or None."""
        return self._record.frame.scope

    def _looked(self, what: str, value: T, about: tuple[object, ...] = ()) -> T:
        """Return what the process is told of itself; where somebody writes the log, it is written down."""
        scribe = self._record.runtime.scribe
        if scribe is not None:
            scribe.looked(self._record, what, value, about)
        return value

    def can(self, action: str, resource: str) -> bool:
        """Return what the policies say of *action* on *resource*; False without actor or scope (process 12.1). No
        effect.

        Args:
            action: such as ``process.send``.
            resource: on what, such as a pid or the id of a definition.
        """
        verdict = can(self._record.frame, action, resource, pid=self._record.pid)
        return self._looked("can", verdict, (action, resource, {}))

    def policy(self, id: str) -> Policy:
        """Return the policy of this whole id as it is now, for a scope (process 12.4, 12.10).

        Raises:
            InvalidArgument: ``permission denied``: ``security.policy.get`` on the id.
            NotFound: ``policy not found``.
        """
        return principals.policy(self._record, required_text("id", id))

    def named_scope(self, group: str) -> Scope:
        """Return the scope of all policies that are in the group of this whole id now; it is a snapshot
        (process 12.4, N31).

        Raises:
            InvalidArgument: ``permission denied``: ``security.policy_group.get`` on the group.
            NotFound: ``policy group not found``.
        """
        return principals.named_scope(self._record, required_text("group", group))

    # -- messages

    def send(self, destination: str, topic: str, *payload: Any) -> Request[None]:
        """Enqueue a message at a pid, its text or a registered name (original page, "Sending Messages"; process 3.1).

        Args:
            destination: who gets it.
            topic: any text that does not begin with ``@``.
            payload: any number of values, which are copied.

        Raises:
            InvalidArgument: the topic begins with ``@``, or a value cannot leave its process.
            NotFound: no such process, or no such name.
            PermissionDenied: ``process.send`` on the resolved pid.
        """
        if not are_texts(destination, topic):
            raise ArgumentTypeError("send takes a destination and a topic, both texts")
        try:
            copied = pack(payload)
        except InvalidArgument:
            # The contract looks at topic, destination and permission first (process 3.1).
            messaging.checked_target(self._record, destination, topic)
            raise
        return Request(self._unawaited, operations.Send(destination, topic, copied))

    @property
    def inbox(self) -> Channel[Message]:
        """The channel of messages that no ``listen`` takes; the first use subscribes (process 3.10).

        ``async for message in process.inbox`` takes one after the other, and ends with the process alone.
        """
        return self._system_channel(INBOX_TOPIC, MESSAGE)

    @property
    def events(self) -> Channel[Event]:
        """The channel of ``Exit``, ``LinkDown`` and ``Cancel``; the first use subscribes (process 3.10, 4)."""
        return self._system_channel(EVENTS_TOPIC, EVENT)

    @overload
    def listen(self, topic: str, *, message: Literal[True]) -> Channel[Message]: ...
    @overload
    def listen(self, topic: str, *, message: bool = False) -> Channel[Any]: ...
    def listen(self, topic: str, *, message: bool = False) -> Channel[Any]:
        """Return the channel of one topic; it gives bare payloads, or ``Message`` objects with *message*
        (process 3.12).

        Raises:
            InvalidArgument: the topic is empty or begins with ``@``.
        """
        record = self._living()
        topic = required_text("topic", topic)
        return self._channel(messaging.subscribe_topic(record, topic, message=message))

    def unlisten(self, channel: Channel[Any]) -> None:
        """End the subscription of *channel*; its messages stay in the mailbox for others (process 3.13).

        Raises:
            NotFound: the channel belongs to no subscription.
        """
        if not isinstance(channel, Channel):
            raise ArgumentTypeError(f"unlisten takes a channel, not {kind_of(channel)}")
        messaging.unsubscribe(self._living(), channel._channel)

    # -- spawning

    def spawn(self, id: str, host: str, *args: Any) -> Request[Pid]:
        """Start a process of the definition *id* on *host* (original page, "Spawning Processes"; process 7).

        Args:
            id: ``namespace:name`` of the definition.
            host: the id of a process host.
            args: what its behaviour is called with after the ``Process``; they are copied.

        Raises:
            NotFound: ``host not found``, ``factory not found``.
            PermissionDenied: ``process.spawn`` on the id, ``process.host`` on the host.
            ProcessError: the process could not be made.
        """
        return self._spawn(id, host, args, monitored=False, linked=False)

    def spawn_monitored(self, id: str, host: str, *args: Any) -> Request[Pid]:
        """Start a process whose end arrives as one ``Exit``; raises as ``spawn`` (process 5.9)."""
        return self._spawn(id, host, args, monitored=True, linked=False)

    def spawn_linked(self, id: str, host: str, *args: Any) -> Request[Pid]:
        """Start a process that is linked to this one before it can run; raises as ``spawn`` (process 6.10)."""
        return self._spawn(id, host, args, monitored=False, linked=True)

    def spawn_linked_monitored(self, id: str, host: str, *args: Any) -> Request[Pid]:
        """Start a process that is both monitored and linked; raises as ``spawn`` (process 7.2)."""
        return self._spawn(id, host, args, monitored=True, linked=True)

    def _spawn(self, id: str, host: str, args: tuple[Any, ...], *, monitored: bool, linked: bool) -> Request[Pid]:
        if not are_texts(id, host):
            raise ArgumentTypeError("a spawn takes the id of a definition and of a host, both texts")
        return SpawnRequest(self._unawaited, operations.Spawn(id, host, pack(args), monitored, linked))

    def call(self, id: str, host: str, *args: Any) -> Request[Any]:
        """Start a process, wait for its end and return its result (original page, "Synchronous Call"; process 8).

        Arguments are those of ``spawn``. There is no time limit (process 8.7).

        Raises:
            ProcessError: it ended with this error, or could not be started.
            InvalidArgument: the id has no namespace or no name, or the host is empty.
            PermissionDenied: ``process.call`` on the id, ``process.host`` on the host.
        """
        return self._run_and_wait("call", id, host, args)

    def exec(self, id: str, host: str, *args: Any) -> Request[Any]:
        """Do what ``call`` does, raise what it raises, under the newer name and the action ``process.exec``
        (process 8.1)."""
        return self._run_and_wait("exec", id, host, args)

    def _run_and_wait(self, verb: str, id: str, host: str, args: tuple[Any, ...]) -> Request[Any]:
        if not are_texts(id, host):
            raise ArgumentTypeError(f"{verb} takes the id of a definition and of a host, both texts")
        return RunAndWaitRequest(self._unawaited, operations.RunAndWait(verb, id, host, pack(args)))

    def with_context(self, values: Mapping[str, Any]) -> SpawnBuilder:
        """Return a builder whose processes get these context values besides the inherited ones (original page,
        "Context Spawner"; process 7.8).

        Raises:
            PermissionDenied: ``process.context`` on ``context``.
            InvalidArgument: a key is no text, or a value cannot be copied.
        """
        return SpawnBuilder(self._record, self._unawaited, settings.begin(self._record, values))

    def upgrade(self, source: str | None = None, *args: Any) -> NoReturn:
        """Go on as *source* with new arguments, under the same pid; never returns (process 10). What is no text, or an
        empty one, means the same definition (process 10.1).

        Args:
            source: the id of a definition. One that does not exist ends the process (process 10.3).
            args: what the new behaviour is called with after the ``Process``; they are copied.

        Raises:
            InvalidArgument: an argument cannot be copied.
        """
        self._living()
        known = source if isinstance(source, str) else None
        raise UpgradeRequested(operations.Upgrade(known, pack(args)))

    # -- relations and control

    def monitor(self, destination: str) -> Request[None]:
        """Be told once of the end of a living process (original page, "Monitoring and Linking"; process 5.1).

        Raises:
            NotFound: it has ended, or never was.
            AlreadyExists: this process watches it already.
            PermissionDenied: ``process.monitor`` on the resolved pid.
        """
        return Request(self._unawaited, operations.Monitor(required_text("destination", destination)))

    def unmonitor(self, destination: str) -> Request[None]:
        """No longer be told; an ``Exit`` that is on its way still comes (process 5.6, 5.8). Not to watch is no error.

        Raises:
            NotFound: no such name.
            PermissionDenied: ``process.unmonitor`` on the resolved pid.
        """
        return Request(self._unawaited, operations.Unmonitor(required_text("destination", destination)))

    def link(self, destination: str) -> Request[None]:
        """Link to a living process, in both directions (process 6.1). To link twice is no error (process 6.3).

        Raises:
            NotFound: it has ended, or never was.
            PermissionDenied: ``process.link`` on the resolved pid.
        """
        return Request(self._unawaited, operations.Link(required_text("destination", destination)))

    def unlink(self, destination: str) -> Request[None]:
        """Remove the link from both ends (process 6.5). Where there is none nothing happens.

        Raises:
            NotFound: no such name.
            PermissionDenied: ``process.unlink`` on the resolved pid.
        """
        return Request(self._unawaited, operations.Unlink(required_text("destination", destination)))

    def terminate(self, destination: str) -> Request[None]:
        """End a process without asking it (original page, "Process Control"; process 9.1).

        Raises:
            NotFound: it has ended, or never was.
            PermissionDenied: ``process.terminate`` on the resolved pid.
        """
        return Request(self._unawaited, operations.Terminate(required_text("destination", destination)))

    def cancel(self, destination: str, deadline: str | int | None = None, *, reason: str = "") -> Request[None]:
        """Ask a process to end (process 9.8).

        Args:
            destination: whom.
            deadline: how long it has: a duration as text, or an int of milliseconds. Nothing enforces it, unless the
                world's ``cancel_deadline`` says so (process 2.5).
            reason: a text for the event.

        Raises:
            NotFound: the process has ended, or never was.
            InvalidArgument: the deadline is no duration.
            PermissionDenied: ``process.cancel`` on the resolved pid.
        """
        return Request(self._unawaited, _cancel(destination, deadline, reason))

    def get_options(self) -> dict[str, bool]:
        """Return the options of the process: ``trap_links`` (process 4.9)."""
        return self._looked("options", {"trap_links": self._record.trap_links})

    def set_options(self, **options: Any) -> Request[None]:
        """Change options; nobody else runs meanwhile (process 4.9).

        Args:
            options: ``trap_links``, a bool: whether a failing linked process arrives as ``LinkDown`` instead of ending
                this one (process 4.6).

        Raises:
            InvalidArgument: there is no such option, or it takes another type; nothing was changed.
        """
        return Request(self._unawaited, operations.SetOptions(options))

    # -- coroutines, channels, time

    def go(self, behaviour: Callable[..., Coroutine[Any, Any, Any]], *args: Any) -> None:
        """Start one more coroutine of this process; it runs when this one next waits, and before it goes on.

        Its result is dropped; an exception that leaves it ends the process (process 2.4).

        Args:
            behaviour: an ``async def`` function whose first parameter is this ``Process``: it is passed by ``go``, as
                it is passed to what a spawn starts.
            args: what it is called with after that; they are not copied.

        Raises:
            InvalidArgument: it is no ``async def`` function.
            TypeError: the arguments do not fit.
        """
        record = self._living()
        try:
            unstarted = Unstarted(record, behaviour, (self, *args))
        except TypeError as error:
            raise TypeError(f"{error}{passed_first(behaviour, 'go')}") from None
        # The coroutine that runs now is queued again, if at all, after this.
        unstarted.task = coroutines.begin(record, unstarted, creator=None)

    def channel(self, capacity: int = 0) -> Channel[Any]:
        """Return a new channel between coroutines of this process (process 3.14).

        Args:
            capacity: how many values may wait in it; 0 hands over directly, so that a send waits for its receiver.
        """
        record = self._record
        return self._channel(record.runtime.channel(record, capacity))

    def select(self, **channels: Channel[Any]) -> Request[Selected]:
        """Take a value from the first channel, in the order given, that has one; else wait for any of them
        (process 3.14, G13). A closed channel counts as one that has.

        Args:
            channels: each under the name by which the answer calls it.

        Raises:
            InvalidArgument: one is no channel.
        """
        return SelectRequest(self._unawaited, channels)

    def select_nowait(self, **channels: Channel[Any]) -> Selected | None:
        """Take a value as ``select``, or answer None where no channel has one; raises as ``select``."""
        names, receiving = tuple(channels), receive_cases(channels)
        for name, case in zip(names, receiving, strict=True):
            taken = case.channel.take()
            if taken is not None:
                if self._record.runtime.scribe is not None:
                    self._record.runtime.scribe.took(self._record, case.channel, taken)
                # What waits in the mailbox takes the place that became free, as after a receive (process 3.5).
                mailbox.flush(self._record)
                return Selected(name, *taken)
        return None

    def sleep(self, duration: str | int) -> Request[None]:
        """Go on after *duration*: a text such as ``"1s"``, or an int of nanoseconds (process 3.15). One that is not
        above 0 is over at once.

        Raises:
            InvalidArgument: it is no duration.
        """
        return Request(self._unawaited, operations.Sleep(duration_ns(duration)))

    def after(self, duration: str | int) -> Channel[int]:
        """Return a channel that gets one value, the instant in nanoseconds, after *duration*, and is then closed
        (process 3.15).

        Args:
            duration: a text such as ``"1s"``, or an int of nanoseconds.

        Raises:
            InvalidArgument: it is no duration, or is not above 0 (lua 6.3, O29).
        """
        return self._channel(timing.after(self._living(), duration_ns(duration)))

    def wait(self, event: Any) -> Request[Any]:
        """Wait for a SimPy event of ``world.environment`` and return its value.

        Raises:
            InvalidArgument: it is no event of this world.
            BaseException: the event failed; this is what it holds.
        """
        return EventRequest(self._unawaited, operations.WaitEvent(event))

    # -- inner

    def _living(self) -> ProcessRecord:
        if self._record.phase >= ENDED:
            self._unawaited.raises_left = max(self._unawaited.raises_left - 1, 0)
            raise ProcessEnded("the process has ended")
        return self._record

    def _system_channel(self, topic: str, form: Form) -> Channel[Any]:
        if self._record.phase >= ENDED and not self._unawaited.raises_left:
            # Who asks again and again does not want to hear that it has ended: it waits for ever then.
            return Channel(KernelChannel([]), self._unawaited)
        record = self._living()
        return self._channel(mailbox.subscribe(record, topic, form, mailbox.INBOX_CAPACITY))

    def _channel(self, channel: KernelChannel) -> Channel[Any]:
        # One handle for each channel, since programs compare them (process 3.10).
        if channel.handle is None:
            channel.handle = Channel(channel, self._unawaited)
        handle: Channel[Any] = channel.handle
        return handle


def _value(held: object) -> object:
    return held.value() if isinstance(held, Payload) else held


def _cancel(destination: str, deadline: str | int | None, reason: str) -> operations.CancelProcess:
    return operations.CancelProcess(
        required_text("destination", destination), deadline, required_text("reason", reason)
    )
