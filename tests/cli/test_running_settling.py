"""What is found after a test has passed, from the command line: told, kept, replayed; and what is not known is said."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Call
from tests.cli.project import objects
from tests.files import write_files

INDEX = """\
version: "1.0"
namespace: shop
entries:
  - {name: host, kind: process.host}
  - {name: late, kind: process.lua, source: 'file://t.lua', method: late, modules: [time, channel]}
  - {name: ticks, kind: process.lua, source: 'file://t.lua', method: ticks, modules: [time]}
  - {name: fails, kind: process.lua, source: 'file://t.lua', method: fails}
  - {name: t_NAME, kind: function.lua, source: 'file://t.lua', method: t_NAME, modules: [process], meta: {type: test}}
"""
SOURCE = """
local M = {}
function M.late() time.sleep("5s") channel.new():receive() end
function M.ticks() while true do time.sleep("20s") end end
function M.fails() error("dry") end
for _, name in ipairs({ "late", "ticks" }) do
    M["t_" .. name] = function() assert(process.spawn("shop:" .. name, "shop:host")) return true end
end
function M.t_fails()
    assert(process.spawn("shop:fails", "shop:host"))
    return M.t_ticks()
end
return M
"""
NOT_SETTLED = (
    "not settled: 1m0s after the test had passed something is still to happen, first the end of a sleep of "
    "world/shop:t_ticks.0/shop:ticks.0, 20s later; no deadlock and no leak is looked for"
)


@pytest.fixture
def app(folder: Path, request: pytest.FixtureRequest) -> str:
    """An app with one test, which starts the process of that name and passes."""
    write_files(folder, {"later/_index.yaml": INDEX.replace("NAME", request.param), "later/t.lua": SOURCE})
    return "later"


@pytest.mark.parametrize("app", ["late"], indirect=True)
@pytest.mark.parametrize("command", ["test", "run"])
def test_a_deadlock_that_comes_later_is_kept_and_replayed_exactly(
    app: str, folder: Path, call: Call, command: str
) -> None:
    found = objects(call(command, app, "--format", "jsonl").out)[0]

    assert (found["verdict"], found["property"]) == ("failed", "deadlock")
    assert found["message"].startswith("5s after the test had passed: world/shop:t_late.0/shop:late.0 waits for ")
    assert any("the test has passed; what it left goes on" in line for line in found["story"])
    case = (folder / found["case"]).read_bytes()
    assert json.loads(case)["settle_ns"] == 60_000_000_000
    for reference in (found["case"], found["token"]):
        replayed = call("replay", reference, "--target", app, "--format", "jsonl")
        (told,) = objects(replayed.out)
        assert (replayed.code, told["reproduced"], told["divergence"]) == (1, True, None)
        assert told["digest"] == json.loads(case)["end"]["digest"]


@pytest.mark.parametrize("app", ["late"], indirect=True)
@pytest.mark.parametrize("version", [1, 2])
def test_what_was_recorded_before_there_was_this_is_replayed_without(
    app: str, folder: Path, call: Call, version: int
) -> None:
    found = objects(call("test", app, "--format", "jsonl").out)[0]
    case = json.loads((folder / found["case"]).read_text())
    del case["settle_ns"]
    old = write_files(folder, {"old.case.json": json.dumps(case | {"version": version})}) / "old.case.json"

    (told,) = objects(call("replay", str(old), "--target", app, "--format", "jsonl").out)

    assert (told["verdict"], told["now_ns"]) == ("passed", 0)
    assert told["remarks"][0].startswith(
        "not settled: the world is not driven on after the test has passed (settle 0s)"
    )


@pytest.mark.parametrize("app", ["fails"], indirect=True)
def test_each_case_is_replayed_for_as_long_as_it_was_driven_on(app: str, folder: Path, call: Call) -> None:
    """The failure is there at once, and so in both; where each of the runs ends is its own."""
    write_files(folder, {"pyproject.toml": '[tool.simcore]\n[tool.simcore.world]\nunobserved = "fail"\n'})
    digests = set[str]()
    for settle in ("0s", "1m"):
        found = objects(call("test", app, "--settle", settle, "--format", "jsonl").out)[0]
        case = json.loads((folder / found["case"]).read_text())
        assert ("settle_ns" in case) == (settle == "1m")

        (told,) = objects(call("replay", found["case"], "--format", "jsonl").out)

        assert (told["property"], told["reproduced"], told["digest"]) == ("unobserved", True, case["end"]["digest"])
        digests.add(told["digest"])
    assert len(digests) == 2


@pytest.mark.parametrize("app", ["ticks"], indirect=True)
def test_what_never_comes_to_rest_passes_and_says_so_in_every_output(app: str, folder: Path, call: Call) -> None:
    ended = call("test", app, "--schedules", "3", "--format", "plain")

    assert ended.code == 0
    assert "PASSED" in ended.out
    assert f"  {NOT_SETTLED} (in 3 of 3 schedules, first in 1)" in ended.out.splitlines()
    for file in ("results.json", "summary.md", "junit.xml"):
        # The summary escapes what Markdown would take for its own.
        assert NOT_SETTLED in next((folder / ".simcore/runs").glob(f"*/{file}")).read_text().replace("\\_", "_")
    (found, _) = objects(call("test", app, "--schedules", "3", "--format", "jsonl").out)
    assert [(each["kind"], each["text"], each["schedules"]) for each in found["remarks"]] == [
        ("unsettled", NOT_SETTLED, 3)
    ]


@pytest.mark.parametrize("app", ["late"], indirect=True)
def test_the_command_line_and_the_project_say_how_long(app: str, folder: Path, call: Call) -> None:
    typed = call("test", app, "--settle", "1s", "--schedules", "1")
    write_files(folder, {"pyproject.toml": '[tool.simcore]\n[tool.simcore.run]\nsettle = "2s"\n'})
    written = call("run", app, "--schedules", "1")
    both = call("run", app, "--schedules", "1", "--settle", "1m")

    assert typed.out.splitlines()[0].endswith(" · 1 schedule · settle 1s")
    assert "not settled: 1s after the test had passed" in typed.out
    assert written.out.splitlines()[0].endswith(" · 1 schedule · settle 2s")
    assert "not settled: 2s after the test had passed" in written.out
    assert both.out.splitlines()[0].endswith(" · 1 schedule")
    assert (typed.code, written.code, both.code) == (0, 0, 1)


@pytest.mark.parametrize("app", ["late"], indirect=True)
def test_no_duration_is_refused_before_anything_runs(app: str, folder: Path, call: Call) -> None:
    ended = call("test", app, "--settle", "soon")

    assert (ended.code, ended.out) == (2, "")
    assert "--settle takes a duration such as 90s or 1m, 0s or more, not 'soon'" in ended.err
