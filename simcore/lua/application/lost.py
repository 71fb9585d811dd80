"""Tests that are none: what was meant as a test of an application and stands where nothing would run it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from simcore.lua.application.kinds import CALLABLE_KINDS, TEST_TYPE, near_kind
from simcore.lua.application.near import near
from simcore.lua.application.shown import shown

if TYPE_CHECKING:
    from simcore.lua.application.document import YamlNode
    from simcore.lua.application.fields import Fields

_WRITE: Final = "write  meta: {type: test}"
_LUA_KEYS: Final = ("imports", "pool", "modules", "source", "method")
"""Keys of an entry that is called, in which the word ``type`` is the user's own."""


def why_lost(kind: str, fields: Fields) -> str:
    """Return where and why the entry with these *fields*, of this *kind*, is no test though it says that it is one.

    Empty where it says nothing of the sort, and where it is a test.
    """
    meta = fields.nodes.get("meta")
    if kind not in CALLABLE_KINDS:
        return _of_another_kind(kind, fields, meta)
    if meta is not None and _says_test(meta):
        return ""
    return _beside(fields) or (_in_meta(fields, meta.value) if meta is not None else "")


def _of_another_kind(kind: str, fields: Fields, meta: YamlNode | None) -> str:
    if meta is None or not _says_test(meta):
        return ""
    meant = near_kind(kind) if near_kind(kind) in CALLABLE_KINDS else ""
    cure = f"did you mean {meant}?" if meant else f"a test is of the kind {' or '.join(reversed(CALLABLE_KINDS))}"
    message = f"field 'meta.type' is 'test', and an entry of the kind {shown(kind)} cannot be one; {cure}"
    return str(fields.error(message, fields.line_of("kind")))


def _beside(fields: Fields) -> str:
    """Say which key beside ``meta`` says it: ``type`` itself, or a mapping of another name."""
    for key, node in fields.nodes.items():
        if key == "type" and node.value == TEST_TYPE:
            return str(fields.error(f"field 'type' makes it no test, as it stands beside meta; {_WRITE}", node.line))
        if key not in (*_LUA_KEYS, "meta") and _says_test(node):
            return str(fields.error(f"field '{shown(key)}' makes it no test; did you mean meta?", node.line))
    return ""


def _in_meta(fields: Fields, meta: object) -> str:
    """Say which key in ``meta`` says it: one that is almost ``type``, or a mapping that has it once more."""
    for key, node in meta.items() if isinstance(meta, Mapping) else ():
        mistyped = node.value == TEST_TYPE and near(key, ("type",)) == "type"
        if mistyped or (key in ("meta", "simcore") and _says_test(node)):
            return str(fields.error(f"field 'meta.{shown(key)}' makes it no test; {_WRITE}", node.line))
    return ""


def _says_test(node: YamlNode) -> bool:
    found = node.value.get("type") if isinstance(node.value, Mapping) else None
    return found is not None and found.value == TEST_TYPE
