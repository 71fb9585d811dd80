"""Work that is simcore's own, as slow as a test wants it."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import simcore

INSIDE = Path(simcore.__file__).parent / "world" / "slow.py"


def in_file(file: Path | str, name: str = "calls", **names: object) -> Callable[..., Any]:
    """Return a function of *file* that calls its first argument with the others."""
    return _made(f"def {name}(called, *more):\n    return called(*more)\n", str(file), name, names)


def of_simcore() -> Callable[..., Any]:
    """Return an operation of simcore that calls its first argument with the others."""
    return in_file(INSIDE)


def busy() -> Callable[[float], None]:
    """Return an operation of simcore that uses so many seconds of CPU time."""
    text = "def busy(cpu_s):\n    end = clock() + cpu_s\n    while clock() < end:\n        pass\n"
    return _made(text, str(INSIDE), "busy", {"clock": time.process_time})


def _made(text: str, file: str, name: str, names: dict[str, object]) -> Callable[..., Any]:
    made: dict[str, Any] = dict(names)
    exec(compile(text, file, "exec"), made)
    function: Callable[..., Any] = made[name]
    return function
