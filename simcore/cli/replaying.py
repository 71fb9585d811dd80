"""The command ``replay``: runs again, and whether their failures are still there."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec

from simcore.campaign.breakpoints import NO_PROMPT
from simcore.campaign.deaths import WORKER, WorkerDied
from simcore.campaign.replay_lines import lines_of, replay_object, word_of
from simcore.campaign.replays import ReplayEnd, ReplayTold, ReplayWish, replays
from simcore.cli.exits import ExitCode, first_of
from simcore.cli.kept_case import keep
from simcore.cli.replay_references import references_in
from simcore.cli.replay_request import ReplayRequest, amount_of
from simcore.cli.replay_tellers import ReplayLines, ReplayObjects, ReplayProgress, ReplayTeller
from simcore.cli.tellers import write_object, writer
from simcore.cli.verifying import disagreement
from simcore.model.errors import PlayedElsewhere, SimcoreError, UsageError
from simcore.model.interrupts import taken
from simcore.model.outcome import Outcome, Verdict
from simcore.model.replay_answer import ReplayAnswer
from simcore.output.lines import Line
from simcore.output.text import safe
from simcore.runner.case_files import load_case
from simcore.runner.judging import judge
from simcore.runner.token import looks_like_token, parse_token


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
    kept = keep(wish, told, request.artifacts)
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


# -- several


def _several(references: Sequence[str], request: ReplayRequest) -> int:
    found, notes = references_in(references)
    telling: ReplayTeller = ReplayObjects() if request.format == "jsonl" else ReplayLines(request.format)
    wishes = [request.wish(each) for each in found]
    ended: list[tuple[str, ExitCode]] = []
    interrupted = False
    ends = replays(wishes, request.at_once(len(wishes)), ReplayProgress(len(wishes)).looked)
    try:
        for wish, end in zip(wishes, ends, strict=True):
            ended.append(_tell(telling, wish, end, request))
    except KeyboardInterrupt:
        taken()
        interrupted = True
    code = first_of(
        {
            ExitCode.INTERRUPTED: interrupted,
            ExitCode.NOTHING_RAN: not ended,
            **{each: True for _, each in ended},
        }
    )
    telling.closed([answer for answer, _ in ended], notes, len(wishes), code)
    return code


def _tell(telling: ReplayTeller, wish: ReplayWish, end: ReplayEnd, request: ReplayRequest) -> tuple[str, ExitCode]:
    """Tell one of several; return its answer and its code."""
    try:
        told = _told(wish, end)
    except SimcoreError as mistake:
        word, code = word_of(mistake), _code_of_a_mistake(mistake)
        telling.refused(wish, mistake, word, code)
        return word, code
    code = code_of(told)
    telling.told(wish, told, keep(wish, told, request.artifacts), code)
    return str(told.answer), code


def _code_of_a_mistake(mistake: SimcoreError) -> ExitCode:
    if isinstance(mistake, PlayedElsewhere):
        # Beside others it is no mistake to have it there; but nobody knows here whether its failure is gone.
        return ExitCode.INCONCLUSIVE
    return ExitCode.USAGE if isinstance(mistake, UsageError) else ExitCode.INTERNAL
