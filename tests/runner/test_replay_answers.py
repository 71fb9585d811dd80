"""What a replay answers where something has changed, and why it says no more than it has seen."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Final

import msgspec
import pytest

from simcore.model.case import Case
from simcore.model.replay_answer import ReplayAnswer
from simcore.runner.case_files import load_case, save_case
from tests.files import write_files
from tests.runner.edited import MEETING, TALK, edit, failing, project_of, replayed

FILE: Final = "scenarios/talk.py"
CLAIM: Final = '    assert words == ["a", "b", "c"]\n'
MENDED: Final = edit(FILE, ("words ==", "sorted(words) =="))


@pytest.fixture
def talk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(project_of(tmp_path, {FILE: TALK}))
    return tmp_path


def test_what_fitted_to_the_letter_and_is_not_found_around_it_either_is_gone(talk: Path) -> None:
    case = failing(talk, MEETING, 0)
    MENDED.make(talk)

    answer = replayed(talk, case, amount=30)

    assert (answer.answer, answer.skipped, answer.tried, answer.doubts) == (ReplayAnswer.GONE, 0, 30, ())


def test_where_nothing_else_was_tried_nobody_can_tell(talk: Path) -> None:
    case = failing(talk, MEETING, 0)
    MENDED.make(talk)

    answer = replayed(talk, case, amount=0)

    assert (answer.answer, answer.doubts) == (ReplayAnswer.UNKNOWN, ("nothing else was tried",))


ANOTHER_CLOCK: Final = edit(
    FILE,
    ("from simcore import", "from simcore.model.errors import StepTimeout\nseen = []\nfrom simcore import"),
    (CLAIM, "    seen.append(1)\n    raise StepTimeout(f'it took too long by clock {len(seen)}')\n"),
)


def test_a_step_that_never_ends_is_another_failure_by_whichever_clock_that_is_seen(talk: Path) -> None:
    case = failing(talk, MEETING, 0)
    ANOTHER_CLOCK.make(talk)

    answer = replayed(talk, case, amount=3)

    assert (answer.answer, answer.divergence, answer.outcome.property) == (ReplayAnswer.OTHER, None, "step_timeout")


STUCK: Final = """
from simcore import Process, World, scenario

async def serve(process: Process) -> None:
    await process.inbox.receive()

async def ask(process: Process) -> None:
    await process.call("app:serve", "app:host")

@scenario
def stuck(world: World) -> None:
    world.define("app:serve", serve)
    world.define("app:ask", ask)
    world.spawn("app:ask", "app:host")
    world.run()
"""


@pytest.mark.parametrize(
    ("edits", "answer"),
    [
        ([("serve(process: Process) -> None:\n", "serve(process: Process) -> None:\n    await process.sleep('1m')\n"),
          ("world.run()", "world.run(until='5s')")], ReplayAnswer.UNKNOWN),
        ([("world.run()", "world.run(until='5s')")], ReplayAnswer.REPRODUCED),
        ([("    await process.inbox.receive()", "    return None")], ReplayAnswer.GONE),
    ],
)  # fmt: skip
def test_that_a_deadlock_is_gone_is_said_only_of_a_world_that_came_to_rest(
    talk: Path, edits: list[tuple[str, str]], answer: ReplayAnswer
) -> None:
    write_files(talk, {"scenarios/stuck.py": STUCK})
    case = failing(talk, "scenarios/stuck.py::stuck", 0)
    edit("scenarios/stuck.py", *edits).make(talk)

    again = replayed(talk, case, amount=20)

    assert again.answer is answer
    assert ("deadlock is looked for" in " ".join(again.doubts)) is (answer is ReplayAnswer.UNKNOWN)


def test_where_a_choice_does_not_fit_any_more_nobody_can_tell(talk: Path) -> None:
    case = failing(talk, MEETING, 0)
    MENDED.make(talk)
    edit(FILE, ("    await process.sleep(5)\n", "")).make(talk)

    answer = replayed(talk, case, amount=20)

    assert answer.answer is ReplayAnswer.UNKNOWN
    assert (
        answer.doubts[0]
        == f"{answer.skipped} of the {len(case.run.deviations or ())} choices of the case do not fit any more"
    )


def test_a_choice_among_more_actions_than_then_does_not_fit_to_the_letter(talk: Path) -> None:
    case = failing(talk, MEETING, 0)
    MENDED.make(talk)
    edit(FILE, ("    world.run()\n", '    world.spawn("app:boss", "app:host")\n    world.run()\n')).make(talk)

    answer = replayed(talk, case, amount=20)

    assert answer.answer is ReplayAnswer.UNKNOWN
    assert any("found another number of enabled actions" in doubt for doubt in answer.doubts), answer.doubts


SKIPPING: Final = "    import unittest\n\n    raise unittest.SkipTest('later')\n    world.define"
SHOWS_NOTHING: Final = {
    "vacuous": ("    world.define", "    return\n    world.define"),
    "it skips itself: later (scenarios/talk.py:": ("    world.define", SKIPPING),
}


@pytest.mark.parametrize("said", SHOWS_NOTHING)
def test_what_shows_nothing_any_more_is_not_gone(talk: Path, said: str) -> None:
    case = failing(talk, MEETING, 0)
    case = msgspec.structs.replace(case, run=msgspec.structs.replace(case.run, deviations=[]))
    old, new = SHOWS_NOTHING[said]
    text = (talk / FILE).read_text()
    (talk / FILE).write_text(text.replace(old, new, 1))

    answer = replayed(talk, case, amount=20)

    assert answer.answer is ReplayAnswer.UNKNOWN
    assert any(said in doubt for doubt in answer.doubts), answer.doubts


def test_a_search_that_meets_a_bound_again_and_again_is_cut_short_and_says_so(talk: Path) -> None:
    case = failing(talk, MEETING, 0)
    MENDED.make(talk)
    options = msgspec.structs.replace(case.run.options, actions_max=2)
    case = msgspec.structs.replace(case, run=msgspec.structs.replace(case.run, options=options))

    answer = replayed(talk, case, amount=50)

    assert (answer.answer, answer.tried) == (ReplayAnswer.UNKNOWN, 3)
    assert "the search was cut short: 3 of them reached the bound actions_max" in answer.doubts


def test_a_case_without_a_schedule_cannot_be_known_to_be_gone(talk: Path) -> None:
    case = failing(talk, MEETING, 0)
    case = msgspec.structs.replace(case, run=msgspec.structs.replace(case.run, deviations=None))
    MENDED.make(talk)

    answer = replayed(talk, case, amount=20)

    assert (answer.answer, answer.doubts) == (
        ReplayAnswer.UNKNOWN,
        ("the case holds no schedule, only the seed of one",),
    )


def test_the_same_search_is_made_each_time(talk: Path) -> None:
    case = failing(talk, MEETING, 3)
    case = msgspec.structs.replace(case, run=msgspec.structs.replace(case.run, deviations=[], seed=7))
    edit(FILE, ("sleep(5)", "sleep(6)")).make(talk)

    one, other = replayed(talk, case), replayed(talk, case)

    assert one.answer is ReplayAnswer.NEARBY
    assert (one.tried, one.nearby, one.outcome) == (other.tried, other.nearby, other.outcome)


# -- a new case


def test_what_is_found_nearby_is_a_case_that_is_reproduced_to_the_digest(talk: Path) -> None:
    case = failing(talk, MEETING, 0)
    edit(FILE, ("app:speaker", "app:talker")).make(talk)

    answer = replayed(talk, case)
    assert (answer.answer, answer.reproduced) == (ReplayAnswer.NEARBY, True)
    assert answer.nearby is not None
    again = replayed(talk, answer.nearby, amount=0)

    assert (again.answer, again.divergence) == (ReplayAnswer.REPRODUCED, None)
    assert again.outcome.digest == answer.nearby.end.digest != case.end.digest


def test_another_failure_is_named_and_is_a_case_of_its_own(talk: Path) -> None:
    case = failing(talk, MEETING, 0)
    edit(FILE, ("    world.result(head)", "    {}['gone']")).make(talk)

    answer = replayed(talk, case, amount=10)

    assert (answer.answer, answer.outcome.property, answer.reproduced) == (ReplayAnswer.OTHER, "KeyError", False)
    assert answer.nearby is not None
    assert replayed(talk, answer.nearby, amount=0).answer is ReplayAnswer.REPRODUCED


# -- what counts as the source


HELPED: Final = TALK.replace("from simcore import", "from ._words import RIGHT\nfrom simcore import").replace(
    '["a", "b", "c"]', "RIGHT"
)


def test_a_file_that_the_item_imports_is_part_of_its_source(talk: Path) -> None:
    write_files(talk, {FILE: HELPED, "scenarios/_words.py": "RIGHT = ['a', 'b', 'c']\n", "scenarios/_other.py": ""})
    case = failing(talk, MEETING, 0)
    (talk / "scenarios/_other.py").write_text("# nobody imports this\n")
    assert replayed(talk, case, amount=0).found.changed == ()

    (talk / "scenarios/_words.py").write_text("RIGHT = list('abc')\n")
    answer = replayed(talk, case, amount=0)

    assert (answer.answer, answer.found.changed) == (ReplayAnswer.REPRODUCED, ("scenarios/_words.py",))


def test_a_file_that_is_gone_is_a_change(talk: Path) -> None:
    write_files(talk, {FILE: HELPED, "scenarios/_words.py": "RIGHT = ['a', 'b', 'c']\n"})
    case = failing(talk, MEETING, 0)

    write_files(talk, {FILE: TALK})
    (talk / "scenarios/_words.py").unlink()

    assert replayed(talk, case, amount=0).found.changed == ("scenarios/_words.py", FILE)


APP: Final = """
version: "1.0"
namespace: shop
entries:
  - {name: host, kind: process.host}
  - {name: worker, kind: process.lua, source: file://worker.lua, method: main}
"""
LOADING: Final = """
from simcore import World, scenario

@scenario
def worked(world: World) -> None:
    world.load_app("apps/shop")
    pid = world.spawn("shop:worker", "shop:host")
    world.run()
    assert world.result(pid) == 1
"""


def test_an_application_that_a_scenario_loads_is_part_of_its_source(talk: Path) -> None:
    lua = "return { main = function() return %d end }\n"
    write_files(talk, {FILE: LOADING, "apps/shop/_index.yaml": APP, "apps/shop/worker.lua": lua % 2})
    case = failing(talk, "scenarios/talk.py::worked", 0)

    write_files(talk, {"apps/shop/worker.lua": lua % 3})
    broken = replayed(talk, case, amount=0)
    write_files(talk, {"apps/shop/worker.lua": lua % 1})
    mended = replayed(talk, case, amount=20)

    assert (broken.answer, broken.found.changed) == (ReplayAnswer.REPRODUCED, ("apps/shop",))
    assert mended.answer is ReplayAnswer.GONE


# -- the properties that were asked


ALWAYS: Final = """
from simcore import World, always

@always
def few_processes(world: World) -> None:
    assert len(world.runtime.records) < LIMIT
"""
NAMELESS: Final = ALWAYS.replace("few_processes", "no_more_than_many").replace("LIMIT", "99")


def test_an_always_that_was_added_later_is_said_and_not_asked(talk: Path) -> None:
    case = failing(talk, MEETING, 0)
    write_files(talk, {"properties/few.py": ALWAYS.replace("LIMIT", "1")})

    answer = replayed(talk, case, amount=0)

    assert (answer.answer, answer.divergence) == (ReplayAnswer.REPRODUCED, None)
    assert [*answer.notes] == ["properties/few.py::few_processes was added since and is not asked"]


def test_where_the_always_that_failed_was_removed_nobody_can_tell(talk: Path) -> None:
    write_files(talk, {"properties/few.py": ALWAYS.replace("LIMIT", "2")})
    case = failing(talk, MEETING, 0)
    assert case.property == "few_processes"
    (talk / "properties/few.py").unlink()
    MENDED.make(talk)

    answer = replayed(talk, case, amount=20)

    assert answer.answer is ReplayAnswer.UNKNOWN
    assert answer.doubts[0] == "what failed is not asked any more: properties/few.py::few_processes"
    assert answer.tried == 0


def test_where_another_always_was_removed_that_is_said_and_nothing_is_gone(talk: Path) -> None:
    write_files(talk, {"properties/many.py": NAMELESS})
    case = failing(talk, MEETING, 0)
    (talk / "properties/many.py").unlink()

    there = replayed(talk, case, amount=0)
    MENDED.make(talk)
    mended = replayed(talk, case, amount=20)

    named = "properties/many.py::no_more_than_many"
    assert there.answer is ReplayAnswer.REPRODUCED
    assert [*there.notes] == [f"{named} was asked then and is not there any more, or cannot be read"]
    assert mended.answer is ReplayAnswer.UNKNOWN
    assert mended.doubts == (f"it is not asked any more: {named}",)


def test_an_always_that_was_mended_is_gone_like_a_scenario(talk: Path) -> None:
    write_files(talk, {"properties/few.py": ALWAYS.replace("LIMIT", "2")})
    case = failing(talk, MEETING, 0)
    MENDED.make(talk)
    write_files(talk, {"properties/few.py": ALWAYS.replace("LIMIT", "9")})

    answer = replayed(talk, case, amount=20)

    assert answer.found.changed == ("properties/few.py", FILE)
    assert answer.answer is ReplayAnswer.GONE


# -- a case that was edited


def rewritten(case: Case, change: Callable[[str], str]) -> Case:
    """Return *case* as it is read from a file in which somebody has made a *change*."""
    file = Path("x.case.json")
    save_case(file, case)
    assert load_case(file) == case
    changed = change(file.read_text())
    assert changed != file.read_text()
    file.write_text(changed)
    return load_case(file)


TAMPERED: Final = "the file of the case was changed after it was written: its checksum does not fit what it says"


EDITED: Final = {
    "message": ('"message": "', '"message": "1'),
    "seed": ('"seed": 1', '"seed": 11'),
    "strategy": ('"strategy": "uniform"', '"strategy": "pct:3"'),
    "options": ('"options": {}', '"options": {"actions_max": 9999}'),
    "always": ('"always": []', '"always": null'),
}


@pytest.mark.parametrize("what", EDITED)
def test_a_case_that_was_edited_is_a_divergence_though_its_run_goes_as_it_says(talk: Path, what: str) -> None:
    old, new = EDITED[what]
    case = rewritten(failing(talk, MEETING, 0), lambda text: text.replace(old, new, 1))

    answer = replayed(talk, case, amount=0)

    assert answer.answer is ReplayAnswer.DIVERGED
    assert answer.divergence == f"{TAMPERED}; restore it, or run again"


@pytest.mark.parametrize("left", ['"checksum": ""', '"property": "assert"'])
def test_a_case_whose_checksum_was_taken_out_was_edited(talk: Path, left: str) -> None:
    def without(text: str) -> str:
        text = re.sub(r',\s*"checksum": "[0-9a-f]+"', "", text)
        return text.replace('"property": "assert"', f'"property": "assert", {left}') if "checksum" in left else text

    case = rewritten(failing(talk, MEETING, 0), without)

    answer = replayed(talk, case, amount=0)

    taken_out = "the file of the case was changed after it was written: its checksum was taken out"
    assert answer.answer is ReplayAnswer.DIVERGED
    assert answer.divergence == f"{taken_out}; restore it, or run again"


def test_an_edited_case_is_never_gone(talk: Path) -> None:
    case = rewritten(failing(talk, MEETING, 0), lambda text: text.replace('"message": "', '"message": "so '))
    MENDED.make(talk)

    answer = replayed(talk, case, amount=20)

    assert answer.answer is ReplayAnswer.UNKNOWN
    assert "the file of the case was changed after it was written" in answer.doubts
    assert TAMPERED in answer.notes


def test_a_case_in_another_form_or_with_another_target_is_as_it_was_written(talk: Path) -> None:
    case = rewritten(
        failing(talk, MEETING, 0), lambda text: " ".join(text.split()).replace('"target": ""', '"target": "scenarios"')
    )

    assert case.intact
    assert replayed(talk, case, amount=0).answer is ReplayAnswer.REPRODUCED


# -- what is not one schedule alone

INSIDE: Final = (
    TALK.replace("from simcore import", "from simcore import run,").replace("@scenario\ndef meeting", "def inner")
    + "\n@scenario\ndef meeting(world: World) -> None:\n    run(inner)\n"
)


def test_a_schedule_of_a_world_that_the_body_runs_is_never_known_to_be_gone(talk: Path) -> None:
    write_files(talk, {FILE: INSIDE})
    case = failing(talk, MEETING, 0)
    MENDED.make(talk)

    answer = replayed(talk, case, amount=10)

    assert answer.answer is ReplayAnswer.UNKNOWN
    assert answer.doubts == (
        "the schedules of the worlds that its body runs are told by a seed, which means nothing in another source",
    )


def test_a_scenario_that_cannot_be_run_any_more_says_why(talk: Path) -> None:
    case = failing(talk, MEETING, 0)
    edit(FILE, ("    world.result(head)", "    return 1")).make(talk)

    answer = replayed(talk, case, amount=3)

    assert answer.answer is ReplayAnswer.UNKNOWN
    assert any(doubt.startswith("it cannot be run: scenarios/talk.py") for doubt in answer.doubts), answer.doubts


COUNTED: Final = "PLAYED = 0\n\n@scenario\ndef meeting(world: World) -> None:\n    global PLAYED\n    PLAYED += 1\n"


def test_what_fails_nearby_and_then_not_again_is_a_divergence(talk: Path) -> None:
    case = failing(talk, MEETING, 0)
    changes = (
        ("@scenario\ndef meeting(world: World) -> None:\n", COUNTED),
        ("world.result(head)", "assert PLAYED != 3"),
    )
    edit(FILE, *changes).make(talk)
    case = msgspec.structs.replace(case, property="assert")

    answer = replayed(talk, case, amount=20)

    assert (answer.answer, answer.nearby) == (ReplayAnswer.DIVERGED, None)
    assert answer.divergence is not None
    says = "a schedule that was tried fails, and goes another way when it is played again"
    assert answer.divergence.startswith(f"{says}: the verdict of the case is failed")


def test_an_older_case_that_diverges_says_that_it_does_not_know_what_its_item_imports(talk: Path) -> None:
    case = failing(talk, MEETING, 0)
    end = msgspec.structs.replace(case.end, actions=1)

    answer = replayed(talk, msgspec.structs.replace(case, end=end, sources=None), amount=0)

    assert answer.answer is ReplayAnswer.DIVERGED
    assert [*answer.notes] == ["the case does not say what its item imports; where that has changed since, this is why"]


DICE: Final = """
from simcore import Process, World, scenario

async def throw(process: Process) -> int:
    await process.sleep(1)
    return process.random.randint(1, 4)

@scenario
def no_three(world: World) -> None:
    world.define("app:throw", throw)
    pid = world.spawn("app:throw", "app:host")
    world.run()
    assert world.result(pid) != 3
"""


def test_where_the_program_draws_by_chance_other_seeds_are_tried_and_nobody_can_tell_that_it_is_gone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(project_of(tmp_path, {FILE: DICE}))
    case = failing(tmp_path, "scenarios/talk.py::no_three", 0)

    edit(FILE, ("!= 3", "!= 5")).make(tmp_path)
    mended = replayed(tmp_path, case, amount=40)
    edit(FILE, ("return process", "process.random.random(); return process"), ("!= 5", "!= 3")).make(tmp_path)
    moved = replayed(tmp_path, case, amount=40)

    assert (mended.answer, mended.tried) == (ReplayAnswer.UNKNOWN, 40)
    assert mended.doubts == (
        "what its program draws by chance is told by a seed, which means nothing in another source",
    )
    assert moved.answer in (ReplayAnswer.NEARBY, ReplayAnswer.REPRODUCED)
