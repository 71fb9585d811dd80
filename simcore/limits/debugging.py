"""Whether a debugger holds the run: while somebody looks at a line no time counts."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from types import FrameType

_PROMPTS: Final = ("pdb", "bdb", "ipdb", "pudb", "IPython", "pydevd", "_pydevd_bundle", "debugpy")
"""The modules in which a debugger waits for what its user says."""
_MEASURING: Final = "coverage"
"""The package that traces and holds nothing."""
_PROMPT_DEPTH_MAX: Final = 100
"""A prompt is not called by more than so many frames of its own; a recursion may be millions deep."""
_DEBUGGER_ID: Final = 0
"""By which number a debugger uses ``sys.monitoring``, as that names it."""


def is_debugged(frame: FrameType | None) -> bool:
    """Tell whether a debugger traces this process, or waits in *frame* or in what has called that."""
    return _is_traced() or _is_monitored() or _is_at_a_prompt(frame)


def _is_traced() -> bool:
    tracer = sys.gettrace()
    homes = [] if tracer is None else _homes_of(tracer)
    return _MEASURING not in homes and any(map(_may_hold, homes))


def _homes_of(tracer: Any) -> list[str]:
    """Return the packages that *tracer* is of: a function, a method with the classes of its object, or an object that
    can be called."""
    owner = getattr(tracer, "__self__", tracer)
    names = [getattr(tracer, "__module__", None), *(kind.__module__ for kind in type(owner).__mro__)]
    return [str(name).partition(".")[0] for name in names if name not in (None, "builtins")]


def _is_monitored() -> bool:
    monitoring: Any = getattr(sys, "monitoring", None)
    tool = None if monitoring is None else monitoring.get_tool(_DEBUGGER_ID)
    return tool is not None and _may_hold(str(tool).partition(".")[0])


def _may_hold(home: str) -> bool:
    """Tell whether what is of the package *home* may be a debugger. Of one that nobody knows, only where somebody sits
    at a terminal: what a program traces by itself must not take every limit away."""
    return home in _PROMPTS or _is_at_a_terminal()


def _is_at_a_terminal() -> bool:
    try:
        return os.isatty(0)
    except OSError:
        return False


def _is_at_a_prompt(frame: FrameType | None) -> bool:
    for _ in range(_PROMPT_DEPTH_MAX):
        if frame is None:
            break
        if str(frame.f_globals.get("__name__", "")).partition(".")[0] in _PROMPTS:
            return True
        frame = frame.f_back
    return False
