"""The one place that runs a ``@given`` test for ``simcore run``, and runs it again with the arguments that failed."""

from __future__ import annotations

import warnings
from contextlib import contextmanager
from dataclasses import replace
from functools import wraps
from itertools import zip_longest
from typing import TYPE_CHECKING, Any, Final

from hypothesis import Phase, Verbosity, example, settings
from hypothesis import seed as seeded
from hypothesis._settings import local_settings
from hypothesis.errors import Flaky, HypothesisException, HypothesisWarning, Unsatisfiable, UnsatisfiedAssumption
from hypothesis.reporting import with_reporter

from simcore.limits.alarm import stretch
from simcore.model.errors import BoundReached, NondeterminismDetected, StepTimeout, UsageError, first_raised
from simcore.model.home import at_home
from simcore.model.interrupts import is_interrupt
from simcore.model.item import without_suffix
from simcore.model.library_words import says_fail, says_skip
from simcore.model.outcome import Verdict
from simcore.model.programs import Program
from simcore.model.stable import stable
from simcore.model.texts import class_name, text_of
from simcore.runner.circles import circles_kept
from simcore.runner.example import Example, playing
from simcore.runner.handed_back import HandedBack, refuse_result
from simcore.runner.judging import judge, placed
from simcore.runner.late_marks import refusing_marks
from simcore.runner.owner import innermost
from simcore.runner.plan import SCHEDULES
from simcore.runner.property import Called, Counterexample, Explored
from simcore.runner.skips import refuse_skipped
from simcore.story.recordings import recorded
from simcore.strategies.attempt import Attempt, brief, told
from simcore.strategies.constants import constants_of
from simcore.strategies.database import opened
from simcore.strategies.drawing import Drawn
from simcore.strategies.profile import WHOLE
from simcore.strategies.programs import drawable
from simcore.strategies.reading import Reading
from simcore.strategies.reducing import Reducing
from simcore.strategies.shown import told_of
from simcore.strategies.trial import CutShort, Trial
from simcore.strategies.wrapped import made_by_given, watched

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Mapping, Sequence

    from hypothesis.database import ExampleDatabase

    from simcore.catalog.databases import Database
    from simcore.model.run import Run
    from simcore.model.trace import TraceEvent
_SETTINGS: Final = "_hypothesis_internal_use_settings"
# A test inside of a test has no seed of its own, and is to draw the same each time.
_WHOLE: Final[dict[str, Any]] = {**WHOLE, "derandomize": True}


class Execution:
    """Runs properties; what ``simcore.runner`` hands down as its ``PropertyRunner``.

    Args:
        databases: where Hypothesis looks for examples that have failed, and keeps them.
    """

    def __init__(self, databases: Sequence[Database] = ()) -> None:
        self._databases = databases

    def asked(self, test: Callable[..., Any]) -> int | None:
        """Return what ``@settings(max_examples=...)`` of *test* says; None where that has no settings of its own."""
        own = vars(test).get("_hypothesis_internal_settings_applied") and vars(test).get(_SETTINGS)
        return own.max_examples if own else None

    def explore(
        self,
        test: Callable[..., Any],
        run: Run,
        *,
        examples: int | None = None,
        progressed: Callable[[int, int], None] = lambda examples, schedules: None,
        over: Callable[[], str | None] = lambda: None,
    ) -> Explored:
        """Let Hypothesis look for arguments that fail, and shrink them.

        Args:
            test: a ``@given`` test.
            run: of the property; its seed is that of Hypothesis' own chance.
            examples: how many arguments are tried; None leaves it to the ``@settings`` of the test.
            progressed: is told after each call of the test how many examples and schedules there were.
            over: says why no other arguments are to be tried, or None; it is asked before each call.
        """
        inner, made = _handle(test).inner_test, made_by_given(test)
        trial = Trial(inner, progressed, over)
        watching = watched(made, trial.stand_by_it)
        with _as_it_was(test), constants_of(inner.__module__), warnings.catch_warnings(), watching as calls:
            # It writes a large value for a message that is not shown.
            warnings.filterwarnings("ignore", "Generating overly large repr", HypothesisWarning)
            _trying(test, trial, examples or self.asked(test) or SCHEDULES)
            seeded(run.seed)(made)
            _remembering(made, run, opened(self._databases))
            problem = _left_by(test)
        if trial.left_by is not None:
            raise trial.left_by
        if calls.watching and not calls.amount and not isinstance(problem, HandedBack):
            failing, refused = _never_called(test, problem)
        else:
            # Where it was cut short it is as if enough had been tried.
            failing, refused = _ended(test, run, trial, None if trial.cut_short else first_raised(calls.error, problem))
        return Explored(
            examples=trial.examples,
            schedules=trial.schedules,
            shrinking=trial.shrinking,
            drew=trial.drew,
            failing=failing,
            refused=refused,
            cut_short=trial.cut_short,
        )

    def replay(self, test: Callable[..., Any], run: Run) -> Called:
        """Call *test* once with the arguments of *run*; Hypothesis draws nothing for it.

        Raises:
            UsageError: the data is damaged, or the test takes other arguments.
        """
        home = _handle(test).inner_test.__module__
        drawn = Drawn()
        reading = Reading(home, drawn)
        drawn.give([reading.value(each, "drawn") for each in run.drawn or ()])
        arguments = {name: reading.value(each, f"arguments.{name}") for name, each in (run.arguments or {}).items()}
        takes = dict.fromkeys(_handle(test)._given_kwargs)
        if takes.keys() != arguments.keys():
            raise UsageError(f"{test.__name__} takes {_list(takes)}, the case holds {_list(arguments)}")
        texts = [told_of(name, value) for name, value in arguments.items()]
        calling, notes = Example(given=run.seeds or ()), list[str]()
        error = _call_once(test, arguments, calling, notes)
        if drawn.exhausted:
            raise UsageError(f"{test.__name__} draws more than the case holds: its source has changed")
        unfit = _unfit(run, drawn, calling) or _beyond(test, arguments)
        texts += drawn.texts
        return Called(
            error=error, told=told(texts, calling.seeds, notes), brief=brief(texts, calling.seeds), unfit=unfit
        )


def _beyond(test: Callable[..., Any], arguments: Mapping[str, Any]) -> str:
    """Say which program of a case its strategy does not draw any more; empty where all may be drawn."""
    for name, strategy in _handle(test)._given_kwargs.items():
        known, given = drawable(strategy), arguments[name]
        if known is not None and not (isinstance(given, Program) and known.bounds.has_room_for(given)):
            return f"programs() as {name} has other bounds than then, and draws no such program any more"
    return ""


def _unfit(run: Run, drawn: Drawn, calling: Example) -> str:
    """Say what of *run* the test that has played it did not take; empty where it took all."""
    if calling.refused:
        return "the test refuses the arguments of the case (assume)"
    if len(drawn.texts) < len(run.drawn or ()):
        return f"the test draws {len(drawn.texts)} values, the case holds {len(run.drawn or ())}"
    if len(calling.seeds) < len(run.seeds or ()):
        return f"the test runs {len(calling.seeds)} schedules, the case holds the seeds of {len(run.seeds or ())}"
    return ""


def _left_by(test: Callable[..., Any]) -> BaseException | None:
    """Call *test* with all that stands above its ``@given``; return what left it, or says that it says nothing."""
    try:
        refuse_skipped(test)
        with stretch("the property"):
            result = test()
        refuse_result(result, _handle(test).inner_test.__name__, "a property")
    except CutShort:
        return None
    except BaseException as error:
        if is_interrupt(error):
            raise
        return error
    return None


def _trying(test: Callable[..., Any], trial: Trial, examples: int) -> None:
    """Let *trial* call the test, under our settings and for so many *examples*."""
    handle, inner, made = _handle(test), _handle(test).inner_test, made_by_given(test)

    # One that was made wrong has none, and says why as soon as it is called.
    own = vars(test).get(_SETTINGS, settings())
    phases = [phase for phase in own.phases if phase in WHOLE["phases"]]
    said: dict[str, Any] = {**_WHOLE, "max_examples": examples, "phases": phases}
    whole = settings(own, **said)

    @wraps(inner)
    def tried(*positional: Any, **arguments: Any) -> None:
        # What is tested inside of the test remembers nothing, wherever that itself is kept.
        with local_settings(whole):
            trial.call(positional, arguments)

    handle.inner_test = tried
    # On the test itself, past the profile, which is the user's.
    vars(made)[_SETTINGS] = whole
    # The arguments are told by us, whatever their repr does; but who wants to hear of every call hears them as well.
    vars(made)["_hypothesis_internal_print_given_args"] = own.verbosity >= Verbosity.verbose


def _remembering(made: Callable[..., Any], run: Run, database: ExampleDatabase | None) -> None:
    """Let Hypothesis keep what fails in *database*, if there is one, under the id of the item.

    By itself it would take the digest of the test's code, and nothing at all for a test with a seed.
    """
    if database is not None:
        vars(made)["_hypothesis_internal_database_key"] = without_suffix(run.item.id).encode()
        vars(made)[_SETTINGS] = settings(vars(made)[_SETTINGS], database=database, derandomize=False)


def _call_once(
    test: Callable[..., Any], arguments: dict[str, Any], calling: Example, notes: list[str]
) -> BaseException | None:
    """Call *test* as its one explicit example, which draws nothing: whatever a test asks of Hypothesis is there."""
    handle, made, errors = _handle(test), made_by_given(test), list[BaseException]()
    inner = handle.inner_test
    own = settings(vars(test).get(_SETTINGS, settings()), **_WHOLE)

    @wraps(inner)
    def called(*positional: Any, **given: Any) -> None:
        try:
            # A test inside of the test is to try what it tries.
            whose = innermost()
            root = None if whose is None else whose.root
            noting = with_reporter(lambda text: notes.append(str(text)))
            with local_settings(own), playing(calling), noting, at_home(root), circles_kept(inner, root):
                with refusing_marks():
                    result = inner(*positional, **given)
                refuse_result(result, inner.__name__, "a property")
                if whose is not None:
                    whose.refuse_late()
        except UnsatisfiedAssumption:
            calling.refused = True
            raise
        except BaseException as error:
            if is_interrupt(error):
                raise
            errors.append(error)

    with _as_it_was(test):
        handle.inner_test = called
        # Those of the user are not this one.
        vars(made).pop("hypothesis_explicit_examples", None)
        vars(made).update(_hypothesis_internal_use_reproduce_failure=None, _hypothesis_internal_print_given_args=False)
        said: dict[str, Any] = {**_WHOLE, "phases": [Phase.explicit]}
        vars(made)[_SETTINGS] = settings(own, **said)
        try:
            example(**arguments)(made)
            with stretch("the property"):
                test()
        except BaseException as error:
            if is_interrupt(error):
                raise
            # Not of the test: Hypothesis itself cannot call it, as where a value cannot be written.
            errors.append(error)
    late = [error for error in errors if isinstance(error, StepTimeout)]
    return next(iter((*late, *errors)), None)


@contextmanager
def _as_it_was(test: Callable[..., Any]) -> Generator[None, None, None]:
    """Let *test*, and what ``@given`` made for it, be after the block as they were before.

    Inside of it what decorators of Hypothesis have said above another one is said of what ``@given`` made.
    """
    handle, made = _handle(test), made_by_given(test)
    inner, before = handle.inner_test, dict(vars(made))
    said = {name: value for name, value in vars(test).items() if "hypothesis" in name}
    try:
        vars(made).update(said)
        yield
    finally:
        handle.inner_test = inner
        vars(made).clear()
        vars(made).update(before)


def _handle(test: Callable[..., Any]) -> Any:
    """Return what Hypothesis attaches to a ``@given`` test."""
    handle = getattr(test, "hypothesis", None)
    if handle is None:
        raise UsageError(f"{getattr(test, '__name__', test)!r} is no @given test")
    return handle


# -- what came of it


def _never_called(test: Callable[..., Any], problem: BaseException | None) -> tuple[Counterexample | None, str]:
    """Say why what stands above ``@given`` has called nothing: it has skipped it, or raised something, or neither."""
    above = f"{test.__name__}: what stands above its @given"
    if problem is None:
        return None, f"{above} never calls it, so that nothing was tried; take it away"
    outcome = judge(problem)
    if outcome.verdict is not Verdict.SKIPPED:
        return None, f"{above} raised {class_name(problem)}: {outcome.message}"
    # Where a library raised it says nothing.
    return Counterexample(error=problem.with_traceback(None), told=[], brief="", arguments={}, run=None), ""


def _ended(
    test: Callable[..., Any], run: Run, trial: Trial, problem: BaseException | None
) -> tuple[Counterexample | None, str]:
    """Return the example that fails, or why there is none, of how it ended."""
    if problem is None:
        trial.forgive()
        problem = None if trial.failed is None else trial.failed.error
    return (None, "") if problem is None else _judged(test, run, trial, problem)


def _judged(
    test: Callable[..., Any], run: Run, trial: Trial, problem: BaseException
) -> tuple[Counterexample | None, str]:
    """Return the example that fails, or why there is none, of what left Hypothesis."""
    call = trial.failed
    if call is not None:
        call.restore()
    if call is None and (says_skip(problem) or says_fail(problem)):
        return _said_uncalled(problem), ""
    if isinstance(problem, StepTimeout):
        return _too_long(run, call, problem), ""
    if call is not None and isinstance(call.error, HandedBack):
        return None, str(call.error)
    if call is None and _passed_against_its_word(problem):
        # What Hypothesis notes besides is how it calls the example, which failed by not failing.
        vars(problem).pop("__notes__", None)
        return Counterexample(
            error=problem.with_traceback(None), told=[], brief="", arguments={}, run=None, unkept="nothing has raised"
        ), ""
    # A value whose repr raises keeps Hypothesis from the last call; the one before it failed all the same.
    kept_from_it = call is not None and not call.is_speakable()
    if isinstance(problem, Flaky) and not kept_from_it:
        return _flaky(test, run, call)
    if call is None or (isinstance(problem, HypothesisException) and not kept_from_it):
        return None, _refusal(test, problem)
    call = _reduced(test, run, trial, call)
    kept, unkept = call.kept(run)
    if call.recordings is None and not isinstance(call.error, StepTimeout):
        with recorded() as call.recordings:
            _call_once(test, dict(call.arguments), Example(given=call.example.seeds), [])
    found = _counterexample(call, call.error, kept, unkept)
    if trial.given_up:
        found = replace(found, brief=f"{found.brief} (made no smaller, since {trial.given_up})".strip())
    return found, ""


def _reduced(test: Callable[..., Any], run: Run, trial: Trial, call: Attempt) -> Attempt:
    """Return the call of *test* with the smallest programs with which it fails like *call*."""
    seeds = call.example.seeds

    def again(arguments: dict[str, Any]) -> BaseException | None:
        if not trial.may_go_on():
            return None
        example = Example(given=seeds)
        error = _call_once(test, arguments, example, [])
        trial.shrunk()
        return None if example.refused else error

    reducing = Reducing(_handle(test)._given_kwargs, again, run.options)
    if (
        call.error is None
        or not (reducing.can(call.error) and call.can_be_repeated())
        or Phase.shrink not in _phases(test)
    ):
        return call
    arguments = reducing.reduced(call.arguments, call.error)
    if arguments == call.arguments:
        return call
    smaller = Attempt(_handle(test).inner_test.__module__, arguments, final=True)
    smaller.example = Example(given=seeds)
    smaller.repeat(lambda given, example, notes: _call_once(test, given, example, notes))
    return call if smaller.error is None else smaller


def _phases(test: Callable[..., Any]) -> Sequence[Phase]:
    """Return what is done for *test*, as its own settings say."""
    phases: Sequence[Phase] = vars(test).get(_SETTINGS, settings()).phases
    return phases


def _said_uncalled(problem: BaseException) -> Counterexample | None:
    """Return what was said of the whole property while its arguments were drawn; nothing where Hypothesis itself says
    that nothing is to be tried, since the settings do."""
    if _raised_by(problem) == "hypothesis.core":
        return None
    return Counterexample(error=problem, told=[], brief="", arguments={}, run=None)


def _passed_against_its_word(problem: BaseException) -> bool:
    """Tell whether *problem* says that an example marked ``xfail`` passes: Hypothesis asserts that itself."""
    return isinstance(problem, AssertionError) and _raised_by(problem) == "hypothesis.core"


def _raised_by(problem: BaseException) -> object:
    """Return the name of the module that has raised *problem*."""
    trace = problem.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return trace.tb_frame.f_globals.get("__name__") if trace is not None else None


def _counterexample(call: Attempt, error: BaseException | None, kept: Run | None, unkept: str) -> Counterexample:
    assert error is not None
    return Counterexample(
        error=error,
        told=call.told(),
        brief=call.brief(),
        script=call.script(),
        arguments=call.arguments,
        run=kept,
        unkept=unkept,
        recordings=call.recordings,
    )


def _too_long(run: Run, call: Attempt | None, problem: StepTimeout) -> Counterexample:
    """Return the call that did not give control back. It is not called again, neither to be made small."""
    if call is None or not isinstance(call.error, StepTimeout):
        # The test has caught what was raised in it, and Hypothesis has gone on.
        unkept = "which arguments it had is not known"
        return Counterexample(error=problem, told=[], brief="", arguments={}, run=None, unkept=unkept)
    kept, unkept = call.kept(run)
    return _counterexample(call, problem, kept, unkept)


def _flaky(test: Callable[..., Any], run: Run, call: Attempt | None) -> tuple[Counterexample | None, str]:
    """The same choices led elsewhere: something outside of the simulation decides."""
    if call is None:
        return None, (
            f"{test.__name__}: it draws otherwise when it is called again with the same choices: something outside of "
            "it decides, such as the state of a module, a clock, or chance of its own"
        )
    call.kept(run)
    first = judge(call.error).message.partition("\n")[0]
    message = f"{test.__name__} fails ({first}) and then passes with the same arguments{_differing(test, call)}"
    return _counterexample(call, NondeterminismDetected(message), None, "it does not fail again"), ""


def _differing(test: Callable[..., Any], call: Attempt) -> str:
    """Say where the runs of two more calls with the same arguments differ first; of what is known."""
    if isinstance(call.error, BoundReached | StepTimeout) or not call.can_be_repeated():
        return ""
    calls = [_events(test, call) for _ in range(2)]
    if not any(calls):
        return ""
    for one, other in zip_longest(*calls):
        if one != other:
            return f"; called twice more, its runs differ first in {_event(one)} and then {_event(other)}"
    return "; called twice more, its runs are the same, so it is the test itself that differs"


def _event(event: TraceEvent | None) -> str:
    return "nothing more" if event is None else f"#{event.step}, at {event.t_ns} ns, {event.who}: {event.text}"


def _events(test: Callable[..., Any], call: Attempt) -> list[TraceEvent]:
    with recorded() as recordings:
        _call_once(test, dict(call.arguments), Example(given=call.example.seeds), [])
    return recordings.events


def _refusal(test: Callable[..., Any], problem: BaseException) -> str:
    text = f"{class_name(problem)}: {text_of(problem)}"
    if isinstance(problem, UsageError):
        return f"{test.__name__}: {text_of(problem)}"
    if isinstance(problem, Unsatisfiable):
        said = str(problem).partition(". ")[0].rstrip(".")
        return f"{test.__name__}: no example is valid: {said}; its filter and assume refuse all that is drawn"
    if isinstance(problem, HandedBack):
        return str(problem)
    if isinstance(problem, HypothesisException):
        return f"{test.__name__}: Hypothesis cannot run it: {stable(text)}"
    return f"{test.__name__}: its arguments cannot be drawn: {placed(stable(text), problem)}"


def _list(names: Mapping[str, Any]) -> str:
    return ", ".join(names) or "nothing"
