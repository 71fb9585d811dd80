"""One item under one schedule: the world is made, the body runs, the outcome is judged."""

from __future__ import annotations

from contextvars import copy_context
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import msgspec

from simcore.catalog.properties import ProjectProperties
from simcore.limits.alarm import stretch
from simcore.model.errors import Failure, InternalError, NondeterminismDetected, NotFound, UsageError, first_raised
from simcore.model.home import at_home
from simcore.model.interrupts import is_interrupt, refuse_to_go_on
from simcore.model.outcome import Verdict
from simcore.model.pid import Pid
from simcore.model.places import told
from simcore.python.dropped import Dropped, dropped_outside
from simcore.runner.abandoned import with_abandoned
from simcore.runner.always import Watch, let_it_be_logged, watching
from simcore.runner.boot import boot
from simcore.runner.bystanders import note_bystanders
from simcore.runner.circles import circles_kept
from simcore.runner.conclusion import concluded
from simcore.runner.deadlock import no_result, refuse_deadlocks, with_waiters
from simcore.runner.debugger import let_it_be_debugged, stop_at_failure
from simcore.runner.example import Scene, playing
from simcore.runner.forgotten import with_forgotten
from simcore.runner.handed_back import refuse_result
from simcore.runner.judging import judge, readable
from simcore.runner.late_marks import refusing_marks
from simcore.runner.owner import Owner, owning
from simcore.runner.returned import judge_values
from simcore.runner.settling import Settling
from simcore.runner.skips import refuse_skipped
from simcore.runner.vacuous import with_vacuity
from simcore.schedulers.registry import make_scheduler
from simcore.story.recordings import digest_of
from simcore.world.runs import Runs, counting
from simcore.world.world import World

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from simcore.catalog.item import Item
    from simcore.kernel.scheduler import Scheduler
    from simcore.lua.bridge.states import LuaStates
    from simcore.model.outcome import Outcome, Remark
    from simcore.model.run import Run
    from simcore.process.state.observer import Observer
    from simcore.story.recorder import Recorder


@dataclass(slots=True)
class Stage:
    """What one run takes place on.

    Args:
        run: what is played.
        properties: the project's, of which those that speak of the item are asked; without any there are the built-in
            invariants alone.
        scheduler: used instead of the one that the run names.
        recorder: who writes the rich trace, or None.
        observers: who else looks on.
        lua_states: who lends the world its Lua state; None lets it make one.
    """

    run: Run
    properties: ProjectProperties = field(default_factory=ProjectProperties)
    scheduler: Scheduler | None = None
    recorder: Recorder | None = None
    observers: Sequence[Observer] = ()
    lua_states: LuaStates | None = None
    world: World | None = None
    owner: Owner | None = None
    """The item, as the owner of what its body calls ``run`` for."""
    settling: Settling | None = None
    """What became of the world after its test had passed; None where that is not the end of it."""
    at_rest: bool = False
    """Whether its worlds were left where nothing could happen any more."""
    by_chance: bool = False
    """Whether its program has drawn."""
    _watches: list[Watch] = field(default_factory=list)

    def make_world(self, item: Item) -> World:
        """Return the world of this run."""
        held = self.properties.of(item)
        self._watches = watching(held.always)
        observers: list[Observer] = [*self._watches, *self.observers]
        if self.recorder is not None:
            observers.append(self.recorder)
        run, scheduler = self.run, self.scheduler or make_scheduler(self.run.strategy)
        self.world = World(run.seed, scheduler, run.options, observers=observers, root=item.root)
        self.world.lua_states = self.lua_states
        self.world.is_judged = True
        let_it_be_logged(self.world, (*held.always, *held.sometimes))
        let_it_be_debugged(self.world)
        self.owner = Owner(held=held, options=run.options, root=item.root, is_item=True, id=item.id)
        return self.world

    @property
    def worlds(self) -> list[World]:
        """The world of the run, and after it those that its body had run."""
        assert self.world is not None, "who was played has a world"
        return [self.world, *(self.owner.worlds if self.owner is not None else ())]

    def ask_at_the_end(self) -> None:
        """Ask every ``always`` of the world as it was left; raises ``Failure``."""
        for watch in self._watches:
            watch.ask_at_the_end()

    def settle(self, world: World) -> None:
        """Drive the *world* of a test on, which has passed; raises ``Failure``."""
        self.settling = Settling(world, self.run.settle_ns)
        if self.recorder is not None:
            self.recorder.test_passed()
        self.settling.drive()

    def refuse_deadlocks(self, world: World) -> None:
        """Look at the *world* as it was left; raises ``Deadlock``."""
        if self.settling is None or self.settling.is_judged():
            refuse_deadlocks(world)


def play(item: Item, stage: Stage) -> Outcome:
    """Run *item* once and judge it.

    Raises:
        InternalError: simcore contradicted itself.
        NondeterminismDetected: the stage follows a schedule that does not fit.
    """
    with at_home(item.root), circles_kept(item.function, item.root):
        return _played(item, stage)


def _played(item: Item, stage: Stage) -> Outcome:
    world = stage.make_world(item)
    owner = stage.owner
    assert owner is not None
    error: BaseException | None = None
    remarks: tuple[Remark, ...] = ()
    runs, dropped = Runs(options=stage.run.options), list[Dropped]()
    try:
        scene = Scene(seed=stage.run.seed, strategy=stage.run.strategy)
        with stretch(_SPOKEN[item.kind]), counting(runs), owning(owner), playing(scene), dropped_outside() as dropped:
            # In a context of its own, as the processes of the world are, so that no schedule sees what one before it
            # set.
            remarks = copy_context().run(_BODIES[item.kind], item, world)
            if item.kind == "test":
                stage.settle(world)
            stage.ask_at_the_end()
        stage.refuse_deadlocks(world)
    except (InternalError, NondeterminismDetected):
        raise
    except BaseException as problem:
        if is_interrupt(problem):
            raise
        error = readable(problem)
    # The body may have caught it, and what it did then is no outcome.
    refuse_to_go_on()
    # A failed property counts even where the body swallowed it, and so does what was to end all.
    error = first_raised(world.failure, error, world.ending, runs.over)
    if owner.failed_in is None:
        note_bystanders(world, error)
    if error is not None:
        stop_at_failure(error, owner.failed_in or world)
    owner.let_go(error)
    outcome = judge(error) if owner.failed_in is not None else with_waiters(world, judge(error))
    outcome = with_forgotten(world, dropped, concluded(world, outcome))
    outcome = with_vacuity(owner.concluded(outcome), item.kind, world, runs)
    if stage.settling is not None:
        outcome = stage.settling.told(outcome, failed=error is not None)
    outcome = msgspec.structs.replace(
        outcome,
        remarks=(*remarks, *outcome.remarks),
        digest=digest_of(stage.worlds),
        actions=sum(each.kernel.actions for each in stage.worlds),
        decisions=sum(each.kernel.decisions for each in stage.worlds),
        now_ns=world.now_ns,
    )
    if error is None and outcome.verdict in (Verdict.FAILED, Verdict.ERROR):
        stop_at_failure(None, world)
    stage.at_rest = all(each.is_quiescent() for each in stage.worlds)
    stage.by_chance = any(each.kernel.choices.serve_programs for each in stage.worlds)
    # After all that is asked of the worlds as they were left.
    return with_abandoned(stage.worlds, outcome, owner.late)


def _scenario(item: Item, world: World) -> tuple[Remark, ...]:
    assert item.function is not None
    name = item.id.rpartition("::")[2]
    refuse_skipped(item.function)
    with refusing_marks():
        result = item.function(world)
    refuse_result(result, f"{item.source_line}: {name}", "a scenario")
    return ()


def _test(item: Item, world: World) -> tuple[Remark, ...]:
    """Call the function and judge its result (lua 2.1)."""
    assert item.application is not None
    world.install(item.application)
    pid = _called(item, world)
    world.run_while(lambda: world.alive(pid))
    outcome = world.outcome(pid)
    if outcome is None:
        raise no_result(item.entry)
    if outcome.error is not None:
        raise Failure("assert", told(outcome.error))
    values, second = outcome.payload.values(), world.runtime.records[Pid(pid)].front.second_result
    remarks = judge_values(item.entry, [*values[:1], *(second.values() if second is not None else ())])
    if second is not None:
        raise Failure("assert", f"{item.entry} returned a second value, which is how a test reports an error")
    if values and values[0] is False:
        raise Failure("assert", f"{item.entry} returned false")
    return remarks


def _called(item: Item, world: World) -> str:
    """Call the function of a test; one that its module turns out not to export is a mistake of its index (lua 3.3)."""
    assert item.application is not None
    frame = item.application.entries[item.entry].identity.frame(world.runtime.policies)
    try:
        return world.call(item.entry, actor=frame.actor, scope=frame.scope)
    except NotFound as problem:
        advice = "correct the method, or what the module returns"
        raise UsageError(f"{item.source_line}: {item.entry}: {told(problem)}; {advice}") from None


_SPOKEN = {"scenario": "the scenario", "test": "the test", "boot": "the boot"}
_BODIES: dict[str, Callable[[Item, World], tuple[Remark, ...]]] = {"scenario": _scenario, "test": _test, "boot": boot}
