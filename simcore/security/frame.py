"""What a process or a call carries, and what its children inherit (process 7.8, 12.1)."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from simcore.model.errors import InvalidArgument
from simcore.model.texts import represented
from simcore.security import carried  # noqa: F401 - what a frame holds can be sent, too
from simcore.security.actor import Actor
from simcore.security.scope import Scope

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_NO_VALUES: Final[Mapping[str, object]] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Frame:
    """Context values, actor and scope. An immutable value, so that parent and child can hold the same one.

    Nothing else is inherited: no pid, no name, no ``trap_links``, no monitor and no link (process 7.8).

    Args:
        values: context values by name; the mapping is copied, each value is held as it is given.
        actor: who acts, or None.
        scope: the policies that bind the actor, or None. With one of both missing the context is incomplete
            (process 12.1).

    Raises:
        InvalidArgument: a name in *values* is no text, or actor or scope is something else.
    """

    values: Mapping[str, object] = field(default_factory=lambda: _NO_VALUES)
    actor: Actor | None = None
    scope: Scope | None = None

    def __post_init__(self) -> None:
        if self.actor is not None and not isinstance(self.actor, Actor):
            raise InvalidArgument("Actor expected")
        if self.scope is not None and not isinstance(self.scope, Scope):
            raise InvalidArgument("Scope expected")
        for name in self.values:
            if not isinstance(name, str):
                raise InvalidArgument(f"the name of a context value is a text, not {represented(name)}")
        # Most frames hold no values and share the empty mapping.
        if self.values is not _NO_VALUES:
            object.__setattr__(self, "values", MappingProxyType(dict(self.values)))

    def with_values(self, values: Mapping[str, object]) -> Frame:
        """Return the frame with *values* laid over its own; there is no way to take one away (process 7.8).

        Raises:
            InvalidArgument: a name in *values* is no text.
        """
        return replace(self, values={**self.values, **values})

    def with_actor(self, actor: Actor | None) -> Frame:
        """Return the frame of another actor.

        Raises:
            InvalidArgument: *actor* is None or no actor (process 7.8).
        """
        if actor is None:
            raise InvalidArgument("actor cannot be nil")
        return replace(self, actor=actor)

    def with_scope(self, scope: Scope | None) -> Frame:
        """Return the frame under other policies.

        Raises:
            InvalidArgument: *scope* is None or no scope (process 7.8).
        """
        if scope is None:
            raise InvalidArgument("scope cannot be nil")
        return replace(self, scope=scope)

    def __reduce__(self) -> tuple[Callable[..., Frame], tuple[dict[str, object], Actor | None, Scope | None]]:
        # A MappingProxyType cannot be pickled.
        return (Frame, (dict(self.values), self.actor, self.scope))


EMPTY_FRAME: Final = Frame()
"""The frame of a process that was given nothing: no values, no actor, no scope."""
