"""A whole application directory, loaded and checked without running any of its Lua."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from simcore.lua.application.dialect import Dialect, dialect_of
from simcore.lua.application.digest import source_digest
from simcore.lua.application.entry import Entry, read_entry
from simcore.lua.application.foreign import Foreign, Use, listed
from simcore.lua.application.hosts import read_hosts
from simcore.lua.application.identities import with_identities
from simcore.lua.application.imports import with_libraries
from simcore.lua.application.index import Index, Written, read_index
from simcore.lua.application.kinds import EXPRESSION_KIND, LUA_KINDS, POLICY_KIND
from simcore.lua.application.services import read_services
from simcore.lua.application.shown import escaped
from simcore.lua.application.source import Sources
from simcore.model.errors import UsageError
from simcore.security.entry import policy_from_entry

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from simcore.lua.application.folder import Folder
    from simcore.security.policy import Policy
    from simcore.supervision.spec import HostSpec, ServiceSpec


@dataclass(frozen=True, slots=True, kw_only=True)
class Application:
    """An application; every mapping is sorted by id.

    Args:
        folder: the folder as the user gave it.
        entries: every entry, foreign ones included.
        policies: what the ``security.policy`` and ``security.policy.expr`` entries mean.
        hosts: where processes can run: what the ``process.host`` and ``terminal.host`` entries mean.
        services: what the ``process.service`` entries mean.
        foreign: what is no part of a simulation, each listed once.
        warnings: what is allowed and yet likely a mistake, one line each.
        dialect: which API generation it speaks, as far as its sources tell.
        dialect_reason: what told.
        source_digest: SHA-256 of its entries and sources, the same wherever the folder lies.
    """

    folder: Path
    entries: Mapping[str, Entry]
    policies: Mapping[str, Policy]
    hosts: Mapping[str, HostSpec]
    services: Mapping[str, ServiceSpec]
    foreign: tuple[Foreign, ...]
    warnings: tuple[str, ...]
    dialect: Dialect
    dialect_reason: str
    source_digest: str

    @property
    def executables(self) -> dict[str, Entry]:
        """The entries that hold Lua."""
        return {id: entry for id, entry in self.entries.items() if entry.kind in LUA_KINDS}

    @property
    def tests(self) -> tuple[Entry, ...]:
        """The tests, by suite, then ``meta.order``, then id."""
        tests = (entry for entry in self.entries.values() if entry.is_test)
        return tuple(sorted(tests, key=lambda entry: (entry.suite, entry.order, entry.id)))


def load_from(root: Folder) -> Application:
    """Load the application in the folder *root*, whatever was loaded before.

    Raises:
        UsageError: as ``load``.
    """
    indexes = [read_index(root, file) for file in root.indexes()]
    written = _unique(written for index in indexes for written in index.entries)
    entries, uses = _entries(written, indexes, Sources(root))
    policies, warnings = _policies(entries, written)
    entries, of_tests, doubts = with_identities(entries, written, policies)
    hosts, remarks = read_hosts(entries, written)
    services, foreign = read_services(entries, written, policies, hosts)
    dialect, reason = dialect_of(entries.values())
    return Application(
        folder=root.path,
        entries=entries,
        policies=policies,
        hosts=hosts,
        services=services,
        foreign=listed([*uses, *of_tests, *foreign]),
        warnings=(*warnings, *doubts, *remarks),
        dialect=dialect,
        dialect_reason=reason,
        source_digest=source_digest(entries.values()),
    )


def _unique(every: Iterable[Written]) -> dict[str, Written]:
    """Return the entries sorted by id."""
    by_id: dict[str, Written] = {}
    for written in every:
        first = by_id.setdefault(written.id, written)
        if first is not written:
            place = f"{first.fields.file}:{first.line}"
            advice = "rename one of the two, or name the folder of one app if these are two"
            raise written.fields.error(f"the id {written.id} is already defined at {place}; {advice}")
    # By id from here on: in which order files are found says nothing of the application.
    return dict(sorted(by_id.items()))


def _entries(
    written: Mapping[str, Written], indexes: Iterable[Index], sources: Sources
) -> tuple[dict[str, Entry], list[Use]]:
    uses: list[Use] = []
    entries: dict[str, Entry] = {}
    for id, each in written.items():
        entries[id], foreign = read_entry(each, sources)
        uses.extend(foreign)
    for index in indexes:
        uses.extend(index.foreign)
    namespaces = frozenset(index.namespace for index in indexes)
    bound, foreign = with_libraries(entries, written, namespaces)
    return bound, [*uses, *foreign]


def _policies(
    entries: Mapping[str, Entry], written: Mapping[str, Written]
) -> tuple[dict[str, Policy], tuple[str, ...]]:
    policies: dict[str, Policy] = {}
    warnings: list[str] = []
    for id, entry in entries.items():
        if entry.kind not in (POLICY_KIND, EXPRESSION_KIND):
            continue
        fields = written[id].fields
        try:
            of_expression = entry.kind == EXPRESSION_KIND
            policies[id], remarks = policy_from_entry(id, entry.namespace, entry.data, expression=of_expression)
        except UsageError as error:
            raise fields.error(str(error).removeprefix(f"{id}: "), fields.line_of("policy")) from None
        warnings.extend(f"{escaped(entry.file)}:{fields.line_of('policy')}: {remark}" for remark in remarks)
    return policies, tuple(warnings)
