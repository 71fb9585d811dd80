"""A mistake of a user is one message that says where and what to do, exit code 2; ours is code 3. Never a traceback."""

from __future__ import annotations

import errno
import json
import os
import re
import shlex
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from simcore.campaign.exploration import Exploration
from simcore.model.options import Options
from tests.cli.conftest import Call
from tests.files import write_files

INDEX = 'version: "1.0"\nnamespace: shop\nentries:\n'
TEST = "  - {name: t, kind: function.lua, source: 'file://t.lua', method: run, meta: {type: test}}\n"
SOURCE = "  - {name: t, kind: function.lua, source: 'URL'}\n"
CASE = '{"format": "simcore-case", "version": 2, "item": {"id": "x", "digest": ""}, "property": 3}'


@dataclass(frozen=True)
class Mistake:
    """What the user typed, what lies in the folder besides, and what the message must say."""

    arguments: list[str]
    parts: list[str]
    files: dict[str, str] = field(default_factory=dict)


def case_with(options: object = None, **fields: object) -> str:
    """Return the text of a case of ``silence`` with these *options* and other *fields*."""
    end = {"verdict": "failed", "digest": "", "actions": 1, "decisions": 0, "now_ns": 0}
    item = {"id": "scenarios/pairs.py::silence", "digest": ""}
    case: dict[str, object] = {"format": "simcore-case", "version": 2, "item": item, "property": "deadlock"}
    case |= {"message": "", "seed": 1, "strategy": "fifo", "options": options or {}, "end": end}
    return json.dumps(case | fields)


OPTIONS = {
    "actions_max": (-1, "options: actions_max is a whole number from 1 to"),
    "virtual_time_max_ns": (0, "options: virtual_time_max_ns is a whole number from 1 to"),
    "processes_max": (0, "options: processes_max is a whole number from 1 to"),
    "lua_memory_max": (5, "options: lua_memory_max is a whole number from 1048576 to"),
    "instant_actions_max": (10**30, "options: instant_actions_max is a whole number from 1 to"),
    "lua_instructions_max": ("many", "options.lua_instructions_max: expected `int`, got `str`"),
    "mailbox_messages_max": (0, "options: mailbox_messages_max is a whole number from 1 to"),
    "mailbox_bytes_max": (1.5, "options.mailbox_bytes_max: expected `int`, got `float`"),
    "dialect": ("old", "options.dialect: invalid enum value 'old'; choose from seed, current, auto"),
    "name_conflict": (1, "options.name_conflict: expected `str`, got `int`"),
    "cancel_deadline": ("never", "choose from advisory, enforce"),
    "strict_mode": (1, "options.strict_mode: expected `bool`, got `int`"),
    "strict_builder_permissions": ("no", "options.strict_builder_permissions: expected `bool`, got `str`"),
    "foreign_register_permission": ("no", "options.foreign_register_permission: expected `bool`, got `str`"),
    "cancel_call_child_on_caller_exit": (None, "options.cancel_call_child_on_caller_exit: expected `bool`"),
    "returned_error_is_terminal": ([], "options.returned_error_is_terminal: expected `bool`, got `array`"),
    "unobserved": ("hide", "options.unobserved: invalid enum value 'hide'; choose from tell, fail"),
    "quirks": (["oddity"], "there is no quirk 'oddity'; choose from builder_no_copy"),
    "epoch": ("9999-12-31T23:00:00Z", "epoch is too near to the ends of the calendar"),
    "actionsmax": (1, "options has an unknown key 'actionsmax', and may hold dialect, "),
}
"""A value that each option does not take, and what is said of it."""


@pytest.mark.parametrize("option", [*Options.__struct_fields__, "actionsmax"])
def test_an_option_of_a_case_that_makes_no_sense_is_refused(
    option: str, folder: Path, call: Callable[..., Any]
) -> None:
    value, said = OPTIONS[option]
    (folder / "x.case.json").write_text(case_with({option: value}), encoding="utf-8")

    ended = call("replay", "x.case.json")

    assert ended.code == 2, ended
    assert ended.err.startswith("simcore: x.case.json: options")
    assert said in ended.err


CUT = " characters in all ...]"
SLIP = re.compile(r"[?!.,;:] *[;,?!]|^simcore: *$|: *$|  +\S+;|''", re.MULTILINE)
"""What reads like a sentence that was put together and never read."""
TWIN = INDEX + "  - {name: ships, kind: process.host}\n"
MISTAKES = {
    "no such command": Mistake(["rnu"], ["rnu", 'Did you mean "run"', "simcore --help"]),
    "no such option": Mistake(["run", "--seedz", "3"], ["--seedz", "--seed"]),
    "no argument": Mistake(["test"], ["APP_DIR", "simcore --help"]),
    "unknown target": Mistake(["run", "silense"], ["'silense'", "did you mean scenarios/pairs.py::silence?"]),
    "missing file": Mistake(["run", "gone.py"], ["'gone.py'", "no such file or folder"]),
    "a file of another kind": Mistake(["run", "pyproject.toml"], ["pyproject.toml", "a target is a .py file"]),
    "unknown target of check": Mistake(["check", "silense"], ["'silense'", "did you mean"]),
    "unknown target of list": Mistake(["list", "silense"], ["'silense'", "did you mean"]),
    "unknown strategy": Mistake(["run", "--strategy", "unifrom"], ["'unifrom'", "did you mean uniform?", "fifo"]),
    "unknown strategy of check": Mistake(["check", "--strategy", "x"], ["'x'", "choose from fifo"]),
    "a word too many": Mistake(["test", "app", "pipeline"], ["takes no 'pipeline'", "options begin with --", "--help"]),
    "the index of an app": Mistake(["run", "app/_index.yaml"], ["a target is a .py file", "its app is app"]),
    "a name longer than any file's": Mistake(["run", "x" * 5_000], ["unknown target 'xxx", "`simcore list`"]),
    "a long name of check": Mistake(["check", "x" * 100_000], ["unknown target 'xxx", CUT, "`simcore list`"]),
    "a long name of list": Mistake(["list", "x" * 100_000], ["unknown target 'xxx", CUT, "`simcore list`"]),
    "a long name in a file": Mistake(["run", f"scenarios/pairs.py::{'x' * 100_000}"], ["unknown target", CUT]),
    "a long file": Mistake(["run", f"{'x' * 100_000}.py::a"], ["unknown target 'xxx", CUT]),
    "a long app": Mistake(["test", "x" * 100_000], ["xxx", CUT, "there is no such folder"]),
    "a long token": Mistake(["replay", f"simcore2/{'x' * 100_000}"], ["has 100,009 letters, the longest has 300"]),
    "a long reference": Mistake(["replay", "x" * 100_000], ["xxx", CUT, "neither a case file nor a token"]),
    "a long strategy": Mistake(["run", "--strategy", "x" * 100_000], ["there is no strategy", CUT]),
    "a long target of a token": Mistake(
        ["replay", "simcore1/fifo/1/3b18cc47/x::y", "--target", "x" * 100_000], ["unknown target", CUT]
    ),
    "a long item of a case": Mistake(
        ["replay", "x.case.json"],
        ["there is no item xxx", "name its file or app with --target"],
        {"x.case.json": case_with(item={"id": "x" * 100_000, "digest": ""})},
    ),
    "a long target of a case": Mistake(
        ["replay", "x.case.json"],
        ["unknown target 'xxx", CUT],
        {"x.case.json": case_with(item={"id": "a::b", "digest": "", "target": "x" * 100_000})},
    ),
    "two apps at once": Mistake(
        ["test", "."],
        ["shop:ships is already defined at ", "or name the folder of one app"],
        {"app2/_index.yaml": TWIN},
    ),
    "no schedules of a run": Mistake(["run", "--schedules", "0"], ["--schedules takes a number of 1 or more, not 0"]),
    "fewer than none, as once": Mistake(["run", "--seeds", "-1"], ["--schedules takes a number of 1 or more, not -1"]),
    "schedules in words": Mistake(["run", "--schedules", "many"], ["--schedules", '"many"', "int"]),
    "no schedules to check": Mistake(["check", "--schedules", "0"], ["--schedules takes a number of 1 or more, not 0"]),
    "no schedules": Mistake(["test", "app", "--schedules", "0"], ["--schedules takes a number of 1 or more, not 0"]),
    "a negative base seed": Mistake(["run", "--seed", "-7"], ["--seed takes a number of 0 or more, not -7"]),
    "no failures at all": Mistake(["run", "--max-failures", "0"], ["--max-failures takes a number of 1 or more"]),
    "unknown format": Mistake(["run", "--format", "xml"], ["--format", '"xml"', "rich", "plain", "jsonl"]),
    "unwritable artifacts": Mistake(
        ["run", "--artifacts", "file/inside"],
        ["file/inside: cannot be written to: Not a directory", "--artifacts"],
        {"file": ""},
    ),
    "a case that is not there": Mistake(
        ["replay", "gone.case.json"], ["gone.case.json", "neither a case file nor a token"]
    ),
    "a case that is no JSON": Mistake(
        ["replay", "x.case.json"], ["x.case.json", "damaged"], {"x.case.json": '{"format": '}
    ),
    "a case of a wrong field": Mistake(
        ["replay", "x.case.json"], ["x.case.json", "damaged", "`str`", "$.property"], {"x.case.json": CASE}
    ),
    "a case of another version": Mistake(
        ["replay", "x.case.json"],
        ["x.case.json", "version 9", "reads 1 and 2"],
        {"x.case.json": CASE.replace('"version": 2', '"version": 9')},
    ),
    "a case with a negative seed": Mistake(
        ["replay", "x.case.json"], ["x.case.json: seed: ", "not -1"], {"x.case.json": case_with(seed=-1)}
    ),
    "a case with an unknown strategy": Mistake(
        ["replay", "x.case.json"], ["x.case.json: strategy: ", "mean fifo?"], {"x.case.json": case_with(strategy="fif")}
    ),
    "an empty reference": Mistake(["replay", ""], ["an empty text: neither a case file nor a token; copy it"]),
    "a blank reference": Mistake(["replay", "  "], ["an empty text: neither a case file nor a token; copy it"]),
    "a name as a reference": Mistake(["replay", "silence"], ["silence: neither a case file nor a token; copy it"]),
    "a case of a damaged end": Mistake(
        ["replay", "x.case.json"],
        ["x.case.json: the case is damaged", ">= 0", "$.end.actions"],
        {"x.case.json": case_with(end={"verdict": "failed", "digest": "", "actions": -1, "decisions": 0, "now_ns": 0})},
    ),
    "a case of a file that cannot be imported any more": Mistake(
        ["replay", "x.case.json"],
        ["scenarios/pairs.py:1: SyntaxError"],
        {"x.case.json": case_with(item={"id": "scenarios/pairs.py::silence", "digest": ""}), "scenarios/pairs.py": "("},
    ),
    "an old case of a file that cannot be imported any more": Mistake(
        ["replay", "x.case.json"],
        ["scenarios/pairs.py:1: ModuleNotFoundError"],
        {
            "x.case.json": case_with(item={"id": "scenarios/pairs::silence", "digest": ""}, version=1),
            "scenarios/pairs.py": "import no_such_module\n",
        },
    ),
    "a case of an app that cannot be read any more": Mistake(
        ["replay", "x.case.json"],
        ["app/_index.yaml:1", "field 'namespace' is missing"],
        {
            "x.case.json": case_with(item={"id": "app::shop:ships", "digest": "", "target": "app"}),
            "app/_index.yaml": "entries: []\n",
        },
    ),
    "a case of another file beside a broken one": Mistake(
        ["replay", "x.case.json"],
        ["no item scenarios/gone.py::x in the catalogue; some files could not be read, the first: scenarios/bad.py:1"],
        {"x.case.json": case_with(item={"id": "scenarios/gone.py::x", "digest": ""}), "scenarios/bad.py": "("},
    ),
    "a token of a file that cannot be imported any more": Mistake(
        ["replay", "simcore1/fifo/1/3b18cc47/scenarios/pairs::silence"],
        ["scenarios/pairs.py:1: SyntaxError"],
        {"scenarios/pairs.py": "("},
    ),
    "another file as a case": Mistake(["replay", "x.json"], ["x.json", "is no case", "simcore-case"], {"x.json": "{}"}),
    "a token of another version": Mistake(["replay", "simcore7/fifo/1/00/a::b"], ["'simcore7'", "'simcore2'"]),
    "a damaged token": Mistake(["replay", "simcore1/fifo/one/00/a::b"], ["token", "damaged"]),
    "a token of other options": Mistake(
        ["replay", "simcore1/fifo/1/00000000/scenarios/pairs.py::silence"], ["other options", "[tool.simcore.world]"]
    ),
    "a scenario file with a syntax error": Mistake(
        ["run", "scenarios/bad.py"],
        ["scenarios/bad.py:3: SyntaxError: invalid syntax"],
        {"scenarios/bad.py": "x = 1\n\ndef (\n"},
    ),
    "a scenario file with a wrong import": Mistake(
        ["run", "elsewhere/bad.py"],
        ["elsewhere/bad.py:2: ModuleNotFoundError", "no_such_module"],
        {"elsewhere/bad.py": "x = 1\nimport no_such_module\n"},
    ),
    "a wrong argument of a decorator": Mistake(
        ["run", "scenarios/bad.py"],
        ["scenarios/bad.py:2: @scenario s cannot count", "@scenario(schedules=...)", "not 0"],
        {"scenarios/bad.py": "from simcore import scenario\n@scenario(schedules=0)\ndef s(world): ...\n"},
    ),
    "an empty folder": Mistake(["run", "empty"], ["empty", "no scenario", "below @scenario"], {"empty/readme.txt": ""}),
    "an unknown key of the project": Mistake(
        ["run"], ["pyproject.toml", "[tool.simcore]", "'seeds'"], {"pyproject.toml": "[tool.simcore]\nseeds = 3\n"}
    ),
    "an unknown key of its worlds": Mistake(
        ["run"],
        ["pyproject.toml", "[tool.simcore.world]", "'dialekt'", "dialect"],
        {"pyproject.toml": "[tool.simcore.world]\ndialekt = 'seed'\n"},
    ),
    "a project that is no TOML": Mistake(["list"], ["pyproject.toml", "no TOML"], {"pyproject.toml": "[tool\n"}),
    "an app that is not there": Mistake(["test", "gone"], ["gone", "no such folder", "_index.yaml"]),
    "an app without an index": Mistake(["test", "bare"], ["bare", "no _index.yaml"], {"bare/a.lua": ""}),
    "a file as an app": Mistake(["test", "pyproject.toml"], ["pyproject.toml", "not a folder"]),
    "an unknown suite": Mistake(["test", "app", "--suite", "pipelin"], ["'pipelin'", "did you mean pipeline?"]),
    "a filter that matches nothing": Mistake(
        ["test", "app", "--filter", "shop:shps"],
        ["app: no test has 'shop:shps' in its entry id; of 1 the nearest: shop:ships"],
    ),
    "a filter that matches nothing of the suite": Mistake(
        ["test", "app", "--suite", "pipeline", "--filter", "x"],
        ["no test of the suite 'pipeline' has 'x'", "shop:ships"],
    ),
    "a source at an address": Mistake(
        ["test", "bad"],
        [
            "bad/_index.yaml:4: entries[0] (shop:t): field 'source'",
            "'http://'",
            "only file:// is read",
            "source: file://",
        ],
        {"bad/_index.yaml": INDEX + SOURCE.replace("URL", "http://example.org/t.lua")},
    ),
    "a source at an address of a made-up scheme": Mistake(
        ["list", "bad"],
        ["bad/_index.yaml:4", "field 'source'", "'s3+x://'"],
        {"bad/_index.yaml": INDEX + SOURCE.replace("URL", " s3+x://bucket")},
    ),
    "a source whose scheme lacks its slashes": Mistake(
        ["list", "bad"],
        ["bad/_index.yaml:4", "field 'source'", "'file:'", "source: file://"],
        {"bad/_index.yaml": INDEX + SOURCE.replace("URL", "file:t.lua")},
    ),
    "an index that is no YAML": Mistake(
        ["test", "bad"], ["bad/_index.yaml:2", "YAML"], {"bad/_index.yaml": "entries: [\n"}
    ),
    "a field of a wrong type": Mistake(
        ["test", "bad"], ["bad/_index.yaml:3", "entries"], {"bad/_index.yaml": INDEX.rstrip() + " 7\n"}
    ),
    "an entry without its file": Mistake(
        ["test", "bad"], ["bad/_index.yaml:4", "shop:t", "t.lua"], {"bad/_index.yaml": INDEX + TEST}
    ),
    "a Lua syntax error": Mistake(
        ["test", "bad"],
        ["bad/t.lua:2"],
        {"bad/_index.yaml": INDEX + TEST, "bad/t.lua": "local x = 1\nlocal = 2\n"},
    ),
    "a Lua app with an error as a target of run": Mistake(
        ["run", "bad"],
        ["bad/t.lua:2", "unexpected end of file"],
        {"bad/_index.yaml": INDEX + TEST, "bad/t.lua": "return {\n"},
    ),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_is_explained_and_nothing_runs(name: str, folder: Path, call: Callable[..., Any]) -> None:
    mistake = MISTAKES[name]
    write_files(folder, mistake.files)

    ended = call(*mistake.arguments)

    assert ended.code == 2, ended
    assert [part for part in mistake.parts if part not in ended.err] == [], ended.err
    assert "Traceback" not in ended.err
    assert SLIP.search(ended.err) is None, ended.err
    assert len(ended.err) < 2_500
    assert ended.out == ""
    assert not (folder / ".simcore").exists()


def test_a_message_escapes_what_a_terminal_or_a_ci_would_obey(call: Callable[..., Any]) -> None:
    ended = call("run", "\x1b[31m##[error]\n::error::x")

    assert ended.code == 2
    assert "\x1b" not in ended.err
    assert "##[" not in ended.err
    assert not [line for line in ended.err.splitlines() if line.lstrip().startswith("::")]


def test_a_mistake_of_ours_is_told_without_a_traceback_and_kept(
    call: Call, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_arguments: object) -> None:
        raise LookupError("no such thing")

    monkeypatch.setattr(Exploration, "run", broken)

    ended = call("run")

    assert ended.code == 3
    assert "internal error: LookupError: no such thing" in ended.err
    assert "Traceback" not in ended.err
    kept = list((folder / ".simcore").glob("internal-error-*.txt"))
    assert "Traceback" in kept[0].read_text(encoding="utf-8")


def test_a_broken_guarantee_is_a_mistake_of_ours_with_the_command_that_shows_it_again(call: Call, folder: Path) -> None:
    """It must never look like a bug that was found in the program."""
    text = (folder / "scenarios/pairs.py").read_text(encoding="utf-8")
    early = "    world.run()\n    one = world.runtime.records[pid]\n    one.paused = True\n"
    early += "    world.kernel.enable(one.step)\n"
    (folder / "scenarios/early.py").write_text(
        text.replace("    world.send", f"{early}    world.send"), encoding="utf-8"
    )

    ended = call("run", "scenarios/early.py")

    assert ended.code == 3
    (results,) = folder.glob(".simcore/runs/*/results.json")
    told = [(each["verdict"], each["property"]) for each in json.loads(results.read_text(encoding="utf-8"))["items"]]
    assert ("error", "internal") in told
    assert all(folder.glob(f".simcore/runs/*/{name}") for name in ("junit.xml", "summary.md"))
    assert "an assertion of simcore does not hold: G14" in ended.err
    token = re.search(r"seen again by: simcore (replay .*)", ended.err)
    assert token is not None
    assert call(*shlex.split(token[1])).code == 3


def test_a_mistake_of_ours_in_one_item_loses_no_other(call: Call, folder: Path) -> None:
    ours = "from simcore.model.errors import InternalError\nfrom simcore import scenario\n\n"
    ours += "@scenario\ndef breaks(world): raise InternalError('we contradict ourselves')\n\n"
    ours += "@scenario(schedules=2)\ndef fails(world): assert False\n\n@scenario(schedules=2)\ndef holds(world): ...\n"
    (folder / "scenarios/ours.py").write_text(ours, encoding="utf-8")

    ended = call("run", "scenarios/ours.py", "--format", "jsonl")

    *told, last = [json.loads(line) for line in ended.out.splitlines()]
    assert ended.code == 3
    assert [(each["verdict"], each["property"]) for each in told] == [
        ("error", "internal"),
        ("failed", "assert"),
        ("passed", ""),
    ]
    assert (folder / last["summary"]["folder"] / "junit.xml").exists()
    assert (folder / told[1]["case"]).exists()
    assert "internal error: InternalError: we contradict ourselves" in ended.err


def test_too_few_files_are_told_as_what_they_are(call: Call, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_more(*_: object) -> int:
        raise OSError(errno.EMFILE, os.strerror(errno.EMFILE), os.devnull)

    monkeypatch.setattr("os.open", no_more)

    ended = call("list")

    assert ended.code == 2
    assert ended.err == "simcore: too few files can be open at once: Too many open files; raise the limit (ulimit -n)\n"
