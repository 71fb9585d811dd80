"""Regular expressions of policies: read as RE2 reads them, then handed to Python's ``re`` in an equivalent spelling.

The contract's patterns are RE2 patterns (process 12.3.4). Python knows constructs that RE2 refuses (look-around, back
references, possessive and atomic groups, conditionals), and gives a few common signs another meaning (``$``, ``\\s``,
``\\w``, ``{,n}``); so nothing reaches ``re`` that was not understood here. RE2 searches in linear time and
``re`` does not, so a pattern that can go two ways at more than one place is searched by ``automaton.py`` instead.
"""

from __future__ import annotations

import re
from typing import Final

from simcore.model.errors import UsageError
from simcore.security.automaton import REPEAT_MAX, Automaton
from simcore.security.charset import ESCAPED_CHARACTERS, PERL_CLASSES, POSIX_CLASSES, Ranges, complement, spelled

NESTING_MAX: Final = 100
BACKTRACKING_MAX: Final = 1000
# The syntax is that of https://github.com/google/re2/wiki/Syntax (R. Cox, "Regular Expression Matching in the Wild",
# 2010).
_COUNT: Final = re.compile(r"\{(0|[1-9][0-9]*)(?:,(0|[1-9][0-9]*)?)?\}")
_FLAGS: Final = re.compile(r"\(\?([imsU]*)(?:-([imsU]+))?([:)])")
_NAMED: Final = re.compile(r"\(\?P?<([0-9A-Za-z_]+)>")
_POSIX: Final = re.compile(r"\[:(\^?)(\w+):\]", re.ASCII)
_HEXADECIMAL: Final = re.compile(r"\\x(?:([0-9A-Fa-f]{2})|\{([0-9A-Fa-f]{1,8})\})")
_OCTAL: Final = re.compile(r"\\(0[0-7]{0,2}|[1-7][0-7]{1,2})")
# Each in a group: RE2 repeats a place, as in `^*`, which `re` refuses for a bare one. The automaton knows them by it.
_PLACES: Final = {"A": r"(?:\A)", "b": r"(?a:\b)", "B": r"(?a:\B)", "z": r"(?:\Z)"}
_REFUSED: Final = (
    ("(?=", "look-ahead"),
    ("(?!", "look-ahead"),
    ("(?<=", "look-behind"),
    ("(?<!", "look-behind"),
    ("(?>", "an atomic group"),
    ("(?(", "a conditional group"),
    ("(?P=", "a back reference"),
    ("(?#", "a comment"),
)


class PatternError(UsageError):
    """A pattern that RE2 would not accept, or that cannot be given its RE2 meaning here."""


class Pattern:
    """A compiled pattern; ``compile_pattern`` makes it.

    The work of a search grows with the length of the text times the size of the pattern, and never faster: nested
    repetitions such as ``(a+)+`` are searched by the automaton. The quicker ``re`` serves where it cannot blow up, that
    is where the pattern has one repetition or alternative at most and the text is no longer than ``BACKTRACKING_MAX``.
    """

    __slots__ = ("_automaton", "_backtracking", "text")

    def __init__(self, text: str) -> None:
        spelling = _Translator(text).translated()
        try:
            self._automaton = Automaton(spelling)
        except UsageError as problem:
            raise PatternError(f"bad pattern {text!r}: {problem}") from None
        self._backtracking = re.compile(spelling) if self._automaton.branches <= 1 else None
        self.text: str = text

    def search(self, text: str) -> bool:
        """Tell whether the pattern is found anywhere in *text*."""
        if self._backtracking is not None and len(text) <= BACKTRACKING_MAX:
            return self._backtracking.search(text) is not None
        return self._automaton.search(text)

    def __reduce__(self) -> tuple[type[Pattern], tuple[str]]:
        return (Pattern, (self.text,))


def compile_pattern(text: str) -> Pattern:
    """Return *text*, an RE2 pattern, ready for an unanchored ``search``.

    Raises:
        PatternError: the pattern is malformed or too large, or uses what RE2 does not have; the message says what.
    """
    return Pattern(text)


class _Translator:
    """Walks once over a pattern; each method reads one construct at ``_at`` and answers its Python spelling.

    All groups become non-capturing, because only the fact of a match counts. For the same reason ``U`` (prefer short
    matches) changes nothing and is dropped. A flag in mid-pattern holds to the end of its group; Python wants a group
    for that, so one is opened there, and closed and opened again around each ``|``.
    """

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        self._names: set[str] = set()

    def translated(self) -> str:
        """Return the whole pattern in Python's spelling."""
        spelling = self._alternatives(0)
        if self._at < len(self._text):
            raise self._error("unexpected )")
        return spelling

    def _alternatives(self, depth: int, *, multiline: bool = False) -> str:
        if depth > NESTING_MAX:
            raise self._error(f"groups nested deeper than {NESTING_MAX}")
        done: list[str] = []
        opened: list[str] = []
        repeatable = False
        while self._at < len(self._text) and self._text[self._at] != ")":
            flags = _FLAGS.match(self._text, self._at)
            if flags and flags[3] == ")":
                multiline = self._flag(flags, done, opened, multiline=multiline)
                repeatable = False
            elif self._text[self._at] == "|":
                self._at += 1
                done.append(")" * len(opened) + "|" + "".join(opened))
                repeatable = False
            elif repeat := self._repeat(repeatable=repeatable):
                done.append(repeat)
                repeatable = False
            else:
                done.append(self._atom(depth, multiline=multiline))
                repeatable = True
        return "".join(done) + ")" * len(opened)

    def _flag(self, flags: re.Match[str], done: list[str], opened: list[str], *, multiline: bool) -> bool:
        opening, multiline = self._opening(flags, multiline=multiline)
        self._at = flags.end()
        done.append(opening)
        opened.append(opening)
        return multiline

    def _opening(self, flags: re.Match[str], *, multiline: bool) -> tuple[str, bool]:
        on, off = flags[1], flags[2] or ""
        if not on and not off and flags[3] == ")":
            raise self._error("missing flags in (?)")
        if "m" in on + off:
            multiline = "m" not in off
        kept_on = "".join(flag for flag in "ims" if flag in on and flag not in off)
        kept_off = "".join(flag for flag in "ims" if flag in off)
        return f"(?{kept_on}{'-' if kept_off else ''}{kept_off}:", multiline

    def _repeat(self, *, repeatable: bool) -> str:
        """Return the repetition at this place, or an empty text where there is none."""
        start, sign = self._at, self._repeat_sign()
        if not sign:
            return ""
        if not repeatable:
            self._at = start
            raise self._error(f"missing argument to repetition operator {sign}, or a repetition of a repetition")
        if self._text[self._at : self._at + 1] == "?":
            self._at += 1
            sign += "?"
        if self._text[self._at : self._at + 1] == "+":
            raise self._error("a possessive repetition, which RE2 does not support")
        return sign

    def _repeat_sign(self) -> str:
        if self._text[self._at] in "*+?":
            self._at += 1
            return self._text[self._at - 1]
        count = _COUNT.match(self._text, self._at)
        if not count:
            return ""
        # The length first: to read a count of many thousand digits would cost more than the search.
        too_long = max(map(len, filter(None, count.groups()))) > len(str(REPEAT_MAX))
        if too_long or max(int(count[1]), int(count[2] or 0)) > REPEAT_MAX or int(count[2] or count[1]) < int(count[1]):
            raise self._error(f"invalid repeat count {count[0]}, the largest is {REPEAT_MAX}")
        self._at = count.end()
        return count[0]

    def _atom(self, depth: int, *, multiline: bool) -> str:
        sign = self._text[self._at]
        if sign == "(":
            return self._group(depth, multiline=multiline)
        if sign == "[":
            return self._class()
        if sign == "\\":
            return self._escape()
        self._at += 1
        if sign == "^":
            return "(?:^)"
        if sign == "$":
            return "(?:$)" if multiline else r"(?:\Z)"
        return "." if sign == "." else re.escape(sign)

    def _group(self, depth: int, *, multiline: bool) -> str:
        start, opening = self._at, "(?:"
        if flags := _FLAGS.match(self._text, self._at):
            opening, multiline = self._opening(flags, multiline=multiline)
            self._at = flags.end()
        elif self._text.startswith("(?", self._at):
            self._name()
        else:
            self._at += 1
        inner = self._alternatives(depth + 1, multiline=multiline)
        if not self._text.startswith(")", self._at):
            self._at = start
            raise self._error("missing closing )")
        self._at += 1
        return f"{opening}{inner})"

    def _name(self) -> None:
        for sign, what in _REFUSED:
            if self._text.startswith(sign, self._at):
                raise self._error(f"{what} {sign}...), which RE2 does not support")
        named = _NAMED.match(self._text, self._at)
        if not named:
            raise self._error(f"invalid group syntax {self._text[self._at : self._at + 4]}")
        if named[1] in self._names:
            raise self._error(f"duplicate group name {named[1]}")
        self._names.add(named[1])
        self._at = named.end()

    def _escape(self) -> str:
        following = self._text[self._at + 1 : self._at + 2]
        if following in PERL_CLASSES:
            self._at += 2
            negation = "^" if following.isupper() else ""
            return f"[{negation}{spelled(PERL_CLASSES[following.lower()])}]"
        if following in _PLACES:
            self._at += 2
            return _PLACES[following]
        if following == "Q":
            return self._quotation()
        return re.escape(self._escaped_character())

    def _quotation(self) -> str:
        text, _, _ = self._text[self._at + 2 :].partition("\\E")
        self._at = min(self._at + 2 + len(text) + 2, len(self._text))
        # A repetition that follows takes the last character alone, as in RE2.
        return "".join(re.escape(character) for character in text) or "(?:)"

    def _escaped_character(self) -> str:
        """Return the one character that the escape at this place stands for."""
        following = self._text[self._at + 1 : self._at + 2]
        if not following:
            raise self._error("trailing backslash")
        if following in ESCAPED_CHARACTERS:
            self._at += 2
            return ESCAPED_CHARACTERS[following]
        if following == "x":
            return self._hexadecimal()
        if following in "01234567":
            return self._octal()
        if following.isascii() and not following.isalnum():
            self._at += 2
            return following
        raise self._error(f"unknown escape \\{following}" + _advice(following))

    def _hexadecimal(self) -> str:
        digits = _HEXADECIMAL.match(self._text, self._at)
        if not digits or int(digits[1] or digits[2], 16) > 0x10FFFF:
            raise self._error("invalid hexadecimal escape")
        self._at = digits.end()
        return chr(int(digits[1] or digits[2], 16))

    def _octal(self) -> str:
        digits = _OCTAL.match(self._text, self._at)
        if not digits:
            raise self._error("a back reference, which RE2 does not support")
        self._at = digits.end()
        return chr(int(digits[1], 8))

    def _class(self) -> str:
        start = self._at
        self._at += 1
        negated = self._text.startswith("^", self._at)
        self._at += negated
        ranges: list[tuple[int, int]] = []
        while not ranges or not self._text.startswith("]", self._at):
            if self._at >= len(self._text):
                self._at = start
                raise self._error("missing closing ]")
            ranges.extend(self._class_item())
        self._at += 1
        return f"[{'^' if negated else ''}{spelled(tuple(ranges))}]"

    def _class_item(self) -> Ranges:
        if posix := _POSIX.match(self._text, self._at):
            if posix[2] not in POSIX_CLASSES:
                raise self._error(f"unknown class {posix[0]}")
            self._at = posix.end()
            ranges = POSIX_CLASSES[posix[2]]
            return complement(ranges) if posix[1] else ranges
        following = self._text[self._at + 1 : self._at + 2]
        if self._text[self._at] == "\\" and following in PERL_CLASSES:
            self._at += 2
            return PERL_CLASSES[following]
        return (self._class_range(),)

    def _class_range(self) -> tuple[int, int]:
        low = high = self._class_character()
        if self._text.startswith("-", self._at) and not self._text.startswith("-]", self._at):
            self._at += 1
            high = self._class_character()
        if low > high:
            raise self._error("a range whose end comes before its start")
        return low, high

    def _class_character(self) -> int:
        if self._at >= len(self._text):
            raise self._error("missing closing ]")
        if self._text[self._at] == "\\":
            return ord(self._escaped_character())
        self._at += 1
        return ord(self._text[self._at - 1])

    def _error(self, problem: str) -> PatternError:
        return PatternError(f"bad pattern {self._text!r} at position {self._at + 1}: {problem}")


def _advice(letter: str) -> str:
    if letter in "pP":
        return "; Unicode classes are not part of the simulation, list the characters in brackets"
    if letter == "Z":
        return "; write \\z for the end of the text"
    return "; RE2 has no such escape"
