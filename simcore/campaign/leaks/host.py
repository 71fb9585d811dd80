"""What the host gives, held still in a process that only tries: the same each time, or all of one kind another way.

The one file of those that try which asks the host. Whoever asks for the time or for chance is noted with the line.
"""

from __future__ import annotations

import builtins
import ctypes
import datetime
import gc
import os
import random
import shutil
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Collection, Iterator, Mapping
from functools import lru_cache, wraps
from typing import TYPE_CHECKING, Any, Final

from simcore.model.places import is_own, is_simcore, place_of

if TYPE_CHECKING:
    from types import FrameType

HASHES: Final = "hashes"
CLOCK: Final = "clock"
CHANCE: Final = "chance"
FOLDERS: Final = "folders"
ADDRESSES: Final = "addresses"
ENVIRONMENT: Final = "environment"
MACHINE: Final = "machine"
OUTSIDE: Final = "outside"
KINDS: Final[Mapping[str, str]] = {
    HASHES: "the hash seed: the order of a set, or hash() of a text",
    CLOCK: "the clock",
    CHANCE: "chance that no seed of the run decides",
    FOLDERS: "the order in which a folder is listed",
    ADDRESSES: "addresses of objects: id(), the repr or the hash of an object, the order of a set of objects",
    ENVIRONMENT: "variables of the environment, such as USER, LANG and TZ",
    MACHINE: "the number of the process, or the name of the machine",
}
"""What can be another way while all else is the same, and what it is in words."""

BEGINNING_NS: Final = 1_700_000_000_000_000_000
LATER_NS: Final = ((400 * 24 + 5) * 3_600 + 7 * 60 + 11) * 1_000_000_000
"""Another year, month, day of the week, hour, minute and second."""
STEP_NS: Final = 1_000_000
"""The clock goes on when somebody looks at it, so that who waits for a time to come does not wait for ever."""
OTHER_ENVIRONMENT: Final = {
    "USER": "another",
    "LOGNAME": "another",
    "USERNAME": "another",
    "HOSTNAME": "elsewhere",
    "LANG": "C.UTF-8",
    "TZ": "Pacific/Chatham",
    "SIMCORE_TRIES": "1",
}
NOTED_MAX: Final = 5
"""So many lines are noted of each kind."""
FRAMES_MAX: Final = 50
HOLES: Final = 20_000
_OUTSIDE: Final = {
    "_thread.start_new_thread": "a thread was started",
    "socket.connect": "a socket was connected",
    "socket.bind": "a socket was bound",
    "subprocess.Popen": "a process was started",
    "os.system": "a process was started",
    "os.fork": "a process was forked",
    "open": "a file was opened",
}
"""What cannot be held still is noted; Python tells of it by these names."""


class Noted:
    """Who has asked the host for what: by kind, in words with the user's line."""

    def __init__(self) -> None:
        self._direct: dict[str, dict[str, None]] = {}
        self._by_others: dict[str, dict[str, None]] = {}

    def note(self, kind: str, what: str, frame: FrameType | None) -> None:
        """Note *what* was asked for from *frame* on, where that is on the user's account."""
        direct = frame is not None and is_own(frame.f_code.co_filename)
        of_kind = (self._direct if direct else self._by_others).setdefault(kind, {})
        if len(of_kind) < NOTED_MAX and (place := _place(frame)):
            of_kind[f"{what} ({place})"] = None

    def lines(self) -> dict[str, list[str]]:
        """Return what was noted: what the user's own code has asked for, else what other libraries have for it."""
        told = {**self._by_others, **{kind: what for kind, what in self._direct.items() if what}}
        return {kind: list(what) for kind, what in told.items() if what}


def _place(frame: FrameType | None) -> str:
    """Return the user's line that *frame* was called by, past other libraries; not past simcore, nor past an import,
    which is nothing that a run does."""
    for _ in range(FRAMES_MAX):
        file = "" if frame is None else frame.f_code.co_filename
        if frame is None or is_simcore(file) or file.startswith("<frozen importlib"):
            return ""
        if is_own(file):
            return place_of(frame.f_code, frame.f_lineno).shown
        frame = frame.f_back
    return ""


# -- for a process that is going to be started


def environment(others: Collection[str]) -> dict[str, str]:
    """Return the environment of a process in which the kinds *others* are another way."""
    other = OTHER_ENVIRONMENT if ENVIRONMENT in others else {}
    return {**os.environ, **other, "PYTHONHASHSEED": str(int(HASHES in others))}


def still_addresses(others: Collection[str]) -> list[str]:
    """Return the words before a command that let all its addresses be the same each time, where the system can."""
    return [] if ADDRESSES in others else list(_setarch())


@lru_cache(maxsize=1)
def _setarch() -> tuple[str, ...]:
    found = shutil.which("setarch")
    tried = found and subprocess.run([found, "-R", sys.executable, "-c", ""], capture_output=True, check=False)
    return (found, "-R") if found and tried and not tried.returncode else ()


# -- in that process


class HeldHost:
    """Holds what this process finds of its host, for good: nothing is given back.

    Args:
        others: the kinds that are another way than else.
    """

    def __init__(self, others: Collection[str]) -> None:
        self.noted: Noted = Noted()
        self._others = others
        self._clock = _Clock(other=CLOCK in others)
        self._chance = random.Random()
        self._holes = [bytes(size % 480 + 33) for size in range(HOLES)] if ADDRESSES in others else []
        # Every third place is free again, so that what is made now lies elsewhere.
        del self._holes[::3]
        self._hold_chance()
        self._hold_clock()
        self._hold_folders()
        self._hold_machine()
        self._hold_addresses()
        sys.addaudithook(self._heard)
        self.begin_again()

    def begin_again(self) -> None:
        """Let the clock stand where it stood, and the chance of the system be what it was, for one more run."""
        self._clock.passed_ns = 0
        self._chance.seed(int(CHANCE in self._others))

    def _held(self, kind: str, module: Any, name: str, answer: Callable[..., Any], *, own: bool = False) -> None:
        """Let *name* of *module* answer by *answer* to all but simcore, or only to the user's *own* code."""
        real = getattr(module, name, None)
        if real is None:
            return
        what = "os.urandom" if name == "_urandom" else f"{module.__name__}.{name}"

        @wraps(real)
        def held(*arguments: Any, **named: Any) -> Any:
            frame = sys._getframe(1)
            file = frame.f_code.co_filename
            if is_simcore(file) or (own and not is_own(file)):
                return real(*arguments, **named)
            self.noted.note(kind, what, frame)
            return answer(*arguments, **named)

        setattr(module, name, held)

    # -- the clock

    def _hold_clock(self) -> None:
        clock = self._clock
        for name in ("time", "monotonic", "perf_counter", "process_time", "thread_time"):
            self._held(CLOCK, time, name, clock.seconds)
            self._held(CLOCK, time, f"{name}_ns", clock.now_ns)
        self._held(CLOCK, time, "clock_gettime", lambda _: clock.seconds())
        self._held(CLOCK, time, "clock_gettime_ns", lambda _: clock.now_ns())
        local = _at(time.localtime, clock)
        for name in ("localtime", "gmtime", "ctime"):
            self._held(CLOCK, time, name, _at(getattr(time, name), clock))
        for name, place in (("strftime", 1), ("asctime", 0)):
            self._held(CLOCK, time, name, _filled(getattr(time, name), place, local))
        utc = datetime.UTC
        for kind, name, answer in (
            (datetime.datetime, "now", lambda cls, tz=None: cls.fromtimestamp(clock.seconds(), tz)),
            (datetime.datetime, "utcnow", lambda cls: cls.fromtimestamp(clock.seconds(), utc).replace(tzinfo=None)),
            (datetime.date, "today", lambda cls: cls.fromtimestamp(clock.seconds())),
        ):
            # A Python to come may have no `utcnow`.
            if hasattr(kind, name):
                self._hold_of_class(kind, name, answer)

    def _hold_of_class(self, kind: type, name: str, answer: Callable[..., Any]) -> None:
        what = f"datetime.{kind.__name__}.{name}"

        def held(cls: Any, *arguments: Any, **named: Any) -> Any:
            self.noted.note(CLOCK, what, sys._getframe(1))
            return answer(cls, *arguments, **named)

        # A class that is written in C lets nobody change it, and a class in its place would be another one to all who
        # compare.
        contents = gc.get_referents(kind.__dict__)
        if contents and isinstance(contents[0], dict):
            contents[0][name] = classmethod(held)
            ctypes.pythonapi.PyType_Modified(ctypes.py_object(kind))

    # -- chance

    def _hold_chance(self) -> None:
        chance = self._chance

        def drawn(size: int, *_: Any) -> bytes:
            return chance.randbytes(size)

        for module, name in ((os, "urandom"), (os, "getrandom"), (random, "_urandom")):
            self._held(CHANCE, module, name, drawn)
        # What is written in C would go on past these.
        for name in ("_generate_time_safe", "_UuidCreate"):
            setattr(uuid, name, None)
        random.seed(int(CHANCE in self._others))
        for name in random.__all__:
            if not isinstance(getattr(random, name), type) and name not in ("seed", "getstate", "setstate"):
                self._held(CHANCE, random, name, getattr(random, name))
        seed = random.seed
        self._held(CHANCE, random, "seed", lambda *given: seed(*(given or [chance.getrandbits(64)])))
        for name in ("uuid1", "uuid4"):
            self._held(CHANCE, uuid, name, getattr(uuid, name))
        self._hold_seeds(random.Random.seed)

    def _hold_seeds(self, seed: Callable[..., None]) -> None:
        """Let a generator that is given no seed have one."""
        chance, note = self._chance, self.noted.note

        def seeded(generator: random.Random, value: Any = None, version: int = 2) -> None:
            if value is None and not is_simcore(sys._getframe(1).f_code.co_filename):
                note(CHANCE, "a random.Random without a seed", sys._getframe(1))
                value = chance.getrandbits(64)
            seed(generator, value, version)

        setattr(random.Random, "seed", seeded)  # noqa: B010  # no type checker lets a method be set

    def hold_numpy(self) -> None:
        """Seed numpy's generator of the module, where numpy was loaded meanwhile."""
        numpy = sys.modules.get("numpy.random")
        if numpy is not None:
            numpy.seed(int(CHANCE in self._others))

    # -- all else

    def _hold_folders(self) -> None:
        other, listed, scanned = FOLDERS in self._others, os.listdir, os.scandir
        self._held(FOLDERS, os, "listdir", lambda *given: sorted(listed(*given), reverse=other))
        self._held(
            FOLDERS,
            os,
            "scandir",
            lambda *given: _Scanned(sorted(scanned(*given), key=lambda each: each.name, reverse=other)),
        )

    def _hold_machine(self) -> None:
        number = 40_321 if MACHINE in self._others else 4_321
        numbers = {number: os.getpid(), number - 1: os.getppid()}
        for name in ("kill", "killpg", "getpgid", "getsid", "pidfd_open", "waitpid"):
            _aim(name, numbers)
        self._held(MACHINE, os, "getpid", lambda: number, own=True)
        self._held(MACHINE, os, "getppid", lambda: number - 1, own=True)
        if MACHINE in self._others and hasattr(os, "uname"):
            named = os.uname()
            self._held(MACHINE, os, "uname", lambda: os.uname_result((named[0], "elsewhere", *named[2:])))
            socket = sys.modules.get("socket")
            if socket is not None:
                self._held(MACHINE, socket, "gethostname", lambda: "elsewhere")

    def _hold_addresses(self) -> None:
        number, other, seen = builtins.id, ADDRESSES in self._others, dict[int, int]()

        def held(value: object) -> int:
            # The place of an object that is gone may be another's: as with addresses themselves.
            serial = seen.setdefault(number(value), len(seen) + 1)
            return (1 << 46) - serial * 64 if other else (1 << 40) + serial * 64

        self._held(ADDRESSES, builtins, "id", held, own=True)

    def _heard(self, event: str, arguments: tuple[Any, ...]) -> None:
        what = _OUTSIDE.get(event)
        if what is not None and not (event == "open" and str(arguments[0]).endswith((".py", ".pyc"))):
            self.noted.note(OUTSIDE, what, sys._getframe(1))


class _Clock:
    """A clock that stands still, but for a step at each look."""

    def __init__(self, *, other: bool) -> None:
        self._beginning_ns = BEGINNING_NS + LATER_NS * other
        self._step_ns = STEP_NS * (3 if other else 1)
        self.passed_ns = 0

    def now_ns(self) -> int:
        self.passed_ns += self._step_ns
        return self._beginning_ns + self.passed_ns

    def seconds(self) -> float:
        return self.now_ns() / 1_000_000_000


def _aim(name: str, numbers: Mapping[int, int]) -> None:
    """Let *name* of ``os`` mean the process that the user's code was told another number of: by that one it would
    reach a process that has nothing to do with this."""
    real = getattr(os, name, None)
    if real is None:
        return

    @wraps(real)
    def aimed(pid: Any, *arguments: Any, **named: Any) -> Any:
        return real(numbers.get(pid, pid) if isinstance(pid, int) else pid, *arguments, **named)

    setattr(os, name, aimed)


def _at(real: Callable[..., Any], clock: _Clock) -> Callable[..., Any]:
    return lambda seconds=None: real(clock.seconds() if seconds is None else seconds)


def _filled(real: Callable[..., Any], place: int, local: Callable[[], Any]) -> Callable[..., Any]:
    """Return *real* with the time of now where its argument at *place* is left out."""
    return lambda *given: real(*given) if len(given) > place else real(*given, local())


class _Scanned:
    """What ``os.scandir`` gives, in the order that was held."""

    def __init__(self, entries: list[os.DirEntry[Any]]) -> None:
        self._entries = iter(entries)

    def __iter__(self) -> Iterator[os.DirEntry[Any]]:
        return self._entries

    def __next__(self) -> os.DirEntry[Any]:
        return next(self._entries)

    def __enter__(self) -> _Scanned:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        self._entries = iter(())
