"""One entry of an application, checked and read-only."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from simcore.lua.application.foreign import Use
from simcore.lua.application.kinds import (
    CALLABLE_KINDS,
    HOST_KINDS,
    KEYS,
    LUA_KINDS,
    MODULES,
    SERVICE_KIND,
    TEST_TYPE,
    near_kind,
)
from simcore.lua.application.lifecycle import check_lifecycle
from simcore.lua.application.lost import why_lost
from simcore.lua.application.near import near
from simcore.lua.application.shown import escaped, shown
from simcore.lua.application.unknown import UnknownKey, mistyped_keys, refuse_mistyped, unknown_keys
from simcore.lua.erase import exports
from simcore.supervision.identity import Identity

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from simcore.lua.application.document import Plain, YamlNode
    from simcore.lua.application.fields import Fields
    from simcore.lua.application.index import Written
    from simcore.lua.application.source import Source, Sources
    from simcore.lua.erase import Erased

_COMMON_KEYS: Final = frozenset({"name", "kind", "meta"})
_HOST_AMOUNTS: Final = {"workers": 4, "queue_size": 1024, "local_queue_size": 256, "max_processes": 1000}
_META_KEYS: Final = frozenset({"type", "suite", "simcore"})
_TEST_KEYS: Final = _META_KEYS | {"order"}
"""What ``meta`` may say that has a meaning here; of an entry that is no test ``orders`` is a word as any other."""
_SIMCORE_KEYS: Final = {
    TEST_TYPE: frozenset({"expect", "actor", "groups", "policies"}),
    SERVICE_KIND: frozenset({"start_delay"}),
}
"""What an entry may say to the simulation alone: a test, and others by their kind."""
_EXPECTATIONS: Final = ("passed", "failed")
_METHOD_EXAMPLE: Final = "method: run"
_METHOD_DEFAULT: Final = "main"
"""What is looked up where an entry says nothing else (process 2.2, step 6)."""
_EXPORTS_SHOWN: Final = 8
IMPORTS_EXAMPLE: Final = "imports: {assert: app.lib:assert}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One entry.

    Args:
        id: ``namespace:name``.
        namespace: the namespace of its index file.
        name: its name, unique in the namespace.
        kind: its kind.
        meta: its ``meta``, empty where it has none.
        data: every other key.
        file: its index file, relative to the application's folder.
        line: its line in that file.
        source: its Lua source; None for kinds that hold none.
        method: what to take from the table its chunk returns; of a library it means nothing.
        modules: the host modules it lists, in the order written.
        imports: full ids of what it imports by alias, sorted by alias.
        libraries: full ids of all it needs, directly or not, each after what it needs itself.
        foreign_modules: those of ``modules`` that a simulation does not have.
        foreign_imports: the aliases of ``imports`` that name nothing a simulation could run.
        suite: ``meta.suite`` of a test, else empty.
        order: ``meta.order`` of a test, else 0.
        expected_failure: whether a test is meant to fail (``meta.simcore.expect: failed``).
        identity: whom a test acts as (``meta.simcore``: ``actor``, ``groups``, ``policies``).
        lost: where and why it is no test though it says that it is one; empty where it is, or says no such thing.
    """

    id: str
    namespace: str
    name: str
    kind: str
    meta: Mapping[str, Plain]
    data: Mapping[str, Plain]
    file: str
    line: int
    source: Source | None = None
    method: str = _METHOD_DEFAULT
    modules: tuple[str, ...] = ()
    imports: Mapping[str, str] = field(default_factory=dict)
    libraries: tuple[str, ...] = ()
    foreign_modules: tuple[str, ...] = ()
    foreign_imports: tuple[str, ...] = ()
    suite: str = ""
    order: int | float = 0
    expected_failure: bool = False
    identity: Identity = field(default_factory=Identity)
    lost: str = ""

    @property
    def is_test(self) -> bool:
        """Whether the entry is a test that can be run."""
        return self.kind in CALLABLE_KINDS and self.meta.get("type") == TEST_TYPE

    @property
    def source_path(self) -> str | None:
        """The Lua file relative to the application's folder; None where the index itself holds the source."""
        return None if self.source is None else self.source.path

    @property
    def source_text(self) -> str:
        """The Lua source, one character for each byte; empty for kinds that hold none."""
        return "" if self.source is None else self.source.text

    @property
    def erased(self) -> Erased | None:
        """The Lua source without its types; None for kinds that hold none."""
        return None if self.source is None else self.source.erased


def read_entry(written: Written, sources: Sources) -> tuple[Entry, tuple[Use, ...]]:
    """Return the entry that was *written*, its libraries still open, and what is foreign in it.

    Raises:
        UsageError: a field that a simulation needs is missing or has a wrong type, or the source cannot be used.
    """
    fields = written.fields
    meta = fields.mapping("meta", "meta: {type: test}")
    entry = Entry(
        id=written.id,
        namespace=written.namespace,
        name=written.name,
        kind=written.kind,
        meta={} if meta is None else _plain(meta.nodes),
        data=_plain({key: node for key, node in fields.nodes.items() if key not in _COMMON_KEYS}),
        file=written.file,
        line=written.line,
        lost=why_lost(written.kind, fields),
    )
    if entry.kind in LUA_KINDS:
        entry = _with_code(entry, written, sources)
    if meta is not None and entry.is_test:
        entry = _with_test(entry, meta)
    return entry, tuple(_foreign(entry, fields))


def _plain(nodes: Mapping[str, YamlNode]) -> dict[str, Plain]:
    return {key: node.plain for key, node in nodes.items()}


def _with_code(entry: Entry, written: Written, sources: Sources) -> Entry:
    fields = written.fields
    modules = fields.texts("modules", "modules: [time, funcs]")
    source, method = sources.of(written), fields.text("method", _METHOD_EXAMPLE)
    if entry.kind in CALLABLE_KINDS:
        fields.mapping("pool", "pool: {size: 4}")
        _check_method(method, source, fields)
    return replace(
        entry,
        method=_METHOD_DEFAULT if method is None else method,
        modules=modules,
        imports=_imports(fields, entry.namespace),
        foreign_modules=tuple(name for name in modules if name not in MODULES),
        source=source,
    )


def _check_method(method: str | None, source: Source, fields: Fields) -> None:
    """Refuse a *method* that the module surely does not have: such an entry could never run (lua 3.3).

    Where its text alone does not tell, that is for the first use to find out.
    """
    exported = exports(source.erased.text)
    # The source is bytes, one character for each; a name in the index is a text.
    if exported is None or (method is not None and method.encode().decode("latin-1") in exported):
        return
    if method is None:
        if near("method", fields.nodes):
            raise fields.missing("method", _METHOD_EXAMPLE)
        return
    names = sorted(name.encode("latin-1").decode("utf-8", "replace") for name in exported)
    message = f"field 'method' is '{shown(method)}', which {_module(source)} does not export; {_exported(names)}"
    meant = near(method, names)
    hint = f"; did you mean {shown(meant)}?" if meant else ""
    raise fields.error(message + hint, fields.line_of("method"))


def _module(source: Source) -> str:
    return "its source" if source.path is None else escaped(source.path)


def _exported(names: Sequence[str]) -> str:
    if not names:
        return "it has to return a table with that function, or the function itself"
    more = ", ..." if len(names) > _EXPORTS_SHOWN else ""
    return f"it exports {', '.join(map(shown, names[:_EXPORTS_SHOWN]))}{more}"


def _imports(fields: Fields, namespace: str) -> dict[str, str]:
    imports = fields.mapping("imports", IMPORTS_EXAMPLE)
    if imports is None:
        return {}
    return {alias: _target(imports, alias, namespace) for alias in sorted(imports.nodes)}


def _target(imports: Fields, alias: str, namespace: str) -> str:
    """Return the full id behind *alias*; a name without a colon is of the importer's own namespace."""
    target = imports.required_text(alias, f"{alias}: {namespace}:library")
    target = target if ":" in target else f"{namespace}:{target}"
    if target.startswith(":") or target.endswith(":") or not target.isprintable():
        message = f"import '{shown(alias)}' must be an id, got '{shown(target)}'; write  {IMPORTS_EXAMPLE}"
        raise imports.error(message, imports.line_of(alias))
    return target


def _with_test(entry: Entry, meta: Fields) -> Entry:
    simcore = meta.mapping("simcore", "simcore: {expect: failed}")
    if simcore is not None:
        refuse_mistyped(simcore, _SIMCORE_KEYS[TEST_TYPE])
    expectation = None if simcore is None else simcore.text("expect", "expect: failed")
    if simcore is not None and expectation not in (None, *_EXPECTATIONS):
        got = f"field 'meta.simcore.expect' is '{shown(str(expectation))}'"
        raise simcore.error(f"{got}; write  expect: failed  or  expect: passed", simcore.line_of("expect"))
    return replace(
        entry,
        suite=meta.text("suite", "suite: orders") or "",
        order=meta.number("order", "order: 1") or 0,
        expected_failure=expectation == "failed",
    )


def _foreign(entry: Entry, fields: Fields) -> Iterator[Use]:
    """Check what is left to check, and yield what a simulation does not have."""
    for key in _unknown(entry, fields):
        yield Use("key", f"{entry.kind}: {key.path}", entry.file, key.line, near=key.near)
    if entry.kind not in KEYS:
        yield Use("kind", entry.kind, entry.file, fields.line_of("kind"), near=near_kind(entry.kind))
    for name in entry.foreign_modules:
        yield Use("module", name, entry.file, fields.line_of("modules"), entry.id)


def _unknown(entry: Entry, fields: Fields) -> Iterator[UnknownKey]:
    keys = KEYS.get(entry.kind)
    if keys is not None:
        yield from unknown_keys(fields, keys | _COMMON_KEYS)
    if entry.kind in HOST_KINDS:
        yield from _host(fields)
    if entry.kind in (*HOST_KINDS, SERVICE_KIND):
        yield from check_lifecycle(fields)
    if keys is not None:
        yield from _meta(entry, fields)


def _meta(entry: Entry, fields: Fields) -> Iterator[UnknownKey]:
    """Yield the keys in ``meta.simcore`` without a meaning; in ``meta``, where any may stand, those that are almost one
    of ours."""
    meta = fields.mapping("meta", "meta: {type: test}")
    if meta is None:
        return
    if entry.kind in CALLABLE_KINDS:
        _check_type(meta)
        yield from mistyped_keys(meta, _TEST_KEYS if entry.is_test else _META_KEYS)
    simcore = meta.mapping("simcore", "simcore: {expect: failed}")
    if simcore is not None:
        yield from unknown_keys(simcore, _SIMCORE_KEYS.get(TEST_TYPE if entry.is_test else entry.kind, frozenset()))


def _check_type(meta: Fields) -> None:
    """Refuse a type that is almost that of a test: the test would be lost without a word."""
    type = meta.text("type", "type: test") or ""
    if type != TEST_TYPE and near(type, (TEST_TYPE,)):
        message = f"field 'meta.type' is '{shown(type)}', which makes it no test; write  type: test"
        raise meta.error(f"{message}, or another word", meta.line_of("type"))


def _host(fields: Fields) -> Iterator[UnknownKey]:
    fields.boolean("hide_logs", "hide_logs: true")
    host = fields.mapping("host", "host: {workers: 4}")
    if host is None:
        return
    for key, example in _HOST_AMOUNTS.items():
        host.amount(key, f"{key}: {example}")
    yield from unknown_keys(host, frozenset(_HOST_AMOUNTS))
