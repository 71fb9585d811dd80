from __future__ import annotations

from typing import TYPE_CHECKING

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
