"""The verbs that Lua alone has, tried by a program in Lua."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from simcore import Actor, Denial, Pid, Process, ProcessError, Scope, World, allow
from simcore.words import Born

from .deeds import Deed, Subject
from .trial import CALLER, Plan, Trial, Tried

APP: Final = Path(__file__).parent / "lua"
ANOTHER: Final = Actor("another")
POLICIES: Final = Scope([allow("nothing", "nothing", id="another:policy")])


async def _in_lua(process: Process, subject: Subject) -> None:
    """Stand in the table for what Lua alone can do: it is the text of a program there, and never called here."""
    raise NotImplementedError("a program in Lua does it")


def _deed(verb: str, action: str, part: str, *effects: str) -> Deed:
    return Deed(verb, ((action, part),), frozenset(effects), _in_lua)


LUA_DEEDS: Final = (
    _deed("funcs.call", "funcs.call", "id", "spawned"),
    _deed("funcs.async", "funcs.call", "id", "spawned"),
    _deed("call of an executor", "funcs.call", "id", "spawned"),
    _deed("with_context of an executor", "funcs.context", "=context"),
    _deed("with_actor of an executor", "funcs.security", "=security"),
    _deed("with_scope of an executor", "funcs.security", "=security"),
    _deed("new_actor", "security.actor.create", "id"),
    _deed("new_scope", "security.scope.create", "=custom"),
    _deed("with of a scope", "security.scope.create", "=with"),
    _deed("without of a scope", "security.scope.create", "=without"),
    _deed("policy in Lua", "security.policy.get", "id"),
    _deed("named_scope in Lua", "security.policy_group.get", "id"),
    _deed("events.subscribe", "events.subscribe", "name"),
    _deed("events.send", "events.send", "name"),
)
"""All verbs of Lua that ask for anything and that Python does not have, or answers in another way (lua 6.5 to 6.8)."""


class LuaPlan(Plan):
    """As ``Plan``, for a program in Lua. Of its choices the first are those of its deeds."""

    @property
    def deeds(self) -> tuple[Deed, ...]:
        """What is tried, in this order."""
        return LUA_DEEDS

    def trial(self) -> Trial:
        """Return who tries it."""
        return LuaTrial(self)


class LuaTrial(Trial):
    """All verbs of a plan, tried once by a program in Lua."""

    def define_caller(self, world: World) -> None:
        world.load_app(str(APP))

    def arguments(self) -> tuple[Any, ...]:
        subjects = [{"verb": verb, "id": each.id, "name": each.name} for verb, each in self.subjects.items()]
        return (self.plan.state, subjects, ANOTHER, POLICIES)

    def collect(self, world: World) -> None:
        """Take what the program has returned, and the denials in the order of what was denied."""
        callers = [each.pid for each in world.log.of(Born) if each.id == CALLER]
        if not callers:
            return
        self.pid = callers[-1]
        denials = [each for each in world.denials if each.pid == self.pid]
        answers: list[dict[str, str]] = world.result(Pid(self.pid))
        for deed, answer in zip(self.plan.deeds, answers, strict=True):
            mine = denials[:1] if answer["kind"] else []
            del denials[: len(mine)]
            self.tried.append(self._tried(deed, answer, mine))
        # What is left over was denied twice, or denied and done.
        self.tried[-1].denials.extend(denials)

    def _tried(self, deed: Deed, answer: dict[str, str], denials: list[Denial]) -> Tried:
        assert answer["verb"] == deed.verb
        details = {"action": answer.get("action", ""), "resource": answer.get("resource", "")}
        error = ProcessError(answer["message"], answer["kind"], details=details) if answer["kind"] else None
        return Tried(deed, self.subjects[deed.verb], error, self.began, self.began, denials)
