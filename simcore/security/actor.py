"""The principal on whose behalf a process or a call acts."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from simcore.model.errors import UsageError
from simcore.model.texts import represented

if TYPE_CHECKING:
    from collections.abc import Callable

# A mapping may contain itself.
META_DEPTH_MAX: Final = 50


class Actor:
    """Who asks: an *id* and what is known about it, *meta*, by name (process 12.1). An immutable value.

    Policies read it through the fields ``actor.id`` and ``actor.meta.<key>[.<key>...]``. An actor with an empty id
    counts as present.

    Args:
        id: its name, such as ``app:worker``; may be empty.
        meta: plain values by name; copied, so that later changes of the argument are not seen.

    Raises:
        UsageError: *id* is no text, or *meta* no mapping with text keys or nested deeper than ``META_DEPTH_MAX``.
    """

    __slots__ = ("_id", "_meta")

    def __init__(self, id: str, meta: Mapping[str, object] | None = None) -> None:
        if not isinstance(id, str):
            raise UsageError(f"the id of an actor is a text, not {represented(id)}")
        self._id = id
        self._meta = _frozen_mapping({} if meta is None else meta, 0)

    @property
    def id(self) -> str:
        """Its name."""
        return self._id

    @property
    def meta(self) -> Mapping[str, object]:
        """What is known about it, read-only all the way down: mappings stay mappings, lists become tuples."""
        return self._meta

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Actor):
            return NotImplemented
        return self._id == other._id and self._meta == other._meta

    def __hash__(self) -> int:
        # Of the id alone: a read-only mapping has no hash. Equal actors have equal ids, which is all that it needs.
        return hash(self._id)

    def __repr__(self) -> str:
        return f"Actor({self._id!r}, {_thawed(self._meta)!r})" if self._meta else f"Actor({self._id!r})"

    def __reduce__(self) -> tuple[Callable[..., Actor], tuple[str, object]]:
        # A MappingProxyType cannot be pickled.
        return (Actor, (self._id, _thawed(self._meta)))


def _frozen_mapping(value: object, depth: int) -> Mapping[str, object]:
    if not isinstance(value, Mapping):
        raise UsageError(f"the meta of an actor is a mapping from names to values, not {represented(value)}")
    for key in value:
        if not isinstance(key, str):
            raise UsageError(f"a name in the meta of an actor is a text, not {represented(key)}")
    return MappingProxyType({key: _frozen(entry, depth + 1) for key, entry in value.items()})


def _frozen(value: object, depth: int) -> object:
    if depth > META_DEPTH_MAX:
        raise UsageError(f"the meta of an actor is nested deeper than {META_DEPTH_MAX}")
    if isinstance(value, Mapping):
        return _frozen_mapping(value, depth)
    if isinstance(value, list | tuple):
        return tuple(_frozen(entry, depth + 1) for entry in value)
    return value


def _thawed(value: object) -> object:
    if isinstance(value, Mapping):
        return {key: _thawed(entry) for key, entry in value.items()}
    if isinstance(value, tuple):
        return [_thawed(entry) for entry in value]
    return value
