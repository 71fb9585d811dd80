"""Running a program or a scenario function in a fresh world: one call, one outcome."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from simcore.kernel.choices import checked_seed
from simcore.limits.alarm import guarded, stretch
from simcore.model.errors import Failure, ForeignUse, UsageError, first_raised
from simcore.model.options import checked_options
from simcore.model.outcome import Outcome, Verdict
from simcore.model.programs import Program
from simcore.model.texts import represented, text_of
from simcore.programs.account import Account
from simcore.programs.perform import perform
from simcore.python.dropped import dropped_outside
from simcore.runner.always import Watch, let_it_be_logged, watching
from simcore.runner.bystanders import note_bystanders
from simcore.runner.conclusion import concluded
from simcore.runner.deadlock import refuse_deadlocks
from simcore.runner.debugger import let_it_be_debugged
from simcore.runner.example import next_schedule, played, scheduler_of
from simcore.runner.forgotten import with_forgotten
from simcore.runner.handed_back import named, refuse_result
from simcore.runner.judging import FOREIGN, judge
from simcore.runner.run_outcome import RunOutcome, run_outcome
from simcore.runner.sometimes import limit, owner
from simcore.schedulers.deviating import Deviating
from simcore.story.recordings import record, recorder
from simcore.world.runs import refuse_more
from simcore.world.world import World

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from simcore.kernel.scheduler import Scheduler
    from simcore.model.options import Options
    from simcore.process.state.observer import Observer
    from simcore.python.dropped import Dropped


def run(
    target: Program | Callable[[World], Any],
    *,
    seed: int | None = None,
    strategy: Scheduler | str | None = None,
    options: Options | None = None,
) -> RunOutcome:
    """Run *target* once, in a world of its own, under the ``always`` of the project around the current folder.

    Returns the outcome of a run that passed; one that does not pass raises, and where the item that calls for it
    catches that, it is remarked. Outside of any project no property is asked: those that come with simcore speak of its
    own catalogue, and are asked where an item of that calls ``run``.

    Inside of a ``@scenario`` what is asked of that item is asked of this world too.

    Args:
        target: a program, or a scenario: a function of one ``World``.
        seed: of the world. Without one a program's own counts (as with 0); a scenario has 0, but inside of a ``@given``
            test one that belongs to the example: drawn by Hypothesis, shrunk towards 0, and kept in the case. Inside
            of a ``@scenario`` it has one that belongs to the schedule of that, whose strategy it has as well.
        strategy: the schedule, or its name, such as ``"pct:3"``; by default the oldest first with seed 0, a uniform one
            with any other, in both with the deviations of a program.
        options: of the world; by default those of the program, of the item that calls for it, else the project's.

    Raises:
        Failure: a property does not hold, or an assertion of the scenario.
        BoundReached: a bound of the options was reached.
        ForeignUse: something was used that is not part of the simulation.
        UsageError: *target* is neither, an argument is no such thing, or the project cannot be used.
    """
    whose = owner()
    if not isinstance(target, Program) and not callable(target):
        raise UsageError(f"run takes a Program or a function of one World, not {represented(target)}")
    seed = None if seed is None else checked_seed(seed)
    options = None if options is None else checked_options(options)
    refuse_more()
    account, watches, recording = Account(), watching(whose.held.always), recorder()
    observers: list[Observer] = [*watches]
    if isinstance(target, Program):
        seed = seed or target.seed
        observers.append(account)
    elif seed is None:
        seed, schedule = next_schedule()
        strategy = schedule if strategy is None else strategy
    if recording is not None:
        observers.append(recording)
    world = World(
        seed,
        _schedule(target, seed) if strategy is None else strategy,
        options or _options(target) or whose.options,
        observers=observers,
        root=whose.root,
    )
    world.is_judged = True
    let_it_be_logged(world, (*whose.held.always, *whose.held.sometimes))
    let_it_be_debugged(world)
    if recording is not None:
        record(world, recording)
    whose.begin(world)
    try:
        with guarded(limit()), stretch("what run was called with"), dropped_outside() as dropped:
            _play(world, target, account, watches)
        outcome = judge(None) if isinstance(target, Program) else _conclude(world, dropped)
    except BaseException as problem:
        if recording is not None:
            recording.mention(text_of(problem))
        whose.failed(world, problem)
        raise
    finally:
        if world.kernel.actions:
            played()
    whose.passed(world, by_itself=not isinstance(target, Program))
    if isinstance(target, Program):
        whose.tally.hear(world, target, account)
    outcome = msgspec.structs.replace(
        outcome,
        digest=world.digest,
        actions=world.kernel.actions,
        decisions=world.kernel.decisions,
        now_ns=world.now_ns,
    )
    return run_outcome(world, outcome, account)


def _schedule(target: Program | Callable[[World], Any], seed: int) -> Scheduler:
    """Return the schedule that *target* is played in by default."""
    return schedule_of(target, seed) if isinstance(target, Program) else scheduler_of(seed)


def schedule_of(program: Program, seed: int | None = None) -> Scheduler:
    """Return the schedule of *program*; of another *seed* than its own where one is given."""
    schedule = scheduler_of(program.seed if seed is None else seed)
    return Deviating(schedule, program.deviations) if program.deviations else schedule


def _options(target: Program | Callable[[World], Any]) -> Options | None:
    return target.options if isinstance(target, Program) else None


def _conclude(world: World, dropped: Sequence[Dropped]) -> Outcome:
    """Judge the ends of the processes that a scenario leaves. Of a program every end is its account's."""
    outcome = with_forgotten(world, dropped, concluded(world, judge(None)))
    if outcome.verdict is Verdict.ERROR:
        raise UsageError(outcome.message)
    if outcome.verdict is Verdict.FAILED:
        raise Failure(outcome.property, outcome.message)
    if outcome.property == FOREIGN:
        raise ForeignUse(outcome.message)
    return outcome


def _play(world: World, target: Program | Callable[[World], Any], account: Account, watches: Sequence[Watch]) -> None:
    """Run the body and ask the properties; what does not hold leaves as a ``Failure``."""
    try:
        if isinstance(target, Program):
            perform(world, target, account)
        else:
            refuse_result(target(world), named(target), "what run takes")
        for watch in watches:
            watch.ask_at_the_end()
        refuse_deadlocks(world)
    except Exception as problem:
        note_bystanders(world, problem)
        # What was seen first: the body may have swallowed it, and raised something else afterwards.
        outcome = concluded(world, judge(first_raised(world.failure, problem)))
        if outcome.property == FOREIGN:
            raise ForeignUse(outcome.message) from problem
        if outcome.verdict is Verdict.FAILED and not isinstance(problem, Failure):
            raise Failure(outcome.property, outcome.message) from problem
        raise
    for swallowed in filter(None, (world.failure, world.ending)):
        raise swallowed
