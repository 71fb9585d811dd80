"""One YAML document as a tree that knows the line of every value.

Only PyYAML's event stream is used: bounds are counted on events, before anything is expanded, and no constructor of
PyYAML runs. The pure Python parser is used even where libyaml is there, so that every machine gives the same messages.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, NoReturn, TypeAlias

import yaml

from simcore.lua.application.scalar import Scalar, resolve
from simcore.lua.application.shown import shown
from simcore.model.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

DEPTH_MAX: Final = 64
ALIASES_MAX: Final = 100
VALUES_MAX: Final = 200_000
"""Values of a document after its aliases are expanded; a megabyte without aliases stays below it in practice."""

Plain: TypeAlias = Scalar | list["Plain"] | dict[str, "Plain"]

# The characters that YAML calls printable, turned round.
_FORBIDDEN: Final = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_TAG: Final = "tag:yaml.org,2002:"
_WORDS: Final[dict[type, str]] = {
    bool: "a boolean",
    int: "a number",
    float: "a number",
    str: "a text",
    tuple: "a list",
    dict: "a mapping",
}


@dataclass(frozen=True, slots=True)
class YamlNode:
    """A value of a document.

    Args:
        line: the line of its key, or of its first character where it has no key; counted from 1.
        value: a scalar, the items, or the values by key.
        size: how many values it holds with itself, aliases expanded.
        height: how deep it nests; 0 for a scalar.
    """

    line: int
    value: Scalar | tuple[YamlNode, ...] | dict[str, YamlNode]
    size: int = 1
    height: int = 0

    @property
    def plain(self) -> Plain:
        """The value without its lines; lists and dicts are new at each call."""
        if isinstance(self.value, tuple):
            return [item.plain for item in self.value]
        if isinstance(self.value, dict):
            return {key: node.plain for key, node in self.value.items()}
        return self.value

    @property
    def words(self) -> str:
        """What kind of value it is, for a message: ``a list``."""
        return _WORDS.get(type(self.value), "nothing")


def parse(content: bytes, file: str) -> YamlNode:
    """Return the only document in *content*; *file* is its name in messages.

    Raises:
        UsageError: the content is no UTF-8, no YAML, more than one document, repeats a key, or exceeds a bound.
    """
    return _Composer(_text(content, file), file).document()


def _text(content: bytes, file: str) -> str:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise UsageError(f"{file}:{line}: the file is not UTF-8 (byte {error.start}); save it as UTF-8") from None
    found = _FORBIDDEN.search(text)
    if found is not None:
        line = text.count("\n", 0, found.start()) + 1
        name = f"U+{ord(found[0]):04X}"
        raise UsageError(f'{file}:{line}: control character {name}; remove it, or write it as an escape in "..."')
    return text


class _Composer:
    """Builds nodes from events, one call per nested value."""

    def __init__(self, text: str, file: str) -> None:
        self._file = file
        self._line = 1
        self._events = self._guarded(text)
        self._anchors: dict[str, YamlNode | None] = {}
        self._aliases = 0

    def document(self) -> YamlNode:
        self._next()
        if isinstance(self._next(), yaml.StreamEndEvent):
            return YamlNode(1, None)
        root = self._node(self._next(), depth=0)
        self._next()
        if not isinstance(self._next(), yaml.StreamEndEvent):
            self._refuse(self._line, "a second document begins here; keep one document in a file, without '---'")
        return root

    def _guarded(self, text: str) -> Iterator[yaml.Event]:
        """Yield the events; every way in which PyYAML refuses a text becomes one message with a line."""
        try:
            yield from yaml.parse(text, Loader=yaml.SafeLoader)
        except yaml.MarkedYAMLError as error:
            line = error.problem_mark.line + 1 if error.problem_mark else self._line
            reason = " ".join(part for part in (error.context, error.problem) if part)
            raise self._error(line, f"this is not valid YAML: {shown(reason)}") from None
        except (yaml.YAMLError, ValueError, OverflowError):
            # A character number or a version number that is out of range leaves the scanner as a ValueError.
            raise self._error(self._line, "this is not valid YAML, at this line or shortly after it") from None

    def _next(self) -> yaml.Event:
        event = next(self._events)
        assert event.start_mark is not None, "a parser marks every event"
        self._line = event.start_mark.line + 1
        return event

    def _node(self, event: yaml.Event, depth: int) -> YamlNode:
        if isinstance(event, yaml.AliasEvent):
            return self._aliased(event, depth)
        if depth > DEPTH_MAX:
            self._refuse(self._line, f"values are nested deeper than {DEPTH_MAX}; flatten them")
        assert isinstance(event, yaml.ScalarEvent | yaml.CollectionStartEvent), "nothing else begins a value"
        # Until the value is complete its anchor means None: an alias to it would be a value that holds itself.
        if event.anchor is not None:
            self._anchors[event.anchor] = None
        node = self._value(event, depth)
        if node.size > VALUES_MAX:
            self._refuse(node.line, f"more than {VALUES_MAX} values, aliases expanded; split the file")
        if event.anchor is not None:
            self._anchors[event.anchor] = node
        return node

    def _value(self, event: yaml.ScalarEvent | yaml.CollectionStartEvent, depth: int) -> YamlNode:
        if isinstance(event, yaml.ScalarEvent):
            return YamlNode(self._line, self._scalar(event))
        kind = "seq" if isinstance(event, yaml.SequenceStartEvent) else "map"
        if event.tag not in (None, "!", _TAG + kind):
            self._refuse(self._line, f"the tag {shown(str(event.tag))} is not allowed here; remove it")
        return self._sequence(depth) if kind == "seq" else self._mapping(depth)

    def _aliased(self, event: yaml.AliasEvent, depth: int) -> YamlNode:
        assert event.anchor is not None, "an alias has a name"
        line, name = self._line, shown(event.anchor)
        self._aliases += 1
        if self._aliases > ALIASES_MAX:
            self._refuse(line, f"more than {ALIASES_MAX} aliases; write the values out")
        if event.anchor not in self._anchors:
            self._refuse(line, f"the alias *{name} names no anchor before it; write  &{name}  at the value it means")
        node = self._anchors[event.anchor]
        if node is None:
            self._refuse(line, f"the alias *{name} stands inside its own value; write the value out")
        if depth + node.height > DEPTH_MAX:
            self._refuse(line, f"values are nested deeper than {DEPTH_MAX}; flatten them")
        return replace(node, line=line)

    def _sequence(self, depth: int) -> YamlNode:
        line, items = self._line, []
        while not isinstance(event := self._next(), yaml.SequenceEndEvent):
            items.append(self._node(event, depth + 1))
        return _collection(line, tuple(items))

    def _mapping(self, depth: int) -> YamlNode:
        line, own, merged = self._line, dict[str, YamlNode](), dict[str, YamlNode]()
        while not isinstance(event := self._next(), yaml.MappingEndEvent):
            key_line = self._line
            if not isinstance(event, yaml.ScalarEvent):
                self._refuse(key_line, "a key must be a text; write  key: value")
            key = self._key(event, own)
            node = self._node(self._next(), depth + 1)
            if key == "<<" and event.implicit[0]:
                self._merge(node, merged, key_line)
            else:
                own[key] = replace(node, line=key_line)
        values = {**{key: node for key, node in merged.items() if key not in own}, **own}
        return _collection(line, values)

    def _key(self, event: yaml.ScalarEvent, own: Mapping[str, YamlNode]) -> str:
        """Return a key as it is written: ``200``, ``on`` and ``true`` are texts there."""
        key = self._paired(event.value)
        if event.anchor is not None:
            self._anchors[event.anchor] = YamlNode(self._line, key)
        if key in own:
            first = own[key].line
            self._refuse(self._line, f"the key '{shown(key)}' stands here and in line {first}; remove one of the two")
        return key

    def _merge(self, node: YamlNode, merged: dict[str, YamlNode], line: int) -> None:
        """Take over the keys of a ``<<``; of several sources the first that has a key wins."""
        sources = node.value if isinstance(node.value, tuple) else (node,)
        for source in sources:
            if not isinstance(source.value, dict):
                self._refuse(line, f"'<<' must name a mapping, got {source.words}; write  <<: *anchor")
            for key, value in source.value.items():
                merged.setdefault(key, replace(value, line=line))

    def _scalar(self, event: yaml.ScalarEvent) -> Scalar:
        text = self._paired(event.value)
        if event.tag in (None, "!"):
            return resolve(text) if event.implicit[0] else text
        return self._tagged(str(event.tag), text)

    def _tagged(self, tag: str, text: str) -> Scalar:
        value = resolve(text)
        match tag.removeprefix(_TAG), value:
            case "str", _:
                return text
            case ("null", None) | ("bool", bool()):
                return value
            case "float", int() | float() if not isinstance(value, bool):
                return float(value)
            case "int", int() if not isinstance(value, bool):
                return value
        self._refuse(self._line, f"the tag {shown(tag)} is not allowed at '{shown(text)}'; remove it")

    def _paired(self, text: str) -> str:
        """Join the halves of a character that JSON style writes as two escapes, and refuse a lone half."""
        if text.isascii():
            return text
        try:
            return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le")
        except UnicodeDecodeError:
            self._refuse(self._line, f"'{shown(text)}' holds half a character; correct its \\u escapes")

    def _error(self, line: int, message: str) -> UsageError:
        return UsageError(f"{self._file}:{line}: {message}")

    def _refuse(self, line: int, message: str) -> NoReturn:
        raise self._error(line, message)


def _collection(line: int, value: tuple[YamlNode, ...] | dict[str, YamlNode]) -> YamlNode:
    nodes = value if isinstance(value, tuple) else tuple(value.values())
    return YamlNode(
        line, value, 1 + sum(node.size for node in nodes), 1 + max((node.height for node in nodes), default=0)
    )
