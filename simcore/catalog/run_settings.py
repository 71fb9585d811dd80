"""How runs are played: what ``[tool.simcore.run]`` says, and options of a command line or of pytest say instead."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import msgspec

from simcore.catalog.options import reason_and_field, unknown_key
from simcore.limits.limit import OPTION, limit_ns
from simcore.model.durations import typed_duration_ns
from simcore.model.errors import UsageError
from simcore.model.shard import Shard, shard_of
from simcore.model.texts import represented

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_LEAST: Final = {"schedules": 1, "seed": 0, "max_failures": 1}


class _Plain(msgspec.Struct, frozen=True, kw_only=True):
    """What is said in one form wherever it is said."""

    schedules: int | None = None
    seed: int | None = None
    strategy: str | None = None
    max_failures: int | None = None
    strict: bool | None = None


class RunSettings(_Plain, frozen=True, kw_only=True):
    """All that decides which runs are played and how they are judged; None where nobody has said anything.

    Args:
        schedules: how many schedules each item gets.
        seed: the base seed.
        strategy: of the schedules after the first.
        max_failures: of one item, before the next one's turn.
        strict: whether an item that has shown nothing is an error, and a ``sometimes`` that was never seen.
        settle_ns: for how much virtual time the world of an application's test is driven on after it has passed.
        step_timeout_ns: how much CPU time one step may take, in nanoseconds.
        shard: the part of the run that is played.
    """

    settle_ns: int | None = None
    step_timeout_ns: int | None = None
    shard: Shard | None = None

    def said(self) -> dict[str, Any]:
        """Return what somebody has said, by name."""
        return {name: value for name in self.__struct_fields__ if (value := getattr(self, name)) is not None}

    def over(self, other: RunSettings) -> RunSettings:
        """Return this, and what it does not say as *other* has it."""
        return msgspec.structs.replace(other, **self.said())

    def checked(self, shown: Callable[[str], str]) -> RunSettings:
        """Return this, if every number is in its range.

        Args:
            shown: what the user calls a field.

        Raises:
            UsageError: one is not.
        """
        for name, least in _LEAST.items():
            value = getattr(self, name)
            if value is not None and value < least:
                raise UsageError(f"{shown(name)} takes a number of {least} or more, not {value}")
        return self


class _Table(_Plain, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """As a file has it: durations and a part are texts."""

    settle: str | None = None
    step_timeout: str | None = None
    shard: str | None = None


def as_option(name: str) -> str:
    """Return what a field is called on the command line."""
    return f"--{name.replace('_', '-')}"


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
    plain: dict[str, Any] = {name: getattr(table, name) for name in _Plain.__struct_fields__}
    step_timeout_ns = None if table.step_timeout is None else limit_ns(table.step_timeout, f"{where}.{OPTION}")
    shard = None if table.shard is None else shard_of(table.shard, f"{where}.shard")
    settings = RunSettings(**plain, step_timeout_ns=step_timeout_ns, shard=shard)
    return with_settle(settings, table.settle, f"{where}.settle").checked(lambda name: f"{where}.{name}")


def given_settings(shown: Callable[[str], str], said: Mapping[str, Any]) -> RunSettings:
    """Return the settings that Python code has *said* by name; None is nothing said.

    Args:
        shown: what the user calls a field.
        said: names and values.

    Raises:
        UsageError: a value is of a wrong type or out of its range.
    """
    strategy = said.get("strategy")
    if strategy is not None and not isinstance(strategy, str):
        each = "each schedule has one of its own"
        raise UsageError(f"{shown('strategy')} takes a name such as 'uniform', not {represented(strategy)}: {each}")
    try:
        settings = msgspec.convert({name: value for name, value in said.items() if value is not None}, RunSettings)
    except msgspec.ValidationError as error:
        reason, _, path = str(error).partition(" - at `$.")
        raise UsageError(f"{shown(path.removesuffix('`'))}: {reason[:1].lower()}{reason[1:]}") from None
    return settings.checked(shown)


def with_settle(settings: RunSettings, text: str | None, named: str) -> RunSettings:
    """Return *settings* with the while that *text* means, where there is one.

    Args:
        settings: what holds otherwise.
        text: a duration, such as ``90s``, or None.
        named: what the setting is called there where it was written.

    Raises:
        UsageError: it is no duration of zero or more.
    """
    if text is None:
        return settings
    return msgspec.structs.replace(settings, settle_ns=typed_duration_ns(text, named, such_as="90s or 1m", least_ns=0))


def _explained(error: str) -> str:
    """Return msgspec's *error* as what follows the name of the table."""
    reason, field = reason_and_field(error)
    unknown = unknown_key(reason, _Table.__struct_fields__)
    return f".{field}: {reason[:1].lower()}{reason[1:]}" if unknown is None else f" {unknown}"
