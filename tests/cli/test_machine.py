"""What the command line makes of its host."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Call
from tests.cli.project import objects
from tests.files import write_files

ODD = """
from simcore import Process, World, scenario

async def kräftig(process: Process) -> str:
    return (await process.inbox.receive()).payload

@scenario(expect="failed")
def größe(world: World) -> None:
    world.define("app:kräftig", kräftig)
    pid = world.spawn("app:kräftig", "app:höst")
    world.send(pid, "gruß", "ß→∞")
    world.run()
    assert world.result(pid) == "漢字", "größer als ∞"
"""
ASCII = {"LC_ALL": "C", "LANG": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0", "PYTHONIOENCODING": ""}
UTF_8 = {**ASCII, "PYTHONUTF8": "1"}
REPORT = """
from simcore import Results, report

@report("prüfung.txt")
def names(results: Results) -> str:
    return "".join(f"{item.id}: {item.message}\\n" for item in results.items)
"""


@pytest.fixture
def odd(folder: Path) -> Path:
    """A project whose folders and files have names beyond ASCII."""
    files = {"prüfungen/ordner é/schöne.py": ODD, "berichte ∞/namen.py": REPORT}
    table = '[tool.simcore]\nscenarios = ["prüfungen"]\nreports = ["berichte ∞"]\n'
    return write_files(folder, {**files, "pyproject.toml": table})


@pytest.mark.parametrize("target", ["", "größe", "prüfungen/ordner é/schöne.py", "prüfungen/ordner é/schöne.py::größe"])
def test_names_beyond_ascii_are_the_same_under_every_locale(odd: Path, called: Call, target: str) -> None:
    targets = [target] if target else []

    told = [objects(called("run", *targets, "--format", "jsonl", **where).out)[0] for where in (ASCII, UTF_8)]

    for each in told:
        assert (each["id"], each["verdict"]) == ("prüfungen/ordner é/schöne.py::größe", "failed")
        assert each["message"].startswith("größer als ∞")
    assert told[0]["token"] == told[1]["token"]


@pytest.mark.parametrize("jobs", ["0", "2"])
def test_what_a_run_leaves_under_a_locale_of_ascii_is_utf_8_and_replays(odd: Path, called: Call, jobs: str) -> None:
    ran = called("run", "--jobs", jobs, "--artifacts", "ärtefakte", **ASCII)
    (report,) = odd.glob("ärtefakte/runs/*/prüfung.txt")
    (case,) = odd.glob("ärtefakte/runs/*/cases/*.case.json")

    assert (ran.code, ran.err) == (0, "")
    assert "FOUND         prüfungen/ordner é/schöne.py::größe" in ran.out
    assert report.read_text(encoding="utf-8").startswith("prüfungen/ordner é/schöne.py::größe: größer als ∞")
    replayed = called("replay", str(case), "--verify", **ASCII)
    assert (replayed.code, "FAILED        reproduced" in replayed.out) == (1, True), replayed


@pytest.mark.parametrize(("command", "said"), [("list", "ordner é/schöne.py::größe"), ("check", "none differs")])
def test_the_other_commands_work_under_a_locale_of_ascii_too(odd: Path, called: Call, command: str, said: str) -> None:
    ended = called(command, "größe", *(["--schedules", "2"] if command == "check" else []), **ASCII)

    assert (ended.code, said in ended.out) == (0, True), ended


def test_an_app_beyond_ascii_is_tested_under_a_locale_of_ascii(folder: Path, called: Call) -> None:
    index = (folder / "app/_index.yaml").read_text(encoding="utf-8").replace("tests.lua", "prüf.lua")
    write_files(
        folder, {"köln/_index.yaml": index, "köln/prüf.lua": "return { ships = function() return false end }\n"}
    )

    ended = called("test", "köln", "--format", "jsonl", **ASCII)

    assert (ended.code, objects(ended.out)[0]["source_line"]) == (1, "köln/_index.yaml:5"), ended


def test_who_asks_for_ascii_on_a_stream_gets_escapes(odd: Path, called: Call) -> None:
    ended = called("list", **{**ASCII, "PYTHONIOENCODING": "ascii"})

    assert ended.code == 0
    assert "ordner \\xe9/sch\\xf6ne.py::gr\\xf6\\xdfe" in ended.out
