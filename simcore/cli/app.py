"""The commands and their options. What a command needs is imported when it runs, so that the help text costs little."""

from __future__ import annotations

import contextlib
import os
import sys
from typing import Annotated, Literal

from cyclopts import App, CycloptsError, Parameter, UnusedCliTokensError

from simcore.campaign.interrupts import end, listening
from simcore.campaign.offspring import adopt, end_all
from simcore.cli import machine
from simcore.model.interrupts import Interrupted, playing, refuse_to_go_on, taken, undisturbed
from simcore.model.text import cut
from simcore.output.text import safe

SCHEDULES = Parameter(name=("--schedules", "--seeds"))
_INTERNAL = 3
"""``ExitCode.INTERNAL``, where nothing can be imported any more."""
FormatOption = Annotated[Literal["rich", "plain", "jsonl"] | None, Parameter(name="--format")]

app: App = App(
    name="simcore",
    help="Find the schedule that breaks a system of processes, and replay it.",
    help_format="plaintext",
    version=machine.version,
    version_format="plaintext",
)


@app.command
def run(
    *targets: str,
    schedules: Annotated[int | None, SCHEDULES] = None,
    seed: int | None = None,
    strategy: str | None = None,
    max_failures: int | None = None,
    settle: str | None = None,
    jobs: str = "auto",
    dask: str | None = None,
    shard: str | None = None,
    artifacts: str | None = None,
    strict: Annotated[bool, Parameter(negative=())] = False,
    step_timeout: str | None = None,
    format: FormatOption = None,
) -> int:
    """Run scenarios, the tests of apps and properties under many schedules.

    Parameters
    ----------
    targets
        Scenario names, .py files, folders of scenarios or app directories; without any, the whole catalogue.
    schedules
        How many schedules each item gets, whatever it says itself; by default what the project says, else the item,
        else 100.
    seed
        The base seed from which that of every schedule derives; by default 0.
    strategy
        How schedules after the first are chosen, such as uniform or pct:3; the first is always the oldest first. By
        default uniform.
    max_failures
        After how many failures of an item to go on with the next; by default 1.
    settle
        For how much virtual time the world of an app's test is driven on after that has passed, such as 90s; by default
        1m.
    jobs
        How many processes play; 0 plays in this one, for debuggers; auto is one for each core.
    dask
        The address of a dask scheduler, such as tcp://HOST:PORT, whose workers play instead.
    shard
        i/n plays every n-th round of schedules alone, the i-th; the others are for other machines.
    artifacts
        The folder for what runs leave, instead of .simcore in the current folder.
    strict
        What passes and has shown nothing, such as a scenario that never runs its world, is an error; so is a sometimes
        that was never seen.
    step_timeout
        How much CPU time one step may take, and five times as much wall time, such as 90s; what takes longer is ended.
        By default 60s.
    format
        rich, plain or jsonl; by default rich on a terminal, else plain.
    """
    _prepare(format)
    from simcore.catalog.run_settings import RunSettings
    from simcore.cli import running

    request = running.RunRequest(
        settings=RunSettings(
            schedules=schedules, seed=seed, strategy=strategy, max_failures=max_failures, strict=strict or None
        ),
        settle=settle,
        jobs=jobs,
        dask=dask,
        shard=shard,
        artifacts=artifacts,
        step_timeout=step_timeout,
        format=format,
    )
    return running.run(targets, request)


@app.command(name="test")
def run_tests(
    app_dir: str,
    /,
    *,
    suite: str | None = None,
    filter: str | None = None,
    schedules: Annotated[int | None, SCHEDULES] = None,
    strategy: str | None = None,
    seed: int | None = None,
    max_failures: int | None = None,
    settle: str | None = None,
    jobs: str = "auto",
    dask: str | None = None,
    shard: str | None = None,
    artifacts: str | None = None,
    strict: Annotated[bool, Parameter(negative=())] = False,
    step_timeout: str | None = None,
    format: FormatOption = None,
) -> int:
    """Run the test functions of a Wippy app, each in a fresh world and under many schedules.

    Parameters
    ----------
    app_dir
        The folder that holds the app's _index.yaml, or a tree of them.
    suite
        Only tests of this meta.suite.
    filter
        Only tests whose entry id contains this text.
    schedules
        How many schedules each test gets; by default 100.
    strategy
        How schedules after the first are chosen, such as uniform or pct:3; the first is always the oldest first. By
        default uniform.
    seed
        The base seed from which that of every schedule derives; by default 0.
    max_failures
        After how many failures of a test to go on with the next; by default 1.
    settle
        For how much virtual time the world of a test is driven on after that has passed, such as 90s; by default 1m.
    jobs
        How many processes play; 0 plays in this one, for debuggers; auto is one for each core.
    dask
        The address of a dask scheduler, such as tcp://HOST:PORT, whose workers play instead.
    shard
        i/n plays every n-th round of schedules alone, the i-th; the others are for other machines.
    artifacts
        The folder for what runs leave, instead of .simcore in the current folder.
    strict
        What passes and has shown nothing, such as a scenario that never runs its world, is an error; so is a sometimes
        that was never seen.
    step_timeout
        How much CPU time one step may take, and five times as much wall time, such as 90s; what takes longer is ended.
        By default 60s.
    format
        rich, plain or jsonl; by default rich on a terminal, else plain.
    """
    _prepare(format)
    from simcore.catalog.run_settings import RunSettings
    from simcore.cli import running

    request = running.RunRequest(
        settings=RunSettings(
            schedules=schedules, seed=seed, strategy=strategy, max_failures=max_failures, strict=strict or None
        ),
        settle=settle,
        jobs=jobs,
        dask=dask,
        shard=shard,
        artifacts=artifacts,
        step_timeout=step_timeout,
        format=format,
    )
    return running.test(app_dir, suite, filter, request)


@app.command
def replay(
    *cases: str,
    target: str | None = None,
    search: str = "300",
    verify: Annotated[bool, Parameter(negative=())] = False,
    trace: Annotated[bool, Parameter(negative=())] = False,
    jobs: str = "auto",
    artifacts: str | None = None,
    step_timeout: str | None = None,
    pdb: Annotated[bool, Parameter(negative=())] = False,
    until: int | None = None,
    format: FormatOption = None,
) -> int:
    """Repeat runs from case files, from tokens, or from all cases in a folder.

    Parameters
    ----------
    cases
        Case files or tokens, as a run printed them, or folders of cases.
    target
        Where the item is, if not where it was or not in the catalogue.
    search
        How many other schedules are tried where the source has changed and the case leads to its failure no more; off
        tries none.
    verify
        Replay twice, in two processes, and compare.
    trace
        Print every event.
    jobs
        How many processes play, each one case; 0 plays in this one, for debuggers; auto is one for each core.
    artifacts
        The folder for the case of what fails nearby, instead of .simcore in the folder that the run was made in.
    step_timeout
        How much CPU time one step may take, and five times as much wall time, such as 90s; what takes longer is ended.
        By default 60s.
    pdb
        Stop where it was raised, with the local names of the process, in Python's debugger; then go on.
    until
        Stop before the action of this number, as stories have it (#12), in the same way; then go on.
    format
        rich, plain or jsonl; by default rich on a terminal, else plain.
    """
    _prepare(format)
    from simcore.cli import replaying
    from simcore.cli.replay_request import ReplayRequest

    request = ReplayRequest(
        target=target,
        search=search,
        verify=verify,
        trace=trace,
        jobs=jobs,
        artifacts=artifacts,
        step_timeout=step_timeout,
        pdb=pdb,
        until=until,
        format=format,
    )
    return replaying.replay(cases, request)


@app.command
def check(
    *targets: str,
    schedules: Annotated[int, SCHEDULES] = 10,
    seed: int = 0,
    strategy: str = "uniform",
    step_timeout: str | None = None,
    format: FormatOption = None,
) -> int:
    """Run each seed in two fresh processes that have nothing in common and in a used one, and compare the traces.

    Where they differ it is tried what the run depends on: the clock, chance, hashes, what has outlived a run.

    Parameters
    ----------
    targets
        As for run.
    schedules
        How many schedules of each item are compared.
    seed
        The base seed.
    strategy
        How schedules after the first are chosen.
    step_timeout
        How much CPU time one step may take, and five times as much wall time, such as 90s; what takes longer is ended.
        By default 60s.
    format
        rich, plain or jsonl; by default rich on a terminal, else plain.
    """
    _prepare(format)
    from simcore.cli import checking

    return checking.check(
        targets, schedules=schedules, seed=seed, strategy=strategy, step_timeout=step_timeout, format=format
    )


@app.command(name="list")
def list_items(*targets: str, step_timeout: str | None = None, format: FormatOption = None) -> int:
    """List what can be run, and what cannot be read and why.

    Parameters
    ----------
    targets
        As for run.
    step_timeout
        How much CPU time the import of a file may take, and five times as much wall time, such as 90s; what takes
        longer is ended. By default 60s.
    format
        rich, plain or jsonl; by default rich on a terminal, else plain.
    """
    _prepare(format)
    from simcore.cli import listing

    return listing.list_items(targets, step_timeout=step_timeout, format=format)


@app.command
def bench(
    *workloads: str,
    quick: Annotated[bool, Parameter(negative=())] = False,
    against: str | None = None,
    format: FormatOption = None,
) -> int:
    """Measure workloads against a baseline in the same run: mostly a bare SimPy timeout.

    Parameters
    ----------
    workloads
        Their names; without any, all.
    quick
        Fewer and shorter rounds.
    against
        The path of a Python with another simcore, which is then the baseline; a ratio below 1 means cheaper here.
    format
        rich, plain or jsonl; by default rich on a terminal, else plain.
    """
    from simcore.cli import benching

    return benching.bench(workloads, quick=quick, against=against, format=format)


def _prepare(format: str | None) -> None:
    """Let nothing but objects reach standard output where a program reads it.

    Raises:
        OSError: hardly any file can be opened here, so that nothing would work, and each time for another reason.
    """
    machine.open_some()
    if format == "jsonl":
        machine.keep_out()


def main() -> None:
    """Run the command line and exit with its code."""
    machine.speak_utf_8()
    machine.prepare_streams()
    if machine.is_the_command():
        adopt()
    with listening():
        code = _code()
        _end_what_goes_on()
        if machine.is_the_command():
            end(code)
    sys.exit(code)


@undisturbed
def _end_what_goes_on() -> None:
    """End the processes that the user's code has started and that would outlive the command; say which."""
    with contextlib.suppress(BaseException):
        for words in end_all():
            machine.write_error(f"simcore: {safe(words)} had outlived what has started it, and was ended")


@undisturbed
def _code() -> int:
    """Return the code that the command ends with, whatever has left it; what that was is told."""
    try:
        code = _called()
        # The user's code may have caught it, and what the command has done since is not what was asked for.
        refuse_to_go_on()
    except Interrupted:
        taken()
        machine.write_error("interrupted")
        code = 130
    except BrokenPipeError:
        machine.silence_out()
        # What a shell makes of a process that SIGPIPE has ended: 128 and 13.
        code = 141
    # Also a SystemExit: the code of the command is not for the user's code to say.
    except BaseException as error:
        code = _told(error)
    # What was played here may have left a hook that raises in whatever is done.
    with contextlib.suppress(BaseException):
        machine.give_back_out()
    return code


def _told(error: BaseException) -> int:
    """Tell *error* and return the code that belongs to it; also where the user's code has left nothing that works."""
    try:
        from simcore.cli import mishaps

        code = mishaps.told(error)
        if issubclass(type(error), OSError):
            with contextlib.suppress(OSError):
                machine.silence_out()
    except BaseException as problem:
        _cry(f"simcore: internal error: {type(error).__name__}, and {type(problem).__name__} when that was told\n")
        return _INTERNAL
    return code


def _cry(text: str) -> None:
    with contextlib.suppress(BaseException):
        os.write(2, text.encode(errors="backslashreplace"))


@playing
def _called() -> int:
    try:
        # cyclopts would exit by itself, with a code and a frame of its own.
        code = app(machine.arguments(), exit_on_error=False, print_error=False, result_action="return_value")
    except CycloptsError as error:
        machine.write_error(f"simcore: {safe(cut(_explained(error)))}\nTry 'simcore --help'.")
        return 2
    except SystemExit:
        # By which cyclopts ends where it has taken an interrupt for its own.
        refuse_to_go_on()
        raise
    return code if isinstance(code, int) else 0


def _explained(error: CycloptsError) -> str:
    """Return what is wrong with the command line, in one line."""
    if isinstance(error, UnusedCliTokensError):
        words = " ".join(map(str, error.unused_tokens or ()))
        return f"the command takes no {words!r} after what it has already; options begin with --"
    return " ".join(str(error).split())
