"""Values as JSON in files, whatever texts the simulated program made."""

from __future__ import annotations

from typing import Any

import msgspec

from simcore.model.text import writable


def to_json(value: Any) -> bytes:
    """Return *value* as JSON. A lone surrogate, which no file of UTF-8 can hold, is written as its escape."""
    try:
        return msgspec.json.encode(value)
    except UnicodeEncodeError:
        return msgspec.json.encode(_writable(msgspec.to_builtins(value)))


def _writable(value: Any) -> Any:
    if isinstance(value, str):
        return writable(value)
    if isinstance(value, dict):
        return {_writable(key): _writable(each) for key, each in value.items()}
    return [_writable(each) for each in value] if isinstance(value, list | tuple) else value
