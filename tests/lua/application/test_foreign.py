from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from simcore.lua.application import load
from simcore.lua.application.kinds import MODULES

if TYPE_CHECKING:
    from tests.lua.application.conftest import WriteApp

INDEX = """\
version: "1.0"
namespace: app
owner: somebody
entries:
  - {name: page, kind: http.endpoint, path: /x, imports: [a, b], modules: 5, lifecycle: {start_timeout: [odd]}}
  - {name: more, kind: http.endpoint, source: 7, method: {}}
  - {name: plugin, kind: function.wasm, imports: [{a: b}], source: file://missing.wasm}
  - name: work
    kind: process.lua
    source: return {}
    modules: [time, sql, hash]
    colour: red
  - name: play
    kind: process.lua
    source: return {}
    modules: [sql]
    colour: blue
  - name: host
    kind: process.host
    host: {workers: 1, speed: 2}
    lifecycle: {mode: odd, restart: {tries: 1}, security: {who: me}}
  - name: cron
    kind: process.service
    process: app:work
    host: app:host
    lifecycle: {auto_start: true}
"""


def test_what_is_foreign_is_listed_once_each_and_is_no_error(write_app: WriteApp) -> None:
    application = load(write_app({"_index.yaml": INDEX}))

    assert [str(foreign) for foreign in application.foreign] == [
        "key index file: owner (once at _index.yaml:3)",
        "key process.host: host.speed (once at _index.yaml:20)",
        "key process.host: lifecycle.mode (once at _index.yaml:21)",
        "key process.host: lifecycle.restart.tries (once at _index.yaml:21)",
        "key process.host: lifecycle.security.who (once at _index.yaml:21)",
        "key process.lua: colour (2 times, first at _index.yaml:12)",
        "kind function.wasm (once at _index.yaml:7)",
        "kind http.endpoint (2 times, first at _index.yaml:5)",
        "module hash (once by app:work at _index.yaml:11)",
        "module sql (2 times, first by app:work at _index.yaml:11)",
    ]


MISTYPED = """\
version: 1.0
namespace: app
verison: 2
entries:
  - name: work
    kind: function.lua
    source: return print
    modles: [time]
    meta: {typ: test, suit: a, simcor: {expect: failed}, kinds: free, orders: 5}
  - name: more
    kind: function.lua
    source: return print
    meta: {type: test, types: [a], simcore: {spare: failed}}
  - name: host
    kind: process.host
    host: {max_proceses: 2}
    lifecycle: {auto_strat: true}
  - name: cron
    kind: process.service
    process: app:work
    host: app:host
    lifecycle: {restart: {max_atempts: 1}, security: {actr: {id: a}, actor: {ids: b}, group: [a]}, require: [app:x]}
    meta: {simcore: {start_dely: 1s}}
  - {name: plain, kind: process.lua, source: return print, meta: {simcore: {anything: 1}}}
"""


def test_a_key_that_is_almost_one_of_ours_is_told_with_that_one(write_app: WriteApp) -> None:
    application = load(write_app({"_index.yaml": MISTYPED}))

    told = [str(foreign) for foreign in application.foreign]
    assert all(foreign.what == "key" for foreign in application.foreign)
    assert [told_of.removeprefix("key ").replace("once at _index.yaml:", "") for told_of in told] == [
        "function.lua: meta.simcor (9); did you mean simcore?",
        "function.lua: meta.simcore.spare (13)",
        "function.lua: meta.suit (9); did you mean suite?",
        "function.lua: meta.typ (9); did you mean type?",
        "function.lua: modles (8); did you mean modules?",
        "index file: verison (3); did you mean version?",
        "process.host: host.max_proceses (16); did you mean max_processes?",
        "process.host: lifecycle.auto_strat (17); did you mean auto_start?",
        "process.lua: meta.simcore.anything (24)",
        "process.service: lifecycle.require (22); did you mean requires?",
        "process.service: lifecycle.restart.max_atempts (22); did you mean max_attempts?",
        "process.service: lifecycle.security.actor.ids (22); did you mean id?",
        "process.service: lifecycle.security.actr (22); did you mean actor?",
        "process.service: lifecycle.security.group (22); did you mean groups?",
        "process.service: meta.simcore.start_dely (23); did you mean start_delay?",
    ]


@pytest.mark.parametrize("word", ["ordea", "rder", "ORDER", "orders", "oder", "odrer", "orderr", "Order"])
def test_an_order_of_a_test_that_is_mistyped_is_told(write_app: WriteApp, word: str) -> None:
    entry = f"{{name: work, kind: function.lua, source: return print, meta: {{type: test, {word}: 1}}}}"
    application = load(write_app({"_index.yaml": f"namespace: app\nentries:\n- {entry}\n"}))

    told = f"key function.lua: meta.{word} (once at _index.yaml:3); did you mean order?"
    assert [str(foreign) for foreign in application.foreign] == [told]


@pytest.mark.parametrize("meta", ["{type: test, order: 1, ordinal: 2, title: x}", "{orders: 5}", "{order: 5}"])
def test_a_word_that_is_like_no_other_and_one_of_no_test_is_not_told(write_app: WriteApp, meta: str) -> None:
    entry = f"{{name: work, kind: function.lua, source: return print, meta: {meta}}}"

    assert load(write_app({"_index.yaml": f"namespace: app\nentries:\n- {entry}\n"})).foreign == ()


def test_foreign_entries_are_kept_as_they_are(write_app: WriteApp) -> None:
    page = load(write_app({"_index.yaml": INDEX})).entries["app:page"]

    assert page.data == {
        "path": "/x",
        "imports": ["a", "b"],
        "modules": 5,
        "lifecycle": {"start_timeout": ["odd"]},
    }


def test_a_lua_entry_knows_which_of_its_modules_are_foreign(write_app: WriteApp) -> None:
    work = load(write_app({"_index.yaml": INDEX})).entries["app:work"]

    assert (work.modules, work.foreign_modules) == (("time", "sql", "hash"), ("sql", "hash"))


def test_every_module_of_a_simulation_may_be_listed(write_app: WriteApp) -> None:
    modules = ", ".join(sorted(MODULES))
    index = f"namespace: a\nentries:\n- {{name: x, kind: process.lua, source: return 1, modules: [{modules}]}}\n"

    assert load(write_app({"_index.yaml": index})).foreign == ()
