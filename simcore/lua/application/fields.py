"""The keys of one mapping, read by type, with the words to complain about each."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from simcore.lua.application.near import near
from simcore.lua.application.shown import shown
from simcore.model.durations import parse_duration
from simcore.model.errors import InvalidArgument, UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simcore.lua.application.document import YamlNode

# Longer than any duration that fits into 64 bits has a reason to be.
_DURATION_LENGTH_MAX: Final = 64


@dataclass(frozen=True, slots=True)
class Fields:
    """A mapping of an index file and its place; a key with the value null counts as absent.

    Args:
        file: the index file as the user knows it.
        line: where the mapping begins.
        where: what it belongs to, such as ``entries[2] (app:worker)``; empty at the top of the file.
        nodes: the values by key.
        prefix: the path to the mapping from there, such as ``lifecycle.``.
    """

    file: str
    line: int
    where: str
    nodes: Mapping[str, YamlNode]
    prefix: str = ""

    def error(self, message: str, line: int | None = None) -> UsageError:
        """Return the error that says *message* about this mapping, at its own line or at *line*."""
        start = f"{self.file}:{self.line if line is None else line}: "
        return UsageError(start + (f"{self.where}: {message}" if self.where else message))

    def wrong(self, key: str, must: str, example: str) -> UsageError:
        """Return the error for a *key* whose value is not what it *must* be."""
        node = self.nodes[key]
        return self.error(f"{self._name(key)} must be {must}, got {node.words}; write  {example}", node.line)

    def missing(self, key: str, example: str) -> UsageError:
        """Return the error for a *key* that has to be there."""
        almost = near(key, self.nodes)
        if almost and self.node(key) is None:
            message = f"{self._name(key)} is missing, and '{shown(almost)}' has no meaning; write  {example}"
            return self.error(message, self.line_of(almost))
        return self.error(f"{self._name(key)} is missing; write  {example}")

    def node(self, key: str) -> YamlNode | None:
        """Return the value of *key*, or None."""
        node = self.nodes.get(key)
        return None if node is None or node.value is None else node

    def line_of(self, key: str) -> int:
        """Return the line of *key*, or of the whole mapping where the key is absent."""
        return self.nodes[key].line if key in self.nodes else self.line

    def text(self, key: str, example: str) -> str | None:
        """Return the text at *key*, or None; anything else is refused, as in every method below."""
        node = self.node(key)
        if node is None or isinstance(node.value, str):
            return None if node is None else str(node.value)
        raise self.wrong(key, "a text", example)

    def required_text(self, key: str, example: str) -> str:
        """Return the text at *key*, which must be there and must not be empty."""
        text = self.text(key, example)
        if text is None:
            raise self.missing(key, example)
        if not text:
            raise self.error(f"{self._name(key)} is empty; write  {example}", self.line_of(key))
        return text

    def texts(self, key: str, example: str) -> tuple[str, ...]:
        """Return the list of texts at *key*; an absent key is an empty list."""
        node = self.node(key)
        items = () if node is None else node.value
        if not isinstance(items, tuple):
            raise self.wrong(key, "a list of texts", example)
        return tuple(self._item(key, index, item, example) for index, item in enumerate(items))

    def mapping(self, key: str, example: str) -> Fields | None:
        """Return the mapping at *key*, or None."""
        node = self.node(key)
        if node is None:
            return None
        if not isinstance(node.value, dict):
            raise self.wrong(key, "a mapping", example)
        return Fields(self.file, node.line, self.where, node.value, f"{self.prefix}{key}.")

    def boolean(self, key: str, example: str) -> bool | None:
        """Return the boolean at *key*, or None."""
        node = self.node(key)
        if node is None or isinstance(node.value, bool):
            return None if node is None else bool(node.value)
        raise self.wrong(key, "true or false", example)

    def number(self, key: str, example: str) -> int | float | None:
        """Return the finite number at *key*, or None."""
        node = self.node(key)
        if node is None:
            return None
        value = node.value
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            raise self.wrong(key, "a number", example)
        if not math.isfinite(value):
            raise self.error(f"{self._name(key)} must be a finite number; write  {example}", node.line)
        return value

    def amount(self, key: str, example: str) -> int | None:
        """Return the whole number at *key*, 0 or more, or None."""
        value = self.number(key, example)
        if value is None or (isinstance(value, int) and value >= 0):
            return None if value is None else int(value)
        message = f"{self._name(key)} must be a whole number of 0 or more, got {value}; write  {example}"
        raise self.error(message, self.line_of(key))

    def duration_ns(self, key: str, example: str) -> int | None:
        """Return the duration at *key* in nanoseconds, or None; a bare number is nanoseconds already."""
        node = self.node(key)
        if node is not None and isinstance(node.value, str):
            return self._parsed_ns(key, node.value, example)
        if node is not None and (isinstance(node.value, bool) or not isinstance(node.value, int)):
            raise self.wrong(key, "a duration", example)
        return self.amount(key, example)

    def _parsed_ns(self, key: str, text: str, example: str) -> int:
        try:
            value_ns = parse_duration(text) if len(text) <= _DURATION_LENGTH_MAX else -1
        except InvalidArgument:
            value_ns = -1
        if value_ns >= 0:
            return value_ns
        message = f"{self._name(key)} is no duration of 0 or more: '{shown(text)}'; write  {example}"
        raise self.error(message, self.line_of(key))

    def _item(self, key: str, index: int, item: YamlNode, example: str) -> str:
        if isinstance(item.value, str):
            return item.value
        name = self._name(f"{key}[{index}]")
        raise self.error(f"{name} must be a text, got {item.words}; write  {example}", item.line)

    def _name(self, key: str) -> str:
        return f"field '{shown(self.prefix + key)}'"
