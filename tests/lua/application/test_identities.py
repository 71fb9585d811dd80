"""Whom a test acts as, and under which policies: what its ``meta.simcore`` says of that."""

from __future__ import annotations

from pathlib import Path

import pytest

from simcore import UsageError
from simcore.lua import load_app
from simcore.model.outcome import Verdict
from tests.apps import play_test
from tests.files import write_files

PROGRAM = """
local tests = {}
function tests.who()
    local actor = security.actor()
    return actor == nil or actor:id() ~= "tester"
end
function tests.role()
    return security.actor():meta().role == "admin"
end
function tests.spawns() assert(process.spawn("app:work", "app:host")) end
function tests.child() return assert(process.call("app:work", "app:host")) == "tester" end
function tests.work()
    local actor = security.actor()
    return actor and actor:id() or "nobody"
end
return tests
"""
INDEX = """version: "1.0"
namespace: app
entries:
  - {{name: host, kind: process.host}}
  - {{name: work, kind: process.lua, source: 'file://program.lua', method: work, modules: [security]}}
  - name: spawning
    kind: security.policy
    groups: [workers]
    policy: {{actions: '*', resources: '*', effect: allow}}
  - name: reading
    kind: security.policy
    groups: [readers]
    policy: {{actions: 'store.get', resources: '*', effect: allow}}
  - name: t
    kind: function.lua
    source: file://program.lua
    method: {method}
    modules: [security, process]
    meta: {{type: test, simcore: {simcore}}}
"""


def app(folder: Path, simcore: str, method: str = "who") -> Path:
    return write_files(folder, {"_index.yaml": INDEX.format(simcore=simcore, method=method), "program.lua": PROGRAM})


@pytest.mark.parametrize(
    ("simcore", "method", "verdict"),
    [
        ("{}", "who", Verdict.PASSED),
        ("{actor: another}", "who", Verdict.PASSED),
        ("{actor: tester}", "who", Verdict.FAILED),
        ("{actor: {id: tester}}", "who", Verdict.FAILED),
        ("{actor: {id: tester, meta: {role: admin}}}", "role", Verdict.PASSED),
        ("{actor: {id: tester, meta: {role: guest}}}", "role", Verdict.FAILED),
        ("{}", "spawns", Verdict.PASSED),
        ("{actor: tester}", "spawns", Verdict.PASSED),
        ("{actor: tester, groups: [workers]}", "spawns", Verdict.PASSED),
        ("{actor: tester, groups: ['app:workers']}", "spawns", Verdict.PASSED),
        ("{actor: tester, groups: [readers]}", "spawns", Verdict.FAILED),
        ("{actor: tester, groups: [readers, workers]}", "spawns", Verdict.PASSED),
        ("{actor: tester, policies: [reading]}", "spawns", Verdict.FAILED),
        ("{actor: tester, policies: [reading, spawning]}", "spawns", Verdict.PASSED),
        ("{actor: tester, groups: ['elsewhere:workers']}", "spawns", Verdict.PASSED),
        ("{groups: [readers]}", "spawns", Verdict.PASSED),
        ("{actor: tester, groups: [workers]}", "child", Verdict.PASSED),
        ("{}", "child", Verdict.FAILED),
    ],
)
def test_a_test_acts_as_whom_it_says_with_the_policies_of_its_groups(
    tmp_path: Path, simcore: str, method: str, verdict: Verdict
) -> None:
    """process 12.4; its children inherit both (process 7.8)."""
    outcome = play_test(app(tmp_path, simcore, method), "app:t")

    assert outcome.verdict is verdict, outcome


def test_what_it_may_not_do_is_denied_as_to_anybody(tmp_path: Path) -> None:
    outcome = play_test(app(tmp_path, "{actor: tester, groups: [readers]}", "spawns"), "app:t")

    assert "not allowed to spawn process: app:work" in outcome.message


@pytest.mark.parametrize(
    ("simcore", "words"),
    [
        ("{actor: 5}", "field 'meta.simcore.actor' must be a text or a mapping, got a number; write  actor: tester"),
        ("{actor: ''}", "field 'meta.simcore.actor' is empty; write  actor: tester"),
        ("{actor: []}", "field 'meta.simcore.actor' must be a text or a mapping, got a list"),
        ("{actor: {}}", "field 'meta.simcore.actor.id' is missing; write  id: tester"),
        ("{actor: {id: 3}}", "field 'meta.simcore.actor.id' must be a text, got a number"),
        ("{actor: {id: a, meta: x}}", "field 'meta.simcore.actor.meta' must be a mapping, got a text"),
        ("{actor: {id: a, mata: {}}}", "field 'meta.simcore.actor.mata' has no meaning; there are id, meta"),
        ("{groups: workers}", "field 'meta.simcore.groups' must be a list of texts, got a text"),
        ("{actor: a, groups: [1]}", "field 'meta.simcore.groups[0]' must be a text, got a number"),
        ("{actor: a, groups: [wokers]}", "field 'meta.simcore.groups': no policy has the group app:wokers"),
        ("{actor: a, policies: [no]}", "field 'meta.simcore.policies': no security.policy entry is called app:no"),
        ("{actors: tester}", "field 'meta.simcore.actors' has no meaning; did you mean actor?"),
        ("{actor: a, group: [workers]}", "field 'meta.simcore.group' has no meaning; did you mean groups?"),
        ("{Actor: a}", "field 'meta.simcore.Actor' has no meaning; did you mean actor?"),
        ("{expct: failed}", "field 'meta.simcore.expct' has no meaning; did you mean expect?"),
    ],
)
def test_what_makes_no_sense_is_refused_with_file_line_entry_and_field(
    tmp_path: Path, simcore: str, words: str
) -> None:
    folder = app(tmp_path, simcore)

    with pytest.raises(UsageError) as caught:
        load_app(folder)
    place, _, told = str(caught.value).partition(": ")
    assert place == f"{folder}/_index.yaml:19"
    assert "(app:t)" in told
    assert words in told


def test_what_forbids_nothing_and_what_is_elsewhere_is_told(tmp_path: Path) -> None:
    application = load_app(app(tmp_path, "{groups: [readers, 'elsewhere:g']}"))

    assert application.warnings == (
        "_index.yaml:19: groups without an actor forbid nothing; write  actor: {id: tester}  beside them",
    )
    assert [str(each) for each in application.foreign] == ["policy elsewhere:g (once at _index.yaml:19)"]


def test_who_is_no_test_acts_as_nobody(tmp_path: Path) -> None:
    folder = app(tmp_path, "{actor: tester}")
    index = (folder / "_index.yaml").read_text().replace("type: test", "type: tool")
    (folder / "_index.yaml").write_text(index)

    application = load_app(folder)

    assert application.entries["app:t"].identity.actor is None
    assert [str(each) for each in application.foreign] == [
        "key function.lua: meta.simcore.actor (once at _index.yaml:19)"
    ]
