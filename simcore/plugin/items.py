"""An item of the catalogue as pytest has it: it is played as ``simcore run`` plays it, and told in the same words."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NoReturn

import pytest

from simcore.campaign.direct import CutOff, answered, not_held
from simcore.catalog.fit import UNREAD, UNREAD_OF_PROPERTIES
from simcore.catalog.mount import BrokenFile, load_file
from simcore.catalog.strays import is_shared
from simcore.model.errors import NotHeld, UsageError
from simcore.model.outcome import ItemResult, Verdict
from simcore.plugin.following import EXPLORE, ItemExplored
from simcore.plugin.leaving import as_pytest_has_it
from simcore.plugin.sitting import SITTING, Sitting
from simcore.plugin.telling import failure_repr
from simcore.runner.judging import XFAIL
from simcore.runner.replay import Replayed

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from types import ModuleType

    from _pytest.nodes import Node

    from simcore.model.item import ItemFacts

RESULTS: Final = pytest.StashKey[list[ItemExplored]]()
"""What became of all that an item of pytest has explored."""
AGAIN: Final = pytest.StashKey[Callable[[], Replayed]]()
"""Plays the run by which a test has failed again, for who wants to look at it."""
BROKEN: Final = "broken"
"""The name of the item that stands for a file which cannot be read."""

REFUSED_AROUND: Final = ("parametrize", "sim", "xfail")
"""The marks that are refused on a whole file too. Fixtures on one may be meant for ordinary tests that stand in it."""


class CatalogueModule(pytest.Module):
    """A Python file of the catalogue, imported through its mount and never under a name of its own."""

    def __init__(self, *, kinds: tuple[str, ...], **named: Any) -> None:
        super().__init__(**named)
        self._kinds = kinds

    # pytest asks here for the module that it has imported itself otherwise, and reads the marks of the file of it.
    def _getobj(self) -> ModuleType:
        folders = [Path(os.path.realpath(each)) for kind in self._kinds for each in self._sitting.folders()[kind]]
        file = Path(os.path.realpath(self.path.parent)) / self.path.name
        folder = next(each for each in folders if file.is_relative_to(each))
        try:
            return load_file(file, folder, self.nodeid)
        except BrokenFile as error:
            raise self.CollectError(str(error)) from None

    @property
    def _sitting(self) -> Sitting:
        return self.config.stash[SITTING]

    def collect(self) -> Iterable[pytest.Item | pytest.Collector]:
        """Give the items that ``simcore run`` has; and what is pytest's own in a file that both share."""
        items = _items_in(self)
        is_broken = any(not each.id.partition("::")[1] for each in items)
        module = None if is_broken or not items else self.obj
        for each in items:
            name = each.id.partition("::")[2] or BROKEN
            yield CatalogueItem.from_parent(self, name=name, facts=each, function=getattr(module, name, None))
        if is_shared(self.path, self._kinds) and not is_broken:
            ours = {each.id.partition("::")[2] for each in items}
            yield from (each for each in super().collect() if each.name not in ours)


class AppIndex(pytest.File):
    """An index of an application: its tests are those that stand in it."""

    def collect(self) -> Iterable[pytest.Item]:
        """Give the items that ``simcore run`` has."""
        for each in _items_in(self):
            yield CatalogueItem.from_parent(self, name=each.id.partition("::")[2] or BROKEN, facts=each, function=None)


def _items_in(node: pytest.File) -> list[ItemFacts]:
    try:
        return node.config.stash[SITTING].items_in(node.path)
    except UsageError as error:
        raise node.CollectError(f"simcore: {error}") from None


class CatalogueItem(pytest.Item):
    """A scenario, a property, a test of an app, or what stands for a place that cannot be used.

    Args:
        facts: what is known of it.
        function: what is called, where that is Python.
    """

    def __init__(self, *, facts: ItemFacts, function: Any, **named: Any) -> None:
        super().__init__(**named)
        self.facts: ItemFacts = facts
        for mark in _marks_of(function):
            self.own_markers.append(mark)
            self.keywords[mark.name] = mark

    def reportinfo(self) -> tuple[Path, int | None, str]:
        """Return where it stands."""
        line = self.facts.source_line.rpartition(":")[2]
        # Where a node's id ends with this, pytest shows each dot in it as the mark between two names.
        return self.path, int(line) - 1 if line.isdecimal() else None, f"{self.facts.kind} {self.facts.id}"

    def runtest(self) -> None:
        """Play it; what does not hold raises.

        Raises:
            NotHeld: it did not come out as it should.
        """
        __tracebackhide__ = True
        sitting = self.config.stash[SITTING]
        if sitting.replayed == self.facts.id:
            self.stash[AGAIN] = lambda: sitting.replay(sitting.reference())
            answered(sitting.replay(sitting.reference()))
            return
        self._refuse_marks_around()
        if (over := sitting.is_over()) is not None:
            skip(self, f"not played: {over}")
        try:
            result = sitting.explore(self.facts, sitting.plan())
        except CutOff as problem:
            # pytest shows where it was raised, and that is no place of ours.
            raise as_pytest_has_it(problem) from None
        if result is None:
            skip(self, f"not played: nothing of it falls to shard {sitting.shard}")
        explored = note_result(self, result)
        if not result.held():
            if (case := result.case) is not None:
                self.stash[AGAIN] = lambda: sitting.replay(str(case))
            raise_result(sitting, self, explored)

    def iter_markers_with_node(self, name: str | None = None) -> Iterator[tuple[Node, pytest.Mark]]:
        """Give the marks that count: by ``xfail`` pytest would take the refusal of that very mark, and a failure that
        ``simcore run`` tells, for what is expected."""
        return (each for each in super().iter_markers_with_node(name) if each[1].name != "xfail")

    def _refuse_marks_around(self) -> None:
        """Refuse what is marked around the item: on its file, or by a ``conftest.py``.

        Raises:
            UsageError: a mark would make another run of it than the command does.
        """
        cures = UNREAD_OF_PROPERTIES if self.facts.kind == "property" else UNREAD
        for _, mark in () if self.facts.error else super().iter_markers_with_node():
            if mark.name in REFUSED_AROUND:
                raise UsageError(f"@pytest.mark.{mark.name} is of tests of your own: {cures[mark.name]}")

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """Tell what ``simcore run`` tells, without a frame of simcore's own."""
        if isinstance(excinfo.value, NotHeld | UsageError):
            return failure_repr(excinfo.value, self.path, self.reportinfo()[1])
        return super().repr_failure(excinfo, style)


def _marks_of(function: Any) -> list[Any]:
    marks = getattr(function, "pytestmark", [])
    return [getattr(each, "mark", each) for each in (marks if isinstance(marks, list | tuple) else [marks])]


def note_result(item: pytest.Item, result: ItemResult, by: str = EXPLORE) -> ItemExplored:
    """Keep *result* for the summary and for what reads the reports of pytest; *by* is what was called for it."""
    explored = ItemExplored(result, by)
    item.stash.setdefault(RESULTS, []).append(explored)
    seed = item.config.stash[SITTING].settings().seed or 0
    told = {"sim.seed": seed, "sim.schedules": result.schedules, "sim.case": result.case, "sim.replay": result.replay}
    item.user_properties += [(name, value) for name, value in told.items() if value is not None]
    return explored


def skip(item: pytest.Item, reason: str) -> NoReturn:
    """Skip *item*; pytest shows the place of the item and none of ours.

    Raises:
        pytest.skip.Exception: always.
    """
    __tracebackhide__ = True
    raise pytest.skip.Exception(reason, _use_item_location=item.reportinfo()[1] is not None)


def raise_result(sitting: Sitting, item: pytest.Item, explored: ItemExplored) -> None:
    """Raise what an item has come to that did not hold.

    Raises:
        NotHeld: it says how.
        pytest.skip.Exception: it has said itself that it is not to be tried.
        pytest.xfail.Exception: it has said itself that it would fail.
    """
    __tracebackhide__ = True
    result = explored.result
    if result.verdict is Verdict.SKIPPED:
        if result.property == XFAIL:
            pytest.xfail(result.message)
        skip(item, result.message)
    explored.raised = not_held(result, repeat=sitting.repeat(item.nodeid, result.case or result.token))
    raise explored.raised
