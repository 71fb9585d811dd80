"""Where something was raised: the user's own lines among all that an error went through."""

from __future__ import annotations

import linecache
import os
import re
from functools import lru_cache
from inspect import CO_GENERATOR
from operator import is_
from pathlib import PurePath
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from simcore.model.errors import ProcessError
from simcore.model.shown_file import shown_file
from simcore.model.stable import stable
from simcore.model.text import cut, printable

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from types import CodeType, TracebackType

OUTER_MAX: Final = 3
INNER_MAX: Final = 5
"""So many places are told of where a way begins, and so many of where it ends."""
LINE_MAX: Final = 100
FILES_MAX: Final = 1 << 16
"""Of so many files it is remembered whose they are: of more than a process loads, which are asked for one by one, again
and again."""
CAUSES_MAX: Final = 20
"""An error may be its own cause, over any number of others."""

_SIMCORE: Final = PurePath(__file__).parents[1]
_CATALOG: Final = _SIMCORE / "_catalog"
"""Where an installed simcore keeps the shipped scenarios: users' code, though it lies inside the package."""
_SHIPPED_PROPERTIES: Final = (_CATALOG if os.path.isdir(_CATALOG) else _SIMCORE.parent) / "properties"
_BELOW_SIMCORE, _BELOW_CATALOG, _BELOW_LIBRARY = (
    os.path.join(os.path.normcase(folder), "") for folder in (_SIMCORE, _CATALOG, os.path.dirname(os.__file__))
)
_MADE: Final = "hypothesis_temporary_module"
"""The modules that Hypothesis makes of its own, which say that they are in the file of the test."""
_BLANK_LINES: Final = re.compile(r"\A((?:\w+: )?)\s*\n\s*(?=\S)")
_DESCRIBED: Final = re.compile(r'\A((?:\w+: )?)\s*\n  File "([^"\n]+)", line (\d+), in .*\n.*\n(.+)\Z')
_INSTALLED: Final = frozenset(("site-packages", "dist-packages"))
_USED: Final = {
    *("_pytest", "cyclopts", "dask", "distributed", "hypothesis", "junitparser", "lupa", "msgspec", "networkx"),
    *("pluggy", "pytest", "rich", "simpy", "sortedcontainers", "tzdata", "xdist", "yaml"),
}
"""The installed packages that simcore uses itself, or that call it."""


class CodePlace(NamedTuple):
    """A line of a file, and the function that it is in; the file as the code has it."""

    file: str
    line: int
    function: str = ""

    @property
    def bare(self) -> str:
        """``file:line`` with the name of the file alone, for what programs observe: the same in every folder."""
        return f"{PurePath(self.file).name}:{self.line}"

    @property
    def shown(self) -> str:
        """``file:line`` with the file as a person would name it; never a path of the machine."""
        return f"{shown_file(self.file)}:{self.line}"


def place_of(code: CodeType, line: int | None) -> CodePlace:
    """Return the place of a line of *code*."""
    return CodePlace(code.co_filename, line or code.co_firstlineno, code.co_name)


def is_simcore(file: str) -> bool:
    """Tell whether *file* is one of simcore itself."""
    return _kind(file) == "simcore"


def is_own(file: str) -> bool:
    """Tell whether *file* is the user's own: none of simcore, of Python, or of an installed package."""
    return _kind(file) == "own"


@lru_cache(maxsize=1024)
def is_shipped_property(file: str) -> bool:
    """Tell whether *file* is one of the properties that come with simcore: inside of it, or beside it where it is
    installed to be worked on."""
    return PurePath(file).is_relative_to(_SHIPPED_PROPERTIES)


@lru_cache(maxsize=1024)
def is_of_installed(file: str) -> bool:
    """Tell whether *file* is one of an installed package that simcore does not use itself."""
    parts = PurePath(file).parts
    inside = [parts[index + 1] for index, part in enumerate(parts[:-1]) if part in _INSTALLED]
    return _kind(file) == "library" and bool(inside) and inside[-1].removesuffix(".py") not in _USED


def is_made_by_hypothesis(names: Mapping[str, Any]) -> bool:
    """Tell whether code with these global *names* is one of the wrappers of Hypothesis, which say that they are in the
    file of the test."""
    return str(names.get("__name__", "")).startswith(_MADE)


@lru_cache(maxsize=FILES_MAX)
def _kind(file: str) -> str:
    # Asked of each module of a process, so not by `PurePath`, which takes ten times as long.
    path = os.path.normcase(file)
    if path.startswith(_BELOW_CATALOG):
        return "own"
    if path.startswith(_BELOW_SIMCORE):
        return "simcore"
    library = path in ("", ".") or path.startswith(("<frozen ", _BELOW_LIBRARY))
    return "library" if library or not _INSTALLED.isdisjoint(path.split(os.sep)) else "own"


def places_of(error: BaseException) -> tuple[CodePlace, ...]:
    """Return where *error* went through the user's own code, the innermost place last.

    What ended another process, or was raised in a SimPy process, goes on with the places there.
    """
    found: list[CodePlace] = []
    cause: BaseException | None = error
    for _ in range(CAUSES_MAX):
        if cause is None:
            break
        here, raised_by_user = _own_places(cause.__traceback__)
        found += here
        if isinstance(cause, ProcessError) and cause.raised_at:
            return (*found, *cause.raised_at)
        first = cause.__cause__
        cause = first if not raised_by_user or is_copy(cause, first) else None
    return tuple(found)


def is_raised_by_user(error: BaseException) -> bool:
    """Tell whether the line that raised *error* is the user's own."""
    return _own_places(error.__traceback__)[1]


def is_copy(error: BaseException, cause: BaseException | None) -> bool:
    """Tell whether *error* is what SimPy raises of *cause*, by which one of its processes has ended: an error of the
    same class and arguments, thrown into the process that waits for the other, or raised where nobody does."""
    if cause is None or type(error) is not type(cause) or len(error.args) != len(cause.args):
        return False
    thrown = not is_raised_by_user(error) or _ends_in_generator(error.__traceback__)
    return thrown and all(map(is_, error.args, cause.args))


def _ends_in_generator(traceback: TracebackType | None) -> bool:
    """Tell whether what was raised left a generator first, as what was thrown into one does."""
    while traceback is not None and traceback.tb_next is not None:
        traceback = traceback.tb_next
    return traceback is not None and bool(traceback.tb_frame.f_code.co_flags & CO_GENERATOR)


def _own_places(traceback: TracebackType | None) -> tuple[tuple[CodePlace, ...], bool]:
    """Return the user's places, else those of other libraries; and whether the user's code was the innermost."""
    way = list(_way(traceback))
    own = [place for place in way if is_own(place.file)]
    places = own or [place for place in way if not is_simcore(place.file)]
    return tuple(places), bool(way) and is_own(way[-1].file)


def _way(traceback: TracebackType | None) -> Iterator[CodePlace]:
    """Give the places of *traceback*. Where one error is raised again and again, Python keeps the earlier ways behind
    the last one; they begin with the same code, and are none of this raise."""
    begin = None if traceback is None else traceback.tb_frame.f_code
    first = traceback
    while traceback is not None and (traceback is first or traceback.tb_frame.f_code is not begin):
        if not is_made_by_hypothesis(traceback.tb_frame.f_globals):
            yield place_of(traceback.tb_frame.f_code, traceback.tb_lineno)
        traceback = traceback.tb_next


def with_place(text: str, places: Sequence[CodePlace]) -> str:
    """Return *text* as it is told: the same everywhere, its first line with the innermost of *places*, unless it names
    that already."""
    text, said = _headed(text)
    if said:
        return text
    if not places or f"{places[-1].bare}:" in text:
        return text
    first, newline, rest = text.partition("\n")
    return f"{first} ({places[-1].shown}){newline}{rest}"


def _headed(text: str) -> tuple[str, bool]:
    """Return *text* with words in its first line, and whether that names a place already: SimPy writes one, and only
    then what is the matter."""
    found = _DESCRIBED.match(text)
    if found is None:
        return _BLANK_LINES.sub(r"\1", stable(text)), False
    kind, file, line, message = found.groups()
    named = shown_file(file) if PurePath(file).is_absolute() else file
    return stable(f"{kind}{message} ({named}:{line})"), True


def told(error: ProcessError) -> str:
    """Return the message of what a process ended with, and where that was raised."""
    return with_place(error.message, error.raised_at)


def way_in_words(places: Sequence[CodePlace]) -> tuple[str, ...]:
    """Return a line for each of *places*; nothing where the innermost, which every message names, is all there is."""
    if len(places) < 2:
        return ()
    if len(places) <= OUTER_MAX + INNER_MAX:
        return tuple(map(_in_words, places))
    # How many more is not told: how deep a recursion gets depends on how deep the process was already.
    return (*map(_in_words, places[:OUTER_MAX]), "...", *map(_in_words, places[-INNER_MAX:]))


def _in_words(place: CodePlace) -> str:
    line = printable(linecache.getline(place.file, place.line).strip())
    return f"{place.shown}, in {place.function}" + (f": {cut(line, LINE_MAX)}" if line else "")
