"""The settings of a spawn builder: immutable, each ``with_*`` gives new ones (process 7.6 to 7.11)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from simcore.model.errors import InvalidArgument
from simcore.model.messages import RESERVED_PREFIX
from simcore.model.payload import Payload, pack
from simcore.model.pid import check_name
from simcore.model.texts import represented

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simcore.process.state.record import ProcessRecord
    from simcore.security.actor import Actor
    from simcore.security.frame import Frame
    from simcore.security.scope import Scope


@dataclass(frozen=True, slots=True)
class Settings:
    """What a builder will give to what it starts.

    Args:
        frame: context values, actor and scope, as they were when the builder was made, with what was laid over them.
        name: to be registered before the process can run; empty for none.
        messages: topic and payload of each message that is to be in its mailbox first.
    """

    frame: Frame
    name: str = ""
    messages: tuple[tuple[str, Payload], ...] = ()


def begin(record: ProcessRecord, values: Mapping[Any, Any]) -> Settings:
    """Return the settings of a new builder: a snapshot of the caller's frame, with *values* laid over it (process 7.8).

    Raises:
        PermissionDenied: ``process.context`` on ``context``.
        InvalidArgument: a key is no text, or a value cannot be copied.
    """
    record.runtime.require(record, "with_context", {})
    return Settings(record.frame.with_values(packed(values)))


def with_context(record: ProcessRecord, settings: Settings, values: Mapping[Any, Any]) -> Settings:
    """Lay further context values over those of the builder (process 7.8). Raises as ``begin``."""
    record.runtime.require(record, "with_context", {})
    frame = settings.frame
    if "chained_context_needs_security" in record.runtime.options.quirks and (frame.actor or frame.scope):
        record.runtime.require(record, "with_actor", {})
    return replace(settings, frame=frame.with_values(packed(values)))


def packed(values: Mapping[Any, Any]) -> dict[str, Payload]:
    """Return context values as a frame holds them: copied, so that nobody changes anybody else's.

    Raises:
        InvalidArgument: a key is no text, or a value cannot be copied.
    """
    for key in values:
        if not isinstance(key, str):
            raise InvalidArgument(f"the key of a context value is a text, not {represented(key)}")
    return {key: pack((value,)) for key, value in values.items()}


def with_actor(record: ProcessRecord, settings: Settings, actor: Actor | None, *, verb: str = "with_actor") -> Settings:
    """Let another actor stand behind what is started (process 7.8); *verb* is the key of the permission table.

    Raises:
        PermissionDenied: ``process.security`` on ``security``.
        InvalidArgument: it is None, or no actor.
    """
    record.runtime.require(record, verb, {})
    return replace(settings, frame=settings.frame.with_actor(actor))


def with_scope(record: ProcessRecord, settings: Settings, scope: Scope | None, *, verb: str = "with_scope") -> Settings:
    """Let other policies bind what is started (process 7.8). Raises as ``with_actor``."""
    record.runtime.require(record, verb, {})
    return replace(settings, frame=settings.frame.with_scope(scope))


def with_name(settings: Settings, name: str) -> Settings:
    """Register *name* for what is started, or signal who holds it (process 7.6).

    Raises:
        InvalidArgument: the name is empty, or has the shape of a pid.
    """
    check_name(name)
    return replace(settings, name=name)


def with_message(settings: Settings, topic: str, payload: Payload) -> Settings:
    """Put one more message into the mailbox of what is started, before it can run (process 7.7).

    Raises:
        InvalidArgument: the topic begins with ``@``.
    """
    if topic[:1] == RESERVED_PREFIX:
        raise InvalidArgument(f"cannot send to @ topics: {topic}")
    return replace(settings, messages=(*settings.messages, (topic, payload)))
