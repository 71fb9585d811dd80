"""One ``_index.yaml``: its namespace and its entries, each still as the mapping that was written."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from simcore.lua.application.document import YamlNode, parse
from simcore.lua.application.fields import Fields
from simcore.lua.application.foreign import Use
from simcore.lua.application.kinds import BYTECODE_SUFFIX, INDEX_KEYS
from simcore.lua.application.near import near
from simcore.lua.application.shown import shown
from simcore.lua.application.unknown import unknown_keys
from simcore.model.errors import UsageError

if TYPE_CHECKING:
    from simcore.lua.application.folder import Folder

_VERSION_EXAMPLE: Final = 'version: "1.0"'
_NAMESPACE_EXAMPLE: Final = "namespace: app"
_ENTRIES_EXAMPLE: Final = "entries: [{name: worker, kind: process.lua, ...}]"
_NAME_EXAMPLE: Final = "name: worker"
_KIND_EXAMPLE: Final = "kind: process.lua"


@dataclass(frozen=True, slots=True)
class Written:
    """An entry as its index file has it; *file* is relative to the application's folder, *line* the entry's own."""

    namespace: str
    name: str
    kind: str
    file: str
    line: int
    fields: Fields

    @property
    def id(self) -> str:
        """The id under which everything refers to the entry."""
        return f"{self.namespace}:{self.name}"


@dataclass(frozen=True, slots=True)
class Index:
    """One index file."""

    namespace: str
    entries: tuple[Written, ...]
    foreign: tuple[Use, ...]


def read_index(folder: Folder, file: str) -> Index:
    """Read the index at *file*, relative to *folder*.

    Raises:
        UsageError: the file or one of its entries cannot be understood; the message names line, entry and field.
    """
    shown_file = folder.name(file)
    top = _top(shown_file, parse(_content(folder, file, shown_file), shown_file))
    namespace = _checked(top, "namespace", top.required_text("namespace", _NAMESPACE_EXAMPLE), _NAMESPACE_EXAMPLE)
    if ":" in namespace:
        raise top.error("field 'namespace' must not hold ':'; write  namespace: app.workers", top.line_of("namespace"))
    _check_version(top)
    foreign = tuple(
        Use("key", f"index file: {key.path}", file, key.line, near=key.near) for key in unknown_keys(top, INDEX_KEYS)
    )
    return Index(namespace, _entries(top, namespace, file), foreign)


def _check_version(top: Fields) -> None:
    """Any version will do, as long as it is one: a text or a number."""
    node = top.node("version")
    if node is not None and (isinstance(node.value, bool) or not isinstance(node.value, str | int | float)):
        raise top.wrong("version", "a text or a number", _VERSION_EXAMPLE)


def _content(folder: Folder, file: str, shown_file: str) -> bytes:
    try:
        return folder.read(file)
    except UsageError as error:
        raise UsageError(f"{shown_file}: {error}") from None


def _top(file: str, root: YamlNode) -> Fields:
    if root.value is None:
        raise UsageError(f"{file}:1: the file is empty; write 'namespace' and 'entries', or delete it")
    if not isinstance(root.value, dict):
        place = f"{file}:{root.line}"
        raise UsageError(f"{place}: the file must be a mapping, got {root.words}; write  {_NAMESPACE_EXAMPLE}")
    return Fields(file, root.line, "", root.value)


def _entries(top: Fields, namespace: str, file: str) -> tuple[Written, ...]:
    node = top.node("entries")
    if node is None:
        if near("entries", top.nodes) and "entries" not in top.nodes:
            raise top.missing("entries", _ENTRIES_EXAMPLE)
        return ()
    if not isinstance(node.value, tuple):
        raise top.wrong("entries", "a list", _ENTRIES_EXAMPLE)
    return tuple(_written(top.file, index, item, namespace, file) for index, item in enumerate(node.value))


def _written(shown_file: str, index: int, item: YamlNode, namespace: str, file: str) -> Written:
    where = f"entries[{index}]"
    if not isinstance(item.value, dict):
        place = f"{shown_file}:{item.line}: {where}"
        raise UsageError(f"{place}: must be a mapping, got {item.words}; write  - name: worker")
    bare = Fields(shown_file, item.line, where, item.value)
    name = _checked(bare, "name", bare.required_text("name", _NAME_EXAMPLE), _NAME_EXAMPLE)
    fields = Fields(shown_file, item.line, f"{where} ({namespace}:{name})", item.value)
    kind = _checked(fields, "kind", fields.required_text("kind", _KIND_EXAMPLE), _KIND_EXAMPLE)
    if kind.endswith(BYTECODE_SUFFIX):
        source_kind = kind.removesuffix(BYTECODE_SUFFIX)
        raise fields.error(
            f"kind '{kind}' holds compiled bytecode, which a simulation cannot run; "
            f"write  kind: {source_kind}  with the Lua source",
            fields.line_of("kind"),
        )
    return Written(namespace, name, kind, file, item.line, fields)


def _checked(fields: Fields, key: str, text: str, example: str) -> str:
    """Refuse what could not be printed as part of an id."""
    if text.isprintable():
        return text
    message = f"field '{key}' holds characters that cannot be printed: '{shown(text)}'; write  {example}"
    raise fields.error(message, fields.line_of(key))
