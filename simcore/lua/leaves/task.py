"""What ``task.lua`` calls in Python: a look now and then whether Lua has run for too long."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from simcore.limits.alarm import insist

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from simcore.lua.bridge.state import LuaState


def look(state: LuaState) -> bool:
    """Let Python hear of its signals, of which it hears in code of its own alone; tell whether all is well.

    What is raised is the trouble of the state, and what Lua is given then is nothing.
    """
    insist()
    return state.trouble is None


LEAVES: Final[Mapping[str, Callable[..., Any]]] = {"look": look}
