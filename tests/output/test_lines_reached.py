"""The lines of a run about drawn programs: what they reached, what a model judged; and their scripts, folded."""

from __future__ import annotations

import msgspec

from simcore import ItemResult, Results, Verdict
from simcore.model.outcome import Sometimes
from simcore.model.reached import Reached
from simcore.output.lines import story, summary
from simcore.strategies import Program, Step, script

REACHED = Reached(
    programs=1_200,
    runs=1_300,
    actions=40_000,
    calls=9_000,
    verbs={"send": {"done": 5, "NotFound": 2}, "link": {"done": 1}, "publish": {}},
    situations={"often": 40, "rare": 1, "never": 0, "rarely": 3},
    followed=1_300,
)


def told(*reached: Reached, **more: object) -> list[str]:
    items = [
        ItemResult(id=f"properties/a.py::{number}", examples=1, reached=each) for number, each in enumerate(reached)
    ]
    whole = Results(run="r", command="c", version="0", base_seed=0, strategy="s", items=items, wall_s=1)
    return [line.text for line in summary(msgspec.structs.replace(whole, **more), None, [])][2:]


def test_a_run_says_what_its_programs_have_reached_and_what_not() -> None:
    assert told(REACHED) == [
        "1,200 drawn programs, 1,300 runs, 40,000 actions, 9,000 calls",
        "  reached: 2 of 3 verbs with 3 verdicts, 3 of 4 situations, the rarest rare (1), rarely (3), often (40)",
        "  not reached: never, the verb publish",
        "  a model has judged 1,300 of 1,300 runs",
    ]


def test_what_all_properties_have_reached_is_one() -> None:
    lines = told(REACHED, REACHED)

    assert lines[0] == "2,400 drawn programs, 2,600 runs, 80,000 actions, 18,000 calls"
    assert "the rarest rare (2), " in lines[1]


def test_what_no_model_has_judged_is_said() -> None:
    taken = msgspec.structs.replace(REACHED, unjudged={f"what {number}": number for number in range(1, 8)})

    assert told(msgspec.structs.replace(REACHED, followed=0))[-1] == "  no model has judged the runs"
    assert told(taken)[-1] == (
        "  a model has judged 1,300 of 1,300 runs, and has taken as it came: what 1 (1), what 2 (2), what 3 (3), "
        "what 4 (4), what 5 (5) and 2 more in the report"
    )


def test_who_draws_no_programs_reads_nothing_of_them() -> None:
    assert told() == []


def test_it_goes_through_the_hands_of_pytest() -> None:
    result = ItemResult(id="x", reached=REACHED)

    assert msgspec.convert(msgspec.to_builtins(result), ItemResult) == result
    assert "reached" not in msgspec.to_builtins(ItemResult(id="x"))


def test_where_something_failed_few_are_named_that_were_never_seen() -> None:
    never = [Sometimes(f"properties/a.py::{number}", "so", seen=False) for number in range(30)]
    failed = [ItemResult(id="x", verdict=Verdict.FAILED)]

    passing, failing = told(sometimes=never), told(sometimes=never, items=failed)

    assert (len(passing), passing[-1]) == (21, "never seen: 10 more are in the report")
    assert (len(failing), failing[-1]) == (4, "never seen: 27 more are in the report")


def test_a_script_is_told_without_what_all_scripts_have() -> None:
    program = Program(1, (Step(0, "register"),))
    lines = ["program as a script:", *script(program).splitlines(), "the last events:", "  it ran"]

    shown = [line.text for line in story(lines)]

    assert "  |         await process.registry.register('n0')" in shown
    assert "  | world.run()" in shown
    assert not [line for line in shown if "class Reader" in line]
    assert [line for line in shown if "lines that the script of every program has" in line]
    assert shown[-1] == "  |   it ran"
