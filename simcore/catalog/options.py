"""Options of a world that somebody wrote down: read, or refused with the field and what it may be."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, get_args, get_type_hints

import msgspec

from simcore.catalog.names import near
from simcore.model.errors import UsageError
from simcore.model.options import Options

if TYPE_CHECKING:
    from collections.abc import Sequence


def read_options(data: Any, where: str) -> Options:
    """Return the options that *data* holds.

    Args:
        data: names and values, as JSON or TOML gives them.
        where: the file and the table in it, for the message.

    Raises:
        UsageError: a name is unknown, or a value is of a wrong type or out of its range.
    """
    try:
        return msgspec.convert(data, Options)
    except msgspec.ValidationError as error:
        raise UsageError(f"{where}{explained(str(error))}") from None


def explained(error: str) -> str:
    """Return msgspec's *error* about options as what follows the name of their table."""
    reason, field = reason_and_field(error)
    unknown = unknown_key(reason, Options.__struct_fields__)
    if unknown is not None:
        return f" {unknown}"
    if reason.startswith("Invalid enum value"):
        reason += f"; choose from {', '.join(get_args(get_type_hints(Options)[field]))}"
    return f".{field}: {reason[:1].lower()}{reason[1:]}" if field else f": {reason}"


def reason_and_field(error: str) -> tuple[str, str]:
    """Return what msgspec's *error* says is wrong, and the field that it says so of; empty for the whole."""
    # msgspec tells what is wrong and where as one text, and in no other form.
    reason, _, path = error.partition(" - at `$")
    return reason, path.removesuffix("`").removeprefix(".").replace("[...]", "")


def unknown_key(reason: str, names: Sequence[str]) -> str | None:
    """Return what to say of a key that is none of *names*, or None where the *reason* is another one."""
    if not reason.startswith("Object contains unknown field"):
        return None
    name = reason.split("`")[1]
    return f"has an unknown key {name!r}, and may hold {', '.join(names)}{near(names, name)}"
