"""Whether a debugger holds the run: while somebody looks at a line no time counts."""

from __future__ import annotations

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
    return tracer is not None and _module_of(tracer) != _MEASURING


def _module_of(tracer: Any) -> str:
    """Return the package that *tracer* belongs to: a function, a method or an object that can be called."""
    name = getattr(tracer, "__module__", None) or type(tracer).__module__
    return str(name).partition(".")[0]


def _is_monitored() -> bool:
    monitoring: Any = getattr(sys, "monitoring", None)
    return monitoring is not None and monitoring.get_tool(_DEBUGGER_ID) is not None


def _is_at_a_prompt(frame: FrameType | None) -> bool:
    for _ in range(_PROMPT_DEPTH_MAX):
        if frame is None:
            break
        if str(frame.f_globals.get("__name__", "")).partition(".")[0] in _PROMPTS:
            return True
        frame = frame.f_back
    return False
