"""A check is decided by the caller's actor and scope; an incomplete context by strict mode."""

from __future__ import annotations

import itertools
from typing import Any

import pytest

from simcore.model.errors import PermissionDenied, ProcessError
from simcore.security.actor import Actor
from simcore.security.conditions import Condition
from simcore.security.decision import allowed, can, first_denied, require
from simcore.security.frame import Frame
from simcore.security.permissions import PERMISSIONS
from simcore.security.policy import allow, deny
from simcore.security.scope import Scope

ACTOR = Actor("app:boss")
ALLOWING, DENYING = Scope([allow("*", "*")]), Scope([allow("*", "*"), deny("*", "*")])
UNDEFINED, EMPTY = Scope([allow("process.link", "*")]), Scope([])
PID = "{app:processes|0x00001}"
SUBJECTS = {"target": "{app:processes|0x00009}", "id": "app:worker", "host": "app:processes", "name": "boss"}


@pytest.mark.parametrize(
    ("actor", "scope", "strict", "expected"),
    [
        (ACTOR, ALLOWING, False, True),
        (ACTOR, ALLOWING, True, True),
        (ACTOR, DENYING, False, False),
        (ACTOR, DENYING, True, False),
        (ACTOR, UNDEFINED, False, False),
        (ACTOR, UNDEFINED, True, False),
        (ACTOR, EMPTY, False, False),
        (ACTOR, EMPTY, True, False),
        (Actor(""), ALLOWING, True, True),
        (Actor(""), EMPTY, False, False),
        (ACTOR, None, False, True),
        (ACTOR, None, True, False),
        (None, ALLOWING, False, True),
        (None, ALLOWING, True, False),
        (None, DENYING, False, True),
        (None, DENYING, True, False),
        (None, None, False, True),
        (None, None, True, False),
    ],
)
def test_the_truth_table_of_a_check(actor: Actor | None, scope: Scope | None, *, strict: bool, expected: bool) -> None:
    frame = Frame({}, actor, scope)

    assert allowed(frame, "process.send", "x", pid=PID, strict=strict) is expected


@pytest.mark.parametrize(
    ("actor", "scope"), list(itertools.product([ACTOR, Actor(""), None], [ALLOWING, DENYING, UNDEFINED, EMPTY, None]))
)
def test_can_is_true_only_in_a_complete_context_that_allows(actor: Actor | None, scope: Scope | None) -> None:
    expected = actor is not None and scope is ALLOWING

    assert can(Frame({}, actor, scope), "process.send", "x", pid=PID) is expected


def test_a_check_tells_the_policies_the_callers_pid() -> None:
    frame = Frame({}, ACTOR, Scope([allow("*", "*", when=[Condition("meta.pid", "eq", PID)])]))

    for pid in (PID, "{app:processes|0x00002}", PID):
        assert allowed(frame, "process.send", "x", pid=pid, strict=True) is (pid == PID)
        assert can(frame, "process.send", "x", pid=pid) is (pid == PID)


def test_can_takes_further_attributes_and_no_forged_pid() -> None:
    when = [Condition("pid", "eq", PID), Condition("meta.order", "eq", 7)]
    frame = Frame({}, ACTOR, Scope([allow("*", "*", when=when)]))

    assert can(frame, "shop.pay", "x", pid=PID, attributes={"order": 7})
    assert not can(frame, "shop.pay", "x", pid="{app:processes|0x00002}", attributes={"order": 7, "pid": PID})


ROWS = [(verb, index) for verb, rows in PERMISSIONS.items() for index in range(len(rows))]


@pytest.mark.parametrize(("verb", "index"), ROWS)
def test_a_verb_needs_every_one_of_its_rows(verb: str, index: int) -> None:
    rows = PERMISSIONS[verb]
    others = [allow(row.action, row.resource(SUBJECTS)) for row in rows if row is not rows[index]]
    all_rows = [*others, allow(rows[index].action, rows[index].resource(SUBJECTS))]

    lacking, complete = Frame({}, ACTOR, Scope(others)), Frame({}, ACTOR, Scope(all_rows))

    assert first_denied(lacking, verb, SUBJECTS, pid=PID, strict=False) is rows[index]
    assert first_denied(complete, verb, SUBJECTS, pid=PID, strict=False) is None


@pytest.mark.parametrize("verb", sorted(PERMISSIONS))
def test_the_first_denied_row_is_the_one_that_is_told(verb: str) -> None:
    frame = Frame({}, ACTOR, Scope([]))
    row = PERMISSIONS[verb][0]

    with pytest.raises(ProcessError) as denied:
        require(frame, verb, SUBJECTS, typed={"target": "boss"}, pid=PID, strict=False)

    assert denied.value.message == row.message({**SUBJECTS, "target": "boss"})
    assert denied.value.kind == row.kind
    assert isinstance(denied.value, PermissionDenied) == (row.kind == "PermissionDenied")
    assert denied.value.retryable is False
    assert denied.value.details == {"action": row.action, "resource": row.resource(SUBJECTS)}


def test_a_destination_is_checked_by_its_pid_and_told_as_typed() -> None:
    by_pid = Frame({}, ACTOR, Scope([allow("process.send", SUBJECTS["target"])]))
    by_name = Frame({}, ACTOR, Scope([allow("process.send", "boss")]))

    require(by_pid, "send", {"target": SUBJECTS["target"]}, typed={"target": "boss"}, pid=PID, strict=True)
    with pytest.raises(PermissionDenied, match=r"^not allowed to send: boss$"):
        require(by_name, "send", {"target": SUBJECTS["target"]}, typed={"target": "boss"}, pid=PID, strict=True)


@pytest.mark.parametrize("verb", sorted(PERMISSIONS))
@pytest.mark.parametrize("frame", [Frame(), Frame({}, ACTOR), Frame({}, None, DENYING)])
def test_an_incomplete_context_is_decided_by_strict_mode_alone(verb: str, frame: Any) -> None:
    assert first_denied(frame, verb, SUBJECTS, pid=PID, strict=False) is None
    assert first_denied(frame, verb, SUBJECTS, pid=PID, strict=True) is PERMISSIONS[verb][0]
