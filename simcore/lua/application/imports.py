"""The libraries of every entry: which ids its aliases mean, and in which order they have to run."""

from __future__ import annotations

import difflib
from dataclasses import replace
from graphlib import CycleError, TopologicalSorter
from itertools import chain
from typing import TYPE_CHECKING

from simcore.lua.application.foreign import Use
from simcore.lua.application.kinds import KEYS, LUA_KINDS, SERVICE_KIND
from simcore.lua.application.shown import shown

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simcore.lua.application.entry import Entry
    from simcore.lua.application.fields import Fields
    from simcore.lua.application.index import Written
    from simcore.model.errors import UsageError


def with_libraries(
    entries: Mapping[str, Entry], written: Mapping[str, Written], namespaces: frozenset[str]
) -> tuple[dict[str, Entry], tuple[Use, ...]]:
    """Return *entries* with their libraries in order, and the imports that lead out of the application.

    Args:
        entries: the entries by id, sorted.
        written: the same as their index files have them, for the places in messages.
        namespaces: the namespaces that the application itself defines.

    Raises:
        UsageError: an import names an entry that its namespace does not hold, or one without Lua; or imports form a
            cycle.
    """
    uses: list[Use] = []
    bound = {id: _checked(entry, entries, written[id].fields, namespaces, uses) for id, entry in entries.items()}
    libraries: dict[str, tuple[str, ...]] = {}
    for id in _dependencies_first(bound, written):
        # A dict keeps the first place of each id, and what it needs itself was put before it.
        targets = _targets(bound[id])
        libraries[id] = tuple(dict.fromkeys(chain.from_iterable((*libraries[target], target) for target in targets)))
    return {id: replace(entry, libraries=libraries[id]) for id, entry in bound.items()}, tuple(uses)


def _checked(
    entry: Entry, entries: Mapping[str, Entry], fields: Fields, namespaces: frozenset[str], uses: list[Use]
) -> Entry:
    imports = fields.mapping("imports", "") if entry.imports else None
    if imports is None:
        return entry
    foreign = []
    for alias, target in entry.imports.items():
        if _is_foreign(alias, target, entries, imports, namespaces):
            foreign.append(alias)
            uses.append(Use("import", target, entry.file, imports.line_of(alias), entry.id))
    return replace(entry, foreign_imports=tuple(foreign))


def _is_foreign(
    alias: str, target: str, entries: Mapping[str, Entry], imports: Fields, namespaces: frozenset[str]
) -> bool:
    found = entries.get(target)
    if found is None and target.partition(":")[0] in namespaces:
        raise _missing(alias, target, entries, imports)
    if found is not None and (found.kind in KEYS or found.kind == SERVICE_KIND) and found.kind not in LUA_KINDS:
        message = f"import '{shown(alias)}' names {target}, a {found.kind}, which holds no Lua; import a library.lua"
        raise imports.error(message, imports.line_of(alias))
    return found is None or found.kind not in LUA_KINDS


def _missing(alias: str, target: str, entries: Mapping[str, Entry], imports: Fields) -> UsageError:
    """Return the error for an import of an entry that the application itself should hold."""
    namespace, _, name = target.partition(":")
    near = [entry.name for entry in entries.values() if entry.namespace == namespace and entry.kind in LUA_KINDS]
    close = difflib.get_close_matches(name, near, n=1)
    advice = f"did you mean {namespace}:{close[0]}?" if close else "add the entry or correct the id"
    message = f"import '{shown(alias)}' names {target}, but the application has no such entry; {advice}"
    return imports.error(message, imports.line_of(alias))


def _targets(entry: Entry) -> tuple[str, ...]:
    return tuple(target for alias, target in entry.imports.items() if alias not in entry.foreign_imports)


def _dependencies_first(entries: Mapping[str, Entry], written: Mapping[str, Written]) -> tuple[str, ...]:
    graph = {id: _targets(entry) for id, entry in entries.items()}
    try:
        # graphlib sorts as A. B. Kahn, "Topological Sorting of Large Networks", CACM 5(11), 1962; of several that are
        # ready it keeps the order of the graph, which is that of the ids.
        return tuple(TopologicalSorter(graph).static_order())
    except CycleError as error:
        raise _cycle(error.args[1], written) from None


def _cycle(path: list[str], written: Mapping[str, Written]) -> UsageError:
    """Return the error for a cycle, told from its smallest id on; *path* runs from the imported to the importer."""
    ids = path[:0:-1]
    start = ids.index(min(ids))
    turned = [*ids[start:], *ids[:start], ids[start]]
    fields = written[turned[0]].fields
    return fields.error(f"imports form a cycle: {' -> '.join(turned)}; remove one of them", fields.line_of("imports"))
