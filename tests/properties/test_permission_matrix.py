"""The matrix of permissions: every cell that can be is reached, and each claim notices a kernel that does otherwise."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from properties._permissions.deeds import DEEDS, SHARED, Deed
from properties._permissions.in_lua import LUA_DEEDS
from properties._permissions.judging import decisions, effects, errors, orders
from properties._permissions.matrix import CELLS, OUT_OF_REACH, PLANS, Cell, cells_of, lines, missing
from properties._permissions.trial import Plan
from simcore.process import relate
from simcore.process.state.runtime import Runtime
from simcore.security import decision, scope
from simcore.security.permissions import PERMISSIONS
from simcore.world import world as worlds

Mutation = Callable[[pytest.MonkeyPatch], None]


@pytest.fixture(autouse=True)
def _without_a_project(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Where no ``always`` is asked: the reference model would notice each of the mutations first."""
    monkeypatch.chdir(tmp_path)


def breaches(judge: Any, plans: tuple[Plan, ...]) -> list[str]:
    return [breach for plan in plans for breach in judge(plan.play())]


# -- what is reached


def test_every_cell_is_reached_but_those_whose_reason_is_said() -> None:
    reached: Counter[Cell] = Counter()
    for plan in PLANS:
        reached.update(cells_of(plan.play()))

    assert missing(reached) == []
    assert len(CELLS) - len({*reached}) == len(OUT_OF_REACH)


def test_the_matrix_names_what_was_not_met() -> None:
    told = list(lines(Counter(cells_of(PLANS[0].play())), 1))

    assert told[0].endswith("34 of them met in 1 trials")
    assert "  denied by a deny, just started: every verb" in told
    assert any(line.startswith("  denied without a context, in a call: every verb (who may not call") for line in told)


def test_the_matrix_has_every_verb_of_the_permission_table() -> None:
    # Who is behind a builder asks for the context first.
    held = [tuple(action for action, _ in rows(deed)) for deed in (*DEEDS, *LUA_DEEDS)]

    for verb, table in PERMISSIONS.items():
        actions = tuple(row.action for row in table)
        assert any(each[-len(actions) :] == actions for each in held), f"{verb} is not in properties/_permissions"


def rows(deed: Deed) -> list[tuple[str, str]]:
    return [SHARED.get(part, (action, part)) for action, part in deed.rows]


# -- what breaks them


def unchecked(verb: str) -> Mutation:
    return lambda patch: patch.setitem(PERMISSIONS, verb, ())


def backwards(verb: str) -> Mutation:
    return lambda patch: patch.setitem(PERMISSIONS, verb, PERMISSIONS[verb][::-1])


def worded(verb: str, **changed: str) -> Mutation:
    def mutation(patch: pytest.MonkeyPatch) -> None:
        patch.setitem(PERMISSIONS, verb, tuple(replace(row, **changed) for row in PERMISSIONS[verb]))

    return mutation


def deny_is_ignored(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(scope, "DENY", "nothing")


def what_nothing_speaks_of_is_allowed(patch: pytest.MonkeyPatch) -> None:
    plain = decision.allowed

    def allowed(frame: Any, action: str, resource: str, *, pid: str, strict: bool) -> bool:
        if frame.scope is not None and frame.actor is not None:
            return frame.scope.evaluate(frame.actor, action, resource) is None or plain(
                frame, action, resource, pid=pid, strict=strict
            )
        return plain(frame, action, resource, pid=pid, strict=strict)

    patch.setattr(decision, "allowed", allowed)


def an_incomplete_context_is_denied(patch: pytest.MonkeyPatch) -> None:
    plain = decision.allowed
    patch.setattr(Runtime, "guards", lambda self, frame: True)
    patch.setattr(decision, "allowed", lambda *parts, strict, **more: plain(*parts, strict=True, **more))


def strict_is_not_looked_at(patch: pytest.MonkeyPatch) -> None:
    plain = decision.allowed
    patch.setattr(decision, "allowed", lambda *parts, strict, **more: plain(*parts, strict=False, **more))


def the_effect_comes_before_the_check(patch: pytest.MonkeyPatch) -> None:
    plain = Runtime.require_target

    def require_target(self: Runtime, record: Any, verb: str, target: Any, typed: str) -> None:
        if verb == "link":
            relate.tie(self, record.pid, target)
        plain(self, record, verb, target, typed)

    patch.setattr(Runtime, "require_target", require_target)


def every_row_is_checked(patch: pytest.MonkeyPatch) -> None:
    plain = Runtime.require

    def require(self: Runtime, record: Any, verb: str, subjects: Any, typed: Any = None, *, skip: str = "") -> None:
        problem = None
        for row in PERMISSIONS[verb]:
            patch.setitem(PERMISSIONS, "one row", (row,))
            try:
                plain(self, record, "one row", subjects, typed, skip=skip)
            except Exception as error:
                problem = problem or error
        if problem is not None:
            raise problem

    patch.setattr(Runtime, "require", require)


def a_name_is_told_as_its_pid(patch: pytest.MonkeyPatch) -> None:
    plain = Runtime.require_target
    patch.setattr(
        Runtime, "require_target", lambda self, record, verb, target, typed: plain(self, record, verb, target, target)
    )


HOST_FIRST = backwards("spawn_linked_monitored")
MUTATIONS = [
    (unchecked("unlink"), decisions, "I72, I75: unlink, "),
    (unchecked("with_scope"), decisions, "I72, I75: with_scope, "),
    (deny_is_ignored, decisions, "I72, I75: send, "),
    (what_nothing_speaks_of_is_allowed, decisions, "I72, I76: send, "),
    (an_incomplete_context_is_denied, decisions, "I77: send, "),
    (strict_is_not_looked_at, decisions, "I77: send, "),
    (the_effect_comes_before_the_check, effects, "I73: link was denied"),
    (HOST_FIRST, orders, "I74: spawn_linked_monitored"),
    (every_row_is_checked, orders, "I74: spawn"),
    (a_name_is_told_as_its_pid, errors, "I83: send by name"),
    (worded("monitor", kind="Invalid"), errors, "I83: monitor was denied with Invalid"),
    (unchecked("funcs.call"), decisions, "I72, I75: call of an executor, "),
    (unchecked("scope_with"), decisions, "I72, I75: with of a scope, "),
    (unchecked("events.send"), decisions, "I72, I75: events.send, "),
    (worded("new_actor", kind="Invalid"), errors, "I83: new_actor was denied with a text"),
    (worded("exec", denial="no"), errors, "I83: exec was denied with PermissionDenied, no;"),
]
FRESH = tuple(plan for plan in PLANS if plan.state == "just started")


@pytest.mark.parametrize(("mutation", "judge", "said"), MUTATIONS)
def test_a_mutation_is_noticed(mutation: Mutation, judge: Any, said: str, monkeypatch: pytest.MonkeyPatch) -> None:
    # The invariants of every run would notice some of them first.
    monkeypatch.setattr(worlds, "rules", tuple)

    mutation(monkeypatch)

    assert any(breach.startswith(said) for breach in breaches(judge, FRESH))


def test_nothing_is_said_of_the_kernel_as_it_is() -> None:
    for judge in (decisions, effects, orders, errors):
        assert breaches(judge, FRESH) == []
