"""Keys that have no meaning: told with the key that they may be meant for."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from simcore.lua.application.near import near
from simcore.lua.application.shown import shown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from simcore.lua.application.fields import Fields


class UnknownKey(NamedTuple):
    """A key that has no meaning: its path in the entry, its line, and the key that it may be meant for, or nothing."""

    path: str
    line: int
    near: str


def unknown_keys(fields: Fields, known: frozenset[str]) -> Iterator[UnknownKey]:
    """Yield each key of *fields* that is not in *known*."""
    for key, node in fields.nodes.items():
        if key not in known:
            yield UnknownKey(fields.prefix + key, node.line, near(key, known))


def mistyped_keys(fields: Fields, known: frozenset[str]) -> Iterator[UnknownKey]:
    """Yield each key of *fields*, which may have any, that is almost one of *known* that is not there."""
    for key in unknown_keys(fields, known):
        if key.near and key.near not in fields.nodes:
            yield key


def refuse_mistyped(fields: Fields, known: frozenset[str], *, every: bool = False) -> None:
    """Refuse a key that is almost one of *known*: what it was to say would be lost; with *every* also any other key.

    Raises:
        UsageError: there is one.
    """
    for key in unknown_keys(fields, known):
        if key.near or every:
            hint = f"did you mean {key.near}?" if key.near else f"there are {', '.join(sorted(known))}"
            raise fields.error(f"field '{shown(key.path)}' has no meaning; {hint}", key.line)
