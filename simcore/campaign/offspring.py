"""The processes that come from this one, also those whose parents have ended meanwhile: none of them is to outlive it.

A process whose parent ends is given to init, and nobody knows any more whose it was. Linux gives it to the nearest
ancestor that has asked for such; elsewhere those alone are found that a process was started in a group with.
"""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from simcore.limits.ending import farewells
from simcore.model.stable import stable
from simcore.model.text import cut, printable

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

COMMAND_MAX: Final = 100
ROUNDS_MAX: Final = 50
"""So often it is looked whether all have ended: one that is being ended may start another."""
LOOK_S: Final = 0.01
DESCENDANTS_MAX: Final = 10_000
_CHILD_SUBREAPER: Final = 36
"""The option of https://man7.org/linux/man-pages/man2/PR_SET_CHILD_SUBREAPER.2const.html."""
_INIT: Final = 1
_TRACKER: Final = "multiprocessing.resource_tracker"
"""What Python starts by itself, and ends with whom it serves."""

_PLAYS: Final = "simcore.campaign."
"""What is in the command line of a process that plays, and so in that of a fork of it."""

_others: Final[set[int]] = set()
"""The processes that were children of this one before simcore began: whoever became simcore had started them."""
_ours: Final[set[int]] = set()
"""Those that simcore itself has started, to play for it."""
_told: Final[set[int]] = set()


def own_this_process() -> None:
    """Know that this process is simcore's alone, so that what comes from it from now on is to end with it."""
    _others.update(child_pids())
    if end_all not in farewells:
        farewells.append(end_all)


def adopt() -> None:
    """Own this process, and be given what comes from it and loses its parent. Where others are there already which
    simcore has not started, theirs could not be told from its own, and nothing is given to it."""
    own_this_process()
    if sys.platform != "linux" or _others or os.getpid() == _INIT:
        return
    # A Python may be built without it, and a system may refuse.
    with contextlib.suppress(ImportError, OSError, AttributeError):
        import ctypes

        ctypes.CDLL(None).prctl(_CHILD_SUBREAPER, 1, 0, 0, 0)


def plays_for_us(pid: int) -> None:
    """Know that simcore itself has started *pid*."""
    _ours.add(pid)


def orphans() -> list[str]:
    """Return in words what was given to this process and goes on, each once; of simcore's own process alone."""
    if end_all not in farewells:
        return []
    reap()
    found = {pid: in_words(pid) for pid in child_pids() if pid not in _ours | _others | _told}
    _told.update(pid for pid, words in found.items() if words)
    return list(dict.fromkeys(filter(None, found.values())))


def reap() -> None:
    """Let go of what was given to this process and has ended: nobody else does, and their numbers are few."""
    for pid in child_pids():
        if pid not in _ours | _others:
            _reap(pid)


def end_all() -> list[str]:
    """End all that comes from this process, if it is simcore's alone, but for what was there before; return in words
    what nobody was told of."""
    found = dict[int, str]()
    # What others have started in a container, as by `docker exec`, is given to its first process.
    if end_all in farewells and os.getpid() != _INIT:
        # Whoever ends is not to be kept from it by what the user's code has put in the place of what this needs.
        with contextlib.suppress(BaseException):
            _end_all(found)
    untold = (words for pid, words in found.items() if pid not in _ours | _told)
    return list(dict.fromkeys(untold))


def _end_all(found: dict[int, str]) -> None:
    for _ in range(ROUNDS_MAX):
        living = {pid: words for pid in all_but(_others) if (words := in_words(pid))}
        if not living:
            return
        found.update(living)
        end(living)
        threading.Event().wait(LOOK_S)
        for pid in list(child_pids()):
            if pid not in _others:
                _reap(pid)


def end(pids: Iterable[int]) -> None:
    """End *pids* by force."""
    for pid in pids:
        send(pid, signal.SIGKILL)


def send(pid: int, number: int) -> None:
    """Send the signal *number* to *pid*, if that is still there and may be sent any."""
    with contextlib.suppress(OSError):
        os.kill(pid, number)


def _reap(pid: int) -> None:
    with contextlib.suppress(OSError):
        os.waitpid(pid, os.WNOHANG)


# -- which they are


def child_pids(pid: int | None = None) -> Iterator[int]:
    """Give the processes that *pid* has started, or that were given to it; by default those of this process. There are
    none where the system does not tell."""
    try:
        tasks = sorted(Path(f"/proc/{pid or 'self'}/task").iterdir())
    except OSError:
        return
    for task in tasks:
        try:
            text = (task / "children").read_text()
        except OSError:
            continue
        yield from map(int, text.split())


def descendants(pid: int) -> list[int]:
    """Return all that comes from the process *pid*, without what has lost its parent."""
    found = list(child_pids(pid))
    for each in found:
        if len(found) >= DESCENDANTS_MAX:
            break
        found += child_pids(each)
    return found


def all_but(others: Collection[int]) -> list[int]:
    """Return all that comes from this process, but for *others* and what comes from those."""
    return [each for child in child_pids() if child not in others for each in (child, *descendants(child))]


class _Standing(NamedTuple):
    """What the system says of a process: its name, its state, and the number of its group."""

    name: str
    state: str
    group: int


def _standing(pid: int) -> _Standing | None:
    try:
        name, _, rest = Path(f"/proc/{pid}/stat").read_text(errors="replace").partition("(")[2].rpartition(")")
        state, _parent, group = rest.split()[:3]
        return _Standing(name, state, int(group))
    except (OSError, ValueError):
        return None


def in_words(pid: int) -> str:
    """Return which process that is; nothing where it has ended, or is one that Python has started by itself."""
    standing = _standing(pid)
    if standing is None or standing.state in ("Z", "X"):
        return ""
    try:
        words = Path(f"/proc/{pid}/cmdline").read_bytes().decode(errors="replace").split("\0")
    except OSError:
        return ""
    if any(_TRACKER in word for word in words):
        return ""
    if words[:-1] == sys.orig_argv or any(_PLAYS in word for word in words):
        return "a fork of the process that plays it"
    # One that is just beginning has no arguments yet.
    command = " ".join(words).strip() or standing.name
    return f"the process `{cut(printable(stable(command)), COMMAND_MAX)}`"


def group_of(leader: int) -> list[int]:
    """Return those that were given to this process and are of the group that *leader* had begun."""
    found = ((pid, _standing(pid)) for pid in child_pids() if pid != leader)
    return [pid for pid, standing in found if standing is not None and standing.group == leader]
