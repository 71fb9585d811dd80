"""Stopping a run where it failed, or before one of its actions, with the local names of the process at hand.

The prompt is that of ``pdb``. What it shows are the user's own frames; the outermost is one of this file, in which
``world``, ``process`` (its pid) and ``error`` are looked up.
"""

from __future__ import annotations

import pdb
import sys
from contextlib import contextmanager, suppress
from types import TracebackType
from typing import TYPE_CHECKING, Any, Final

from simcore.model.errors import Deadlock, ProcessError
from simcore.model.nested import leave
from simcore.model.places import is_own
from simcore.model.ways import ways_kept
from simcore.python.unstarted import Unstarted
from simcore.story.labels import Labels

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator, Sequence
    from types import FrameType

    from simcore.kernel.action import Action
    from simcore.model.pid import Pid
    from simcore.process.state.record import ProcessRecord
    from simcore.world.world import World

NO_FRAMES: Final = (
    "no line of a Python process raised it, and none waits; Lua has no frames to show here: look at `world`, `error`, "
    "or at every event with simcore replay CASE --trace"
)
FrameAt = tuple["FrameType", int, int]
"""A frame, its last instruction and its line."""


class Debugger:
    """Opens a prompt, each once.

    Args:
        at_failure: whether one is wanted where a run failed.
        until: the number of the action before which one is wanted, as stories name it; None is none.
        write: where it is said what is looked at.
        prompt: waits until the user goes on, at the way through the frames that are shown.
    """

    def __init__(
        self,
        *,
        at_failure: bool,
        until: int | None,
        write: Callable[[str], None],
        prompt: Callable[[TracebackType | None], None] | None = None,
    ) -> None:
        self._at_failure = at_failure
        self._until = until
        self._write = write
        self._prompt = prompt or _prompt
        self.reached: bool = False
        """Whether a prompt was opened before the action that was asked for."""

    def attach(self, world: World) -> None:
        """Look at what *world* does."""
        if self._until is not None:
            labels = Labels()
            world.kernel.listen(lambda action, _: self._before(world, action, labels))

    def _before(self, world: World, action: Action, labels: Labels) -> None:
        label = action.label()
        text = labels.perform(label)
        if self.reached or world.kernel.actions != self._until:
            return
        self.reached = True
        record = _record_of(world, label.path)
        self._open(world, record, None, f"before action #{self._until}: {text}", waiting_at(record))

    def failed(self, error: BaseException | None, world: World | None) -> None:
        """A run has failed by *error*, which is None where simcore has found it at the end, in *world*, if in any."""
        if not self._at_failure:
            return
        self._at_failure = False
        # Where somebody asks for what cannot come, who does not give it is of more use.
        record, frames = (None, []) if isinstance(error, Deadlock) else _raised_in(error, world)
        said = str(error) if error is not None else "what simcore found at the end"
        if not frames and (record := _who_waits(world)) is not None:
            frames = waiting_at(record)
            said = f"{said}; no line of a Python process raised it, and here waits"
        elif not frames:
            said = f"{said}; {NO_FRAMES}"
        self._open(world, record, error, said, frames)

    def _open(
        self,
        world: World | None,
        record: ProcessRecord | None,
        error: BaseException | None,
        said: str,
        frames: Sequence[FrameAt],
    ) -> None:
        self._write(said if record is None else f"{said}: {record.id}, {record.pid}")
        _show(self._prompt, world, None if record is None else record.pid, error, frames)


def _show(
    prompt: Callable[[TracebackType | None], None],
    world: World | None,
    process: Pid | None,
    error: BaseException | None,
    frames: Sequence[FrameAt],
) -> None:
    """Wait until the user goes on. Names of this frame are what the user finds in it."""
    here = sys._getframe()
    way: TracebackType | None = None
    for frame, instruction, line in reversed([(here, here.f_lasti, here.f_lineno), *frames]):
        way = TracebackType(way, frame, instruction, line)
    prompt(way)


def _prompt(way: TracebackType | None) -> None:
    """Wait at the prompt of Python's debugger until the user says ``q`` or ``c``."""
    debugger = pdb.Pdb()
    debugger.reset()
    # Nobody may be there any more.
    with suppress(OSError):
        debugger.interaction(None, way)


def waiting_at(record: ProcessRecord | None) -> list[FrameAt]:
    """Return the frames in which the main coroutine of a Python process waits, the innermost last; none where it has
    not begun, or is no Python."""
    coroutine: Any = None if record is None else record.main.coroutine
    if isinstance(coroutine, Unstarted):
        coroutine = coroutine.started
    found: list[FrameAt] = []
    while (frame := getattr(coroutine, "cr_frame", None)) is not None:
        found.append((frame, frame.f_lasti, frame.f_lineno))
        coroutine = coroutine.cr_await
    return [each for each in found if is_own(each[0].f_code.co_filename)]


def _raised_in(error: BaseException | None, world: World | None) -> tuple[ProcessRecord | None, list[FrameAt]]:
    """Return where *error* was raised, or what a process ended with that nobody asked about; and in which process."""
    known = () if world is None else world.runtime.records.values()
    records = [each for each in known if each.outcome is not None and each.outcome.error is not None]
    for each in _deepest_first(error):
        if frames := _own_frames(each):
            return next((record for record in records if _ended_by(record, each)), None), frames
    for record in records if error is None else ():
        ended = None if record.outcome is None else record.outcome.error
        if ended is not None and (frames := _own_frames(ended)):
            return record, frames
    return None, []


def _ended_by(record: ProcessRecord, error: BaseException) -> bool:
    own = None if record.outcome is None else record.outcome.error
    return any(error is each for each in _deepest_first(own))


def _deepest_first(error: BaseException | None) -> Iterator[BaseException]:
    causes: list[BaseException] = []
    while error is not None and not any(error is each for each in causes):
        causes.append(error)
        error = error.__cause__
    return reversed(causes)


def _own_frames(error: BaseException) -> list[FrameAt]:
    way = (error.way if isinstance(error, ProcessError) else None) or error.__traceback__
    found: list[FrameAt] = []
    while way is not None:
        if is_own(way.tb_frame.f_code.co_filename):
            found.append((way.tb_frame, way.tb_lasti, way.tb_lineno))
        way = way.tb_next
    return found


def _record_of(world: World, path: str) -> ProcessRecord | None:
    return next((each for each in world.runtime.records.values() if each.path == path), None)


def _who_waits(world: World | None) -> ProcessRecord | None:
    """Return the first process whose Python code waits."""
    if world is None:
        return None
    return next((each for each in world.runtime.routes.values() if waiting_at(each)), None)


# Of the module, because worlds are made inside the user's own code, past anything that could be handed down.
_open: Final[list[Debugger]] = []


@contextmanager
def debugging(debugger: Debugger) -> Generator[None, None, None]:
    """Let *debugger* look at all that is played inside the block."""
    _open.append(debugger)
    try:
        with ways_kept():
            yield
    finally:
        leave(_open, debugger)


def let_it_be_debugged(world: World) -> None:
    """Let the debugger look at *world*, if there is one."""
    for each in _open:
        each.attach(world)


def stop_at_failure(error: BaseException | None, world: World | None) -> None:
    """Let the debugger stop at what has failed, if there is one; arguments as of ``Debugger.failed``."""
    for each in _open:
        each.failed(error, world)
