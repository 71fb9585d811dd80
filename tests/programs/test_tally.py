"""Counting what programs reach: each run once, each operation by its answer."""

from __future__ import annotations

from simcore.model.programs import VERBS
from simcore.model.reached import judged
from simcore.programs.account import Account
from simcore.programs.perform import perform
from simcore.programs.situations import SITUATIONS
from simcore.programs.tally import ProgramTally
from simcore.strategies import PolicyRule, Program, Step
from simcore.world.world import World

LINKED = Program(1, (Step(0, "link", 0), Step(0, "receive"), Step(0, "terminate", 0)))
DENIED = Program(1, (Step(0, "send", 0),), (PolicyRule("deny", "*"),))


def heard(*programs: Program) -> ProgramTally:
    tally = ProgramTally()
    for program in programs:
        account = Account()
        world = World(observers=[account])
        perform(world, program, account)
        judged(world, {"something": 2})
        tally.hear(world, program, account)
    return tally


def test_nothing_was_reached_where_no_program_was_played() -> None:
    assert heard().reached() is None


def test_every_run_counts_and_a_program_that_comes_again_is_one() -> None:
    reached = heard(LINKED, LINKED, DENIED).reached()

    assert reached is not None
    assert (reached.programs, reached.runs, reached.calls) == (2, 3, 5)
    assert reached.actions > reached.runs


def test_each_verb_is_counted_by_how_it_was_answered() -> None:
    reached = heard(LINKED, DENIED).reached()

    assert reached is not None
    assert list(reached.verbs) == list(VERBS)
    assert {verb: verdicts for verb, verdicts in reached.verbs.items() if verdicts} == {
        "link": {"done": 1},
        "receive": {"begun": 1},
        "terminate": {"no answer": 1},
        "send": {"PermissionDenied": 1},
    }


def test_each_situation_is_counted_in_the_runs_that_met_it() -> None:
    reached = heard(LINKED, LINKED).reached()

    assert reached is not None
    assert list(reached.situations) == list(SITUATIONS)
    assert {name: times for name, times in reached.situations.items() if times} == {
        "link done itself": 2,
        "terminate without an answer itself": 2,
    }


def test_what_a_model_did_not_judge_is_summed() -> None:
    reached = heard(LINKED, DENIED).reached()

    assert reached is not None
    assert (reached.followed, reached.unjudged) == (2, {"something": 4})


def test_members_in_lua_are_counted_alike() -> None:
    steps = (Step(0, "receive"), Step(0, "send", 0), Step(0, "return"))

    tallies = [heard(Program(1, steps, language=language)).reached() for language in ("python", "lua")]

    assert tallies[0] is not None
    assert tallies[1] is not None
    assert tallies[0].verbs == tallies[1].verbs
