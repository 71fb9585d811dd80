"""Lua source to byte code: compiled once for each source, loaded again in every process."""

from __future__ import annotations

import re
from bisect import bisect_left
from functools import lru_cache
from importlib.resources import files
from typing import Any, Final

from lupa import lua54

from simcore.lua.application.kinds import LISTED
from simcore.lua.bridge.scalars import from_lua, to_lua
from simcore.lua.erase.place import LINE_BREAK
from simcore.model.errors import UsageError

_NEEDED: Final = (
    "core",
    "order",
    "number",
    "pattern",
    "text",
    "errors",
    "security",
    "payload",
    "task",
    "channel",
    "message",
    "calendar",
    "duration",
    "instant",
    "time",
    "os",
    "process",
    "builder",
)
"""What the modules stand on, and the listed modules that others stand on."""
HOST_FILES: Final = (*_NEEDED, *(name for name in LISTED if name not in _NEEDED), "environment", "reset")
"""The files of the host, each needing only those before it."""

# Its debug information is kept in the dump: without it no error would name a line.
_COMPILE: Final = """
local text, name = ...
local chunk, problem = load(text, name, "t")
if not chunk then return false, problem end
return true, string.dump(chunk, false)
"""

_PLACED: Final = re.compile(r"\?:([0-9]+): (.*)", re.DOTALL)
_OVERFLOW: Final = "C stack overflow"
_OWN_LINE: Final = re.compile(r" at line ([0-9]+)(?= jumps|$)")


def new_runtime(memory_max: int = 0) -> Any:
    """Return a fresh Lua state that shows Python nothing and takes nothing from Python but what it is given.

    Args:
        memory_max: bytes it may use; 0 for no bound.
    """
    make: Any = lua54.LuaRuntime  # the types that some type checkers bring for it are those of another lupa
    # Bytes as latin-1, since Lua's texts need not be UTF-8 (lua 8.6); tuples unpacked, or Lua would be handed a Python
    # object (lua 10.12); no eval and no builtins, by which a program could reach Python.
    return make(
        encoding="latin-1",
        source_encoding="latin-1",
        unpack_returned_tuples=True,
        register_eval=False,
        register_builtins=False,
        attribute_filter=_no_attribute,
        max_memory=memory_max or None,
    )


def _no_attribute(*_: object) -> str:
    raise AttributeError("Lua has no access to the attributes of Python objects")


@lru_cache(maxsize=1024)
def compile_chunk(name: str, text: str) -> bytes:
    """Return the byte code of *text*, a Lua source in latin-1, which calls itself *name* in its errors.

    Raises:
        UsageError: it does not compile; for instance a ``goto`` has no label.
    """
    # In a state of its own, once for all worlds: it must not count against the memory of one.
    compiled, result = new_runtime().execute(_COMPILE, text, f"={to_lua(name)}")
    if not compiled:
        raise UsageError(f"{from_lua(result)}; correct the source")
    code: bytes = result.encode("latin-1")
    return code


def complaint(text: str) -> tuple[int, str] | None:
    """Return what Lua's compiler says against *text*, and at which line; None where it takes it."""
    said = _complaint(text)
    if said is None:
        return None
    placed = _PLACED.fullmatch(said)
    if placed is None:
        # Of what is too much for itself it says neither line nor name, but how its own calls stand.
        first, _, _ = said.partition("\n")
        return _line_without_place(text), f"nested too deep ({_OVERFLOW})" if first == _OVERFLOW else first
    line, said = int(placed[1]), placed[2]
    # A jump is complained of where its function ends, and its own line is in the text.
    own = _OWN_LINE.search(said)
    return (int(own[1]), said.replace(own[0], "")) if own else (line, said)


def _complaint(text: str) -> str | None:
    # Under a short name: Lua cuts longer ones in its messages.
    compiled, result = new_runtime().execute(_COMPILE, text, "=?")
    return None if compiled else from_lua(result)


def _line_without_place(text: str) -> int:
    """Return the line at which the compiler gives up on *text*, which it does not say: with the lines above it alone it
    gets to their end."""
    lines = LINE_BREAK.split(text)

    def gives_up(amount: int) -> bool:
        said = _complaint("\n".join(lines[:amount]))
        return said is not None and not _PLACED.fullmatch(said)

    return bisect_left(range(len(lines)), x=True, lo=1, key=gives_up)


@lru_cache(maxsize=1)
def host_chunks() -> tuple[tuple[str, bytes], ...]:
    """Return the name and the byte code of every file of the host, in the order in which they have to run."""
    folder = files("simcore.lua") / "host"
    return tuple(
        (f"[simcore/{name}]", compile_chunk(f"[simcore/{name}]", (folder / f"{name}.lua").read_text("utf-8")))
        for name in HOST_FILES
    )
