"""Properties as ``run`` tells them: examples and schedules, counterexamples of any type, and what makes them again."""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from tests.files import write_files

from .conftest import Call, Ended
from .project import objects

HEAD = """
import asyncio, dataclasses, datetime, enum, math, random, sys, unittest
import pytest
from hypothesis import assume, given, note, settings, strategies as st
from simcore import Process, World, run

class Thing:
    def __init__(self, number):
        self.number = number

class Broken(Thing):
    def __repr__(self):
        raise RuntimeError("no repr")

class Colour(enum.Enum):
    RED = 1
    BLUE = 2

@dataclasses.dataclass
class Order:
    number: int
    tags: set

def answers(workers):
    async def worker(process: Process, number: int) -> None:
        await process.send("main", "done", number)

    async def main(process: Process) -> list:
        await process.registry.register("main")
        for number in range(workers):
            await process.spawn("app:worker", "app:processes", number)
        return [(await process.inbox.receive()).payload for _ in range(workers)]

    def scenario(world: World) -> None:
        world.define("app:main", main)
        world.define("app:worker", worker)
        pid = world.spawn("app:main", "app:processes")
        world.run()
        assert world.result(pid) == sorted(world.result(pid)), "out of order"

    return scenario
"""


def write(folder: Path, text: str) -> None:
    write_files(folder, {"properties/mine.py": HEAD + text})


def told(call: Call, folder: Path, text: str, *options: str) -> dict[str, Any]:
    """Return what a run tells of the one property of *text*."""
    write(folder, text)
    item: dict[str, Any] = objects(call("run", "properties/mine.py", "--format", "jsonl", *options).out)[0]
    return item


# -- what there is to see of a run that finds nothing


def test_the_line_tells_examples_and_schedules_apart(call: Call, folder: Path) -> None:
    write(
        folder,
        "@given(st.just(1))\n"
        "def test_both(number):\n    run(answers(number))\n    run(answers(number))\n\n"
        "@given(st.integers())\n"
        "def test_neither(number):\n    assume(number % 2)\n",
    )

    ended = call("run", "properties/mine.py", "--schedules", "30")

    assert ended.code == 0
    assert "PASSED        properties/mine.py::test_both  30 examples, 60 schedules\n" in ended.out
    assert "PASSED        properties/mine.py::test_neither  30 examples\n" in ended.out
    assert "2 items: 2 passed; 60 examples, 60 schedules in " in ended.out


def test_every_output_tells_examples_and_schedules_apart(call: Call, folder: Path) -> None:
    write(folder, "@given(st.just(1))\ndef test_both(number):\n    run(answers(number))\n    run(answers(number))\n")

    item, last = objects(call("run", "properties/mine.py", "--schedules", "30", "--format", "jsonl").out)

    run_folder = folder / last["summary"]["folder"]
    (kept,) = json.loads((run_folder / "results.json").read_text(encoding="utf-8"))["items"]
    case = ElementTree.parse(run_folder / "junit.xml").find(".//testcase")
    assert case is not None
    figures = {each.get("name"): each.get("value") for each in case.iter("property")}
    for each in (item, kept, last["summary"]):
        assert (each["examples"], each["schedules"]) == (30, 60)
    assert (figures["simcore.examples"], figures["simcore.schedules"]) == ("30", "60")
    assert "| 30 examples, 60 schedules |" in (run_folder / "summary.md").read_text(encoding="utf-8")


def test_the_settings_of_a_property_say_how_many_examples_there_are_unless_the_command_does(
    call: Call, folder: Path
) -> None:
    write(folder, "@settings(max_examples=7)\n@given(st.integers())\ndef test_few(number): ...\n")

    own, told_so = (call("run", "properties/mine.py", *options).out for options in ((), ("--schedules", "9")))

    assert " · 100 schedules, or what an item asks for\n" in own
    assert "test_few  7 examples\n" in own
    assert " · 9 schedules\n" in told_so
    assert "test_few  9 examples\n" in told_so


def test_a_property_of_which_no_example_is_valid_is_an_error(call: Call, folder: Path) -> None:
    item = told(call, folder, "@given(st.integers())\ndef test_none(number):\n    assume(False)\n")

    assert (item["verdict"], item["property"], item["examples"]) == ("error", "usage", 0)
    assert re.fullmatch(r"test_none: no example is valid: .*\(properties/mine\.py:\d+\)", item["message"], re.DOTALL)


# -- schedules


RACE = "@given(st.just(2))\ndef test_order(workers):\n    run(answers(1))\n    run(answers(workers))\n"


def test_what_only_another_schedule_shows_is_found_whatever_the_arguments(call: Call, folder: Path) -> None:
    item = told(call, folder, RACE)

    assert (item["verdict"], item["property"]) == ("failed", "test_order")
    assert re.search(r"\nwith workers=2, and the schedules of seeds 0, [1-9]\d*$", item["message"])
    seed = item["message"].rpartition(" ")[2]
    assert item["story"][:5] == [
        "the arguments that fail:",
        "  workers = 2",
        "  run 1 plays the oldest first",
        f"  run 2 plays the uniform schedule of seed {seed}",
        "in the last of its 2 runs:",
    ]
    assert any("ends with [1, 0]" in line for line in item["story"])


def test_a_case_holds_the_schedules_and_replays_them(call: Call, folder: Path) -> None:
    item = told(call, folder, RACE)
    case = json.loads((folder / item["case"]).read_text(encoding="utf-8"))

    ended = call("replay", item["case"], "--verify")

    assert case["seeds"][0] == 0 != case["seeds"][1]
    assert ended.code == 1
    assert "FAILED        reproduced" in ended.out
    assert "  | with workers=2, and the schedules of seeds 0, " in ended.out
    assert "  |   workers = 2" in ended.out


def test_a_case_without_schedules_is_of_an_older_simcore_that_played_the_oldest_first(call: Call, folder: Path) -> None:
    item = told(call, folder, RACE)
    case = json.loads((folder / item["case"]).read_text(encoding="utf-8"))
    case = {key: each for key, each in case.items() if key not in ("seeds", "drawn")}
    (folder / item["case"]).write_text(json.dumps(case), encoding="utf-8")

    again = objects(call("replay", item["case"], "--format", "jsonl").out)[0]

    assert again["verdict"] == "passed"
    assert "the verdict of the case is failed, now it is passed" in again["divergence"]


@pytest.mark.parametrize("seeds", [[-1], ["1"], [1.5], 3])
def test_damaged_schedules_are_refused(call: Call, folder: Path, seeds: object) -> None:
    item = told(call, folder, RACE)
    case = json.loads((folder / item["case"]).read_text(encoding="utf-8"))
    (folder / item["case"]).write_text(json.dumps({**case, "seeds": seeds}), encoding="utf-8")

    ended = call("replay", item["case"])

    assert ended.code == 2
    assert "the case is damaged: " in ended.err
    assert "seeds" in ended.err


# -- counterexamples

SAVED = {
    "dates": ("st.dates()", "value.year < 2001", "value = datetime.date(2001, 1, 1)"),
    "bytes": ("st.binary(min_size=1)", "value < b'\\x80'", r"value = b'\x80'"),
    "sets": ("st.sets(st.integers(0))", "len(value) < 3", "value = {0, 1, 2}"),
    "frozensets": ("st.frozensets(st.text(max_size=1))", "not value", "value = frozenset({''})"),
    "tuples": ("st.tuples(st.integers(), st.none())", "value[0] < 2", "value = (2, None)"),
    "nan": ("st.just(math.nan)", "value == value", "value = nan"),
    "infinity": ("st.just([math.inf, -math.inf, -0.0])", "not value", "value = [inf, -inf, -0.0]"),
    "large numbers": ("st.just(10 ** 5000)", "value < 10", "value = 0x"),
    "decimals": ("st.decimals(0, 9, places=0)", "value < 2", "value = Decimal('2')"),
    "fractions": ("st.fractions()", "value < 2", "value = Fraction(2, 1)"),
    "timedeltas": ("st.timedeltas()", "value.days < 2", "value = datetime.timedelta(days=2)"),
    "zones": ("st.datetimes(timezones=st.timezones())", "value.year < 2001", "ZoneInfo(key='UTC'))"),
    "uuids": ("st.uuids()", "False", "value = UUID("),
    "enums": ("st.sampled_from(Colour)", "value is Colour.RED", "value = <Colour.BLUE: 2>"),
    "dataclasses": (
        "st.builds(Order, st.integers(), st.sets(st.integers(0)))",
        "len(value.tags) < 2",
        "value = Order(number=0, tags={0, 1})",
    ),
    "classes": ("st.sampled_from([ValueError, Thing])", "value is ValueError", "value = <class Thing>"),
    "keys": ("st.dictionaries(st.integers(), st.binary())", "not value", "value = {0: b''}"),
    "surrogates": ("st.just('\\udcff')", "not value", r"value = '\udcff'"),
}


@pytest.mark.parametrize(("strategy", "claim", "line"), SAVED.values(), ids=SAVED)
def test_a_counterexample_is_told_whatever_its_type_and_comes_again(
    call: Call, folder: Path, strategy: str, claim: str, line: str
) -> None:
    item = told(call, folder, f"@given({strategy})\ndef test_mine(value):\n    assert {claim}\n")
    again = objects(call("replay", item["case"], "--format", "jsonl").out)[0]

    assert (item["verdict"], item["property"]) == ("failed", "test_mine")
    assert item["story"][0] == "the arguments that fail:"
    assert line in item["story"][1]
    assert item["message"].partition("\nwith value=")[2]
    assert (again["verdict"], again["reproduced"]) == ("failed", True)
    assert again["story"][:2] == item["story"][:2]


UNSAVED = {
    "objects": ("st.builds(Thing, st.integers())", "value.number < 4", "value = <Thing number=4>", "of type Thing"),
    "no repr": ("st.builds(Broken, st.integers())", "value.number < 4", "RuntimeError>", "of type Broken"),
    "functions": ("st.functions(returns=st.integers(0))", "value() < 4", "value = <lambda", "of type function"),
    "chance": ("st.randoms()", "value.random() < 0.5", "value = HypothesisRandom", "of type ArtificialRandom"),
    "inside": (
        "st.lists(st.builds(Thing, st.just(1)))",
        "not value",
        "value = [<Thing number=1>]",
        "one of type Thing",
    ),
    "large": ("st.just('x' * 70_000_000)", "not value", "[... cut, 70,000,000 in all ...]", "larger than any case"),
}


@pytest.mark.parametrize(("strategy", "claim", "line", "reason"), UNSAVED.values(), ids=UNSAVED)
def test_what_cannot_be_saved_is_told_all_the_same_and_the_command_finds_it_again(
    call: Call, folder: Path, strategy: str, claim: str, line: str, reason: str
) -> None:
    text = f"@given({strategy})\ndef test_mine(value):\n    run(answers(1))\n    assert {claim}\n"
    item = told(call, folder, text, "--seed", "3")

    assert item["verdict"] == "failed"
    assert (item["case"], item["replay"], item["token"]) == (None, None, None)
    assert line in item["story"][1]
    assert any("main#1" in each for each in item["story"])
    says, _, command = item["story"][-1].partition("; to find it again: ")
    assert says.startswith("no case: ")
    assert reason in says
    again = objects(call(*shlex.split(command)[1:], "--format", "jsonl").out)[0]
    assert [again[key] for key in ("message", "story")] == [item[key] for key in ("message", "story")]


ONCE = """
import msgspec

class Once(msgspec.Struct):
    number: int

    def __post_init__(self):
        if MADE:
            raise ValueError("no second one")
        MADE.append(1)

MADE = []

@given(st.just(Once(1)))
def test_mine(value):
    assert not value
"""


def test_a_value_that_cannot_be_made_again_leaves_no_case(call: Call, folder: Path) -> None:
    item = told(call, folder, ONCE)

    assert (item["verdict"], item["case"]) == ("failed", None)
    assert item["story"][1] == "  value = Once(number=1)"
    assert "no case: what was saved cannot be read: the case is damaged: arguments.value: " in item["story"][-1]


def test_what_a_property_draws_itself_is_in_its_case(call: Call, folder: Path) -> None:
    item = told(
        call,
        folder,
        "@given(st.data())\n"
        "def test_mine(data):\n"
        "    size = data.draw(st.integers(0, 9), label='size')\n"
        "    assert data.draw(st.binary(min_size=size, max_size=size)) < b'\\x01'\n",
    )
    again = objects(call("replay", item["case"], "--format", "jsonl").out)[0]

    assert item["story"][2:] == ["  draw 1 (size) = 1", r"  draw 2 = b'\x01'"]
    assert item["message"].endswith("\nwith draw 1 (size)=1, draw 2=b'\\x01'")
    assert again["reproduced"]
    assert again["story"] == item["story"]


def test_a_large_value_is_cut_where_it_is_shown_and_whole_in_the_case(call: Call, folder: Path) -> None:
    item = told(call, folder, "@given(st.just('x' * 100_000))\ndef test_mine(value):\n    assert not value\n")

    assert len(json.dumps(item)) < 5_000
    assert "x" * 100_000 in (folder / item["case"]).read_text(encoding="utf-8")


def test_a_case_whose_class_is_gone_is_looked_for_with_other_arguments(call: Call, folder: Path) -> None:
    text = "@given(st.sampled_from(Colour))\ndef test_mine(value):\n    assert value is Colour.RED\n"
    item = told(call, folder, text)
    write_files(
        folder, {"properties/mine.py": HEAD.replace("class Colour", "class Color") + text.replace("Colour", "Color")}
    )

    ended = call("replay", item["case"])

    assert ended.code == 1
    assert "reproduced nearby" in ended.out


# -- endings


ENDINGS = {
    "pytest.fail": ("pytest.fail('too large')", "failed", "test_mine", "too large ("),
    "pytest.skip": ("pytest.skip('not here')", "skipped", "skipped", "not here ("),
    "unittest": ("raise unittest.SkipTest('not here')", "skipped", "skipped", "not here ("),
    "pytest.xfail": ("pytest.xfail('known')", "skipped", "xfail", "known ("),
    "exit": ("sys.exit(4)", "error", "SystemExit", "4 ("),
    "cancelled": ("raise asyncio.CancelledError", "error", "CancelledError", ""),
    "generator": ("raise GeneratorExit", "error", "GeneratorExit", ""),
    "another": ("raise BaseException('own')", "error", "BaseException", "own ("),
    "no text": ("raise AssertionError(Broken(1))", "failed", "test_mine", "a message that raises RuntimeError"),
    "group": ("raise ExceptionGroup('some', [ValueError()])", "error", "ExceptionGroup", "some (1 sub-exception) ("),
    "program": ("run('nothing')", "error", "usage", "run takes a Program or a function of one World"),
}


@pytest.mark.parametrize(("ending", "verdict", "name", "message"), ENDINGS.values(), ids=ENDINGS)
def test_whatever_a_property_raises_is_its_own_verdict_and_the_rest_runs(
    call: Call, folder: Path, ending: str, verdict: str, name: str, message: str
) -> None:
    write(
        folder,
        f"@given(st.integers())\ndef test_mine(number):\n    if number > 3:\n        {ending}\n\n"
        "@given(st.integers())\ndef test_other(number):\n    pass\n",
    )

    item, other, _ = objects(call("run", "properties/mine.py", "--format", "jsonl").out)

    assert (item["verdict"], item["property"]) == (verdict, name)
    assert item["message"].startswith(message)
    assert "\nwith number=" in item["message"]
    assert other["verdict"] == "passed"


MISTAKES = {
    "drawing": ("@given(st.integers().map(lambda n: [][n]))\ndef test_mine(n): ...\n", "IndexError: list index out of"),
    "arguments": ("@given(st.integers(), st.text())\ndef test_mine(n): ...\n", "Too many positional arguments"),
    "empty": ("@given(st.nothing())\ndef test_mine(n): ...\n", "no example is valid"),
    "draw": ("@given(st.data())\ndef test_mine(data):\n    data.draw(3)\n", "Expected a SearchStrategy"),
    "outside": (
        "CALLS = []\n\n@given(st.data())\ndef test_mine(data):\n"
        "    CALLS.append(1)\n    data.draw(st.integers(0, len(CALLS)))\n",
        "draws otherwise when it is called again",
    ),
}


@pytest.mark.parametrize(("text", "message"), MISTAKES.values(), ids=MISTAKES)
def test_what_cannot_be_tried_is_one_line_with_its_name_and_place(
    call: Call, folder: Path, text: str, message: str
) -> None:
    item = told(call, folder, text)

    assert (item["verdict"], item["property"], item["story"]) == ("error", "usage", [])
    assert item["message"].startswith("test_mine: ")
    assert message in item["message"]
    assert re.search(r" \(properties/mine\.py:\d+\)$", item["message"])


def test_a_failure_that_does_not_come_again_leaves_no_case(call: Call, folder: Path) -> None:
    text = (
        "CALLS = []\n\n@given(st.integers())\ndef test_mine(number):\n    CALLS.append(1)\n    assert len(CALLS) != 7\n"
    )
    item = told(call, folder, text)

    assert (item["verdict"], item["property"], item["case"]) == ("error", "NondeterminismDetected", None)
    assert "and then passes with the same arguments" in item["message"]
    assert item["story"][1].startswith("  number = ")
    assert "no case: it does not fail again" in item["story"][-1]


def test_a_failure_that_does_not_come_when_the_test_is_called_alone_leaves_no_case(call: Call, folder: Path) -> None:
    item = told(
        call,
        folder,
        "from hypothesis.control import current_build_context\n\n"
        "@given(st.integers())\ndef test_mine(number):\n"
        "    assert not current_build_context().data.length, 'something was drawn'\n",
    )

    assert (item["verdict"], item["property"], item["case"]) == ("error", "NondeterminismDetected", None)
    assert "test_mine fails (something was drawn (properties/mine.py:" in item["message"]
    assert "not so when it is called alone with the same arguments" in item["message"]
    assert item["story"][1] == "  number = 0"
    assert "no case: by itself it does not fail so" in item["story"][-1]


# -- whoever plays it


DRAWING = """
@given(st.lists(st.integers()), st.text())
def test_mine(numbers, text):
    with open("drawn.txt", "a") as file:
        print(ascii((numbers, text)), file=file)
"""


def test_every_process_draws_the_same_examples(called: Call, folder: Path) -> None:
    write(folder, DRAWING)
    drawn: list[str] = []
    for jobs in ("0", "1"):
        called("run", "properties/mine.py", "--jobs", jobs, "--schedules", "400")
        drawn.append((folder / "drawn.txt").read_text(encoding="utf-8"))
        (folder / "drawn.txt").unlink()

    assert drawn[0] == drawn[1]
    assert drawn[0].count("\n") == 400


def plain(ended: Ended) -> str:
    """Return what a run printed without what differs by its time and place."""
    text = re.sub(r"\d{8}T\d{6}Z-[0-9a-f]{4}", "RUN", ended.out)
    return re.sub(r" in \d+\.\d s\n", " in SECONDS\n", text)


def test_every_process_tells_the_same_of_the_same_property(called: Call, folder: Path) -> None:
    lines = [
        f"@given({strategy})\ndef test_{number}(value):\n    run(answers(2))\n    assert {claim}\n"
        for number, (strategy, claim, *_) in enumerate((*SAVED.values(), *list(UNSAVED.values())[:5]))
    ]
    write(folder, "\n".join([*lines, RACE]))

    outs = {
        plain(called("run", "properties/mine.py", "--jobs", jobs, PYTHONHASHSEED=seed))
        for jobs, seed in (("0", "1"), ("2", "2"))
    }

    assert len(outs) == 1
    assert outs.pop().count("\nFAILED ") == len(lines) + 1
