"""What an app's index says wrongly is told by every command, and by the item that it breaks."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Call
from tests.cli.project import objects
from tests.files import write_files

INDEX = """\
version: "1.0"
namespace: shop
entries:
  - {name: t, kind: function.lua, source: 'file://t.lua', method: run, meta: {type: test}}
"""
MISTYPED = INDEX + "  - {name: host, kind: process.host, lifecycle: {auto_strat: true}}\n"


@pytest.mark.parametrize("command", ["test", "run", "list"])
def test_a_mistyped_key_is_told_by_every_command_that_reads_the_app(folder: Path, call: Call, command: str) -> None:
    write_files(folder, {"bad/_index.yaml": MISTYPED, "bad/t.lua": "return { run = function() end }\n"})

    ended = call(command, "bad")

    note = "unknown and without effect: key process.host: lifecycle.auto_strat (once at _index.yaml:5)"
    assert (ended.code, [line for line in ended.out.splitlines() if "auto_strat" in line]) == (
        0,
        [f"note: bad: {note}; did you mean auto_start?"],
    )


@pytest.mark.parametrize(
    "source",
    [
        "local M = {}\nfor _, k in ipairs({}) do M[k] = print end\nreturn M",
        "local M = {}\nlocal N = M\nreturn N",
        "return { run = nothing }",
    ],
)
def test_a_method_that_only_the_run_finds_missing_is_an_error_of_its_test(
    folder: Path, call: Call, source: str
) -> None:
    write_files(folder, {"bad/_index.yaml": INDEX, "bad/t.lua": f"{source}\n"})

    ended = call("test", "bad", "--format", "jsonl")

    found = objects(ended.out)[0]
    assert (ended.code, found["verdict"], found["property"]) == (1, "error", "usage")
    assert found["message"] == (
        f'bad/_index.yaml:4: shop:t: method "run" not found in module (bad/t.lua:{source.count(chr(10)) + 1}); '
        "correct the method, or what the module returns"
    )


@pytest.mark.parametrize(
    ("raises", "message"),
    [
        ("process.send(process.pid(), 'a', deep)", "may be nested 200 deep, this one is deeper (shop:t:3)"),
        ("process.spawn('shop:t', 'shop:h', deep)", "may be nested 200 deep, this one is deeper (shop:t:3)"),
        ("error(errors.new('mine'))", "mine (shop:t:3)"),
        ("error({ code = 5 })", "{code = 5} (shop:t:3)"),
        ("error('a text')", "shop:t:3: a text"),
        ("error('a bare text', 0)", "a bare text"),
    ],
)
def test_what_a_test_raises_is_told_with_its_entry_and_line(
    folder: Path, call: Call, raises: str, message: str
) -> None:
    deep = "local deep = {} for _ = 1, 200 do deep = {deep} end"
    source = f"return {{ run = function()\n{deep}\n{raises}\nend }}\n"
    write_files(folder, {"bad/_index.yaml": INDEX, "bad/t.lua": source})

    found = objects(call("test", "bad", "--format", "jsonl").out)[0]

    assert (found["verdict"], found["property"]) == ("failed", "assert")
    assert found["message"].endswith(message)


@pytest.mark.parametrize(
    "source",
    [
        "",
        "local x = 1",
        "function run() end",
        "local M = {}\nfunction M.run() end",
        "return { run = nil }",
        "return { run = 5 }",
        "return ({})",
        "do return { rum = print } end",
        "if x then return {} else return { rum = print } end",
        "local M = {}\ndo local M = {} function M.run() end end\nreturn M",
        "local M\nreturn M",
        "return ...",
        "local M = { of = { rum = print } }\nreturn M.of",
    ],
)
def test_a_module_that_cannot_have_the_method_is_refused_before_anything_runs(
    folder: Path, call: Call, source: str
) -> None:
    write_files(folder, {"bad/_index.yaml": INDEX, "bad/t.lua": f"{source}\n"})

    ended = call("run", "bad")

    assert ended.code == 2, ended
    assert ended.err.startswith(
        "simcore: bad/_index.yaml:4: entries[0] (shop:t): field 'method' is 'run', which t.lua "
    )


@pytest.mark.parametrize("command", ["test", "run", "list", "check"])
def test_a_method_that_is_plainly_missing_is_refused_before_anything_runs(
    folder: Path, call: Call, command: str
) -> None:
    write_files(folder, {"bad/_index.yaml": INDEX, "bad/t.lua": "return { rum = function() end }\n"})

    ended = call(command, "bad")

    assert ended.code == 2, ended
    assert ended.err == (
        "simcore: bad/_index.yaml:4: entries[0] (shop:t): field 'method' is 'run', which t.lua does not export; "
        "it exports rum\n"
    )
