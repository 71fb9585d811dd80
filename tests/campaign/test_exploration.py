"""Whoever plays, in whatever order they answer: the result is the same, and told in the order of the items."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, Future
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simcore.campaign.deaths import Spoilt, WorkerDied
from simcore.campaign.exploration import Exploration
from simcore.campaign.players import Players
from simcore.campaign.work import Block, Examine, Examined, Explain, Play, Played, Record, Recorded, Wanted, Work
from simcore.model.errors import InternalError, StepTimeout
from simcore.model.item import ItemFacts
from simcore.model.outcome import ItemResult, Outcome, Results, Sometimes, Verdict
from simcore.model.shard import WHOLE, Shard
from simcore.runner.plan import Plan

PASSED = Outcome(Verdict.PASSED, decisions=10)
FAILED = Outcome(Verdict.FAILED, "assert", "it broke")
BOUND = Outcome(Verdict.INCONCLUSIVE, "actions_max", "too many")
NOTHING = Results(
    run="r",
    command="simcore run",
    version="1",
    base_seed=0,
    strategy="uniform",
    sometimes=[Sometimes("rare", "it is rare", seen=False), Sometimes("never", "it never is", seen=False)],
)
World = dict[tuple[str, int], Outcome | InternalError | StepTimeout | str]
"""What becomes of each schedule of each item; a text is the way in which who plays it dies, a timeout what it is ended
for."""


class Odd(Executor):
    """Answers what was submitted in an order that *order* says, and only when it is waited for."""

    def __init__(self, order: Iterator[int], perform: Callable[[Sequence[Work]], Any]) -> None:
        self._order = order
        self._perform = perform
        self._waiting: list[tuple[Future[Any], Sequence[Work]]] = []

    def submit(self, function: Callable[..., Any], /, *arguments: Any, **named: Any) -> Future[Any]:
        future: Future[Any] = Future()
        self._waiting.append((future, arguments[1]))
        return future

    def answer_one(self) -> None:
        future, works = self._waiting.pop(next(self._order) % len(self._waiting))
        if future.cancelled():
            return
        try:
            future.set_result(self._perform(works))
        except (WorkerDied, Spoilt) as death:
            future.set_exception(death)


class Hearing:
    """Keeps what it is told, in order."""

    def __init__(self) -> None:
        self.told: list[tuple[str, str]] = []

    def started(self, items: int) -> None: ...

    def progressed(self, item: ItemFacts, schedules: int, failures: int) -> None: ...

    def failed(self, item: ItemFacts, result: ItemResult) -> None:
        self.told.append(("failed", f"{item.id} {result.first_failure}"))

    def finished(self, item: ItemFacts, result: ItemResult) -> None:
        self.told.append(("finished", item.id))


class Explored:
    """One exploration of items whose every schedule is laid down."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, folder: Path, world: World, **plan: Any) -> None:
        self.world, self.folder, self.plan = world, folder, Plan(schedules=plan.pop("schedules", 40), **plan)
        self.hearing, self.played, self._monkeypatch = Hearing(), list[tuple[str, int]](), monkeypatch
        self.names: dict[tuple[str, int], str] = {}
        self.mistake: InternalError | None = None

    def __call__(
        self, *items: str, at_once: int = 4, order: Sequence[int] = (0,), shard: Shard | None = None, least: int = 10**9
    ) -> Results:
        turns = iter(lambda: self._turn(order), None)
        odd = Odd(turns, lambda works: [self._answer(work, least) for work in works])
        players = Players(Wanted(command="c", folder="/"), odd, lambda *_: [], at_once=at_once)
        self._turns = 0

        def wait(futures: dict[Future[Any], Any], *_: object) -> tuple[set[Future[Any]], set[Future[Any]]]:
            while not any(future.done() for future in futures):
                odd.answer_one()
            return {future for future in futures if future.done()}, set()

        self._monkeypatch.setattr("simcore.campaign.exploration.wait", wait)
        facts = [
            ItemFacts(
                kind="property" if id.startswith("p") else "scenario",
                id=id,
                expect="failed" if id.startswith("x") else "passed",
            )
            for id in items
        ]
        exploration = Exploration(
            plan=self.plan,
            folder=self.folder,
            listener=self.hearing,
            players=players,
            shard=WHOLE if shard is None else shard,
        )
        results = exploration.run(facts, NOTHING)
        self.mistake = exploration.mistake
        return results

    def _turn(self, order: Sequence[int]) -> int:
        self._turns += 1
        return order[self._turns % len(order)]

    def _answer(self, work: Work, least: int) -> Any:
        match work:
            case Play():
                return self._block(work, least)
            case Examine():
                return Examined(examples=20, schedules=work.examples or 100, seen=("rare",))
            case Record():
                return Recorded(story=[f"story of {work.case.run.seed}"])
            case Explain():
                return Recorded(story=[f"how {work.run.seed} came to it"])
            case _:
                raise AssertionError(work)

    def _block(self, work: Play, least: int) -> Block:
        played: list[Played] = []
        for schedule, run in list(zip(work.schedules, work.runs, strict=True))[:least]:
            self.played.append((work.item.id, schedule))
            self.names[work.item.id, schedule] = run.strategy
            what = self.world.get((work.item.id, schedule), PASSED)
            if isinstance(what, str):
                raise WorkerDied(what)
            if isinstance(what, StepTimeout):
                raise WorkerDied("was ended by SIGKILL", what, work.item.id, schedule)
            if isinstance(what, InternalError):
                return Block(played=played, mistake=what)
            played.append(Played(what, ("rare",) if schedule == 20 else ()))
            if what.verdict is Verdict.FAILED:
                break
        return Block(played=played)


@pytest.fixture
def explored(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[..., Explored]:
    return lambda world=None, **plan: Explored(monkeypatch, tmp_path, world or {}, **plan)


WORLDS: list[World] = [
    {},
    {("b", 7): FAILED, ("b", 3): BOUND, ("b", 12): FAILED},
    {("a", 39): FAILED, ("a", 17): FAILED, ("c", 1): FAILED},
    {("a", 21): BOUND, ("b", 33): Outcome(Verdict.ERROR, "KeyError", "gone"), ("c", 5): BOUND, ("c", 6): FAILED},
    {("b", 9): "was ended by SIGKILL", ("c", 2): FAILED},
    {("a", 30): "ended with exit code 0", ("a", 12): FAILED},
    {(id, number): BOUND for number in range(1, 41) for id in "ab" if (id, number) != ("b", 1)},
    {("a", 2): "was ended by SIGKILL", ("b", 3): BOUND, ("c", 2): FAILED},
    {("a", 11): StepTimeout("it did not give control back"), ("b", 2): StepTimeout("nor this"), ("b", 30): FAILED},
]


@pytest.mark.parametrize("max_failures", [1, 2, 5])
@pytest.mark.parametrize("world", WORLDS)
def test_the_order_of_the_answers_changes_nothing(world: World, max_failures: int, tmp_path: Path) -> None:
    @settings(max_examples=25, deadline=None)
    @given(
        st.lists(st.integers(0, 50), min_size=1, max_size=12),
        st.integers(1, 9),
        st.integers(1, 40),
    )
    def same(order: list[int], at_once: int, least: int) -> None:
        with pytest.MonkeyPatch.context() as patch:
            one, many = (Explored(patch, tmp_path, world, max_failures=max_failures) for _ in range(2))
            alone = one("a", "b", "p", "c", at_once=1, least=1)
            assert many("a", "b", "p", "c", at_once=at_once, order=order, least=least) == alone
            assert many.hearing.told == one.hearing.told

    same()


def test_what_was_played_beyond_the_failure_that_ends_an_item_counts_for_nothing(
    explored: Callable[..., Explored],
) -> None:
    one = explored({("a", 5): FAILED, ("a", 30): BOUND})

    (result,) = (results := one("a", order=(3, 2, 1))).items

    assert (result.schedules, result.first_failure, result.bounds) == (5, 5, {})
    assert any(schedule > 5 for _, schedule in one.played)
    assert [each.seen for each in results.sometimes] == [False, False]


OTHER = Outcome(Verdict.INCONCLUSIVE, "mailbox_messages_max", "they hold 7")


@pytest.mark.parametrize("at_once", [1, 4])
@pytest.mark.parametrize(("schedules", "left"), [(None, 97), (40, 37), (5, 2)])
def test_where_the_first_three_schedules_reach_the_same_bound_no_more_is_played_whoever_asked(
    explored: Callable[..., Explored], at_once: int, schedules: int | None, left: int
) -> None:
    one = explored({("a", number): BOUND for number in range(1, 101)}, schedules=schedules)

    (result,) = one("a", at_once=at_once, order=(3, 2, 1)).items

    assert (result.verdict, result.property, result.schedules) == (Verdict.INCONCLUSIVE, "actions_max", 3)
    assert result.message == (
        f"{BOUND.message}\nthe same bound was reached in each of the first 3 schedules, so {left} more were not played"
    )
    assert result.story == [f"how {one.plan.seed('a', 1)} came to it"]
    assert sorted(one.played) == [("a", 1), ("a", 2), ("a", 3)]


def test_the_first_three_of_a_part_are_its_own_and_named(explored: Callable[..., Explored]) -> None:
    one = explored({("a", number): BOUND for number in range(1, 41)})

    (result,) = one("a", shard=Shard(2, 2)).items

    assert sorted(one.played) == [("a", 17), ("a", 18), ("a", 19)]
    assert result.message.endswith(
        "in each of the first 3 schedules of this part, 17 to 19, so 13 more were not played"
    )


def test_where_eight_have_reached_a_bound_at_last_no_more_is_played(explored: Callable[..., Explored]) -> None:
    one = explored({("a", number): OTHER if number % 2 else BOUND for number in range(1, 101)}, schedules=None)

    (result,) = one("a", order=(3, 2, 1)).items

    assert (result.verdict, result.property, result.schedules) == (Verdict.INCONCLUSIVE, "mailbox_messages_max", 8)
    assert result.bounds == {"mailbox_messages_max": 4, "actions_max": 4}
    assert result.message == (
        "they hold 7\na bound was reached in 8 of the first 8 schedules, so 92 more were not played; "
        "--schedules N plays them all the same"
    )


@pytest.mark.parametrize(
    ("world", "schedules", "played"),
    [
        ({("a", number): BOUND for number in range(2, 101)}, 40, 40),
        ({("a", number): BOUND for number in range(1, 101) if number != 3}, 40, 40),
        ({("a", number): BOUND for number in range(94, 101)}, None, 100),
        ({("a", number): BOUND for number in range(1, 4)}, 3, 3),
        ({("a", 1): BOUND, ("a", 2): BOUND, ("a", 3): OTHER}, 40, 40),
        ({("a", number): BOUND for number in range(2, 40)} | {("a", 7): FAILED}, None, 7),
    ],
)
def test_a_bound_that_some_do_not_reach_or_a_number_that_was_asked_for_is_played_whole(
    explored: Callable[..., Explored], world: World, schedules: int | None, played: int
) -> None:
    (result,) = explored(world, schedules=schedules)("a").items

    assert result.schedules == played
    assert "not played" not in result.message


def test_what_is_left_out_is_said_beside_a_failure_too(explored: Callable[..., Explored]) -> None:
    world: World = {("a", number): BOUND for number in range(2, 101)}
    world["a", 1] = FAILED

    (result,) = explored(world, schedules=None, max_failures=5)("a").items

    assert (result.verdict, result.schedules) == (Verdict.FAILED, 9)
    assert result.remarked() == [
        "a bound was reached in 8 of the first 9 schedules, so 91 more were not played; "
        "--schedules N plays them all the same"
    ]


def test_a_sometimes_counts_where_it_held_in_a_schedule_that_counts(explored: Callable[..., Explored]) -> None:
    assert [each.seen for each in explored()("a").sometimes] == [True, False]


def test_failures_have_their_case_at_once_and_are_told_in_the_order_of_the_items(
    explored: Callable[..., Explored], tmp_path: Path
) -> None:
    one = explored({("b", 1): FAILED, ("c", 1): FAILED}, schedules=200)

    results = one("a", "b", "c", order=(5, 4, 3, 2, 1))

    assert one.hearing.told == [
        ("finished", "a"),
        ("failed", "b 1"),
        ("finished", "b"),
        ("failed", "c 1"),
        ("finished", "c"),
    ]
    assert [Path(result.case or "").is_file() for result in results.items[1:]] == [True, True]
    assert [len(result.story) for result in results.items] == [0, 1, 1]


def test_a_schedule_that_never_ends_has_its_case_and_is_played_once(explored: Callable[..., Explored]) -> None:
    one = explored({("a", 9): StepTimeout("it did not give control back", ("a.py:1, in a", "a.py:2, in b"))})

    first, second = one("a", "b").items

    assert (first.verdict, first.property, first.first_failure) == (Verdict.ERROR, "step_timeout", 9)
    assert (first.message, first.traceback) == ("it did not give control back", ["a.py:1, in a", "a.py:2, in b"])
    assert Path(first.case or "").is_file()
    assert first.story == ["no story is known: it is not played again, since it had to be ended by force"]
    assert one.played.count(("a", 9)) == 1
    assert first.schedules == 9
    assert ("failed", "a 9") in one.hearing.told
    assert (second.verdict, second.schedules) == (Verdict.PASSED, 40)


def test_a_schedule_that_kills_who_plays_it_is_tried_twice_and_named(explored: Callable[..., Explored]) -> None:
    one = explored({("a", 9): "was ended by SIGKILL"})

    first, second = one("a", "b").items

    assert (first.verdict, first.property, first.first_failure) == (Verdict.ERROR, "worker", 9)
    assert first.message == "the process that played it was ended by SIGKILL, twice, in schedule 9"
    assert (first.replay or "").startswith("simcore replay simcore2/uniform/")
    assert one.played.count(("a", 9)) == 2
    assert (second.verdict, second.schedules) == (Verdict.PASSED, 40)


def test_a_death_that_does_not_come_again_changes_nothing(explored: Callable[..., Explored]) -> None:
    one = explored({("a", 9): "was ended by SIGKILL"})
    block = one._block

    def once(work: Play, least: int) -> Block:
        if ("a", 9) in one.played:
            one.world.pop(("a", 9), None)
        return block(work, least)

    one._block = once  # type: ignore[method-assign]  # of this object alone

    assert one("a").items == explored()("a").items


def test_a_mistake_of_ours_is_an_error_of_its_item_and_the_others_are_played(explored: Callable[..., Explored]) -> None:
    one = explored({("b", 1): InternalError("we contradict ourselves")})

    results = one("a", "b", "c", order=(9, 8, 7, 3))

    assert one.hearing.told == [("finished", "a"), ("finished", "b"), ("finished", "c")]
    told = [(each.verdict, each.property, each.message) for each in results.items]
    assert told[1] == ("error", "internal", "we contradict ourselves")
    assert [verdict for verdict, _, _ in told] == ["passed", "error", "passed"]
    assert str(one.mistake) == "we contradict ourselves"


@pytest.mark.parametrize("schedule", [1, 9])
def test_a_mistake_that_does_not_come_again_by_somebody_fresh_is_none_of_ours(
    explored: Callable[..., Explored], schedule: int
) -> None:
    one = explored({("a", schedule): InternalError("we contradict ourselves")})
    block = one._block

    def once(work: Play, least: int) -> Block:
        if ("a", schedule) in one.played:
            one.world.pop(("a", schedule), None)
        return block(work, least)

    one._block = once  # type: ignore[method-assign]  # of this object alone

    assert one("a").items == explored()("a").items
    assert one.mistake is None


@pytest.mark.parametrize(
    ("found", "times", "verdict", "property", "played"),
    [
        (PASSED, 1, "passed", "", 2),
        (PASSED, 2, "error", "worker", 2),
        (BOUND, 2, "error", "worker", 2),
        (FAILED, 1, "failed", "assert", 1),
    ],
)
def test_who_leaves_a_process_unfit_is_played_again_and_blamed_unless_it_shows_a_failure(
    explored: Callable[..., Explored], found: Outcome, times: int, verdict: str, property: str, played: int
) -> None:
    one = explored({("a", 9): found})
    block, spoilt = one._block, 0

    def spoils(work: Play, least: int) -> Block:
        nonlocal spoilt
        done = block(work, least)
        if 9 in work.schedules[: len(done.played)] and work.item.id == "a" and spoilt < times:
            spoilt += 1
            raise Spoilt([done], ["json.dumps"])
        return done

    one._block = spoils  # type: ignore[method-assign]  # of this object alone
    first, second = one("a", "b").items

    assert (first.verdict, first.property) == (verdict, property)
    assert one.played.count(("a", 9)) == played
    if property == "worker":
        assert first.message == (
            "the process that played it was left unfit to play on (json.dumps), twice, in schedule 9"
        )
        assert (first.first_failure, first.schedules) == (9, 8)
    assert (second.verdict, second.schedules) == (Verdict.PASSED, 40)


def test_the_search_hears_each_round_before_it_is_asked_for_the_next(explored: Callable[..., Explored]) -> None:
    """Runs of 10 choices are shorter than what is assumed; longer ones are felt from the second round on."""
    long = Outcome(Verdict.PASSED, decisions=1_000)
    one = explored({("a", 5): long}, strategy="pct:2")

    one("a", at_once=6, order=(3, 1, 4, 1, 5))

    names = [one.names["a", schedule] for schedule in range(1, 41)]
    assert names == ["fifo", *["pct:2,100"] * 15, *["pct:2,1500"] * 24]


def test_the_parts_of_a_run_are_the_whole_and_none_is_played_twice(explored: Callable[..., Explored]) -> None:
    played: list[tuple[str, int]] = []
    for number in (1, 2, 3):
        one = explored()
        results = one("a", "b", "p", "c", shard=Shard(number, 3))
        played += one.played
        assert results.notes[0].startswith(f"shard {number}/3 alone was played")
        assert sum(result.schedules for result in results.items if result.id != "p") == len(one.played)

    assert sorted(played) == [(id, schedule) for id in "abc" for schedule in range(1, 41)]


def test_a_part_that_holds_nothing_of_an_item_names_it(explored: Callable[..., Explored]) -> None:
    results = explored(schedules=16)("a", "b", shard=Shard(2, 2))

    assert [result.id for result in results.items] == ["b"]
    assert results.notes == [
        "shard 2/2 alone was played: every 2. round of schedules; none of a",
        "not judged in a part: what was never seen here, rare, never",
    ]


def test_a_part_says_that_an_expected_failure_and_what_is_seen_may_be_elsewhere(
    explored: Callable[..., Explored],
) -> None:
    one = explored({("xc", 3): FAILED})

    results = one("xa", "xb", "xc", shard=Shard(1, 2))

    assert [(each.id, each.verdict, each.expected) for each in results.items] == [
        ("xa", Verdict.PASSED, False),
        ("xb", Verdict.PASSED, False),
        ("xc", Verdict.FAILED, True),
    ]
    assert results.notes[1:] == [
        "not judged in a part: a failure is expected and was not found here, in xa, xb",
        "not judged in a part: what was never seen here, never",
    ]
    assert explored()("xa").notes == []


def test_items_without_schedules_ahead_never_wait_for_each_other(explored: Callable[..., Explored]) -> None:
    results = explored(schedules=1)(*(f"s{number}" for number in range(60)), at_once=3, order=(2, 0, 1))

    assert [result.id for result in results.items] == [f"s{number}" for number in range(60)]
