"""How large a drawn program may be, checked once."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING, Any, Final

import msgspec

from simcore.model.errors import UsageError
from simcore.model.programs import LANGUAGES, LUA_VERBS, ROLES, Language, Program, Role, Verb
from simcore.model.texts import represented
from simcore.strategies.weights import every_verb

if TYPE_CHECKING:
    from collections.abc import Sequence

OPERATIONS_MAX: Final = 1_000
"""Hypothesis gives up an example of some thousand bytes."""
DEVIATIONS_MAX: Final = 8
PROCESSES_MAX: Final = 100
FEW: Final = 2
"""So many hosts, services and scopes there are at most beside what every program has, where all verbs are drawn."""


class Bounds(msgspec.Struct, frozen=True, kw_only=True):
    """What a drawn program may consist of; each as of ``programs``.

    Raises:
        UsageError: it is impossible, or a verb or a role is unknown; the message says what may stand there.
    """

    min_processes: int = 1
    max_processes: int = 4
    min_operations: int = 0
    max_operations: int = 30
    min_deviations: int = 0
    max_deviations: int = DEVIATIONS_MAX
    min_hosts: int = 0
    max_hosts: int = FEW
    min_services: int = 0
    max_services: int = FEW
    max_scopes: int = FEW
    verbs: tuple[Verb, ...]
    are_all: bool = True
    """Whether these are all verbs that there are, so that a program may be in favour of a theme."""
    roles: tuple[Role, ...] = ROLES
    language: Language = "python"

    def __post_init__(self) -> None:
        for what, least, most in _RANGES:
            self._check_range(what, least, most)
        whole("programs(max_scopes=...)", self.max_scopes, least=0)
        chosen("programs(language=...)", (self.language,), LANGUAGES)
        chosen("programs(roles=...)", self.roles, ROLES)
        known_verbs("programs(verbs=...)", self.verbs, self.language)

    def _check_range(self, what: str, least: int, most: int) -> None:
        low, high = getattr(self, f"min_{what}"), getattr(self, f"max_{what}")
        whole(f"programs(min_{what}=...)", low, least=least)
        whole(f"programs(max_{what}=...)", high, least=least)
        if high > most:
            raise UsageError(f"programs(max_{what}=...) is an int from {least} to {most}, not {high}")
        if low > high:
            raise UsageError(f"programs(min_{what}={low}, max_{what}={high}): no number is both")

    def hold(self, program: Program) -> bool:
        """Tell whether *program* is within them, whatever its policies and options are."""
        return self.has_room_for(program) and all(
            getattr(self, f"min_{what}") <= count for what, count in _counts(program).items()
        )

    def has_room_for(self, program: Program) -> bool:
        """Tell whether nothing in *program* is beyond them. Some that are drawn have a little less than the least."""
        return (
            all(count <= getattr(self, f"max_{what}") for what, count in _counts(program).items())
            and all(step.verb in self.verbs for step in program.steps)
            and program.language == self.language
        )


def _counts(program: Program) -> dict[str, int]:
    return {
        "processes": program.processes,
        "operations": len(program.steps),
        "deviations": len(program.deviations),
        "hosts": len(program.hosts),
        "services": len(program.services),
    }


_RANGES: Final = (
    ("processes", 1, PROCESSES_MAX),
    ("operations", 0, OPERATIONS_MAX),
    ("deviations", 0, DEVIATIONS_MAX),
    ("hosts", 0, 8),
    ("services", 0, 8),
)


def whole(what: str, value: object, *, least: int) -> None:
    """Refuse a *value* that is no int, or less than *least*.

    Raises:
        UsageError: it is one; *what* names the argument.
    """
    if isinstance(value, bool) or not isinstance(value, int) or value < least:
        raise UsageError(f"{what} is an int of {least} or more, not {represented(value)}")


def chosen(what: str, values: Any, allowed: Sequence[str]) -> None:
    """Refuse *values* of which one is none of those that are *allowed*, and none at all.

    Raises:
        UsageError: they are; *what* names the argument. What comes close to an unknown one is proposed.
    """
    if isinstance(values, str) or not isinstance(values, (list, tuple, set, frozenset)):
        raise UsageError(f"{what} takes several, such as ({allowed[0]!r},), not {represented(values)}")
    if not values:
        raise UsageError(f"{what} takes one at least, such as ({allowed[0]!r},); else nothing can be drawn")
    unknown = next((value for value in values if value not in allowed), None)
    if unknown is not None:
        near = get_close_matches(unknown, allowed, 3) if isinstance(unknown, str) else []
        proposed = f"did you mean {' or '.join(near)}" if near else f"there are {', '.join(allowed)}"
        raise UsageError(f"{what}: {represented(unknown)} is unknown; {proposed}")


def known_verbs(what: str, verbs: Any, language: Language) -> None:
    """Refuse *verbs* that nobody knows, or that members in this *language* do not have.

    Raises:
        UsageError: one is unknown, or there is none.
    """
    chosen(what, verbs, every_verb("lua"))
    foreign = [verb for verb in verbs if language != "lua" and verb in LUA_VERBS]
    if foreign:
        raise UsageError(f"{what}: only members in Lua have {', '.join(foreign)}; say language='lua' as well")
