"""What behaviours ask of the event loops of other libraries by mistake, and what gives the same here."""

from __future__ import annotations

import gc
import re
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from simcore.model.places import CodePlace, is_own, place_of
from simcore.model.text import with_article
from simcore.model.texts import text_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from types import FrameType

LIBRARIES: Final = ("asyncio", "trio", "anyio", "curio", "sniffio", "uvloop")
_WANTS_A_LOOP: Final = re.compile("event loop|NoneType|inside a task|parent task|async context|async library")
"""What these libraries say where they miss their loop; whatever else they raise is the program's own affair."""
_BAD_YIELD: Final = re.compile("bad yield|unrecognized yield")
"""What their own loops say of an operation that something yields to them."""
_LOOPLESS: Final = "no running event loop"
_NO_AWAITABLE: Final = re.compile(r"object (\w+) can't be used in 'await' expression|'(\w+)' object can't be awaited")
"""What Python says of an ``await`` of something else, in one version and in another."""
_SIMPY: Final = "simpy."
_OF_SIMPY: Final = frozenset(
    (
        *("Event", "Timeout", "Process", "SimpyProcess", "Condition", "AllOf", "AnyOf"),
        *("Request", "PriorityRequest", "Release", "ContainerPut", "ContainerGet"),
        *("StorePut", "StoreGet", "FilterStoreGet"),
    )
)
"""The classes of SimPy's events."""
CURES: Final = {
    "sleep": "process.sleep",
    "timeout": "process.after, and process.select with what is waited for",
    "queue": "process.channel",
    "spawn": "process.go",
    "thread": "a plain call, since nothing else runs meanwhile",
    "run": "process.go, or await it",
}
_ANYTHING: Final = "what `process` gives"
_KINDS_OF_CODE: Final = {"cr": "cr_await", "gi": "gi_yieldfrom", "ag": "ag_await"}
"""How what a coroutine, a generator or an asynchronous generator waits for is called."""
_KINDS: Final = {
    **dict.fromkeys(("sleep", "sleep_until", "sleep_forever", "checkpoint"), "sleep"),
    **dict.fromkeys(
        ("timeout", "timeout_at", "wait_for", "move_on_after", "fail_after", "move_on_at", "fail_at", "CancelScope"),
        "timeout",
    ),
    **dict.fromkeys(
        (
            *("Queue", "PriorityQueue", "LifoQueue", "Event", "Lock", "Condition", "Semaphore", "BoundedSemaphore"),
            *("Barrier", "Future", "open_memory_channel", "create_memory_object_stream", "MemoryObjectReceiveStream"),
        ),
        "queue",
    ),
    **dict.fromkeys(
        (
            *("gather", "create_task", "ensure_future", "TaskGroup", "Task", "wait", "as_completed", "shield"),
            *("open_nursery", "create_task_group"),
        ),
        "spawn",
    ),
    **dict.fromkeys(("to_thread", "run_in_executor", "run_sync"), "thread"),
    **dict.fromkeys(("run", "Runner", "run_until_complete", "run_coroutine_threadsafe"), "run"),
}


class Mistake(NamedTuple):
    """Something of another library, and the user's line that asked for it."""

    place: CodePlace | None
    what: str

    def __str__(self) -> str:
        where = "a behaviour" if self.place is None else self.place.bare
        if self.what.startswith(_SIMPY):
            return f"{where}: an event of SimPy is waited for with process.wait, and not awaited itself"
        if kind_of_use(self.what) == "run":
            # These bring a loop along.
            return f"{where}: {self.what} has an event loop of its own, which knows no process; use {cure(self.what)}"
        return f"{where}: {self.what} needs an event loop, and a process has none; use {cure(self.what)}"


def cure(what: str) -> str:
    """Return what to use instead of *what*, such as ``asyncio.Queue.get``."""
    return CURES.get(kind_of_use(what), _ANYTHING)


def kind_of_use(what: str) -> str:
    """Return what *what* is used for, a key of ``CURES``; or nothing where that is not known."""
    return next((kind for word in what.split(".") if (kind := _KINDS.get(word.removeprefix("_")))), "")


def mistake_of(exception: BaseException) -> Mistake | None:
    """Return what was asked of another library, where *exception* is what it says without its event loop."""
    way = list(_raised(exception))
    if not way:
        return None
    entered = next((at for at, stop in enumerate(way) if _library(stop.frame)), len(way))
    run = entered < len(way) and kind_of_use(_asked(way)) == "run"
    # Without their loop nothing of the user's runs inside of the library, or it is what the loop itself has refused.
    if run and (_place(way[entered:]) is None or _BAD_YIELD.search(text_of(exception))):
        return Mistake(_place(way[:entered]), _asked(way))
    inside = bool(_library(way[-1].frame))
    awaited = "" if inside else _awaited(text_of(exception))
    if awaited in _OF_SIMPY:
        return Mistake(_place(way), _SIMPY + awaited)
    if not inside and text_of(exception) == _LOOPLESS:
        # What is written in C has no frame of its own.
        return Mistake(_place(way), "asyncio.get_running_loop")
    wanting = isinstance(exception, (RuntimeError, AttributeError, DeprecationWarning))
    if not inside or not wanting or not _WANTS_A_LOOP.search(text_of(exception)):
        return None
    return Mistake(_place(way), _asked(way))


def _awaited(text: str) -> str:
    """Return the class that, as Python says in *text*, cannot be awaited; or nothing where that is not what it says."""
    found = _NO_AWAITABLE.fullmatch(text)
    return "" if found is None else found[1] or found[2]


def waits_for(value: object, coroutine: Any) -> str:
    """Return the error text of a *coroutine* that has yielded *value*, which is no operation."""
    way = list(_waiting(coroutine))
    place = _place(way)
    if any(_library(stop.frame) for stop in way):
        return str(Mistake(place, _asked(way)))
    kind = type(value)
    library = kind.__module__.lstrip("_").partition(".")[0]
    if library in LIBRARIES:
        return str(Mistake(place, f"{library}.{_public(kind.__name__)}"))
    where = "a behaviour" if place is None else place.bare
    return f"{where}: {with_article(kind.__name__)} is no operation; await only {_ANYTHING}"


class _Stop(NamedTuple):
    """A frame and the line in it, on the way to where something was raised or waits."""

    frame: FrameType
    line: int


def _raised(exception: BaseException) -> Iterator[_Stop]:
    traceback = exception.__traceback__
    while traceback is not None:
        yield _Stop(traceback.tb_frame, traceback.tb_lineno)
        traceback = traceback.tb_next


def _waiting(coroutine: Any) -> Iterator[_Stop]:
    """Give the frames of *coroutine* and of all that it awaits, the innermost last."""
    while coroutine is not None:
        kind = next((kind for kind in _KINDS_OF_CODE if hasattr(coroutine, f"{kind}_frame")), None)
        if kind is None:
            # What steps an asynchronous generator names it nowhere, and refers to it all the same.
            coroutine = next((each for each in gc.get_referents(coroutine) if hasattr(each, "ag_frame")), None)
            continue
        frame = getattr(coroutine, f"{kind}_frame")
        if frame is None:
            return
        yield _Stop(frame, frame.f_lineno)
        coroutine = getattr(coroutine, _KINDS_OF_CODE[kind])


def _place(way: Sequence[_Stop]) -> CodePlace | None:
    own = [stop for stop in way if is_own(stop.frame.f_code.co_filename)]
    return place_of(own[-1].frame.f_code, own[-1].line) if own else None


def _library(frame: FrameType) -> str:
    """Return which of the libraries *frame* belongs to, or nothing."""
    name = str(frame.f_globals.get("__name__", "")).partition(".")[0]
    return name if name in LIBRARIES else ""


def _asked(way: Sequence[_Stop]) -> str:
    """Return the name of what the user's code called in the library, such as ``asyncio.Queue.get``."""
    inside = [stop.frame for stop in way if _library(stop.frame)]
    names = [frame.f_code.co_qualname.split(".") for frame in inside]
    # The first that has a public name: a lock is entered by the method of a private base.
    name = next((name for name in names if not any(part.startswith("_") for part in name)), names[0])
    return ".".join((_library(inside[0]), *(part for part in map(_public, name) if part)))


def _public(part: str) -> str:
    """Return *part* of a name without the underscore of what is private; nothing of ``__aenter__`` and its like."""
    return "" if part.startswith("__") else {"_GatheringFuture": "gather"}.get(part, part.removeprefix("_"))
