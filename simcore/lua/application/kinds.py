"""The kinds of entries that a simulation knows, the keys each of them has, and the modules a Lua entry may list."""

from __future__ import annotations

from typing import Final

from simcore.lua.application.near import near

LUA_KINDS: Final = ("process.lua", "function.lua", "library.lua")
"""Kinds that hold Lua source."""
CALLABLE_KINDS: Final = ("process.lua", "function.lua")
"""Kinds that can be run by their id, and so can be a test."""
TEST_TYPE: Final = "test"
"""The type in the ``meta`` of such an entry by which it is a test."""
TERMINAL_KIND: Final = "terminal.host"
HOST_KINDS: Final = ("process.host", TERMINAL_KIND)
"""Kinds that are a host of processes; a terminal host runs one at a time."""
POLICY_KIND: Final = "security.policy"
EXPRESSION_KIND: Final = "security.policy.expr"
SERVICE_KIND: Final = "process.service"
DATA_KIND: Final = "registry.entry"
BYTECODE_SUFFIX: Final = ".bc"

_LUA_KEYS: Final = frozenset({"source", "method", "modules", "imports"})
KEYS: Final[dict[str, frozenset[str] | None]] = {
    "process.lua": _LUA_KEYS,
    "function.lua": _LUA_KEYS | {"pool"},
    "library.lua": _LUA_KEYS,
    "process.host": frozenset({"host", "lifecycle"}),
    "terminal.host": frozenset({"host", "hide_logs", "lifecycle"}),
    POLICY_KIND: frozenset({"policy", "groups"}),
    EXPRESSION_KIND: frozenset({"policy", "groups"}),
    SERVICE_KIND: frozenset({"process", "host", "input", "lifecycle"}),
    DATA_KIND: None,
}
"""Kinds that have a meaning in a simulation, with their keys besides ``name``, ``kind`` and ``meta``; None is any key.

Every other kind is foreign: kept as it is for the registry, listed once, and failing when used.
"""

INDEX_KEYS: Final = frozenset({"version", "namespace", "entries"})
"""Keys at the top of an index file."""

PRESENT: Final = ("channel", "coroutine", "errors", "math", "os", "payload", "process", "string", "table")
"""Modules that every process has; they may be listed all the same."""
LISTED: Final = ("security", "time", "funcs", "ctx", "events", "logger", "json")
"""Modules that a process has where its entry lists them. Each is a file of the host, loaded in this order."""
MODULES: Final = frozenset({*PRESENT, *LISTED})
"""Modules that a simulation has; any other listed module raises at its first use (lua 3.3)."""


def near_kind(written: str) -> str:
    """Return the kind that *written* is almost, or an empty text: each part of it is, since all that is foreign shares
    one with a kind that is known."""
    parts = _parts(written)
    return next((kind for kind in KEYS if kind != written and _alike(parts, _parts(kind))), "")


def _parts(kind: str) -> list[str]:
    return kind.lower().replace("_", ".").replace("-", ".").replace("/", ".").split(".")


def _alike(parts: list[str], known: list[str]) -> bool:
    return len(parts) == len(known) and all(map(_is_almost, parts, known))


def _is_almost(part: str, known: str) -> bool:
    return part == known or near(part, (known,)) == known
