"""Runs in a process of their own: the question on standard input, an answer for each run on standard output.

Who compares asks several such processes, in each of which something else is another way.
"""

from __future__ import annotations

import os
import signal
import sys
import traceback
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import msgspec

from simcore.campaign.breakpoints import go_on
from simcore.campaign.leaks.host import HeldHost
from simcore.campaign.leaks.question import ENDED, MISTAKEN, UNHEARD, Question, Side
from simcore.campaign.leaks.state import kept, outlived
from simcore.campaign.machine import no_exits, no_forks
from simcore.campaign.offspring import adopt, end_all
from simcore.campaign.player import property_runner
from simcore.catalog.find import item_of
from simcore.catalog.project import find_project
from simcore.catalog.properties import properties_for
from simcore.catalog.stuck import hold_back
from simcore.limits.alarm import ends_by, guarded
from simcore.limits.blackbox import LonelyBox
from simcore.limits.limit import Limit
from simcore.lua.bridge.states import LuaStates
from simcore.model.home import at_home
from simcore.model.written import to_json
from simcore.runner.following import Following, Noting
from simcore.runner.property import play_property
from simcore.runner.stage import Stage, play
from simcore.runner.standard_output import keep_for_records
from simcore.schedulers.registry import make_scheduler
from simcore.story.recorder import Recorder
from simcore.story.recordings import Recordings, recorded

if TYPE_CHECKING:
    from typing import TextIO

    from simcore.catalog.item import Item
    from simcore.catalog.project import Project
    from simcore.model.outcome import Outcome
    from simcore.model.run import Run


class Playing:
    """Plays what is asked.

    Args:
        question: what is asked.
    """

    def __init__(self, question: Question) -> None:
        self._question = question
        self._project: Project = find_project(Path.cwd())
        self._host = HeldHost(question.others)
        self._items: dict[str, Item] = {}
        self._states: dict[str, LuaStates] = {}

    def serve(self, answer: TextIO) -> None:
        """Play all, and write an answer for each run that wants one.

        Raises:
            UsageError: there is no such item any more.
        """
        runs = (*self._question.before, *self._question.runs)
        # All that is going to be played is loaded first: what a file does when it is imported is no state of a run.
        for run in runs:
            self._item(run)
        watch = _Leftovers() if self._question.before else None
        for number, run in enumerate(runs):
            if watch is not None:
                watch.is_about(run.item.id)
            # A process that the user's code has forked would answer as well.
            with no_forks(), at_home(self._project.typed_at):
                side = self._play(run)
            if number >= len(self._question.before):
                side = side if watch is None else watch.told(side)
                _write(answer, side)

    def _item(self, run: Run) -> Item:
        if run.item.id not in self._items:
            self._items[run.item.id] = item_of(self._project, run.item.id, run.item.target)
        return self._items[run.item.id]

    def _play(self, run: Run) -> Side:
        item = self._item(run)
        self._host.begin_again()
        self._host.hold_numpy()
        if item.kind == "property":
            runner = property_runner([item])
            assert runner is not None
            played = play_property(runner, item, run)
            outcome, lines = played.outcome, _lines(None, played.recordings)
        else:
            outcome, lines = self._played(item, run)
        return Side(
            outcome=outcome,
            lines=lines,
            noted=self._host.noted.lines(),
        )

    def _played(self, item: Item, run: Run) -> tuple[Outcome, list[str]]:
        recorder, states = Recorder(), self._states.setdefault(item.id, LuaStates())
        states.take_back()
        outcome, recordings = self._once(item, run, recorder, states)
        if states.ran_out:
            # A state that served before has half of the memory, and whoever needs more is played again in a fresh one.
            recorder = Recorder()
            outcome, recordings = self._once(item, run, recorder, None)
        return outcome, _lines(recorder, recordings)

    def _once(self, item: Item, run: Run, recorder: Recorder, states: LuaStates | None) -> tuple[Outcome, Recordings]:
        scheduler = make_scheduler(run.strategy)
        if run.deviations is not None:
            # Not strictly: where the run goes another way is found by the lines.
            scheduler = Following(run.deviations, recorder.labels, strict=False)
        noting = Noting(scheduler, recorder.labels)
        stage = Stage(run, properties_for(item, self._project), noting, recorder, lua_states=states)
        with recorded() as recordings:
            return play(item, stage), recordings


def _write(answer: TextIO, side: Side) -> None:
    try:
        answer.buffer.write(to_json(side) + b"\n")
        answer.flush()
    except OSError:
        os._exit(UNHEARD)


class _Leftovers:
    """Watches what the runs of one item leave behind, apart from those of the others before it."""

    def __init__(self) -> None:
        self._item = ""
        self._first = self._before = kept()

    def is_about(self, item: str) -> None:
        """Hear that a run of *item* comes."""
        if item != self._item:
            self._item, self._before = item, kept()

    def told(self, side: Side) -> Side:
        """Return *side* with what has outlived the runs until now."""
        now = kept()
        return msgspec.structs.replace(
            side, outlived=outlived(self._before, now), outlived_others=outlived(self._first, self._before)
        )


def _lines(recorder: Recorder | None, recordings: Recordings) -> list[str]:
    events = (*(recorder.events if recorder is not None else ()), *recordings.events)
    return [f"{event.t_ns} ns  #{event.step}  {event.text}" for event in events]


def main() -> None:
    """Answer one question after the other, each in a new process that begins as this one is: simcore is loaded, and
    nothing of the user's. Where no process can be split off, one question is all."""
    # Somebody's Ctrl-C is for the command, which ends this process; a KeyboardInterrupt here is the program's own.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    sys.breakpointhook = go_on
    adopt()
    # What the user's code reads, or prints, must not come between questions and answers.
    questions = os.fdopen(os.dup(0), "rb")
    with open(os.devnull, "rb") as nothing:
        os.dup2(nothing.fileno(), 0)
    answers = keep_for_records()
    while line := questions.readline():
        question = msgspec.json.decode(line, type=Question)
        if not hasattr(os, "fork"):
            _answer(question, answers)
        player = os.fork()
        if player == 0:
            _answer(question, answers)
        _, status = os.waitpid(player, 0)
        # What the items have started is given to this process.
        end_all()
        answers.write(f"{ENDED}{os.waitstatus_to_exitcode(status)}\n")
        answers.flush()


def _answer(question: Question, answers: TextIO) -> NoReturn:
    code = 0
    try:
        sys.path[:] = question.path
        ends_by(LonelyBox(question.box))
        hold_back(question.held_back)
        with guarded(Limit(question.step_timeout_ns)), no_exits():
            Playing(question).serve(answers)
    except Exception:
        # What the user's code raises is judged, so this is simcore's own mistake.
        traceback.print_exc()
        code = MISTAKEN
    finally:
        sys.stderr.flush()
        # Threads of the user's may go on for ever.
        os._exit(code)


if __name__ == "__main__":
    main()
