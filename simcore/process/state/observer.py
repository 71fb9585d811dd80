"""What happens to processes, as it happens: the protocol between the semantics and whoever looks on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from simcore.model.errors import ProcessError
    from simcore.model.pid import Pid
    from simcore.process.state.envelope import Envelope
    from simcore.process.state.record import ProcessRecord
    from simcore.process.state.runtime import Host


class Observer:
    """Looks on and changes nothing. Every method does nothing unless it is overridden."""

    def attach(self, world: Any) -> None:
        """This is the ``World`` that is looked at; called once, before anything happens in it."""

    def spawned(self, record: ProcessRecord) -> None:
        """A process has become routable; its name, monitor and links are in place."""

    def stepping(self, record: ProcessRecord) -> None:
        """A process begins a step."""

    def refused(self, record: ProcessRecord, verb: str, subject: str, error: ProcessError) -> None:
        """An operation of a process was answered with an error and had no effect."""

    def upgraded(self, record: ProcessRecord, old: str) -> None:
        """A process goes on as another incarnation; *old* is the id that it had."""

    def end_requested(self, record: ProcessRecord) -> None:
        """A process was terminated: by another, by the end of a deadline or of a service. It begins no further step."""

    def ended(self, record: ProcessRecord) -> None:
        """A process has its result and is not routable any more."""

    def nameless(self, record: ProcessRecord, names: Sequence[str]) -> None:
        """All names of an ended process were freed."""

    def gone(self, record: ProcessRecord, watchers: Sequence[Pid], peers: Sequence[Pid]) -> None:
        """An ended process has left the topology; this is the snapshot of whom to notify."""

    def enqueued(self, record: ProcessRecord, envelope: Envelope) -> None:
        """Something was put into a process's mailbox."""

    def received(self, record: ProcessRecord, envelope: Envelope) -> None:
        """Something left the mailbox for a channel reader or a channel's buffer."""

    def put_back(self, record: ProcessRecord, envelope: Envelope) -> None:
        """What lay unread in a channel's buffer went back into the mailbox at an upgrade."""

    def exit_sent(self, watcher: Pid, record: ProcessRecord, *, delivered: bool) -> None:
        """The EXIT of *record* was enqueued to *watcher*, or dropped because the watcher had ended."""

    def link_down_sent(self, peer: Pid, record: ProcessRecord, *, delivered: bool) -> None:
        """The LINK_DOWN of *record* was enqueued to *peer*, or dropped because the peer had ended."""

    def monitored(self, watcher: Pid, target: Pid) -> None:
        """A monitor was made."""

    def unmonitored(self, watcher: Pid, target: Pid) -> None:
        """A monitor was removed, if there was one."""

    def linked(self, one: Pid, other: Pid) -> None:
        """A link was made."""

    def unlinked(self, one: Pid, other: Pid) -> None:
        """A link was removed, if there was one."""

    def named(self, name: str, pid: Pid) -> None:
        """A name was bound."""

    def unnamed(self, name: str, pid: Pid) -> None:
        """A name was freed by an unregister."""

    def deadline_set(self, record: ProcessRecord, deadline_ns: int) -> None:
        """A cancelled process is to end at this instant at the latest (process 2.5, ``enforce``)."""

    def forced(self, record: ProcessRecord) -> None:
        """A stopping host ends the process now; commands that it issued already are still performed (process 2.6)."""

    def host_changed(self, host: Host) -> None:
        """A host has another state."""

    def denied(self, record: ProcessRecord, action: str, resource: str) -> None:
        """A permission was denied."""

    def policies_changed(self, change: str, policy_id: str, group: str) -> None:
        """A policy was changed from outside: ``add``, ``grant`` or ``revoke``; *group* is empty where it is no part."""

    def logged(self, record: ProcessRecord, level: str, message: str, fields: Mapping[str, Any], place: str) -> None:
        """The program wrote a log record."""


T = TypeVar("T")


def together(kind: type[T], observers: Sequence[object]) -> T:
    """Return one observer of a *kind* that tells all of *observers* that are of it, in their order.

    Args:
        kind: ``Observer``, or a class of the same form: every method does nothing unless it is overridden.
        observers: who looks on; those that override nothing of *kind* cost nothing.
    """
    teller = kind()
    methods: dict[str, list[Any]] = {name: [] for name in vars(kind) if not name.startswith("_")}
    for observer in observers:
        for name in _overridden(kind, type(observer)):
            methods[name].append(getattr(observer, name))
    for name, told in methods.items():
        setattr(teller, name, _tell_all(told))
    return teller


def add_to(teller: object, observer: object, names: Iterable[str]) -> dict[str, Any]:
    """Let *teller*, which ``together`` has made, tell *observer* too, of what has these *names*; return who was told of
    each before."""
    before = {name: getattr(teller, name) for name in names}
    for name, method in before.items():
        setattr(teller, name, _tell_both(method, getattr(observer, name)))
    return before


_known: Final[dict[tuple[type, type], tuple[str, ...]]] = {}
"""What was found of a kind and a class before: it is asked for each world anew, and no class changes meanwhile."""


def _overridden(kind: type, own: type) -> tuple[str, ...]:
    """Return which methods of *kind* the class *own* has of its own."""
    if (kind, own) not in _known:
        names = [name for name in vars(kind) if not name.startswith("_") and issubclass(own, kind)]
        _known[kind, own] = tuple(name for name in names if getattr(own, name) is not vars(kind)[name])
    return _known[kind, own]


def _tell_all(methods: Sequence[Any]) -> Any:
    """Return one function that calls all of *methods*: the method itself where there is just one."""
    if not methods:
        return _ignore
    if len(methods) == 1:
        return methods[0]
    if len(methods) == 2:
        return _tell_both(*methods)

    def tell(*arguments: Any, **named: Any) -> None:
        for method in methods:
            method(*arguments, **named)

    return tell


def _tell_both(first: Any, second: Any) -> Any:
    def tell(*arguments: Any, **named: Any) -> None:
        first(*arguments, **named)
        second(*arguments, **named)

    return tell


def _ignore(*_arguments: Any, **_named: Any) -> None:
    """Nobody wants to know."""
