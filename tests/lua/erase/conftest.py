"""The compiler of a real Lua, as the judge of what the eraser leaves behind."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from simcore.lua.bridge.chunk import new_runtime

Complaint = Callable[[str], str | None]


@pytest.fixture(scope="session")
def complaint() -> Complaint:
    """A function that compiles a text with Lua 5.4 and returns what Lua complains of, None for nothing."""
    runtime = new_runtime()
    compile_text = runtime.eval("function(text) local chunk, message = load(text, '=text', 't') return message end")
    return lambda text: compile_text(text)
