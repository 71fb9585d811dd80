"""The command ``replay``: runs again, and whether their failures are still there."""

from __future__ import annotations

import os
import shlex
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import msgspec

from simcore.campaign.breakpoints import NO_PROMPT
from simcore.campaign.deaths import WorkerDied
from simcore.campaign.players import jobs_of
from simcore.campaign.replay_lines import brief, lines_of, replay_object, tally
from simcore.campaign.replays import ReplayEnd, ReplayTold, ReplayWish, replays
from simcore.catalog.run_settings import as_option
from simcore.cli import machine
from simcore.cli.exits import ExitCode
from simcore.cli.tellers import PROGRESS_EVERY_S, Format, write_object, writer
from simcore.cli.verifying import disagreement
from simcore.limits.limit import OPTION, limit_ns
from simcore.model.errors import SimcoreError, UsageError
from simcore.model.interrupts import taken
from simcore.model.outcome import Outcome, Verdict
from simcore.model.replay_answer import ReplayAnswer
from simcore.model.text import cut
from simcore.output.folder import DEFAULT, make_run_folder
from simcore.output.lines import Line
from simcore.output.text import count, safe
from simcore.runner.case_files import case_path, save_case, save_trace, trace_path
from simcore.runner.case_folder import cases_in
from simcore.runner.judging import judge
from simcore.runner.token import looks_like_token

SEARCH_MAX: Final = 1_000_000
NAMED_MAX: Final = 10
"""So many of the files that are no cases are named."""
WORKER: Final = "worker"
"""The property of what ends the process that plays it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplayRequest:
    """What the command line asks of a replay.

    Args:
        target: where the item is; None where the case or the catalogue knows.
        search: how many other schedules are tried; a number or ``off``.
        verify: whether to replay in two more processes, and to compare.
        trace: whether to tell every event.
        jobs: how many processes play; a number or ``auto``.
        artifacts: where a new case goes, or None.
        step_timeout: how long a step may take, or None.
        pdb: whether to stop where it was raised.
        until: the number of the action to stop before, or None.
        format: how to tell it.
    """

    target: str | None
    search: str
    verify: bool
    trace: bool
    jobs: str
    artifacts: str | None
    step_timeout: str | None
    pdb: bool
    until: int | None
    format: Format | None

    def wish(self, reference: str) -> ReplayWish:
        """Return what is wished of *reference*."""
        return ReplayWish(
            reference=reference,
            folder=os.getcwd(),
            target=self.target,
            amount=amount_of(self.search),
            trace=self.trace,
            step_timeout_ns=self.step_timeout_ns(),
        )

    @property
    def debugs(self) -> bool:
        """Whether somebody wants to look at it."""
        return self.pdb or self.until is not None

    def step_timeout_ns(self) -> int | None:
        """Return how long a step may take; raises ``UsageError`` where that is no duration."""
        return None if self.step_timeout is None else limit_ns(self.step_timeout, as_option(OPTION))

    def at_once(self, several: int) -> int:
        """Return how many processes play *several* cases."""
        jobs = jobs_of(self.jobs)
        return min(machine.cores() if jobs is None else jobs, several)


def amount_of(text: str) -> int:
    """Return how many other schedules ``--search`` says.

    Raises:
        UsageError: it says none.
    """
    if text == "off":
        return 0
    if not (text.isascii() and text.isdigit() and len(text) <= 7 and int(text) <= SEARCH_MAX):
        raise UsageError(f"--search takes a number from 0 to {SEARCH_MAX:,}, or off, not {text!r}")
    return int(text)


def replay(references: Sequence[str], request: ReplayRequest) -> int:
    """Replay case files, tokens, and all cases in folders, and tell how it went.

    Raises:
        UsageError: the one that is asked for cannot be read, or its item is not there.
    """
    amount_of(request.search)
    request.step_timeout_ns()
    if not references:
        raise UsageError(
            "name what is to be replayed: a case file or a token, as a run printed it, or a folder of cases"
        )
    if len(references) == 1 and not os.path.isdir(references[0]):
        return _one(references[0], request)
    if request.verify or request.trace or request.debugs:
        raise UsageError("--verify, --trace, --pdb and --until are for one case alone; name its file")
    return _several(references, request)


# -- one


def _one(reference: str, request: ReplayRequest) -> int:
    wish = request.wish(reference)
    if request.debugs:
        (end,) = _debugged(wish, request)
    else:
        (end,) = replays([wish], request.at_once(1), ReplayProgress(1).looked)
    told = _told(wish, end)
    if NO_PROMPT in told.outcome.message:
        # Here there is one.
        told = _told(wish, *replays([wish], 0))
    kept = _keep(wish, told, request.artifacts)
    different = None
    if request.verify:
        here = replay_object(told, None, kept.command, kept.reference)
        different = disagreement(kept.reference or reference, request.target, request.step_timeout, here)
        if different is not None and not told.leaks:
            told = msgspec.structs.replace(told, leaks=_leaks(request.wish(reference), request))
    if request.format == "jsonl":
        write_object(replay_object(told, different, kept.command, kept.reference))
    else:
        write = writer(request.format)
        for line in lines_of(told, different, kept.said, trace=request.trace):
            write(line)
    return code_of(told, different)


def _debugged(wish: ReplayWish, request: ReplayRequest) -> Iterator[ReplayEnd]:
    """Play in this process, where a debugger can stop."""
    from simcore.runner.debugger import Debugger, debugging

    if request.format == "jsonl" or request.verify:
        raise UsageError("--pdb and --until talk to you at a prompt; leave out --format jsonl and --verify")
    if request.until is not None and request.until < 1:
        raise UsageError(f"--until takes the number of an action, 1 or more, not {request.until}")
    write = writer(request.format)
    debugger = Debugger(at_failure=request.pdb, until=request.until, write=lambda text: write(Line(safe(text), "bold")))
    with debugging(debugger):
        yield from replays([wish], 0)
    if request.until is not None and not debugger.reached:
        write(Line(f"note: the run was over before action #{request.until}; --trace shows its actions", "yellow"))


def _leaks(wish: ReplayWish, request: ReplayRequest) -> list[str]:
    """Return what a run depends on that goes another way in another process, as far as that is found out."""
    (end,) = replays([msgspec.structs.replace(wish, leaks=True)], request.at_once(1))
    return end.leaks if isinstance(end, ReplayTold) else []


def _told(wish: ReplayWish, end: ReplayEnd) -> ReplayTold:
    """Return what there is to tell; raises what is a mistake."""
    if isinstance(end, WorkerDied):
        return _of_a_death(wish, end)
    if isinstance(end, BaseException):
        raise end
    return end


def _of_a_death(wish: ReplayWish, death: WorkerDied) -> ReplayTold:
    """Tell that an item has ended the process that replayed it, twice, or was ended with it: what it recorded, if that
    is what it did."""
    item, recorded, version = _read(wish)
    token = not recorded
    outcome = Outcome(Verdict.ERROR, WORKER, f"{death}, twice") if death.late is None else judge(death.late)
    known = token or recorded == outcome.property
    return ReplayTold(
        item=item,
        answer=ReplayAnswer.REPRODUCED if known else ReplayAnswer.OTHER,
        outcome=outcome,
        version=version,
        token=token,
        recorded=recorded,
        home=wish.folder,
    )


def _read(wish: ReplayWish) -> tuple[str, str, int]:
    """Return the item, the property and the version of what is replayed, without any code of the user's."""
    from simcore.runner.case_files import load_case
    from simcore.runner.token import parse_token

    if looks_like_token(wish.reference):
        token = parse_token(wish.reference)
        return token.item, "", token.version
    case = load_case(Path(wish.reference))
    return case.run.item.id, case.property, case.version


def code_of(told: ReplayTold, different: str | None = None) -> ExitCode:
    """Return the exit code of one replay."""
    if told.answer is ReplayAnswer.DIVERGED or different is not None:
        return ExitCode.DIVERGED
    if told.answer is ReplayAnswer.UNKNOWN:
        return ExitCode.INCONCLUSIVE
    held = told.answer is ReplayAnswer.GONE or told.outcome.verdict is Verdict.PASSED
    return ExitCode.HELD if held else ExitCode.FAILED


# -- a case that is new


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptCase:
    """What became of a new case.

    Args:
        reference: its file, or None where there is none.
        command: what replays it, or None.
        said: what to tell of it, or empty.
    """

    reference: str | None = None
    command: str | None = None
    said: str = ""


def _keep(wish: ReplayWish, told: ReplayTold, artifacts: str | None) -> KeptCase:
    """Write the case of what fails now, where that is another than was replayed."""
    if told.nearby is None:
        return KeptCase()
    try:
        home = "" if Path(told.home) == Path(wish.folder) else told.home
        folder = make_run_folder(artifacts or os.path.join(home, DEFAULT), machine.new_run_id)
        path = case_path(folder.path, told.item, told.nearby.property, told.tried or 1)
        save_case(path, told.nearby)
        save_trace(trace_path(path), told.trace)
    except UsageError as error:
        return KeptCase(said=f"not saved: {error}")
    target = [] if wish.target is None else ["--target", wish.target]
    command = shlex.join(["simcore", "replay", str(path), *target])
    return KeptCase(reference=str(path), command=command, said=f"replay: {command}")


# -- several


def _several(references: Sequence[str], request: ReplayRequest) -> int:
    found, notes = _references(references)
    telling = _ManyObjects() if request.format == "jsonl" else _ManyLines(request.format)
    wishes = [request.wish(each) for each in found]
    codes: list[ExitCode] = []
    interrupted = False
    ends = replays(wishes, request.at_once(len(wishes)), ReplayProgress(len(wishes)).looked)
    try:
        for wish, end in zip(wishes, ends, strict=True):
            codes.append(_tell(telling, wish, end, request))
    except KeyboardInterrupt:
        taken()
        interrupted = True
    code = _worst([*codes, *([ExitCode.INTERRUPTED] if interrupted else [])])
    telling.closed(notes, len(wishes), code)
    return code


def _tell(telling: _ManyLines | _ManyObjects, wish: ReplayWish, end: ReplayEnd, request: ReplayRequest) -> ExitCode:
    try:
        told = _told(wish, end)
    except SimcoreError as mistake:
        code = ExitCode.USAGE if isinstance(mistake, UsageError) else ExitCode.INTERNAL
        telling.refused(wish, mistake, code)
        return code
    code = code_of(told)
    telling.told(wish, told, _keep(wish, told, request.artifacts), code)
    return code


def _worst(codes: Sequence[ExitCode]) -> ExitCode:
    """Return the code of several: the first of these that one has, as of a run."""
    order = (
        ExitCode.INTERRUPTED,
        ExitCode.INTERNAL,
        ExitCode.DIVERGED,
        ExitCode.FAILED,
        ExitCode.USAGE,
        ExitCode.INCONCLUSIVE,
    )
    return next((each for each in order if each in codes), ExitCode.HELD if codes else ExitCode.NOTHING_RAN)


def _references(references: Sequence[str]) -> tuple[list[str], list[str]]:
    """Return what is to be replayed, each once, and what to say of the rest."""
    found: dict[str, str] = {}
    notes: list[str] = []
    for reference in references:
        if not os.path.isdir(reference):
            found.setdefault(_same(reference), reference)
            continue
        inside = cases_in(Path(reference))
        for file in inside.cases:
            found.setdefault(_same(str(file)), str(file))
        notes += _others(reference, "file", "is no case", inside.others)
        notes += _others(reference, "hidden folder", "is not looked into", inside.hidden)
        if not inside.cases:
            notes.append(f"{reference}: there is no case in it")
    return list(found.values()), notes


def _same(reference: str) -> str:
    return reference if looks_like_token(reference) else os.path.realpath(reference)


def _others(folder: str, noun: str, says: str, several: Sequence[Path]) -> Iterator[str]:
    if several:
        named = ", ".join(str(each.relative_to(folder)) for each in several[:NAMED_MAX])
        more = f" and {len(several) - NAMED_MAX:,} more" if len(several) > NAMED_MAX else ""
        yield f"{folder}: {count(len(several), noun)} skipped, each {says}: {named}{more}"


class ReplayProgress:
    """One plain line on standard error every few seconds: how many are over, and what is being replayed.

    Args:
        cases: how many there are.
        clock: gives seconds.
    """

    def __init__(self, cases: int, clock: Callable[[], float] = machine.monotonic_s) -> None:
        self._cases = cases
        self._clock = clock
        self._told = clock()

    def looked(self, over: int, playing: Sequence[ReplayWish]) -> None:
        """Tell that so many are *over* and what is *playing*, if it is time."""
        now = self._clock()
        if now - self._told >= PROGRESS_EVERY_S:
            self._told = now
            named = ", ".join(safe(each.reference) for each in playing)
            machine.write_error(f"  progress: {over:,} of {count(self._cases, 'case')} · {cut(named)}")


class _ManyLines:
    """Tells several replays to people: a line for each, and what they came to."""

    def __init__(self, format: Format | None) -> None:
        self._write = writer(format)
        self._answers: list[str] = []

    def told(self, wish: ReplayWish, told: ReplayTold, kept: KeptCase, code: ExitCode) -> None:
        self._answers.append(str(told.answer))
        self._write(brief(wish.reference, told))
        if kept.said:
            self._write(Line(f"  {safe(kept.said)}", "bold"))

    def refused(self, wish: ReplayWish, mistake: SimcoreError, code: ExitCode) -> None:
        word = "refused" if code is ExitCode.USAGE else "internal error"
        self._answers.append(word)
        self._write(brief(wish.reference, mistake))

    def closed(self, notes: Sequence[str], asked: int, code: ExitCode) -> None:
        self._write(Line(""))
        self._write(tally(self._answers, asked))
        for note in notes:
            self._write(Line(f"note: {safe(note)}"))


class _ManyObjects:
    """Tells several replays to programs: an object for each, and a summary."""

    def __init__(self) -> None:
        self._answers: list[str] = []

    def told(self, wish: ReplayWish, told: ReplayTold, kept: KeptCase, code: ExitCode) -> None:
        self._answers.append(str(told.answer))
        write_object(
            {"case": wish.reference, **replay_object(told, None, kept.command, kept.reference), "exit": int(code)}
        )

    def refused(self, wish: ReplayWish, mistake: SimcoreError, code: ExitCode) -> None:
        word = "refused" if code is ExitCode.USAGE else "internal error"
        self._answers.append(word)
        said: dict[str, Any] = {"answer": word, "message": str(mistake), "reproduced": False, "exit": int(code)}
        write_object({"case": wish.reference, **said})

    def closed(self, notes: Sequence[str], asked: int, code: ExitCode) -> None:
        counts = {answer: self._answers.count(answer) for answer in dict.fromkeys(self._answers)}
        summary = {"cases": asked, "replayed": len(self._answers), "answers": counts, "exit": int(code)}
        write_object({"summary": {**summary, "notes": list(notes)}})
