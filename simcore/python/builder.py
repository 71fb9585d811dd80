"""The spawn builder as a Python process has it in hand, and the calls that start processes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from simcore.model import operations
from simcore.model.errors import ArgumentTypeError
from simcore.model.payload import Payload, pack, share
from simcore.model.pid import Pid
from simcore.process import settings
from simcore.python.arguments import are_texts, required_text
from simcore.python.request import Request

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simcore.process.state.record import ProcessRecord
    from simcore.python.request import Unawaited
    from simcore.security.actor import Actor
    from simcore.security.scope import Scope


class SpawnRequest(Request[Pid]):
    """A spawn, which is made by a helper of its method."""

    __slots__ = ()
    DEPTH = 3


class RunAndWaitRequest(Request[Any]):
    """A call whose answer is copied out for this process."""

    __slots__ = ()
    DEPTH = 3
    READS = True

    def read(self, answer: Payload) -> Any:
        return answer.value()


class BuilderExecRequest(RunAndWaitRequest):
    """A call of a builder, made by its own method."""

    __slots__ = ()
    DEPTH = 2


class SpawnBuilder:
    """What a process starts others with; immutable: each ``with_*`` returns a new one (process 7.10)."""

    __slots__ = ("_record", "_settings", "_unawaited")

    def __init__(self, record: ProcessRecord, unawaited: Unawaited, settings: settings.Settings) -> None:
        self._record = record
        self._unawaited = unawaited
        self._settings = settings

    def __repr__(self) -> str:
        return f"<SpawnBuilder of {self._record.pid}>"

    def with_context(self, values: Mapping[str, Any]) -> SpawnBuilder:
        """Add context values, or replace those of the same keys (process 7.8, 7.9).

        Raises:
            PermissionDenied: ``process.context`` on ``context``.
            InvalidArgument: a key is no text, or a value cannot be copied.
        """
        return self._new(settings.with_context(self._record, self._settings, values))

    def with_actor(self, actor: Actor) -> SpawnBuilder:
        """Let another actor stand behind what is started (process 7.8).

        Raises:
            PermissionDenied: ``process.security`` on ``security``.
            InvalidArgument: it is no actor.
        """
        return self._new(settings.with_actor(self._record, self._settings, actor))

    def with_scope(self, scope: Scope) -> SpawnBuilder:
        """Let other policies bind what is started (process 7.8). Raises as ``with_actor``."""
        return self._new(settings.with_scope(self._record, self._settings, scope))

    def with_name(self, name: str) -> SpawnBuilder:
        """Register *name* for what is started. Where it is taken nothing is started: the answer is its holder, who gets
        the builder's messages (process 7.6).

        Raises:
            InvalidArgument: the name is empty.
        """
        return self._new(settings.with_name(self._settings, required_text("name", name)))

    def with_message(self, topic: str, *payload: Any) -> SpawnBuilder:
        """Put a message into the mailbox of what is started, before it can run (process 7.7).

        Raises:
            InvalidArgument: the topic begins with ``@``, or a value cannot be copied.
        """
        return self._new(settings.with_message(self._settings, required_text("topic", topic), self._pack(payload)))

    def spawn(self, id: str, host: str, *args: Any) -> Request[Pid]:
        """Start a process as ``Process.spawn``, with what the builder holds; raises as that.

        Where the builder's name is taken nothing is started (``with_name``); under ``name_conflict="error"`` that is
        ``AlreadyExists`` (process 7.6).
        """
        return self._spawn(id, host, args, monitored=False, linked=False)

    def spawn_monitored(self, id: str, host: str, *args: Any) -> Request[Pid]:
        """Start a process as ``Process.spawn_monitored``, with what the builder holds; raises as ``spawn``."""
        return self._spawn(id, host, args, monitored=True, linked=False)

    def spawn_linked(self, id: str, host: str, *args: Any) -> Request[Pid]:
        """Start a process as ``Process.spawn_linked``, with what the builder holds; raises as ``spawn``."""
        return self._spawn(id, host, args, monitored=False, linked=True)

    def spawn_linked_monitored(self, id: str, host: str, *args: Any) -> Request[Pid]:
        """Start a process as ``Process.spawn_linked_monitored``, with what the builder holds; raises as ``spawn``."""
        return self._spawn(id, host, args, monitored=True, linked=True)

    def exec(self, id: str, host: str, *args: Any) -> Request[Any]:
        """Start a process and wait for its result, as ``Process.exec``, with what the builder holds; raises as that.

        A name that is taken is ``AlreadyExists``: its holder was not started for this call.
        """
        if not are_texts(id, host):
            raise ArgumentTypeError("exec takes the id of a definition and of a host, both texts")
        return BuilderExecRequest(
            self._unawaited, operations.RunAndWait("exec", id, host, self._pack(args), self._settings)
        )

    def _spawn(self, id: str, host: str, args: tuple[Any, ...], *, monitored: bool, linked: bool) -> Request[Pid]:
        if not are_texts(id, host):
            raise ArgumentTypeError("a spawn takes the id of a definition and of a host, both texts")
        return SpawnRequest(
            self._unawaited, operations.Spawn(id, host, self._pack(args), monitored, linked, self._settings)
        )

    def _pack(self, values: tuple[Any, ...]) -> Payload:
        sharing = "builder_no_copy" in self._record.runtime.options.quirks
        return share(values) if sharing else pack(values)

    def _new(self, settings: settings.Settings) -> SpawnBuilder:
        return SpawnBuilder(self._record, self._unawaited, settings)
