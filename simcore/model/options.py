"""The options of a world: how the program is to be understood, and the bounds of a run."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import cache, lru_cache
from typing import Any, Final, Literal

import msgspec

from simcore.model.errors import UsageError
from simcore.model.texts import represented

QUIRKS: Final = {
    "builder_no_copy": "builder messages and arguments share what is in them with the caller (process 3.7)",
    "set_options_partial": "valid options are applied although another one is refused (process 4.9)",
    "orphan_on_dead_parent": "a linked child whose parent is gone runs on without the link (process 6.10)",
    "host_check_only_plain_spawn": "only the plain spawn asks for process.host (process 7.2)",
    "chained_context_needs_security": "with_context of a builder with an actor needs process.security (process 7.9)",
    "weak_with_message": "a builder's messages come after the process could run (process 7.7)",
    "upgrade_drops_stalled": "an upgrade loses what was fetched and not read (process 10.2)",
    "flat_backoff": "every retry of a service waits the initial delay (process 14.6)",
    "leak_on_stop_timeout": "a service's process that does not stop in time runs on (process 14.8)",
    "command_errors_internal": "errors of performed commands have the kind Internal (O4)",
    "stale_name_binding": "a name can be bound to a process that has ended (process 11.4, 11.12)",
}
"""The oddities of the observed runtime, each off unless ``Options.quirks`` names it (process 18.1)."""


BOUNDS: Final = {
    "actions_max": 1,
    "virtual_time_max_ns": 1,
    "processes_max": 1,
    "lua_memory_max": 1024 * 1024,
    "instant_actions_max": 1,
    "lua_instructions_max": 1,
    "mailbox_messages_max": 1,
    "mailbox_bytes_max": 1,
}
"""The options that bound a run, and the least that each may be: with less memory no Lua state comes to life."""
BOUND_MAX: Final = 2**63 - 1
"""The most that each of them may be."""


class Options(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What holds in a world; read from ``[tool.simcore.world]`` of a project, or given to ``World``.

    Args:
        dialect: which of the two API generations Lua programs speak (process 16.1).
        strict_mode: deny where actor or scope is missing (process 12.1).
        name_conflict: what a builder's spawn does where its name is taken: ``signal`` answers the holder and hands it
            the builder's messages, ``error`` answers ``AlreadyExists`` (process 7.6).
        cancel_deadline: whether the deadline of a cancel is ``advisory``, or ``enforce`` ends the process
            (process 2.5).
        strict_builder_permissions: whether a builder's name and messages need the permissions of a register and a send
            (process 7.6).
        foreign_register_permission: whether a register for another's pid needs ``process.registry.foreign`` on it first
            (process 11.1, O9).
        cancel_call_child_on_caller_exit: whether what was called is asked to end when its caller ends (O20).
        unobserved: what becomes of a run in which a process failed by an error of its own and nobody linked, monitored,
            called, supervised or asked for it: ``tell`` says it beside the verdict, ``fail`` makes it a failure.
        returned_error_is_terminal: whether a service ends for good when its main returns a text as error, or is tried
            again (process 14.4).
        quirks: names of ``QUIRKS``: oddities of the observed runtime that the contract leaves out (process 18.1).
        epoch: the calendar instant of virtual time zero, ISO 8601 UTC.
        actions_max: actions of a run; more is inconclusive.
        virtual_time_max_ns: nanoseconds of virtual time; more is inconclusive.
        processes_max: processes alive at once; more is inconclusive.
        lua_memory_max: bytes of all Lua states of the world; more is inconclusive.
        instant_actions_max: actions at one instant; more is a livelock.
        lua_instructions_max: Lua instructions in one step; more is a livelock.
        mailbox_messages_max: messages that all mailboxes hold together, with the unread ones in buffers of channels;
            more is inconclusive, and told with who holds most.
        mailbox_bytes_max: bytes of these messages; more is inconclusive.

    Raises:
        ValueError: an option has another type or no such value, a bound is below one, or no quirk has that name.
    """

    dialect: Literal["seed", "current", "auto"] = "auto"
    strict_mode: bool = False
    name_conflict: Literal["signal", "error"] = "signal"
    cancel_deadline: Literal["advisory", "enforce"] = "advisory"
    strict_builder_permissions: bool = False
    foreign_register_permission: bool = False
    cancel_call_child_on_caller_exit: bool = False
    unobserved: Literal["tell", "fail"] = "tell"
    returned_error_is_terminal: bool = True
    quirks: tuple[str, ...] = ()
    epoch: str = "2024-01-01T00:00:00Z"
    actions_max: int = 1_000_000
    virtual_time_max_ns: int = 24 * 3_600 * 1_000_000_000
    processes_max: int = 100_000
    lua_memory_max: int = 512 * 1024 * 1024
    instant_actions_max: int = 100_000
    lua_instructions_max: int = 2_000_000
    mailbox_messages_max: int = 100_000
    mailbox_bytes_max: int = 256 * 1024 * 1024

    def __post_init__(self) -> None:
        for name, kind, default in _fields():
            value = getattr(self, name)
            # Of a default nothing needs checking, and most worlds are made with nearly all of them.
            if value is default:
                continue
            try:
                msgspec.convert(value, kind)
            except msgspec.ValidationError as problem:
                raise ValueError(f"the option {name} is wrong: {problem}") from None
        for bound, least in BOUNDS.items():
            value = getattr(self, bound)
            if not least <= value <= BOUND_MAX:
                raise ValueError(f"{bound} is a whole number from {least} to {BOUND_MAX}, not {value}")
        _check_epoch(self.epoch, self.virtual_time_max_ns)
        for quirk in self.quirks:
            if quirk not in QUIRKS:
                raise ValueError(f"there is no quirk {quirk!r}; choose from {', '.join(QUIRKS)}")

    def changed(self) -> dict[str, object]:
        """Return the options that differ from their defaults."""
        default = type(self)()
        names = self.__struct_fields__
        return {name: getattr(self, name) for name in names if getattr(self, name) != getattr(default, name)}


def checked_options(options: object) -> Options:
    """Return the *options* that somebody has given in Python.

    Raises:
        UsageError: they are no ``Options``.
    """
    if not isinstance(options, Options):
        raise UsageError(f"options takes Options, such as Options(actions_max=1000), not {represented(options)}")
    return options


@cache
def _fields() -> tuple[tuple[str, Any, Any], ...]:
    """Return name, type and default of each option; resolving the types costs more than making a whole world."""
    return tuple((field.name, field.type, field.default) for field in msgspec.structs.fields(Options))


@lru_cache(maxsize=64)
def _check_epoch(epoch: str, virtual_time_max_ns: int) -> None:
    """Refuse an *epoch* that is no instant, or from which the calendar does not reach to the end of a run.

    Raises:
        ValueError: it is.
    """
    try:
        start = datetime.fromisoformat(epoch)
        if start.utcoffset() is None:
            raise ValueError(epoch)
    except ValueError:
        raise ValueError(f"epoch is an instant with its offset, such as 2024-01-01T00:00:00Z, not {epoch!r}") from None
    try:
        # Said at once, and not by the first program that asks for the time late in a run.
        _ = start.astimezone(UTC) + timedelta(microseconds=virtual_time_max_ns // 1_000)
    except OverflowError:
        raise ValueError(f"epoch is too near to the ends of the calendar, the years 1 and 9999: {epoch!r}") from None
