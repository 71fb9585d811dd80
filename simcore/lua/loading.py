"""Loading an application and putting it into a world: its definitions, hosts and policies."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from simcore.lua.application import Application, load
from simcore.lua.application.kinds import CALLABLE_KINDS
from simcore.lua.definition import LuaDefinition
from simcore.lua.state import LuaState

if TYPE_CHECKING:
    from simcore.lua.application import Entry
    from simcore.process.runtime import Runtime


def load_app(folder: str | Path) -> Application:
    """Load the application in *folder*, which holds its ``_index.yaml`` tree. None of its Lua runs.

    Raises:
        UsageError: something in it cannot be used; the message names file, line, entry and field.
    """
    return load(Path(folder))


def install(application: Application, runtime: Runtime) -> None:
    """Define every Lua entry of *application* in *runtime*, and add its hosts and policies.

    Raises:
        UsageError: a source does not compile.
        BoundReached: ``lua_memory_max`` is too small.
    """
    for id, host in application.hosts.items():
        runtime.add_host(id, processes_max=_processes_max(host))
    for policy in application.policies.values():
        runtime.policies.add(policy)
    callables = [entry for entry in application.executables.values() if entry.kind in CALLABLE_KINDS]
    if not callables:
        return
    state = _state_of(runtime)
    dialect = application.dialect if runtime.options.dialect == "auto" else runtime.options.dialect
    for entry in callables:
        runtime.define(LuaDefinition(entry, application.entries, state, dialect))


def _state_of(runtime: Runtime) -> LuaState:
    """Return the Lua state of the world: that of an application it has already, else a new one."""
    for definition in runtime.definitions.values():
        if isinstance(definition, LuaDefinition):
            return definition.state
    return LuaState(runtime)


def _processes_max(host: Entry) -> int:
    data = host.data.get("host")
    amount = data.get("max_processes", 0) if isinstance(data, dict) else 0
    return amount if isinstance(amount, int) else 0
