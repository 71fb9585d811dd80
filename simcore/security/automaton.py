"""Regular expressions in linear time: all ways through a pattern are followed at once, so that none is tried twice.

It reads the spelling that ``pattern.py`` writes, and no other.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final, NamedTuple

from simcore.model.errors import UsageError

# K. Thompson, "Regular Expression Search Algorithm", CACM 11(6), 1968, in the form of R. Pike's machine as R. Cox
# describes it, "Regular Expression Matching: the Virtual Machine Approach", 2009. Here a step is taken by a set of
# states without priorities and without captures, because only the fact of a match counts; and what one character has to
# be is left to `re`, which knows classes and upper and lower case.
STATES_MAX: Final = 20_000
REPEAT_MAX: Final = 1000
_PART: Final = re.compile(
    r"""(?P<place>\(\?(?:a?:)(?:\^|\$|\\[AZbB])\))
    |(?P<open>\(\?(?P<on>[ims]*)(?:-(?P<off>[ims]+))?:)
    |(?P<close>\))
    |(?P<bar>\|)
    |(?P<repeat>(?P<sign>[*+?]|\{(?P<least>[0-9]+)(?P<comma>,)?(?P<most>[0-9]*)\})\??)
    |(?P<character>\[\^?(?:\\.|[^\]\\])*\]|\\.|.)""",
    re.VERBOSE | re.DOTALL,
)


class Fragment:
    """A part of a pattern.

    *size* is how many states it becomes, *repeats* the product of its nested counts, and *branches* how often a way
    through it can go on in two ways, each round of a repetition counted.
    """

    __slots__ = ("branches", "least", "most", "parts", "repeats", "size", "test", "verb")

    def __init__(self, verb: str, parts: tuple[Fragment, ...] = (), test: re.Pattern[str] | None = None) -> None:
        self.verb: str = verb
        self.parts: tuple[Fragment, ...] = parts
        self.test: re.Pattern[str] | None = test
        self.least: int = 0
        self.most: int | None = None
        self.size: int = 1 + sum(part.size for part in parts)
        self.repeats: int = max((part.repeats for part in parts), default=1)
        self.branches: int = sum(part.branches for part in parts) + (len(parts) - 1 if verb == "choice" else 0)

    @classmethod
    def repeated(cls, part: Fragment, least: int, most: int | None) -> Fragment:
        """Return *part* *least* to *most* times (None: without end).

        Raises:
            UsageError: the automaton would be too large; RE2 refuses such patterns too.
        """
        fragment = cls("repeat", (part,))
        fragment.least, fragment.most = least, most
        fragment.size = 1 + (part.size + 1) * (least + 1 if most is None else max(most, 1))
        rounds = max(least, most or 1)
        fragment.repeats = part.repeats * rounds
        fragment.branches = part.branches * rounds + (least != most)
        if fragment.repeats > REPEAT_MAX or fragment.size > STATES_MAX:
            raise UsageError(f"its repetitions multiply to more than {REPEAT_MAX}, which RE2 refuses")
        return fragment


class _State(NamedTuple):
    """Where a way through the pattern can be: a test to pass, and where it leads, at once where there is no test."""

    test: re.Pattern[str] | None
    reads: bool
    following: tuple[int, ...]


class Automaton:
    """All the ways through one pattern.

    Args:
        spelling: the pattern as ``pattern.py`` spells it for ``re``.

    Raises:
        UsageError: it would be too large.
    """

    __slots__ = ("_start", "_states", "branches")

    def __init__(self, spelling: str) -> None:
        fragment = _Reader(spelling).alternatives("")
        if fragment.size > STATES_MAX:
            raise UsageError(f"it needs more than {STATES_MAX} states")
        self.branches: int = fragment.branches
        """How often a search can go on in two ways. Where it is once at most, ``re`` is as good."""
        # State 0 is the end of the pattern.
        self._states: list[_State] = [_State(None, reads=False, following=())]
        self._start = self._built(fragment, 0)

    def search(self, text: str) -> bool:
        """Tell whether the pattern is found anywhere in *text*."""
        current: dict[int, None] = {}
        for at in range(len(text) + 1):
            # From the start again at each place: a search is anchored nowhere.
            reached = self._closure((*current, self._start), text, at)
            if 0 in reached:
                return True
            current = {}
            if at < len(text):
                character = text[at]
                for number in reached:
                    state = self._states[number]
                    if state.reads and state.test is not None and state.test.match(character):
                        current[state.following[0]] = None
        return False

    def _closure(self, numbers: tuple[int, ...], text: str, at: int) -> dict[int, None]:
        """Return all states that are reached from *numbers* without reading a character."""
        reached: dict[int, None] = {}
        open_numbers = list(numbers)
        while open_numbers:
            number = open_numbers.pop()
            if number in reached:
                continue
            reached[number] = None
            state = self._states[number]
            if not state.reads and (state.test is None or state.test.match(text, at)):
                open_numbers.extend(state.following)
        return reached

    def _built(self, fragment: Fragment, following: int) -> int:
        """Add the states of *fragment*, which lead to *following*, and return the first of them."""
        if fragment.verb == "sequence":
            for part in reversed(fragment.parts):
                following = self._built(part, following)
            return following
        if fragment.verb == "choice":
            return self._added(None, tuple(self._built(part, following) for part in fragment.parts))
        if fragment.verb == "repeat":
            return self._repeated(fragment, following)
        return self._added(fragment.test, (following,), reads=fragment.verb == "character")

    def _repeated(self, fragment: Fragment, following: int) -> int:
        part, most = fragment.parts[0], fragment.most
        if most is None:
            # The loop's own state first, since its part leads back to it.
            loop = self._added(None, ())
            self._states[loop] = _State(None, reads=False, following=(self._built(part, loop), following))
            following = loop
        else:
            after = following
            for _ in range(most - fragment.least):
                following = self._added(None, (self._built(part, following), after))
        for _ in range(fragment.least):
            following = self._built(part, following)
        return following

    def _added(self, test: re.Pattern[str] | None, following: tuple[int, ...], *, reads: bool = False) -> int:
        self._states.append(_State(test, reads, following))
        return len(self._states) - 1


class _Reader:
    """Reads a spelling into fragments. Whether it is well formed was asked by ``re`` already."""

    def __init__(self, spelling: str) -> None:
        self._parts = list(_PART.finditer(spelling))
        self._at = 0

    def alternatives(self, flags: str) -> Fragment:
        """Return all up to the end of the group, under *flags*."""
        choices: list[list[Fragment]] = [[]]
        while self._at < len(self._parts) and not self._parts[self._at]["close"]:
            part = self._parts[self._at]
            self._at += 1
            if part["bar"]:
                choices.append([])
            elif part["repeat"]:
                choices[-1].append(self._repeat(part, choices[-1].pop()))
            else:
                choices[-1].append(self._single(part, flags))
        sequences = tuple(Fragment("sequence", tuple(choice)) for choice in choices)
        return sequences[0] if len(sequences) == 1 else Fragment("choice", sequences)

    def _single(self, part: re.Match[str], flags: str) -> Fragment:
        if part["open"]:
            group = self.alternatives(_changed(flags, part["on"], part["off"] or ""))
            self._at += 1
            return group
        test = _compiled(part["place"] or part["character"], flags)
        return Fragment("place" if part["place"] else "character", test=test)

    def _repeat(self, part: re.Match[str], repeated: Fragment) -> Fragment:
        sign = part["sign"]
        if sign in "*+?":
            least, most = {"*": (0, None), "+": (1, None), "?": (0, 1)}[sign]
        else:
            least = int(part["least"])
            most = int(part["most"]) if part["most"] else None if part["comma"] else least
        return Fragment.repeated(repeated, least, most)


def _changed(flags: str, on: str, off: str) -> str:
    return "".join(flag for flag in "ims" if flag in flags + on and flag not in off)


@lru_cache(maxsize=1024)
def _compiled(part: str, flags: str) -> re.Pattern[str]:
    return re.compile(f"(?{flags}:{part})")
