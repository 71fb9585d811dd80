"""How a project has its runs played: what ``[tool.simcore.run]`` says, and options of the command line say instead."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import msgspec

from simcore.catalog.options import reason_and_field, unknown_key
from simcore.limits.limit import DEFAULT_NS, OPTION, limit_ns
from simcore.model.durations import parse_duration
from simcore.model.errors import InvalidArgument, UsageError
from simcore.model.run import SETTLE_NS
from simcore.model.text import cut
from simcore.model.texts import represented

if TYPE_CHECKING:
    from collections.abc import Mapping

TYPED_LENGTH_MAX: Final = 100
"""So much of what is no duration is told."""


class RunSettings(msgspec.Struct, frozen=True, kw_only=True):
    """How runs are played.

    Args:
        settle_ns: for how much virtual time the world of an application's test is driven on after it has passed.
        step_timeout_ns: how much CPU time one step may take, in nanoseconds; that is no part of any run.
    """

    settle_ns: int = SETTLE_NS
    step_timeout_ns: int = DEFAULT_NS


class _Table(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    settle: str | None = None
    step_timeout: str | None = None


def read_settings(data: Mapping[str, Any], where: str) -> RunSettings:
    """Return the settings that *data* holds.

    Args:
        data: names and values, as TOML gives them.
        where: the file and the table in it, for the message.

    Raises:
        UsageError: a name is unknown, or a value is of a wrong type or out of its range.
    """
    try:
        table = msgspec.convert(data, _Table)
    except msgspec.ValidationError as error:
        raise UsageError(f"{where}{_explained(str(error))}") from None
    settings = settings_of(settle=(f"{where}.settle", table.settle), settings=RunSettings())
    if table.step_timeout is None:
        return settings
    step_timeout_ns = limit_ns(table.step_timeout, f"{where}.{OPTION}")
    return msgspec.structs.replace(settings, step_timeout_ns=step_timeout_ns)


def settings_of(settings: RunSettings, *, settle: tuple[str, str | None]) -> RunSettings:
    """Return *settings* with what somebody wrote instead.

    Args:
        settings: what holds otherwise.
        settle: where it is written, and the duration that is written there, or None.

    Raises:
        UsageError: it is no duration of zero or more.
    """
    where, text = settle
    return settings if text is None else msgspec.structs.replace(settings, settle_ns=_duration(where, text))


def _duration(where: str, text: str) -> int:
    try:
        duration = parse_duration(text)
    except InvalidArgument:
        duration = -1
    if duration < 0:
        typed = represented(cut(text, TYPED_LENGTH_MAX))
        raise UsageError(f"{where} takes a duration such as 90s or 1m, 0s or more, not {typed}")
    return duration


def _explained(error: str) -> str:
    """Return msgspec's *error* as what follows the name of the table."""
    reason, field = reason_and_field(error)
    unknown = unknown_key(reason, _Table.__struct_fields__)
    return f".{field}: {reason[:1].lower()}{reason[1:]}" if unknown is None else f" {unknown}"
