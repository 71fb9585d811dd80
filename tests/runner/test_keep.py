"""A failure is on the disk before anybody hears of it, and its story comes last."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from pathlib import Path

import pytest

from simcore import Process, Verdict, World
from simcore.catalog.item import Item
from simcore.catalog.properties import ProjectProperties
from simcore.model.outcome import ItemResult
from simcore.runner.case_files import load_case, trace_path
from simcore.runner.keep import Keeper, replay_command
from simcore.runner.plan import Plan
from simcore.runner.progress import ItemProgress
from simcore.runner.stage import Stage, play
from tests.files import write_files


class Hearing:
    """Keeps the failures that it is told, each with what its case held at that moment; then does what the test says."""

    def __init__(self, then: Callable[[], None] = lambda: None) -> None:
        self.told: list[tuple[ItemResult, object]] = []
        self._then = then

    def started(self, items: int) -> None: ...

    def progressed(self, item: Item, schedules: int, failures: int) -> None: ...

    def finished(self, item: Item, result: ItemResult) -> None: ...

    def failed(self, item: Item, result: ItemResult) -> None:
        assert result.case is not None
        self.told.append((result, load_case(Path(result.case))))
        self._then()


async def speaker(process: Process, listener: str, word: str) -> None:
    await process.send(listener, word)


async def listener(process: Process) -> None:
    words = [(await process.inbox.receive()).topic for _ in range(2)]
    assert words == [], words


def race(world: World) -> None:
    """Fail in any order."""
    world.define("app:speaker", speaker)
    world.define("app:listener", listener)
    pid = world.spawn("app:listener", "app:host")
    for word in "ab":
        world.spawn("app:speaker", "app:host", pid, word)
    world.run()
    world.result(pid)


def kept(
    folder: Path, hearing: Hearing, body: Callable[[World], None] = race, progress: ItemProgress | None = None
) -> ItemResult:
    """Play *body* once and keep its failure."""
    progress = progress or ItemProgress(Item(kind="scenario", id="scenarios/a::b", function=body), 0.0)
    run = Plan().run(progress.item, 2)
    outcome = play(progress.item, Stage(run))
    found = ItemResult(id=progress.item.id, verdict=outcome.verdict, property=outcome.property, first_failure=2)
    keeper = Keeper(folder=folder, listener=hearing, properties=ProjectProperties(), runner=None)
    return keeper.keep(progress, run, outcome, found)


def test_a_failure_is_told_with_its_case_and_without_its_story_which_comes_later(tmp_path: Path) -> None:
    hearing = Hearing()

    result = kept(tmp_path, hearing)

    ((told, first),) = hearing.told
    assert (told.story, told.case, told.token is None) == ([], result.case, False)
    case = load_case(Path(result.case or ""))
    assert case.run.deviations is not None
    assert first == case.__class__(
        run=Plan().run(Item(kind="scenario", id="scenarios/a::b"), 2),
        property=case.property,
        message=case.message,
        end=case.end,
    )
    assert (result.verdict, result.diverged, bool(result.story)) == (Verdict.FAILED, False, True)
    assert trace_path(Path(result.case or "")).is_file()


def test_an_interrupt_at_the_telling_loses_neither_the_case_nor_the_result(tmp_path: Path) -> None:
    def interrupt() -> None:
        raise KeyboardInterrupt

    progress = ItemProgress(Item(kind="scenario", id="scenarios/a::b", function=race), 0.0)

    with pytest.raises(KeyboardInterrupt):
        kept(tmp_path, Hearing(interrupt), progress=progress)

    result = progress.interrupted()
    assert result.verdict is Verdict.FAILED
    assert load_case(Path(result.case or "")).property == result.property


def test_the_first_failure_of_an_item_stays_the_one_that_an_interrupt_tells(tmp_path: Path) -> None:
    progress = ItemProgress(Item(kind="scenario", id="scenarios/a::b", function=race), 0.0)
    kept(tmp_path / "first", Hearing(), progress=progress)
    first = progress.found

    kept(tmp_path / "second", Hearing(), progress=progress)

    assert first is not None
    assert progress.found is first


def test_a_failure_whose_first_replay_goes_another_way_says_how_to_see_where(tmp_path: Path) -> None:
    runs = itertools.count()

    def another_each_time(world: World) -> None:
        world.run(until=f"{next(runs)}s")
        raise AssertionError("as ever")

    result = kept(tmp_path, Hearing(), another_each_time)

    assert result.diverged
    assert result.story == [
        "the first replay went another way: the virtual time at the end of the case is 0s, now it is 1s",
        "  to see where: simcore check scenarios/a::b",
    ]
    assert load_case(Path(result.case or "")).run.deviations is None


@pytest.mark.parametrize(
    ("target", "reference", "command"),
    [
        ("", "x.case.json", "simcore replay x.case.json"),
        ("a.py", "x.case.json", "simcore replay x.case.json"),
        ("app", "x.case.json", "simcore replay x.case.json"),
        ("../a.py", "x.case.json", "simcore replay x.case.json --target ../a.py"),
        ("a.py", "simcore1/fifo/1/00/a::b", "simcore replay simcore1/fifo/1/00/a::b --target a.py"),
        ("", "simcore1/fifo/1/00/a::b", "simcore replay simcore1/fifo/1/00/a::b"),
        ("../my app", "my run/x.case.json", "simcore replay 'my run/x.case.json' --target '../my app'"),
        ("a.py", None, None),
    ],
)
def test_the_replay_command_says_a_target_only_where_the_case_may_not_name_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, target: str, reference: str | None, command: str | None
) -> None:
    monkeypatch.chdir(write_files(tmp_path, {"a.py": "", "app/_index.yaml": ""}))

    assert replay_command(Item(kind="scenario", id="a::b", target=target), reference) == command
