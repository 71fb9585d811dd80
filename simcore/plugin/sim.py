"""The fixture ``sim``: exploring inside a test of the user's own."""

from __future__ import annotations

import os
from functools import wraps
from typing import TYPE_CHECKING, Any, Final, TypeVar, cast

import msgspec
import pytest

from simcore.campaign.direct import (
    CutOff,
    answered,
    explore_alone,
    found_for,
    item_of_function,
    play_found,
    reference_of,
    with_options,
)
from simcore.campaign.schedules import has_part
from simcore.catalog.run_settings import given_settings
from simcore.kernel.choices import derive_seed
from simcore.model.errors import Failure, NotHeld, UsageError
from simcore.plugin.cases import KEPT, KeptTest
from simcore.plugin.items import AGAIN, CatalogueItem, note_result, raise_result, skip
from simcore.plugin.leaving import as_pytest_has_it
from simcore.plugin.marker import marked_settings
from simcore.plugin.replays import replay_noted
from simcore.plugin.sitting import SITTING, Sitting
from simcore.runner.example import scheduler_of
from simcore.runner.plan import plan_of
from simcore.schedulers.registry import scheduler_given
from simcore.world.world import World

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    from simcore.catalog.item import Item
    from simcore.kernel.scheduler import Scheduler
    from simcore.model.outcome import Results
    from simcore.runner.plan import Plan


Method = TypeVar("Method", bound="Callable[..., Any]")


OWN_SEED: Final = (
    "seed is no argument here: each call has a seed of its own, by the id of the test; @pytest.mark.sim(seed=...) and "
    "--sim-seed give the one that they derive from"
)


def _without_our_frames(method: Method) -> Method:
    """Let what is wrong be shown at the line of the test, and none of ours."""

    @wraps(method)
    def called(*arguments: Any, **named: Any) -> Any:
        __tracebackhide__ = True
        try:
            return method(*arguments, **named)
        except (Failure, UsageError) as error:
            raise error.with_traceback(None) from None
        except CutOff as problem:
            raise as_pytest_has_it(problem) from None

    return cast("Method", called)


class Sim:
    """What a test explores with. Its seeds derive from the base seed and the id of the test.

    Args:
        item: the test.
        sitting: of the session.
    """

    def __init__(self, item: pytest.Item, sitting: Sitting) -> None:
        self._item = item
        self._sitting = sitting
        self._kept: KeptTest | None = item.stash.get(KEPT, None)
        self._node = node_of(item) if self._kept is None else self._kept.identity.partition("#")[0]
        self._has_replayed = False
        self.is_lent: bool = False
        """Whether fixtures of the user's own have asked for it, so that it may explore until they are taken down."""
        self.reproduced: NotHeld | UsageError | None = None
        """What the run that alone is replayed has raised."""
        self._explored = 0
        self._worlds = 0
        self._replays = 0

    @property
    def _replayed(self) -> str | None:
        """Which exploration alone is played, from its case; None where all are explored."""
        if self._kept is not None:
            return self._kept.identity
        replayed = self._sitting.replayed
        return replayed if replayed is not None and replayed.partition("#")[0] == self._node else None

    def __repr__(self) -> str:
        return f"<Sim of {self._node}>"

    @_without_our_frames
    def explore(
        self,
        scenario: Callable[..., Any],
        schedules: int | None = None,
        strategy: str | None = None,
        **options: Any,
    ) -> Results:
        """Play *scenario* under many schedules and return what came of it; the first failure raises.

        Args:
            scenario: a function of one ``World``, with or without ``@scenario``.
            schedules: how many schedules; by default what the marker says, the project, the scenario, or 100. The
                command line comes before all of them.
            strategy: of the schedules after the first, such as ``uniform`` or ``pct:3``.
            options: fields of ``Options`` that the worlds have otherwise than the project says.

        Raises:
            Failure: a schedule did not hold; its case lies on the disk.
            UsageError: *scenario* is none, an argument cannot be used, or a run is under way.
        """
        if "seed" in options:
            raise UsageError(OWN_SEED)
        self._explored += 1
        sitting, node = self._sitting, self._node
        identity = node if self._explored == 1 else f"{node}#{self._explored}"
        item = item_of_function(scenario, identity, sitting.project)
        said = given_settings(str, {"schedules": schedules, "strategy": strategy})
        settings = sitting.settings(said.over(marked_settings(self._item)))
        seeded = msgspec.structs.replace(settings, seed=sitting.seed_of(node, self._explored, settings))
        plan = plan_of(seeded, with_options(sitting.project.options, options))
        if self._replayed is not None:
            return self._replay_alone(item, plan, identity)
        if (over := sitting.is_over()) is not None:
            skip(self._item, f"not played: {over}")
        number = derive_seed(0, node)
        if not has_part(item.facts, number, plan, sitting.shard):
            # Not skipped: what the test explores besides may have its part here.
            sitting.without.append(identity)
            return sitting.unplayed(plan, identity, f"nothing of it falls to shard {sitting.shard}")
        with sitting.noting_ctrl_c():
            results = explore_alone(
                item,
                plan,
                sitting.folder(),
                shard=sitting.shard,
                number=number,
                lost=sitting.is_over,
                home=sitting.folders_start,
                step_timeout_ns=settings.step_timeout_ns,
            )
        result = sitting.heard(results, item.facts)
        result = msgspec.structs.replace(result, replay=None)
        explored = note_result(self._item, result)
        if not result.held():
            if (case := result.case) is not None:
                self._item.stash[AGAIN] = lambda: sitting.replay_of(item, os.path.abspath(case))
            raise_result(sitting, self._item, explored)
        return msgspec.structs.replace(results, items=[result])

    def _replay_alone(self, item: Item, plan: Plan, identity: str) -> Results:
        """Replay the case of this exploration, if it is the one that has a case; none of the others is played."""
        sitting = self._sitting
        if self._replayed != identity:
            return sitting.unplayed(plan, identity, f"{self._replayed} alone is replayed")
        self._has_replayed = True
        reference = sitting.reference() if self._kept is None else str(self._kept.case)
        self._item.stash[AGAIN] = lambda: sitting.replay_of(item, reference)
        try:
            if self._kept is None:
                answered(sitting.replay_of(item, reference))
            else:
                self._replay_kept(item, reference)
        except (NotHeld, UsageError) as error:
            self.reproduced = error
            raise
        return sitting.unplayed(plan, identity, "it was replayed, and its failure is gone")

    def _replay_kept(self, item: Item, case: str) -> None:
        """Replay a case that somebody keeps, and say how that is repeated."""
        sitting, nodeid = self._sitting, self._item.nodeid
        try:
            replay_noted(self._item, nodeid, lambda: sitting.replay_of(item, case))
        except NotHeld as error:
            again = f"  pytest: {sitting.repeat(nodeid, None)}"
            raise NotHeld(error.property_name, error.message, (*str(error).splitlines(), again)) from None

    def refuse_unplayed(self) -> None:
        """Let the test fail where it is over and has not come to the exploration that was to be replayed."""
        if self._replayed is not None and not self._has_replayed:
            self._has_replayed = True
            said = f"{self._replayed}: the test has not explored so often, so that nothing was replayed"
            pytest.fail(said, pytrace=False)

    def refuse_caught(self) -> None:
        """Let the test fail that has caught what its replay has raised: whether that is there was the question."""
        error, self.reproduced = self.reproduced, None
        if error is None:
            return
        try:
            raise error
        except (NotHeld, UsageError):
            raise pytest.fail.Exception(f"{error}\n  the test itself has caught this", pytrace=False) from None

    @_without_our_frames
    def world(self, strategy: Scheduler | str | None = None, **options: Any) -> World:
        """Return a world whose seed derives from the id of the test and from how many it had before.

        Nothing is judged of it: what is to hold of it the test asserts.

        Args:
            strategy: of its schedule, by name or as an object; by default one that the seed decides.
            options: fields of ``Options`` that it has otherwise than the project says.
        """
        if "seed" in options:
            raise UsageError(OWN_SEED)
        self._worlds += 1
        settings = self._sitting.settings(marked_settings(self._item))
        seed = self._sitting.seed_of(f"{self._node}\0world", self._worlds, settings)
        named = settings.strategy if strategy is None else strategy
        scheduler = scheduler_of(seed) if named is None else scheduler_given(named)
        whole = with_options(self._sitting.project.options, options)
        return World(seed, scheduler, whole, root=self._sitting.folders_start)

    @_without_our_frames
    def replay(self, case: str | os.PathLike[str], scenario: Callable[..., Any] | None = None) -> None:
        """Play the run of a case file, or of a token, again; nothing is raised where its failure is gone.

        Args:
            case: the file, or the token.
            scenario: whose case it is; by default what the case names in the catalogue.

        Raises:
            Failure: it is still there, or that cannot be told; the text says why.
            UsageError: the case cannot be read, or nothing is found that it is of.
        """
        sitting = self._sitting
        reference = reference_of(case)
        reference = os.path.abspath(reference) if os.path.exists(reference) else reference
        self._replays += 1
        identity = f"{self._node}#replay{'' if self._replays == 1 else self._replays}"
        if scenario is None:
            replay_noted(self._item, identity, lambda: sitting.replay(reference))
        else:
            item = item_of_function(scenario, "", sitting.project)
            replay_noted(self._item, identity, lambda: play_found(found_for(reference, item, sitting.project)))


SIM: Final = pytest.StashKey[Sim]()
"""What a test explores with, once it has asked for it."""


def _refuse_a_wrong_marker(item: pytest.Item) -> None:
    """Let *item* fail by what its marker says, whether it explores anything or not."""
    if isinstance(item, CatalogueItem):
        # It says that it takes none.
        return
    wrong = ""
    try:
        marked_settings(item)
    except UsageError as error:
        wrong = str(error)
    # Outside of the block above, so that pytest shows no error that it was raised beside.
    if wrong:
        pytest.fail(wrong, pytrace=False)


def node_of(item: pytest.Item) -> str:
    """Return the id of *item* without the group that xdist adds to it: that depends on how tests are handed out."""
    mark = item.get_closest_marker("xdist_group")
    if mark is None or not hasattr(item.config, "workerinput"):
        return item.nodeid
    group = mark.args[0] if mark.args else mark.kwargs.get("name", "default")
    return item.nodeid.removesuffix(f"@{group}")


class SimFixture:
    """Gives the fixture."""

    def __init__(self, sitting: Sitting) -> None:
        self._sitting = sitting

    @pytest.fixture
    def sim(self, request: pytest.FixtureRequest) -> Sim:
        """Explores scenarios under many schedules inside of a test, and makes worlds with seeds of their own."""
        sim = request.node.stash[SIM] = Sim(request.node, request.config.stash[SITTING])
        return sim

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_call(self, item: pytest.Item) -> Generator[None, object, object]:
        """Let a test fail whose marker is wrong, or that was to replay something and has not come to it."""
        __tracebackhide__ = True
        _refuse_a_wrong_marker(item)
        value = yield
        if (sim := item.stash.get(SIM, None)) is not None:
            sim.refuse_caught()
            if not sim.is_lent:
                sim.refuse_unplayed()
        return value

    def pytest_fixture_setup(self, fixturedef: pytest.FixtureDef[object], request: pytest.FixtureRequest) -> None:
        """Note that a fixture of the user's own has asked for it."""
        sim = request.node.stash.get(SIM, None)
        if sim is not None and "sim" in fixturedef.argnames:
            sim.is_lent = True

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_teardown(self, item: pytest.Item) -> Generator[None, object, object]:
        """Let a test fail that has not come to what was to be replayed when its fixtures are taken down as well."""
        __tracebackhide__ = True
        sim = item.stash.get(SIM, None)
        if sim is not None:
            # What was raised until now is told.
            sim.reproduced = None
        value = yield
        if sim is not None and sim.is_lent:
            sim.refuse_caught()
            sim.refuse_unplayed()
        return value
