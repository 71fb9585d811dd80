"""The members of a program in Lua: one file plays them all, and asks here for its steps."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from importlib.resources import as_file, files
from typing import TYPE_CHECKING, Any, Final

from simcore.lua import load_app
from simcore.lua.bridge.definition import LuaDefinition
from simcore.lua.bridge.scalars import from_lua, to_lua
from simcore.lua.bridge.states import new_state
from simcore.lua.leaves.table import LEAVES
from simcore.model.errors import process_error
from simcore.model.pid import Pid
from simcore.programs import places
from simcore.programs.errand import call_of, errand

if TYPE_CHECKING:
    from simcore.lua.application import Application
    from simcore.lua.bridge.state import LuaState
    from simcore.model.programs import Program, Step
    from simcore.programs.account import Account
    from simcore.world.world import World

PLAN: Final = "plan"
"""What the Lua program calls Python by."""
UNTOLD: Final = ("return", "raise", "receive")
"""The verbs that are no call: what becomes of them is seen otherwise."""
UPGRADES: Final = ("upgrade", "upgrade_unknown")


def define_lua_members(world: World, program: Program, account: Account) -> None:
    """Define the members of *program* in *world*, and what its services run, as Lua programs."""
    application = _application()
    state = new_state(world.runtime, LEAVES)
    steps = LuaSteps(program, account)
    state.engine.lend(PLAN, steps.asked)
    served = [places.served(place) for place in range(len(program.services))]
    member = application.executables[places.DEFINITION]
    entries = [*application.executables.values(), *(replace(member, id=id) for id in served)]
    for entry in entries:
        known = {**application.entries, entry.id: entry}
        world.runtime.define(LuaDefinition(entry, known, application.folder, state, "seed"))
        state.add_step(to_lua(entry.id), "module", PLAN, PLAN)


@cache
def _application() -> Application:
    with as_file(files("simcore.programs") / "lua") as folder:
        return load_app(folder)


class LuaSteps:
    """The steps of a program, one after the other, for whoever asks in Lua; and what became of each.

    Args:
        program: whose steps they are.
        account: of the run.
    """

    def __init__(self, program: Program, account: Account) -> None:
        self._program = program
        self._account = account
        self._children = program.children()

    def asked(self, state: LuaState, what: str, pid: str, *arguments: Any) -> Any:
        """Answer a call of a Lua program: ``greet``, ``next`` or ``done``."""
        known = state.runtime.known(from_lua(pid))
        assert known is not None, "who asks is a member"
        answer: Any = getattr(self, f"_{what}")(known.pid, *arguments)
        return answer

    def _greet(self, pid: Pid) -> int:
        number = self._account.number(pid)
        assert number is not None, "who asks is a member"
        self._account.greet(number, pid, None)
        return number

    def _next(self, pid: Pid, index: int) -> tuple[Any, ...] | None:
        """Return the next step of a member behind the one at this place, and note that it begins."""
        number, steps = self._account.number(pid), self._program.steps
        for place in range(index + 1, len(steps)):
            if steps[place].process == number:
                return self._begun(pid, place, steps[place])
        return None

    def _begun(self, pid: Pid, place: int, step: Step) -> tuple[Any, ...]:
        what = errand(self._program, place, self._children.get(place), self._account)
        if step.verb in UPGRADES:
            self._account.note(call_of(what, step, pid, self._account))
        elif step.verb in UNTOLD:
            self._account.act(step.verb)
        else:
            self._account.begin(call_of(what, step, pid, self._account))
        texts = (what.verb, what.destination, what.name, what.topic, what.definition, what.host)
        child = -1 if what.child is None else what.child
        return (place, *map(to_lua, texts), child, what.value, " ".join(what.builder))

    def _done(self, pid: Pid, place: int, kind: str, message: str, result: str) -> None:
        """Note how a step was answered."""
        account, call = self._account, self._account.under_way(pid)
        assert call.index == place, "a member does one step after the other"
        error = process_error(from_lua(message), from_lua(kind)) if kind else None
        account.finish(call, from_lua(result) or None, error)
        is_told = call.target is not None and error is None and call.verb.removeprefix("build_").startswith("spawn")
        if is_told and "name" not in call.builder:
            assert call.target is not None
            account.know(call.target, Pid(from_lua(result)))
