"""Drawing programs: how many members, what they do, what binds them, and one seed for the whole schedule."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, Final, NamedTuple
from weakref import WeakKeyDictionary

import msgspec
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from simcore.kernel.choices import Choices
from simcore.model.errors import UsageError
from simcore.model.options import Options
from simcore.model.programs import ROLES, Language, PolicyRule, Program, Role, Verb
from simcore.model.texts import represented
from simcore.strategies.bounds import DEVIATIONS_MAX, FEW, Bounds, chosen, known_verbs
from simcore.strategies.decoding import Decoding
from simcore.strategies.weights import every_verb

if TYPE_CHECKING:
    from collections.abc import Sequence

SEED_BITS: Final = 64


def programs(
    *,
    min_processes: int = 1,
    max_processes: int = 4,
    min_operations: int = 0,
    max_operations: int = 30,
    policies: SearchStrategy[tuple[PolicyRule, ...] | None] | None = None,
    verbs: Sequence[Verb] | None = None,
    roles: Sequence[Role] = ROLES,
    min_deviations: int = 0,
    max_deviations: int = DEVIATIONS_MAX,
    min_hosts: int = 0,
    max_hosts: int | None = None,
    min_services: int = 0,
    max_services: int | None = None,
    max_scopes: int | None = None,
    options: SearchStrategy[Options] | None = None,
    language: Language = "python",
) -> SearchStrategy[Program]:
    """Return a strategy for whole programs, each with its schedule.

    Their members stay alive and meet each other: each has a role, mostly does what belongs to it, and turns to those
    that were touched last; to end is an operation like others, and rare. They shrink towards few operations of few
    members, no policies, and the oldest first.

    Args:
        min_processes, max_processes: how many members there are at the start; a program may spawn more.
        min_operations, max_operations: how many operations a program has.
        policies: a strategy for its policies, such as ``policies(context=True)``; by default none, or a few rules.
        verbs: what its members may do, and what is done from outside; one that is there twice comes twice as often, and
            ends come less often than others. By default everything, most programs in favour of a theme.
        roles: what members mostly do.
        min_deviations, max_deviations: how often the schedule is another than the seed says, 8 times at most.
        min_hosts, max_hosts: how many hosts there are beside ``app:processes``.
        min_services, max_services: how many services there are.
        max_scopes: how many of the first members may have policies of their own. These last three are 0 by default
            where *verbs* are chosen, else 2.
        options: a strategy for the options of the world, such as ``worlds()``; by default those of who runs it.
        language: in which its members are written; ``lua`` has some verbs more.

    Raises:
        UsageError: a bound is impossible, or a verb, a role or a language is unknown.
    """
    _drawing("policies", policies)
    _drawing("options", options)
    if verbs is not None:
        known_verbs("programs(verbs=...)", verbs, language)
    chosen("programs(roles=...)", roles, ROLES)
    more = FEW if verbs is None else 0
    bounds = Bounds(
        min_processes=min_processes,
        max_processes=max_processes,
        min_operations=min_operations,
        max_operations=max_operations,
        min_deviations=min_deviations,
        max_deviations=max_deviations,
        min_hosts=min_hosts,
        max_hosts=_or(max_hosts, max(more, min_hosts)),
        min_services=min_services,
        max_services=_or(max_services, max(more, min_services)),
        max_scopes=_or(max_scopes, more if policies is None else 0),
        verbs=every_verb(language) if verbs is None else tuple(verbs),
        are_all=verbs is None,
        roles=tuple(roles),
        language=language,
    )
    drawn = _drawn(Decoding(bounds), policies, options)
    _DRAWABLE[drawn] = Drawable(bounds, any_policies=policies is None, any_options=options is None)
    return drawn


class Drawable(NamedTuple):
    """Which programs a strategy draws.

    Args:
        bounds: they are within.
        any_policies: whether no strategy of the user's draws their policies.
        any_options: likewise their options.
    """

    bounds: Bounds
    any_policies: bool
    any_options: bool

    def may_be(self, program: Program, drawn: Program) -> bool:
        """Tell whether it may draw *program* as well, where it has drawn another."""
        return (
            self.bounds.hold(program)
            and (self.any_policies or (program.policies, program.scopes) == (drawn.policies, drawn.scopes))
            and (self.any_options or program.options == drawn.options)
        )


# Of those that ``programs`` has made itself: what is filtered or mapped draws others.
_DRAWABLE: Final[WeakKeyDictionary[SearchStrategy[Program], Drawable]] = WeakKeyDictionary()


def drawable(strategy: object) -> Drawable | None:
    """Return which programs *strategy* draws; None where that is not known."""
    return _DRAWABLE.get(strategy) if isinstance(strategy, SearchStrategy) else None


def _drawing(name: str, strategy: object) -> None:
    """Refuse what is no strategy."""
    if strategy is not None and not isinstance(strategy, SearchStrategy):
        such, said = {"policies": "policies()", "options": "worlds()"}[name], represented(strategy)
        raise UsageError(f"programs({name}=...) is a strategy of Hypothesis, such as {such}, not {said}")


def _checked(program: Program) -> Program:
    """Refuse what a strategy of the user's has drawn and no program can have."""
    rules: Any = program.policies
    if rules is not None and not (isinstance(rules, tuple) and all(isinstance(each, PolicyRule) for each in rules)):
        said = represented(rules)
        raise UsageError(f"programs(policies=...) draws tuples of PolicyRule, or None; this one has drawn {said}")
    options: Any = program.options
    if options is not None and not isinstance(options, Options):
        raise UsageError(f"programs(options=...) draws Options, or None; this one has drawn {represented(options)}")
    return program


def _or(value: int | None, default: int) -> int:
    return default if value is None else value


def program_of(seed: int, *, language: Language = "python") -> Program:
    """Return the program that *seed* means, one that ``programs()`` may draw: at once and without Hypothesis, for who
    plays many thousands of them and makes none smaller.

    Args:
        seed: any int.
        language: in which its members are written.
    """
    decoding, stream = _decoding(language), Choices(seed).stream("program")
    data = stream.bits(8 * decoding.size).to_bytes(decoding.size, "big")
    return decoding.program(data, stream.bits(SEED_BITS))


@cache
def _decoding(language: Language) -> Decoding:
    return Decoding(Bounds(verbs=every_verb(language), language=language))


def _drawn(
    decoding: Decoding,
    policies: SearchStrategy[tuple[PolicyRule, ...] | None] | None,
    options: SearchStrategy[Options] | None,
) -> SearchStrategy[Program]:
    """Return a strategy of two draws and no more: each costs some 10 us, and Hypothesis gives up after some thousand.

    The bytes are always as many, since a program that grows shorter there would lose its place: what is 0 is no step.
    """
    data = st.binary(min_size=decoding.size, max_size=decoding.size)
    seed = st.integers(0, 2**SEED_BITS - 1)
    plain = st.tuples(data, seed).map(lambda drawn: decoding.program(*drawn))
    parts: dict[str, SearchStrategy[Any]] = {}
    if policies is not None:
        parts["policies"] = policies
    if options is not None:
        parts["options"] = options
    if not parts:
        return plain
    return st.tuples(plain, st.fixed_dictionaries(parts)).map(
        lambda drawn: _checked(msgspec.structs.replace(drawn[0], **drawn[1]))
    )
