"""What a process keeps from one run to the next: the state of the user's modules, and what Python itself keeps."""

from __future__ import annotations

import array
import builtins
import contextlib
import contextvars
import datetime
import decimal
import gc
import hashlib
import io
import locale
import logging
import os
import random
import re
import signal
import sys
import threading
import types
import warnings
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from functools import cache, lru_cache, partial
from pathlib import Path
from typing import Any, Final, NamedTuple, TypeAlias

from simcore.model.interrupts import past_what_lies
from simcore.model.places import is_own, is_simcore
from simcore.model.shown_file import shown_file
from simcore.model.stable import MOUNT_PREFIX, stable
from simcore.model.text import cut, few, printable

Named: TypeAlias = dict[str, tuple[str, str]]
"""By a name in words: what it was in a few words, and a digest of all of it."""

VALUES_MAX: Final = 20_000
"""Of one name so many values are read: what a program keeps may hold the whole of a library."""
DEPTH_MAX: Final = 40
SHOWN_MAX: Final = 100
NAMED_MAX: Final = 8
"""So many names of what has outlived are told."""
_identity: Final = id
"""As it was: a program may set another one."""
_PLAIN: Final = (bool, int, float, complex, str, bytes, bytearray, type(None), type(...), type(NotImplemented), range)
_SHARED: Final = (types.ModuleType, types.CodeType, types.FrameType, types.TracebackType, logging.Logger)
"""What is state elsewhere, or no state at all."""
_OF_CLASSES: Final = frozenset(
    ("__module__", "__qualname__", "__doc__", "__dict__", "__weakref__", "__annotations__", "__slots__")
)
_OF_HYPOTHESIS: Final = "_hypothesis_internal_"
"""With this begin the names by which Hypothesis writes on a test what it did with it."""


class ProcessState(NamedTuple):
    """What a process keeps at one moment.

    Args:
        modules: by the file of each of the user's modules, what its names stand for.
        python: what Python keeps for everybody.
        others: which functions and classes the names of all other modules stand for; a program may set another.
    """

    modules: dict[str, Named]
    python: Named
    others: Named

    def with_new_modules(self, now: ProcessState) -> ProcessState:
        """Return this with the user's modules that are there only *now*."""
        return self._replace(modules={**now.modules, **self.modules})


def kept() -> ProcessState:
    """Return what this process keeps at this moment. No code of the user's is run for it."""
    modules = {_shown(_file(module)): _names_of(module) for module in _own_modules()}
    return ProcessState(modules, _python(), _others())


def kept_of_project() -> ProcessState:
    """Return what the user's modules in the current folder keep, and of Python what programs change most often: as
    ``kept`` does, in a few milliseconds."""
    here = Path.cwd()
    modules = [
        module
        for module in _own_modules()
        if module.__name__.startswith(MOUNT_PREFIX) or Path(_file(module)).is_relative_to(here)
    ]
    random_too = {RANDOM: _in_words(_generator(random.getstate()))}
    return ProcessState(
        {_shown(_file(each)): _names_of(each) for each in modules}, {**_environment(), **random_too}, {}
    )


def outlived(before: ProcessState, now: ProcessState) -> list[str]:
    """Return in words what was kept *before* and is not the same *now*."""
    lines: list[str] = []
    for file, names in now.modules.items():
        # Of a file that is imported in the middle of a run all is new, and that is the one thing to tell.
        known = before.modules.get(file)
        lines += [f"{file} was imported"] if known is None else _changed(known, names)
    common = {name: value for name, value in now.others.items() if name in before.others}
    lines += [*_changed(before.python, now.python), *_changed({name: before.others[name] for name in common}, common)]
    return few(lines, NAMED_MAX)


def _changed(before: Named, now: Named) -> list[str]:
    nothing = ("not there", "")
    pairs = [(name, before.get(name, nothing), now.get(name, nothing)) for name in {**before, **now}]
    return [f"{name} was {was[0]}, now {is_now[0]}" for name, was, is_now in pairs if was[1] != is_now[1]]


def _own_modules() -> list[types.ModuleType]:
    return [module for module in list(sys.modules.values()) if is_own(_file(module))]


def _file(module: object) -> str:
    """Return the file of a module, or one of Python's own where it has none."""
    # A program may put anything into the table of modules.
    file = vars(module).get("__file__") if type(module) is types.ModuleType else None
    return file if isinstance(file, str) else "<frozen >"


@cache
def _shown(file: str) -> str:
    """Return how a file is named: the same also where a program has changed the current folder."""
    return shown_file(file)


def _names_of(module: types.ModuleType) -> Named:
    found: Named = {}
    for name, value in list(vars(module).items()):
        if name.startswith("__") and name.endswith("__"):
            continue
        with past_what_lies():
            _add(found, f"{_shown(_file(module))}: {name}", value, set())
    return found


# -- the user's names


_CACHED: Final = type(lru_cache(_own_modules))


def _add(found: Named, name: str, value: Any, within: set[int]) -> None:
    """Add what is to be told apart of *value*: of a function and a class each part under a name of its own."""
    if _identity(value) in within or len(within) > DEPTH_MAX:
        return
    within, kind = {*within, _identity(value)}, type(value)
    # The class is asked and never the value, which may say of itself that it is anything.
    if kind is types.FunctionType:
        _add_function(found, name, value, within)
    elif issubclass(kind, type):
        _add_class(found, name, value, within)
    elif kind in (staticmethod, classmethod):
        _add(found, name, value.__func__, within)
    elif kind is _CACHED:
        hits, misses, _, size = value.cache_info()
        told = f"{hits} hits, {misses} misses, {size} kept"
        found[f"the cache of {name}"] = (told, told)
        _add(found, name, value.__wrapped__, within)
    elif not issubclass(kind, _SHARED):
        found[name] = _in_words(value)


def _add_function(found: Named, name: str, function: types.FunctionType, within: set[int]) -> None:
    if not is_own(function.__code__.co_filename):
        return
    code = function.__code__
    named = code.co_varnames[code.co_argcount - len(function.__defaults__ or ()) :]
    for argument, value in (*zip(named, function.__defaults__ or (), strict=False), *_pairs(function.__kwdefaults__)):
        found[f"{name}: the default of {argument}"] = _in_words(value)
    for variable, cell in zip(code.co_freevars, function.__closure__ or (), strict=False):
        # A cell is empty until its variable is set.
        with contextlib.suppress(ValueError):
            _add(found, f"{name}: the variable {variable} that it closes over", cell.cell_contents, within)
    for attribute, value in _pairs(function.__dict__):
        if attribute.startswith(_OF_HYPOTHESIS):
            continue
        _add(found, f"{name}.{attribute}", value, within)


def _add_class(found: Named, name: str, kind: type, within: set[int]) -> None:
    # Past a metaclass, which may answer anything.
    if not is_own(_file(sys.modules.get(type.__getattribute__(kind, "__module__")))):
        return
    for attribute, value in _pairs(type.__getattribute__(kind, "__dict__")):
        if attribute not in _OF_CLASSES and type(value) not in (types.GetSetDescriptorType, property):
            _add(found, f"{name}.{attribute}", value, within)


def _pairs(table: Mapping[str, Any] | None) -> list[tuple[str, Any]]:
    return list((table or {}).items())


def _in_words(value: Any) -> tuple[str, str]:
    words = _Words()
    # What cannot be read is no leak that could be told.
    with past_what_lies():
        words.read(value, 0)
    text = "".join(words.pieces)
    size = f"{type(value).__name__} of {words.size}: " if words.size > NAMED_MAX else ""
    return size + cut(printable(stable(text)), SHOWN_MAX), hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()


class _Words:
    """Reads a value, and all that it holds, by the ways that the user's code cannot change."""

    def __init__(self) -> None:
        self.pieces: list[str] = []
        self.size = 0
        """How many elements the value has, where it is a container."""
        self._left = VALUES_MAX
        self._seen: dict[int, int] = {}

    def read(self, value: Any, depth: int) -> None:
        """Add *value* in words."""
        self._left -= 1
        kind = type(value)
        if self._left < 0 or depth > DEPTH_MAX:
            self._say("...")
        elif kind in _PLAIN:
            self._say(repr(value))
        elif _identity(value) in self._seen:
            self._say(f"<{kind.__name__} number {self._seen[_identity(value)]}>")
        else:
            self._seen[_identity(value)] = len(self._seen)
            self._read_object(value, kind, depth + 1)

    def _say(self, text: str) -> None:
        self.pieces.append(text)

    def _read_object(self, value: Any, kind: type, depth: int) -> None:
        if issubclass(kind, (*_SHARED, type, types.FunctionType, types.BuiltinFunctionType)):
            self._say(f"<{getattr(value, '__name__', kind.__name__)}>")
        elif _is_of_simcore(kind) or _is_of_hypothesis(kind):
            # A world that is kept is what it is, and what it holds changes with each run; so does what Hypothesis
            # keeps with each test that it has called.
            self._say(f"<{kind.__name__}>")
        elif issubclass(kind, dict):
            self._read_pairs(value, kind, depth)
        elif issubclass(kind, tuple(_ITERATED)):
            self._read_elements(list(_ITERATED[_base(kind)](value)), kind, depth)
        elif issubclass(kind, (set, frozenset)):
            self._read_set(value, kind, depth)
        elif issubclass(kind, (types.GeneratorType, types.CoroutineType, types.AsyncGeneratorType)):
            self._read_frame(value, kind, depth)
        else:
            self._read_other(value, kind, depth)

    def _read_pairs(self, value: dict[Any, Any], kind: type, depth: int) -> None:
        pairs = list(dict.items(value))
        self.size = max(self.size, len(pairs)) if depth == 1 else self.size
        self._say("{" if kind is dict else f"{kind.__name__}({{")
        for number, (key, each) in enumerate(pairs):
            self._say(", " if number else "")
            self.read(key, depth)
            self._say(": ")
            self.read(each, depth)
        self._say("}" if kind is dict else "})")
        self._read_attributes(value, depth)

    def _read_elements(self, elements: list[Any], kind: type, depth: int) -> None:
        self.size = max(self.size, len(elements)) if depth == 1 else self.size
        begin, end = "[]" if kind is list else "()" if kind is tuple else (f"{kind.__name__}([", "])")
        self._say(begin)
        for number, each in enumerate(elements):
            self._say(", " if number else "")
            self.read(each, depth)
        self._say(end)

    def _read_set(self, value: Any, kind: type, depth: int) -> None:
        """Read a set in an order that neither hashes nor addresses decide."""
        elements = list((set if issubclass(kind, set) else frozenset).__iter__(value))
        self.size = max(self.size, len(elements)) if depth == 1 else self.size
        texts = []
        for each in elements:
            inner = _Words()
            inner._left, inner._seen = self._left, self._seen
            inner.read(each, depth)
            self._left = inner._left
            texts.append("".join(inner.pieces))
        self._say(f"{kind.__name__}({{{', '.join(sorted(texts))}}})")

    def _read_frame(self, value: Any, kind: type, depth: int) -> None:
        prefix = "gi" if kind is types.GeneratorType else "cr" if kind is types.CoroutineType else "ag"
        frame = getattr(value, f"{prefix}_frame")
        self._say(f"<{kind.__name__} at {'its end' if frame is None else f'instruction {frame.f_lasti}'}>")
        if frame is not None:
            self._read_pairs(dict(frame.f_locals), dict, depth)

    def _read_other(self, value: Any, kind: type, depth: int) -> None:
        if issubclass(kind, random.Random):
            self._say(_generator(random.Random.getstate(value)))
        elif kind in _SHOWN:
            # What these show of themselves is what they are.
            self._say(stable(repr(value)))
        elif kind in (io.StringIO, io.BytesIO):
            self._say(repr("closed" if value.closed else value.getvalue()))
        elif kind is partial:
            self._read_elements([value.func, value.args, value.keywords], kind, depth)
        elif kind.__module__ in ("itertools", "builtins") and kind.__flags__ & _OF_C:
            self._read_iterator(value, kind, depth)
        else:
            self._say(f"<{kind.__name__}")
            self._read_attributes(value, depth)
            self._say(">")

    def _read_iterator(self, value: Any, kind: type, depth: int) -> None:
        """Read where an iterator stands, without asking it for more."""
        reduced = None
        with past_what_lies(), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            reduced = value.__reduce__()
        self._say(f"<{kind.__name__} ")
        if isinstance(reduced, tuple):
            self._read_elements(list(reduced[1:]), tuple, depth + 1)
        self._say(">")

    def _read_attributes(self, value: Any, depth: int) -> None:
        with past_what_lies():
            self._read_names(object.__getattribute__(value, "__dict__"), depth)
        for kind in type(value).__mro__:
            slots = kind.__dict__.get("__slots__", ())
            for name in (slots,) if isinstance(slots, str) else tuple(slots):
                descriptor = kind.__dict__.get(name)
                if type(descriptor) is types.MemberDescriptorType:
                    with contextlib.suppress(AttributeError):
                        self._read_names({name: descriptor.__get__(value)}, depth)

    def _read_names(self, table: Mapping[str, Any], depth: int) -> None:
        for name, each in list(table.items()):
            self._say(f" {name}=")
            self.read(each, depth)


def _generator(state: object) -> str:
    """Return in few words where a random generator stands."""
    return f"<a generator at {hashlib.sha256(repr(state).encode()).hexdigest()[:8]}>"


_OF_C: Final = 1 << 8
"""The flag of a class that nobody can change."""
_SHOWN: Final = (
    *(datetime.date, datetime.time, datetime.datetime, datetime.timedelta, datetime.timezone),
    *(decimal.Decimal, re.Pattern, array.array, type(threading.Lock()), type(threading.RLock())),
)
_ITERATED: Final[Mapping[type, Callable[[Any], Iterator[Any]]]] = {
    list: list.__iter__,
    tuple: tuple.__iter__,
    deque: deque.__iter__,
}


def _base(kind: type) -> type:
    return next(base for base in _ITERATED if issubclass(kind, base))


def _is_of_simcore(kind: type) -> bool:
    return is_simcore(_file(sys.modules.get(kind.__module__)))


def _is_of_hypothesis(kind: type) -> bool:
    return kind.__module__.partition(".")[0] == "hypothesis"


# -- what Python keeps


def _python() -> Named:
    found = _environment()
    for name, read in _KEPT_BY_PYTHON.items():
        # A folder may be gone, and a locale may be one that nobody knows.
        with contextlib.suppress(Exception):
            found[name] = _in_words(read())
    for variable, value in contextvars.copy_context().items():
        found[f"the context variable {variable.name}"] = _in_words(value)
    numpy = sys.modules.get("numpy.random")
    if numpy is not None:
        found["the generator of numpy.random"] = _in_words(_generator(numpy.get_state()))
    return found


def _environment() -> Named:
    return {f"os.environ[{name!r}]": _in_words(value) for name, value in sorted(os.environ.items())}


RANDOM: Final = "the generator of the module random"
_KEPT_BY_PYTHON: Final[Mapping[str, Callable[[], object]]] = {
    RANDOM: lambda: _generator(random.getstate()),
    "the current folder": os.getcwd,
    "the locale": lambda: locale.setlocale(locale.LC_ALL),
    "the decimal context": lambda: _decimal(decimal.getcontext()),
    "the list of filters of warnings": lambda: [repr(each) for each in warnings.filters],
    "what stands in sys.modules under another name": lambda: _misplaced(),
    "sys.path": lambda: list(sys.path),
    "sys.argv": lambda: list(sys.argv),
    "sys.meta_path": lambda: [repr(each) for each in sys.meta_path],
    "the bound of recursion": sys.getrecursionlimit,
    "the list of hooks of sys": lambda: [
        *(
            _identity(hook)
            for hook in (sys.excepthook, sys.displayhook, sys.unraisablehook, sys.gettrace(), sys.getprofile())
        ),
        *map(_identity, sys.get_asyncgen_hooks()),
    ],
    "the list of streams of sys": lambda: [_identity(sys.stdout), _identity(sys.stderr), _identity(sys.stdin)],
    "whether garbage is collected": lambda: [gc.isenabled(), gc.get_threshold(), gc.get_freeze_count()],
    "the list of handlers of signals": lambda: [
        repr(signal.getsignal(each)) for each in sorted(signal.valid_signals())
    ],
    "the list of threads": lambda: sorted(thread.name for thread in threading.enumerate()),
    "the list of handlers of logging": lambda: [logging.root.level, [repr(each) for each in logging.root.handlers]],
    "the table of built-ins": lambda: {name: _identity(value) for name, value in vars(builtins).items()},
}


def _misplaced() -> list[str]:
    named = ((name, vars(module).get("__name__")) for name, module in list(sys.modules.items()) if _is_module(module))
    others = [name for name, module in list(sys.modules.items()) if not _is_module(module)]
    return [*(name for name, own in named if own != name), *others]


def _is_module(module: object) -> bool:
    return issubclass(type(module), types.ModuleType)


def _decimal(context: decimal.Context) -> list[object]:
    """Return all but the flags, which are set by each sum and decide nothing."""
    traps = [kind.__name__ for kind, is_set in context.traps.items() if is_set]
    return [context.prec, context.rounding, context.Emin, context.Emax, context.capitals, context.clamp, traps]


def _others() -> Named:
    found: Named = {}
    for name, module in list(sys.modules.items()):
        if type(module) is not types.ModuleType or is_own(_file(module)) or is_simcore(_file(module)):
            continue
        for each, value in list(vars(module).items()):
            if issubclass(type(value), (types.FunctionType, types.BuiltinFunctionType, type)):
                found[f"{name}.{each}"] = (f"<{value.__name__}>", str(_identity(value)))
    return found
