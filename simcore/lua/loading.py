"""Loading an application and putting it into a world: its definitions, hosts, policies and services."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from simcore.lua.application import Application, load
from simcore.lua.application.kinds import CALLABLE_KINDS
from simcore.lua.application.shown import escaped
from simcore.lua.bridge.chunk import compile_chunk, complaint
from simcore.lua.bridge.definition import LuaDefinition
from simcore.lua.bridge.states import new_state
from simcore.lua.erase import erase
from simcore.lua.leaves.table import LEAVES
from simcore.model.errors import UsageError

if TYPE_CHECKING:
    from simcore.lua.application import Entry
    from simcore.lua.bridge.state import LuaState
    from simcore.lua.bridge.states import LuaStates
    from simcore.process.state.runtime import Runtime
    from simcore.supervision.supervisor import Supervisor

_TOO_DEEP: Final = "C stack overflow"
_FLATTER: Final = "some 190 '..' or '^' in a chain, or 'not' in a row, are too many; write table.concat, or parts"
"""What to do about the text by which Lua's compiler means that a program is nested too deep for it."""


def load_app(folder: str | Path) -> Application:
    """Load the application in *folder*, which holds its ``_index.yaml`` tree (lua 3). None of its Lua runs.

    What is given back is for ``world.install``, as often as there are worlds. ``world.load_app`` does both at once.

    Args:
        folder: the folder, relative to the current one.

    Raises:
        UsageError: something in it cannot be used; the message names file, line, entry and field.
    """
    application = load(Path(folder))
    for entry in application.executables.values():
        _check_compiles(application, entry)
    return application


def _check_compiles(application: Application, entry: Entry) -> None:
    """Refuse what Lua's own compiler refuses: ``goto`` to no label, 201 local names, ``break`` outside a loop."""
    assert entry.source is not None
    try:
        # What is compiled here is kept for the worlds.
        compile_chunk(entry.id, entry.source.erased.text)
    except UsageError:
        # What is said of the text as it was written, if it is refused too, names none of our own insertions.
        plain = erase(entry.source.text, entry.id, wrap_concatenation=False).text
        said = complaint(plain) or complaint(entry.source.erased.text)
        assert said is not None, "a text that does not compile has a complaint"
        line, message = said
        place = (application.folder / (entry.source_path or entry.file)).as_posix()
        name = escaped(place) if entry.source_path else f"{escaped(place)} ({entry.id})"
        cure = _FLATTER if _TOO_DEEP in message else "correct the source"
        raise UsageError(f"{name}:{line}: {message}; Lua's compiler does not take that, {cure}") from None


def install(application: Application, supervisor: Supervisor, states: LuaStates | None = None) -> None:
    """Define every Lua entry of *application* in the world of *supervisor*, and add its hosts, policies and services.

    ``world.install(application)`` is the way to say it of a whole world.

    Args:
        application: what ``load_app`` has given.
        supervisor: of the world.
        states: who lends the world its Lua state; None makes a new one.

    Raises:
        BoundReached: ``lua_memory_max`` is too small.
    """
    runtime = supervisor.runtime
    for policy in application.policies.values():
        runtime.policies.add(policy)
    _declare(application, supervisor)
    callables = [entry for entry in application.executables.values() if entry.kind in CALLABLE_KINDS]
    if not callables:
        return
    state = _state_of(runtime, states)
    dialect = application.dialect if runtime.options.dialect == "auto" else runtime.options.dialect
    for entry in callables:
        runtime.define(LuaDefinition(entry, application.entries, application.folder, state, dialect))


def _state_of(runtime: Runtime, states: LuaStates | None) -> LuaState:
    """Return the Lua state of the world: that of an application it has already, else one that is lent, or a new one."""
    for definition in runtime.definitions.values():
        if isinstance(definition, LuaDefinition):
            return definition.state
    return new_state(runtime, LEAVES) if states is None else states.lend(runtime, LEAVES)


def _declare(application: Application, supervisor: Supervisor) -> None:
    """Declare the hosts and the services; what they need and a simulation does not have counts as running."""
    supervisor.roster.provided.update(dict.fromkeys(application.entries))
    for host in application.hosts.values():
        supervisor.declare_host(host)
    for service in application.services.values():
        supervisor.declare(service)
