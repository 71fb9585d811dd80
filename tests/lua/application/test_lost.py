"""What was meant as a test and would be lost is told with its place."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from simcore.lua.application import load
from simcore.lua.application.kinds import KEYS, near_kind

if TYPE_CHECKING:
    from tests.lua.application.conftest import WriteApp

HEAD = "namespace: a\nentries:\n"
OTHER = "a test is of the kind function.lua or process.lua"
LUA = "kind: function.lua, source: return print"


def lost(write_app: WriteApp, entry: str) -> str:
    return load(write_app({"_index.yaml": f"{HEAD}  - {{name: x, {entry}}}\n"})).entries["a:x"].lost


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        (
            "kind: library.lua, meta: {type: test}, source: return 1",
            f"'meta.type' is 'test', and an entry of the kind library.lua cannot be one; {OTHER}",
        ),
        ("kind: registry.entry, meta: {type: test}", f"kind registry.entry cannot be one; {OTHER}"),
        ("kind: process.host, meta: {type: test}", f"kind process.host cannot be one; {OTHER}"),
        ("kind: function.wasm, meta: {type: test}", f"kind function.wasm cannot be one; {OTHER}"),
        ("kind: process.hosts, meta: {type: test}", f"kind process.hosts cannot be one; {OTHER}"),
        ("kind: function.luaa, meta: {type: test}", "kind function.luaa cannot be one; did you mean function.lua?"),
        ("kind: Function.Lua, meta: {type: test}", "kind Function.Lua cannot be one; did you mean function.lua?"),
        (f"{LUA}, type: test", "'type' makes it no test, as it stands beside meta; write  meta: {type: test}"),
        (f"{LUA}, mata: {{type: test}}", "field 'mata' makes it no test; did you mean meta?"),
        (f"{LUA}, metadata: {{type: test}}", "field 'metadata' makes it no test; did you mean meta?"),
        (f"{LUA}, meta: {{typ: test}}", "field 'meta.typ' makes it no test; write  meta: {type: test}"),
        (f"{LUA}, meta: {{meta: {{type: test}}}}", "field 'meta.meta' makes it no test; write  meta: {type: test}"),
        (f"{LUA}, meta: {{simcore: {{type: test}}}}", "field 'meta.simcore' makes it no test; write  meta: {type"),
    ],
)
def test_a_test_that_nothing_would_run_is_told_with_its_line_and_entry(
    write_app: WriteApp, entry: str, said: str
) -> None:
    told = lost(write_app, entry)

    assert "_index.yaml:3: entries[0] (a:x): field " in told
    assert said in told


@pytest.mark.parametrize(
    "entry",
    [
        f"{LUA}, meta: {{type: test}}",
        f"{LUA}, meta: {{type: test}}, type: test",
        f"{LUA}, meta: {{type: worker}}",
        f"{LUA}, type: worker",
        f"{LUA}, imports: {{type: elsewhere:test}}",
        f"{LUA}, meta: {{kinds: {{type: test}}}}",
        "kind: registry.entry, type: test",
        "kind: registry.entry, data: {type: test}",
        "kind: function.wasm, type: test",
        "kind: http.endpoint, meta: {type: tests}",
    ],
)
def test_what_is_a_test_or_says_nothing_of_one_is_not_lost(write_app: WriteApp, entry: str) -> None:
    assert lost(write_app, entry) == ""


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("function.luaa", "function.lua"),
        ("funktion.lua", "function.lua"),
        ("function.lau", "function.lua"),
        ("function_lua", "function.lua"),
        ("Process.Host", "process.host"),
        ("process.servise", "process.service"),
        ("function.wasm", ""),
        ("process.wasm", ""),
        ("http.service", ""),
        ("http.host", ""),
        ("registry", ""),
    ],
)
def test_an_unknown_kind_is_near_a_known_one_in_each_of_its_parts(written: str, meant: str) -> None:
    assert near_kind(written) == meant


def test_no_kind_that_is_known_is_near_another() -> None:
    assert [near_kind(kind) for kind in KEYS] == [""] * len(KEYS)


def test_an_unknown_kind_is_told_with_the_one_that_it_may_be_meant_for(write_app: WriteApp) -> None:
    index = f"{HEAD}  - {{name: x, kind: proces.host}}\n  - {{name: y, kind: http.server}}\n"

    assert [str(foreign) for foreign in load(write_app({"_index.yaml": index})).foreign] == [
        "kind http.server (once at _index.yaml:4)",
        "kind proces.host (once at _index.yaml:3); did you mean process.host?",
    ]
