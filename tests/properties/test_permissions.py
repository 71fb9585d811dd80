"""The properties of permissions: each notices a kernel that does otherwise, and says by which number."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from properties import deputies, inheritance, permissions, policies, revocation
from simcore.model.errors import PermissionDenied
from simcore.model.pid import Pid
from simcore.process import end, start, step, upgrade
from simcore.process.command import Command
from simcore.process.state.record import ProcessRecord
from simcore.process.state.runtime import Runtime
from simcore.process.verbs import calling, spawning
from simcore.python import request
from simcore.security import decision, scope
from simcore.security.book import PolicyBook
from simcore.security.frame import EMPTY_FRAME
from simcore.security.permissions import PERMISSIONS
from simcore.security.policy import Policy
from simcore.security.scope import Scope
from simcore.supervision import host_stop, service
from simcore.world import world as worlds
from tests.exploring import explore

Mutation = Callable[[pytest.MonkeyPatch], None]


@pytest.fixture(autouse=True)
def _without_a_project(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Where no ``always`` is asked: the reference model would notice most of the mutations first."""
    monkeypatch.chdir(tmp_path)


# -- what a scope says


def deny_is_ignored(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(scope, "DENY", "nothing")


def the_first_policy_decides(patch: pytest.MonkeyPatch) -> None:
    def decide(self: Scope, *check: Any) -> Any:
        return next(filter(None, (policy.evaluate(*check) for policy in self.policies)), None)

    patch.setattr(Scope, "_decide", decide)


def what_nothing_speaks_of_is_allowed(patch: pytest.MonkeyPatch) -> None:
    plain = Scope._decide
    patch.setattr(Scope, "_decide", lambda *parts: plain(*parts) or "allow")


def conditions_are_remembered(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Policy, "conditional", False)


def the_denies_go_too(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Scope, "without", lambda self, gone: Scope(each for each in self.policies if each.effect == "allow"))


def a_new_policy_is_the_only_one(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Scope, "with_policy", lambda self, policy: Scope([*self.policies[1:], policy]))


def every_caller_is_the_first(patch: pytest.MonkeyPatch) -> None:
    plain = decision.allowed
    first = "{app:processes|0x00001}"
    patch.setattr(decision, "allowed", lambda *check, pid, **more: plain(*check, pid=first, **more))


def strict_is_not_looked_at(patch: pytest.MonkeyPatch) -> None:
    plain = decision.allowed
    patch.setattr(decision, "allowed", lambda *check, strict, **more: plain(*check, strict=False, **more))


def a_deny_allows(patch: pytest.MonkeyPatch) -> None:
    plain = Scope._decide
    patch.setattr(Scope, "_decide", lambda *parts: plain(*parts) and "allow")


# -- as whom one acts


def children_are_free(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(spawning, "frame_of", lambda record, settings: EMPTY_FRAME)


def who_is_called_is_free(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(calling, "frame_of", lambda record, settings: EMPTY_FRAME)


def upgraded_code_is_free(patch: pytest.MonkeyPatch) -> None:
    def freed(record: ProcessRecord) -> None:
        record.frame = EMPTY_FRAME
        upgrade.swap(record)

    patch.setattr(step, "swap", freed)


def a_builder_may_choose(patch: pytest.MonkeyPatch) -> None:
    patch.setitem(PERMISSIONS, "with_scope", ())


# -- whom a check is about


def what_was_typed_is_checked(patch: pytest.MonkeyPatch) -> None:
    plain = Runtime.require_target
    patch.setattr(
        Runtime, "require_target", lambda self, record, verb, target, typed: plain(self, record, verb, typed, typed)
    )


def the_look_up_comes_first(patch: pytest.MonkeyPatch) -> None:
    plain = Runtime.require_target

    def require_target(self: Runtime, record: ProcessRecord, verb: str, target: Pid, typed: str) -> None:
        self.route(target)
        plain(self, record, verb, target, typed)

    patch.setattr(Runtime, "require_target", require_target)


def a_link_is_not_checked(patch: pytest.MonkeyPatch) -> None:
    patch.setitem(PERMISSIONS, "link", ())


def a_name_is_looked_up_again(patch: pytest.MonkeyPatch) -> None:
    plain = Command.perform

    def perform(self: Command) -> None:
        holder = self.record.runtime.names.get(deputies.NAME)
        if holder is not None and isinstance(self.target, Pid):
            self.target = holder
        plain(self)

    patch.setattr(Command, "perform", perform)


def a_strict_builder_takes_any_name(patch: pytest.MonkeyPatch) -> None:
    for module in (spawning, calling):
        patch.setattr(module, "require_name", lambda record, settings: None)


def a_strict_builder_signals_anybody(patch: pytest.MonkeyPatch) -> None:
    unchecked(patch, "send")


def unchecked(patch: pytest.MonkeyPatch, *verbs: str) -> None:
    plain = Runtime.require

    def require(self: Runtime, record: ProcessRecord, verb: str, *more: Any, **skip: Any) -> None:
        if verb not in verbs:
            plain(self, record, verb, *more, **skip)

    patch.setattr(Runtime, "require", require)


def a_builder_signals_before_it_asks(patch: pytest.MonkeyPatch) -> None:
    plain = spawning._signal

    def signal(record: ProcessRecord, settings: Any, holder: Pid) -> Pid:
        start._enqueue_all(record.runtime.records[holder], settings.messages)
        return plain(record, settings, holder)

    patch.setattr(spawning, "_signal", signal)


def anybody_may_use_a_builder(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(request.Request, "_check", lambda self, frame, *, new: None)
    # As if it were done by who has made it.
    unchecked(patch, *deputies.STARTED)


# -- what a change of policies does


def a_scope_follows_its_group(patch: pytest.MonkeyPatch) -> None:
    plain, held = PolicyBook.named_scope, dict[PolicyBook, list[Scope]]()

    def named_scope(self: PolicyBook, group: str) -> Scope:
        found = plain(self, group)
        held.setdefault(self, []).append(found)
        return found

    def grant(self: PolicyBook, policy_id: str, group: str) -> None:
        granted(self, policy_id, group)
        for each in held.get(self, ()):
            each._policies[policy_id] = self.policy(policy_id)
            each._decisions = None

    granted = PolicyBook.grant
    patch.setattr(PolicyBook, "named_scope", named_scope)
    patch.setattr(PolicyBook, "grant", grant)


def a_look_up_is_remembered(patch: pytest.MonkeyPatch) -> None:
    plain, held = PolicyBook.named_scope, dict[tuple[PolicyBook, str], Scope]()

    def named_scope(self: PolicyBook, group: str) -> Scope:
        return held.setdefault((self, group), plain(self, group))

    patch.setattr(PolicyBook, "named_scope", named_scope)


def a_revoke_is_forgotten(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(PolicyBook, "revoke", lambda self, policy_id, group=None: None)


def an_effect_is_checked_once_more(patch: pytest.MonkeyPatch) -> None:
    plain = Command.perform

    def perform(self: Command) -> None:
        if self.verb == "do:send" and self.record.guarded and self.record.runtime.kernel.now_ns:
            self.effect = denied
        plain(self)

    patch.setattr(Command, "perform", perform)


def denied(command: Command) -> None:
    raise PermissionDenied("not allowed to send")


def events_are_checked(module: Any) -> Mutation:
    def mutation(patch: pytest.MonkeyPatch) -> None:
        plain = module.enqueue

        def enqueue(receiver: ProcessRecord, envelope: Any) -> None:
            if not receiver.guarded:
                plain(receiver, envelope)

        patch.setattr(module, "enqueue", enqueue)

    return mutation


DELIVERY = revocation.test_what_was_sent_arrives_and_events_of_the_runtime_are_never_checked
MUTATIONS = [
    (deny_is_ignored, policies.test_a_scope_answers_as_the_words_of_the_contract_say, "I75, I76: "),
    (what_nothing_speaks_of_is_allowed, policies.test_a_scope_answers_as_the_words_of_the_contract_say, "I75, I76: "),
    (the_first_policy_decides, policies.test_to_permute_policies_changes_no_decision, "I75: "),
    (the_denies_go_too, policies.test_to_remove_an_allow_never_allows, "I78: "),
    (a_new_policy_is_the_only_one, policies.test_to_add_a_deny_never_allows, "I75, I78: "),
    (conditions_are_remembered, policies.test_a_decision_is_the_same_whatever_was_asked_before, "I79: "),
    (every_caller_is_the_first, policies.test_what_may_be_done_in_a_world_is_what_the_scope_says, "I79: "),
    (strict_is_not_looked_at, policies.test_without_a_context_the_decision_is_that_of_the_world, "I77: "),
    (a_deny_allows, permissions.test_under_fewer_permissions_nothing_is_done_that_was_denied, "I78: "),
    (children_are_free, inheritance.test_whatever_was_started_acts_as_who_has_started_it, "I80: "),
    (who_is_called_is_free, inheritance.test_whatever_was_started_acts_as_who_has_started_it, "I80: "),
    (upgraded_code_is_free, inheritance.test_whatever_was_started_acts_as_who_has_started_it, "I80: "),
    (a_builder_may_choose, inheritance.test_whatever_was_started_acts_as_who_has_started_it, "I80: "),
    (what_was_typed_is_checked, deputies.test_a_check_is_on_the_canonical_text_of_the_pid, "I81: "),
    (the_look_up_comes_first, deputies.test_a_denial_does_not_tell_whether_anybody_is_there, "I73"),
    (a_name_is_looked_up_again, deputies.test_a_name_that_moves_leads_nobody_to_whom_he_may_not, "I81: "),
    (a_link_is_not_checked, deputies.test_who_may_not_touch_somebody_does_not_by_others, "I72: "),
    (who_is_called_is_free, deputies.test_who_may_not_touch_somebody_does_not_by_others, "I72: "),
    (a_strict_builder_takes_any_name, deputies.test_a_builder_does_nothing_that_its_process_may_not, "I72: "),
    (a_strict_builder_signals_anybody, deputies.test_a_builder_does_nothing_that_its_process_may_not, "I72: "),
    (a_builder_signals_before_it_asks, deputies.test_a_builder_does_nothing_that_its_process_may_not, "I73: "),
    (
        a_strict_builder_takes_any_name,
        deputies.test_a_strict_builder_is_denied_what_its_process_is_denied_step_by_step,
        "I72: ",
    ),
    (anybody_may_use_a_builder, deputies.test_a_builder_that_was_handed_over_starts_nothing, "I80: "),
    (a_scope_follows_its_group, revocation.test_a_scope_holds_what_its_group_held_when_it_was_looked_up, "I72: "),
    (a_look_up_is_remembered, revocation.test_a_scope_holds_what_its_group_held_when_it_was_looked_up, "I72: "),
    (a_revoke_is_forgotten, revocation.test_a_scope_holds_what_its_group_held_when_it_was_looked_up, "I72: "),
    (an_effect_is_checked_once_more, revocation.test_a_scope_holds_what_its_group_held_when_it_was_looked_up, "I72: "),
    (a_look_up_is_remembered, revocation.test_a_service_has_what_its_groups_hold_at_each_start, "I72: "),
    (
        events_are_checked(end),
        revocation.test_what_was_sent_arrives_and_events_of_the_runtime_are_never_checked,
        "I82: ",
    ),
    (
        events_are_checked(host_stop),
        revocation.test_what_was_sent_arrives_and_events_of_the_runtime_are_never_checked,
        "I82: ",
    ),
    (
        events_are_checked(service),
        revocation.test_what_was_sent_arrives_and_events_of_the_runtime_are_never_checked,
        "I82: ",
    ),
]


@pytest.mark.parametrize(("mutation", "test", "said"), MUTATIONS)
def test_a_mutation_is_noticed(
    mutation: Mutation, test: Callable[..., Any], said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The invariants of every run would notice some of them first.
    monkeypatch.setattr(worlds, "rules", tuple)

    mutation(monkeypatch)
    found = explore(test).failing

    assert found is not None
    assert str(found.error).removeprefix("assert: ").startswith(said), found.error


def test_each_property_of_permissions_is_broken_by_a_mutation() -> None:
    shown = {test.__name__ for _, test, _ in MUTATIONS}

    for module in (policies, inheritance, deputies, revocation):
        assert {name for name in vars(module) if name.startswith("test_")} <= shown
