"""The context values of a process: what builders and executors laid over what it inherited (lua 6.6)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simcore.model.errors import InvalidArgument, NotFound

if TYPE_CHECKING:
    from simcore.process.state.record import ProcessRecord


def context_value(record: ProcessRecord, key: str) -> object:
    """Return what the process's frame holds under *key*.

    Raises:
        InvalidArgument: the key is empty.
        NotFound: there is no such value.
    """
    if not key:
        raise InvalidArgument("context key cannot be empty")
    if key not in record.frame.values:
        raise NotFound(f"context value not found: {key}", details={"key": key})
    return record.frame.values[key]
