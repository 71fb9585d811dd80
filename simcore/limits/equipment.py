"""What simcore works with in a process that it shares with the user's code: functions of Python's, its own modules,
descriptors, memory. That code may leave any of it broken, and what is played next would be blamed for it."""

from __future__ import annotations

import builtins
import contextlib
import copy
import hashlib
import json
import mmap
import os
import pickle
import re
import signal
import sys
import tempfile
import threading
from contextlib import contextmanager
from operator import is_
from pathlib import Path
from typing import TYPE_CHECKING, Final

import msgspec

from simcore.model.interrupts import is_interrupt
from simcore.model.nested import leave
from simcore.model.text import cut, listed
from simcore.model.texts import class_name, text_of

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable, Iterator, Mapping
    from types import ModuleType

OURS: Final = "simcore"
DESCRIPTORS: Final = 8
"""So many files have to be openable at once."""
MEMORY: Final = 64 * 2**20
"""So many bytes have to be there: the stack of a thread and what it allocates at first."""
SPARE_MEMORY: Final = 8 * MEMORY
"""What is left of a process that has hardly begun, where its memory is not narrow."""
NAMED_MAX: Final = 5
"""So many names are told."""
SAID_MAX: Final = 200
_BOUND: Final = (property, classmethod, staticmethod)
_CHANGING: Final = frozenset({"os._exit", "os.abort"})
"""Functions that simcore itself puts others in the place of, for a time."""
_LEFT_OUT: Final = frozenset({"sys", "__main__", "posixpath", "ntpath"})
"""Modules whose functions are not looked at: the streams and hooks of the first are put back by others, and the last
have another name, ``os.path``."""


class Equipment:
    """What there is in this process now. What does not work already is not asked for later."""

    def __init__(self) -> None:
        self._unmended = ""
        """What could not be put back."""
        self._begin()

    def _begin(self) -> None:
        self._modules: dict[str, ModuleType] = {name: each for name, each in sys.modules.items() if _is_used(name)}
        self._ours: list[str] = [name for name in self._modules if _is_ours(name)]
        self._holders: dict[str, object] = {**self._modules, **_classes_of_the_door()}
        self._functions: dict[str, dict[str, object]] = {
            name: {key: value for key, value in vars(holder).items() if callable(value) or isinstance(value, _BOUND)}
            for name, holder in self._holders.items()
        }
        self._ours_and_classes: list[str] = [name for name in self._holders if _is_ours(name)]
        self._built_in: dict[str, object] = builtins.__dict__
        self._built_in_before = dict(self._built_in)
        self._uses = [use for use in _USES if not _failing(use)]
        if _memory in self._uses and not _has_spare_memory():
            # So little is the doing of whoever has started this process, as by `ulimit -v`, and of no item.
            self._uses.remove(_memory)
        self.begin()

    @property
    def unmended(self) -> str:
        """In words what could not be put back, or nothing."""
        return self._unmended

    def begin(self) -> None:
        """Hear that a work begins: others than the user's code may have moved since, such as who runs its tests."""
        self._path = list(sys.path)
        self._place = _place()
        self._limits = _limits()

    def renew(self) -> None:
        """Take what there is now: what was imported meanwhile may have put other functions in their places, which work
        as well."""
        self._begin()

    def broken(self, *, suspected: bool = False) -> str:
        """Return in words what does not work any more, or nothing.

        Args:
            suspected: whether something went wrong already, so that what has another one in its place is named even
                where that seems to work.
        """
        try:
            return self._told(suspected=suspected)
        except Exception as error:
            # Nothing works without those.
            self._built_in.update(self._built_in_before)
            return f"Python's own functions: {class_name(error)}: {_reason(error)}"

    def _told(self, *, suspected: bool) -> str:
        # One is enough: whoever opens files needs paths.
        lost = next(self._lost(), "") or (self._unmended if suspected else "")
        # Asked after each work, so that what nobody is told is not looked for.
        replaced = self.replaced() if lost or suspected else []
        if not lost and not replaced:
            return ""
        names = [f"replaced: {listed(replaced, NAMED_MAX)}"] if replaced else []
        return cut("; ".join((*filter(None, [lost]), *names)), SAID_MAX)

    def _lost(self) -> Iterator[str]:
        yield from _place_lost(self._place)
        yield from filter(None, map(_failing, self._uses))
        gone = [name for name in self._ours if sys.modules.get(name) is not self._modules[name]]
        if gone:
            yield f"sys.modules has lost {listed(gone, NAMED_MAX)}"
        lost = [folder for folder in self._path if folder not in sys.path]
        if lost:
            yield f"sys.path has lost {len(lost)} of its {len(self._path)} folders"
        if any(self._changes(self._ours_and_classes)):
            yield "simcore itself was changed"
        if self._limits and _cpu_is_limited(self._limits):
            yield "the limit of its CPU time was lowered"

    def replaced(self) -> list[str]:
        """Return the functions that have another one in their place, which may do as well."""
        return [f"{module}.{name}" for module, name, _ in self._changes(self._holders)]

    def _changes(self, holders: Iterable[str]) -> Iterator[tuple[str, str, object]]:
        """Give the module or class, the name and the value of each function of *holders* that is another one now."""
        for holder in holders:
            functions, now = self._functions[holder], vars(self._holders[holder])
            # Quick for the many where nothing has changed.
            if all(map(is_, map(now.get, functions), functions.values())):
                continue
            for name, value in functions.items():
                if now.get(name) is not value and f"{holder}.{name}" not in _CHANGING:
                    yield holder, name, value

    def put_back(self) -> None:
        """Let all be as it was, as far as that can be done; what cannot is not asked for any more."""
        self._built_in.update(self._built_in_before)
        sys.modules.update(self._modules)
        for holder, name, value in list(self._changes(self._holders)):
            setattr(self._holders[holder], name, value)
        added = [folder for folder in sys.path if folder not in self._path]
        if any(folder not in sys.path for folder in self._path):
            sys.path[:] = [*self._path, *added]
        _raise_limits(self._limits)
        unmended = next(self._lost(), "")
        self._begin()
        self._unmended = self._unmended or unmended


# -- what is tried


def _expect(holds: object) -> None:
    # No `assert`: Python takes those out where it is told to optimize.
    if not holds:
        raise ValueError("the result is another one")


def _texts() -> None:
    _expect(json.loads(json.dumps(["é", 1])) == ["é", 1])
    _expect(msgspec.json.decode(msgspec.json.encode(["é"])) == ["é"])
    _expect(re.compile("[a-z]+").fullmatch("abc") is not None)
    _expect(len(hashlib.sha256(b"abc").hexdigest()) == 64)


def _values() -> None:
    _expect(isinstance(copy.deepcopy([1]), list))
    _expect(pickle.loads(pickle.dumps(("a", 1))) == ("a", 1))


def _paths() -> None:
    _expect(os.path.join("a", "b") == str(Path("a") / "b"))
    _expect(Path(os.devnull).exists())
    _expect(os.path.isdir(os.sep))
    _expect(os.fspath(Path("a")) == "a")


def _descriptors() -> None:
    opened: list[int] = []
    try:
        opened += [os.open(os.devnull, os.O_RDWR) for _ in range(DESCRIPTORS)]
        _expect(os.write(opened[0], b"a") == 1)
    finally:
        for each in opened:
            os.close(each)


def _files() -> None:
    handle, name = tempfile.mkstemp(prefix="simcore-")
    other = f"{name}-"
    try:
        with os.fdopen(handle, "w") as file:
            file.write("a")
        os.replace(name, other)
        with open(other) as file:
            _expect(file.read() == "a")
    finally:
        for each in (name, other):
            with contextlib.suppress(FileNotFoundError):
                os.unlink(each)


def _memory() -> None:
    mmap.mmap(-1, MEMORY).close()


def _has_spare_memory() -> bool:
    try:
        mmap.mmap(-1, SPARE_MEMORY).close()
    except (OSError, MemoryError):
        return False
    return True


def _threads() -> None:
    _expect(threading.current_thread().is_alive())
    _expect(threading.main_thread() is not None)
    _expect(not threading.Event().wait(0))


def _signals() -> None:
    _expect(signal.getsignal(signal.SIGINT) is not signal.SIGTERM)
    if hasattr(signal, "setitimer"):
        # Of the timers this one is nobody's.
        _expect(signal.setitimer(signal.ITIMER_VIRTUAL, 0) is not None)


_USES: Final[dict[Callable[[], None], str]] = {
    _texts: "texts",
    _values: "values",
    _paths: "paths",
    _descriptors: "descriptors",
    _files: "temporary files",
    _memory: "memory",
    _threads: "threads",
    _signals: "signals",
}


def _failing(use: Callable[[], None]) -> str:
    """Return in words what comes of *use*, where it fails."""
    try:
        use()
    except BaseException as error:
        if is_interrupt(error):
            raise
        return f"{_USES[use]}: {class_name(error)}: {_reason(error)}".removesuffix(": ")
    return ""


def _reason(error: BaseException) -> str:
    # The name of a file of ours is another one each time.
    return (error.strerror if isinstance(error, OSError) else None) or text_of(error)


# -- what is looked at


def _classes_of_the_door() -> dict[str, type]:
    """Return the classes that the user's code has by name, and those that they are made of."""
    door = vars(sys.modules[OURS]) if OURS in sys.modules else {}
    shown = [each for each in door.values() if isinstance(each, type)]
    found = [base for each in shown for base in each.__mro__ if _is_ours(base.__module__)]
    return {f"{each.__module__}.{each.__qualname__}": each for each in found}


def _is_ours(name: str) -> bool:
    return name.partition(".")[0] == OURS


def _is_used(name: str) -> bool:
    return name not in _LEFT_OUT and (_is_ours(name) or name.partition(".")[0] in sys.stdlib_module_names)


def _place() -> dict[str, object]:
    """Return as whom this process acts, and where its paths begin."""
    who = getattr(os, "geteuid", None)
    found: dict[str, object] = {} if who is None else {"it acts as another user": who()}
    with contextlib.suppress(OSError):
        root = os.stat(os.sep)
        found["it has another root folder"] = (root.st_dev, root.st_ino)
    return found


def _place_lost(before: Mapping[str, object]) -> Iterator[str]:
    try:
        now = _place()
    except Exception as error:
        yield f"{class_name(error)}: {_reason(error)}"
        return
    yield from (what for what, value in before.items() if now.get(what, value) != value)


def _limits() -> dict[int, tuple[int, int]]:
    """Return the limits of this process, by number, where the system has any."""
    try:
        import resource
    except ImportError:
        return {}
    names = [name for name in dir(resource) if name.startswith("RLIMIT_")]
    return {number: resource.getrlimit(number) for number in (getattr(resource, name) for name in names)}


def _cpu_is_limited(before: Mapping[int, tuple[int, int]]) -> bool:
    """Tell whether this process will be ended that has used some CPU time, and would not have been."""
    import resource

    return resource.getrlimit(resource.RLIMIT_CPU) != before[resource.RLIMIT_CPU]


def _raise_limits(before: Mapping[int, tuple[int, int]]) -> None:
    for number, limits in before.items():
        import resource

        # Only root can raise the hard one again.
        with contextlib.suppress(OSError, ValueError):
            if resource.getrlimit(number) != limits:
                resource.setrlimit(number, limits)


# -- that of this process

_equipment: Final[list[Equipment]] = []


@contextmanager
def equipped(equipment: Equipment) -> Generator[None, None, None]:
    """Let *equipment* be that of this process inside the block."""
    _equipment.append(equipment)
    try:
        yield
    finally:
        leave(_equipment, equipment)


def left_broken(*, suspected: bool = False) -> str:
    """Return in words what the user's code has left broken, and put it back; nothing where all works, or nobody looks
    after it. It is *suspected* where something went wrong already."""
    for equipment in _equipment[-1:]:
        found = equipment.broken(suspected=suspected)
        if found:
            equipment.put_back()
        return found
    return ""
