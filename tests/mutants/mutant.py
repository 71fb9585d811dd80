"""A mutant: one thing that simcore does wrong on purpose, said as data, and how a source is changed to do it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Final, Literal

NOTHING: Final[Mapping[str, Any]] = MappingProxyType({})


class Stale(Exception):
    """A mutant cannot be applied any more: the code that it changes has moved."""


@dataclass(frozen=True, slots=True)
class Change:
    """One place of the source that becomes another.

    Args:
        file: where, from the top of the project.
        old: the text that stands there, once in the whole file.
        new: what stands there instead.
    """

    file: str
    old: str
    new: str

    @property
    def module(self) -> str:
        """The name of the module that the file is."""
        return self.file.removesuffix(".py").removesuffix("/__init__").replace("/", ".")


@dataclass(frozen=True, slots=True, kw_only=True)
class Mutant:
    """One mutant.

    Args:
        name: what it is called by, such as ``M01``.
        wrong: what it does wrong, in one line.
        changes: of the source, in the order in which they are made.
        options: of the worlds in which it shows, where these are not the defaults.
        language: in which the members of the programs are written that show it.
        shown_by: the id of the shipped property that is played first, where few of all programs come to what shows it.
        tests: the files of tests that have to notice it, where it is one of what finds failures; else programs do.
        equivalent: why nobody can ever see it; empty of one that is to be killed.
        known: why it lives on, where that is known: no program gets there, or nobody looks. Empty of one that is to be
            killed.
    """

    name: str
    wrong: str
    changes: tuple[Change, ...]
    options: Mapping[str, Any] = field(default_factory=lambda: NOTHING)
    language: Literal["python", "lua"] = "python"
    shown_by: str = ""
    tests: tuple[str, ...] = ()
    equivalent: str = ""
    known: str = ""

    @property
    def modules(self) -> tuple[str, ...]:
        """The modules that it changes, each once."""
        return tuple(dict.fromkeys(change.module for change in self.changes))

    @property
    def is_to_be_killed(self) -> bool:
        """Whether to survive is wrong."""
        return not (self.equivalent or self.known)

    def changed(self, module: str, source: str) -> str:
        """Return the *source* of a module as it is in the mutant.

        Raises:
            Stale: a text that is to be changed does not stand there once.
        """
        for change in self.changes:
            if change.module == module:
                times = source.count(change.old)
                if times != 1:
                    first = change.old.strip().partition("\n")[0]
                    raise Stale(f"{self.name} does not apply: {change.file} has {times} times what it changes: {first}")
                source = source.replace(change.old, change.new)
        return source
