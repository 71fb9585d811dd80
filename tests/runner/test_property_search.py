"""A property whose arguments lead there no more is looked for by other schedules of them, then by other arguments."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import msgspec
import pytest

from simcore.campaign.player import forget_projects, property_runner
from simcore.catalog.find import item_of
from simcore.catalog.project import find_project
from simcore.catalog.properties import properties_for
from simcore.model.case import Case, end_of
from simcore.model.replay_answer import ReplayAnswer
from simcore.model.run import Run
from simcore.runner.deciding import deciding
from simcore.runner.property import play_property
from tests.runner.edited import Edit, edit, project_of, replayed

FILE: Final = "properties/numbers.py"
PROPERTIES: Final = """
from hypothesis import assume, given, strategies as st
from simcore import Process, World, run

async def speaker(process: Process, boss: str, word: str) -> None:
    await process.send(boss, word)

async def boss(process: Process, amount: int) -> None:
    words = [(await process.inbox.receive()).topic for _ in range(amount)]
    assert words == sorted(words)

@given(amount=st.integers(1, 4))
def test_in_order(amount: int) -> None:
    def meeting(world: World) -> None:
        world.define("app:boss", boss)
        world.define("app:speaker", speaker)
        head = world.spawn("app:boss", "app:host", amount)
        for word in "abcd"[:amount]:
            world.spawn("app:speaker", "app:host", head, word)
        world.run()
        world.result(head)
    run(meeting)

@given(number=st.integers(0, 1000), data=st.data())
def test_small(number: int, data: st.DataObject) -> None:
    other = data.draw(st.integers(0, 3))
    assert number < 17
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(project_of(tmp_path, {FILE: PROPERTIES}))
    return tmp_path


def failing(folder: Path, name: str) -> Case:
    """Return the case of the example that Hypothesis finds."""
    forget_projects()
    project = find_project(folder)
    item = item_of(project, f"{FILE}::{name}")
    runner = property_runner([item])
    assert runner is not None
    assert item.function is not None
    plain = Run(item=item.reference, seed=1, strategy="uniform")
    found = runner.explore(item.function, plain, examples=100, progressed=lambda _, __: None).failing
    assert found is not None
    assert found.run is not None
    played = play_property(runner, item, found.run)
    decided = deciding(item, properties_for(item, project), [], project)
    return Case(
        run=found.run,
        property=played.outcome.property,
        message=played.outcome.message,
        end=end_of(played.outcome),
        always=decided.always,
        sources=decided.sources,
    )


THERE: Final = {
    "a line more": ("test_in_order", edit(FILE, ("    run(meeting)", "    word = 1\n    run(meeting)"))),
    "a process more": (
        "test_in_order",
        edit(FILE, ("        head =", '        world.spawn("app:speaker", "app:host", "x", "y")\n        head =')),
    ),
    "another name of the argument": ("test_in_order", edit(FILE, ("amount", "many"))),
    "another range": ("test_in_order", edit(FILE, ("integers(1, 4)", "integers(1, 3)"))),
    "what fails is refused now": (
        "test_small",
        edit(FILE, ("    assert number", "    assume(number != 17)\n    assert number")),
    ),
    "another bound": ("test_small", edit(FILE, ("< 17", "< 18"))),
    "a draw more": ("test_small", edit(FILE, ("    assert number", "    data.draw(st.integers())\n    assert number"))),
    "a draw less": ("test_small", edit(FILE, ("    other = data.draw(st.integers(0, 3))\n", ""))),
}


@pytest.mark.parametrize("what", THERE)
def test_what_is_there_is_found_again_after_each_edit_that_leaves_it(folder: Path, what: str) -> None:
    name, change = THERE[what]
    case = failing(folder, name)
    change.make(folder)

    answer = replayed(folder, case)

    assert answer.answer in (ReplayAnswer.REPRODUCED, ReplayAnswer.NEARBY), answer.doubts
    if answer.nearby is not None:
        assert replayed(folder, answer.nearby, amount=0).answer is ReplayAnswer.REPRODUCED


MENDED: Final = edit(FILE, ("< 17", "< 2000"))


def test_a_property_that_took_all_and_holds_for_whatever_is_tried_is_gone(folder: Path) -> None:
    case = failing(folder, "test_small")
    MENDED.make(folder)

    answer = replayed(folder, case, amount=20)

    assert (answer.answer, answer.tried) == (ReplayAnswer.GONE, 20)


UNFIT: Final = {
    "the test draws 0 values, the case holds 1": ("    other = data.draw(st.integers(0, 3))\n", ""),
    "the test refuses the arguments of the case (assume)": ("    other", "    assume(number != 17)\n    other"),
    "takes number, other, data, the case holds number, data": (
        "number=st.integers(0, 1000), data=st.data())\ndef test_small(number: int,",
        "number=st.integers(0, 1000), other=st.none(), data=st.data())\ndef test_small(number: int, other: None,",
    ),
}


@pytest.mark.parametrize("said", UNFIT)
def test_arguments_that_do_not_fit_any_more_show_nothing(folder: Path, said: str) -> None:
    case = failing(folder, "test_small")
    MENDED.make(folder)
    Edit(FILE, (UNFIT[said],)).make(folder)

    answer = replayed(folder, case, amount=20)

    assert answer.answer is ReplayAnswer.UNKNOWN
    assert any(said in f"{doubt} {answer.outcome.message}" for doubt in answer.doubts), answer.doubts


def test_a_schedule_by_a_seed_is_never_known_to_be_gone(folder: Path) -> None:
    case = failing(folder, "test_in_order")
    assert any(case.run.seeds or ())
    edit(FILE, ("assert words == sorted(words)", "assert words")).make(folder)

    answer = replayed(folder, case, amount=10)

    assert answer.answer is ReplayAnswer.UNKNOWN
    assert answer.doubts == ("its schedules are told by seeds, which mean nothing in another source",)


@pytest.mark.parametrize("what", ["arguments", "seeds", "drawn"])
def test_edited_arguments_are_a_divergence(folder: Path, what: str) -> None:
    case = failing(folder, "test_in_order" if what == "seeds" else "test_small")
    edited = {"arguments": {"number": 99, "data": (case.run.arguments or {}).get("data")}, "seeds": [1], "drawn": [3]}
    run = msgspec.structs.replace(case.run, **{what: edited[what]})

    answer = replayed(folder, msgspec.structs.replace(case, run=run, intact=False), amount=0)

    assert answer.answer is ReplayAnswer.DIVERGED
