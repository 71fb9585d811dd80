"""Who an entry of an application acts as: an actor, and groups and policies by their ids (process 12.4)."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from simcore.lua.application.foreign import Use
from simcore.lua.application.kinds import CALLABLE_KINDS, HOST_KINDS
from simcore.lua.application.lifecycle import ACTOR_KEYS, full_id
from simcore.lua.application.shown import escaped, shown
from simcore.lua.application.unknown import refuse_mistyped
from simcore.security.actor import Actor
from simcore.security.book import group_id
from simcore.supervision.identity import Identity

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simcore.lua.application.entry import Entry
    from simcore.lua.application.fields import Fields
    from simcore.lua.application.index import Written
    from simcore.security.policy import Policy

ACTOR_EXAMPLE: Final = "actor: {id: service}"


class Known:
    """What the application itself defines, for checking what its services name."""

    def __init__(self, entries: Mapping[str, Entry], policies: Mapping[str, Policy]) -> None:
        self.namespaces: frozenset[str] = frozenset(entry.namespace for entry in entries.values())
        self.processes: frozenset[str] = frozenset(id for id, entry in entries.items() if entry.kind in CALLABLE_KINDS)
        self.hosts: frozenset[str] = frozenset(id for id, entry in entries.items() if entry.kind in HOST_KINDS)
        self.policies: frozenset[str] = frozenset(policies)
        self.groups: frozenset[str] = frozenset(
            group_id(group, policy.id) for policy in policies.values() for group in policy.groups
        )

    def missing(self, id: str, among: frozenset[str]) -> bool:
        """Tell whether *id* belongs to the application and is not there; of other namespaces nothing is known."""
        return id.partition(":")[0] in self.namespaces and id not in among

    def foreign(self, id: str) -> bool:
        """Tell whether *id* belongs to another application."""
        return id.partition(":")[0] not in self.namespaces


def identity_of(security: Fields, actor: Actor | None, namespace: str, known: Known) -> Identity:
    """Return the identity of *actor* with the ``groups`` and ``policies`` that *security* lists.

    Args:
        security: the mapping that holds them.
        actor: of the same mapping.
        namespace: of the entry; an id without one is of that.
        known: what the application defines.

    Raises:
        UsageError: an id is no text, or names what the application should have and has not.
    """
    groups = _ids(security, "groups", known.groups, namespace, known)
    policies = _ids(security, "policies", known.policies, namespace, known)
    # Where all ids are foreign there is no scope at all, as in the observed runtime (process 12.4).
    closed = any(not known.foreign(id) for id in (*groups, *policies))
    return Identity(actor=actor, groups=groups, policies=policies, closed=closed)


def actor_of(actor: Fields, id: str) -> Actor:
    """Return the actor *id* with the metadata of the mapping *actor*."""
    meta = actor.mapping("meta", "meta: {role: service}")
    return Actor(id, {} if meta is None else {key: node.plain for key, node in meta.nodes.items()})


def _ids(security: Fields, key: str, among: frozenset[str], namespace: str, known: Known) -> tuple[str, ...]:
    ids = tuple(full_id(id, namespace) for id in security.texts(key, f"{key}: [app:rule]"))
    for id in ids:
        if known.missing(id, among):
            what = "policy has the group" if key == "groups" else "security.policy entry is called"
            field = f"field '{security.prefix}{key}'"
            raise security.error(f"{field}: no {what} {shown(id)}", security.line_of(key))
    return ids


# -- tests


def with_identities(
    entries: Mapping[str, Entry], written: Mapping[str, Written], policies: Mapping[str, Policy]
) -> tuple[dict[str, Entry], list[Use], list[str]]:
    """Return *entries*, each test with whom its ``meta.simcore`` lets it act as; what is foreign; and warnings.

    Raises:
        UsageError: an actor has no id, a field has a wrong type, or a group or a policy is not there.
    """
    known = Known(entries, policies)
    found: dict[str, Entry] = dict(entries)
    uses: list[Use] = []
    warnings: list[str] = []
    for id, entry in entries.items():
        simcore = of_simcore(written[id].fields) if entry.is_test else None
        if simcore is None:
            continue
        identity = identity_of(simcore, _actor_of_test(simcore), entry.namespace, known)
        found[id] = replace(entry, identity=identity)
        named = [("groups", group) for group in identity.groups] + [("policies", each) for each in identity.policies]
        uses += [Use("policy", id, entry.file, simcore.line_of(key)) for key, id in named if known.foreign(id)]
        if named and identity.actor is None:
            line = simcore.line_of(named[0][0])
            advice = "write  actor: {id: tester}  beside them"
            warnings.append(f"{escaped(entry.file)}:{line}: {named[0][0]} without an actor forbid nothing; {advice}")
    return found, uses, warnings


def of_simcore(fields: Fields) -> Fields | None:
    """Return what an entry says to the simulation alone, or None."""
    meta = fields.mapping("meta", "meta: {type: test}")
    return None if meta is None else meta.mapping("simcore", "simcore: {expect: failed}")


def _actor_of_test(simcore: Fields) -> Actor | None:
    """Return the actor, which is written as its id alone or with its metadata."""
    node = simcore.node("actor")
    if node is None:
        return None
    if isinstance(node.value, str):
        return Actor(simcore.required_text("actor", "actor: tester"), {})
    if not isinstance(node.value, dict):
        raise simcore.wrong("actor", "a text or a mapping", "actor: tester  or  actor: {id: tester}")
    actor = simcore.mapping("actor", "actor: {id: tester}")
    assert actor is not None
    refuse_mistyped(actor, ACTOR_KEYS, every=True)
    return actor_of(actor, actor.required_text("id", "id: tester"))
