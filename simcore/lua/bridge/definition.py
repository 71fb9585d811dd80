"""A Lua entry as something that can be spawned or called."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from lupa import lua54

from simcore.lua.bridge.chunk import compile_chunk
from simcore.lua.bridge.front import LuaFrontEnd
from simcore.lua.bridge.process import LuaProcess
from simcore.lua.bridge.scalars import to_lua
from simcore.lua.bridge.task import LuaTask
from simcore.lua.erase import return_line
from simcore.model.errors import NotFound
from simcore.model.foreign import NOT_HERE
from simcore.model.places import CodePlace

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from simcore.lua.application import Entry
    from simcore.lua.bridge.state import LuaState
    from simcore.model.payload import Payload
    from simcore.process.state.record import ProcessRecord

Binding = tuple[str, str, str]
"""What happens before a module body runs: what, the name it binds, and what it binds there."""


class LuaDefinition:
    """The entry *entry* of an application, under its id.

    Args:
        entry: the entry, a ``process.lua`` or a ``function.lua``.
        entries: all entries of its application.
        folder: the application's.
        state: the Lua state of the world.
        dialect: which API generation the application speaks.

    Raises:
        UsageError: its source, or one of its libraries, does not compile.
    """

    __slots__ = ("_dialect", "_entry", "_folder", "_name", "id", "state")

    def __init__(
        self,
        entry: Entry,
        entries: Mapping[str, Entry],
        folder: Path,
        state: LuaState,
        dialect: Literal["seed", "current"],
    ) -> None:
        self.id: str = entry.id
        self.state: LuaState = state
        self._dialect: Literal["seed", "current"] = dialect
        self._entry = entry
        self._folder = folder
        self._name = to_lua(entry.id)
        for each in (*map(entries.__getitem__, entry.libraries), entry):
            assert each.erased is not None, "only entries with Lua are libraries"
            state.define_chunk(to_lua(each.id), compile_chunk(each.id, each.erased.text))
        state.define_program(self._name, to_lua(entry.method))
        for what, name, target in steps(entry, entries):
            state.add_step(self._name, what, to_lua(name), to_lua(target))

    @property
    def folder(self) -> Path:
        """The folder of the application that it is of."""
        return self._folder

    def start(self, record: ProcessRecord, arguments: Payload) -> tuple[LuaFrontEnd, LuaTask]:
        """Make the process's environment and run the module body, as far as its main function.

        Raises:
            ProcessError: ``failed to execute script``, or the method is not found (process 7.3 rows 7, 8).
        """
        process = LuaProcess(self.state, record, self._dialect)
        # Here already, since what the module body subscribes to may find messages, after an upgrade (process 10.2).
        record.front = front = LuaFrontEnd(process)
        try:
            number = self.state.open(process.number, self._name, to_lua(record.pid), to_lua(record.id), self._dialect)
            task = LuaTask(process, number, is_main=True)
            task.prepare(self._entry.method, arguments.data)
        except lua54.LuaMemoryError:
            raise self.state.out_of_memory() from None
        except NotFound as error:
            process.close()
            error.raised_at = self._places()
            raise
        except BaseException:
            process.close()
            raise
        return front, task

    def _places(self) -> tuple[CodePlace, ...]:
        """Return where the index names the entry, and where its module says what it exports."""
        entry, folder = self._entry, Path(os.path.abspath(self._folder))
        index = CodePlace(str(folder / entry.file), entry.line, entry.id)
        if entry.source is None or entry.source.path is None:
            return (index,)
        return index, CodePlace(str(folder / entry.source.path), return_line(entry.source.erased.text), entry.id)


def steps(entry: Entry, entries: Mapping[str, Entry]) -> Iterator[Binding]:
    """Yield what binds the globals of *entry*: modules and imports of each library before it runs, then its own."""
    for target in entry.libraries:
        yield from _bindings(entries[target])
        yield ("library", "", target)
    yield from _bindings(entry)


def _bindings(entry: Entry) -> Iterator[Binding]:
    for module in entry.modules:
        if module in entry.foreign_modules:
            yield ("absent", module, _absent(entry, module, module, "module"))
        else:
            yield ("module", module, module)
    for alias, target in entry.imports.items():
        if alias in entry.foreign_imports:
            yield ("absent", alias, _absent(entry, alias, target, "import"))
        else:
            yield ("import", alias, target)
    for name in entry.erased.type_values if entry.erased is not None else ():
        message = f"{name} is a type, and a type as a value {NOT_HERE}; check the value in Lua"
        yield ("type", name, message)


def _absent(entry: Entry, alias: str, target: str, what: str) -> str:
    """Return what a program is told that uses a foreign module or import: who asks for it, and what can be done."""
    return (
        f"{target} {NOT_HERE}; {entry.id} ({entry.file}:{entry.line}) lists it as {what}: "
        f"import a library.lua as {alias} in its place, or leave its use out of what is simulated"
    )
