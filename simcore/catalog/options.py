"""Options of a world that somebody wrote down: read, or refused with the field and what it may be."""

from __future__ import annotations

from typing import Any, get_args, get_type_hints

import msgspec

from simcore.catalog.names import near
from simcore.model.errors import UsageError
from simcore.model.options import Options


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
    # msgspec tells what is wrong and where as one text, and in no other form.
    reason, _, path = error.partition(" - at `$")
    field = path.removesuffix("`").removeprefix(".").replace("[...]", "")
    if reason.startswith("Object contains unknown field"):
        name, names = reason.split("`")[1], Options.__struct_fields__
        return f" has an unknown key {name!r}{near(names, name)}; it may hold {', '.join(names)}"
    if reason.startswith("Invalid enum value"):
        reason += f"; choose from {', '.join(get_args(get_type_hints(Options)[field]))}"
    return f".{field}: {reason[:1].lower()}{reason[1:]}" if field else f": {reason}"
