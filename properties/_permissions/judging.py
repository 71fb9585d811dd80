"""What a trial of all verbs has to show, each claim with the number of the contract's list."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from simcore import Denial, Refusal
from simcore.words import Answered, Asked

from .rules import ALLOWED, BY_A_DENY, NO_MATCH, OPEN, STRICT
from .trial import Trial, Tried

_NUMBERS: Final = {ALLOWED: "I72", BY_A_DENY: "I72, I75", NO_MATCH: "I72, I76", OPEN: "I77", STRICT: "I77"}
_SHARED: Final = ("register", "register another", "unregister")
"""What is an action of its own even where it is denied (process 15.1.1)."""

INVALID: Final = ("security.policy.get", "security.policy_group.get", "events.subscribe", "events.send")
"""The actions whose denial is of another kind (process 12.10, lua 6.7)."""


def decisions(trial: Trial) -> Iterator[str]:
    """Give each verb that was done or refused against its policies (I72, I75, I76, I77)."""
    if len(trial.tried) != len(trial.plan.deeds) and not trial.plan.is_never_called:
        yield f"I72: {trial.plan.state}: {len(trial.tried)} of {len(trial.plan.deeds)} verbs were tried"
    for tried, verdict, denied in _judged(trial):
        said = f"{_NUMBERS[verdict]}: {tried.deed.verb}, {trial.plan.state}, is {verdict}, and "
        if denied is None and tried.error is not None:
            yield f"{said}was answered with {tried.error}"
        elif denied is None and tried.effects != tried.deed.effects:
            yield f"{said}had the effects {sorted(tried.effects)}"
        elif denied is not None and tried.error is None:
            yield f"{said}was done; its effects: {sorted(tried.effects)}"


def effects(trial: Trial) -> Iterator[str]:
    """Give each verb that was refused and has changed something all the same (I73)."""
    for tried, _, _ in _judged(trial):
        if tried.error is None:
            continue
        if tried.effects:
            yield f"I73: {tried.deed.verb} was denied, {trial.plan.state}, and its subject was {sorted(tried.effects)}"
        others = [each for each in tried.meanwhile if not isinstance(each, (Asked, Denial, Refusal, Answered))]
        if others and tried.deed.verb not in _SHARED:
            yield f"I73: {tried.deed.verb} was denied, {trial.plan.state}, and meanwhile there was {others[0]!r}"
        if tried.over[0] != tried.began[0] and tried.deed.verb not in _SHARED:
            actions = tried.over[0] - tried.began[0]
            yield f"I73: {tried.deed.verb} was denied, {trial.plan.state}, and {actions} actions happened meanwhile"


def orders(trial: Trial) -> Iterator[str]:
    """Give each verb whose denials are not the first row that is denied, and no other (I74)."""
    for tried, _, denied in _judged(trial):
        told = [(each.action, each.resource) for each in tried.denials]
        if told != ([] if denied is None else [denied]):
            yield f"I74: {tried.deed.verb}, {trial.plan.state}: {told} was denied, and {denied} is the first that is"


def errors(trial: Trial) -> Iterator[str]:
    """Give each denial that is of a wrong kind, or does not say what was denied (I83)."""
    for tried, _, denied in _judged(trial):
        if denied is None or tried.error is None:
            continue
        action, resource = denied
        error, said = tried.error, tried.deed.message(action, tried.subject)
        kind = "Invalid" if action in INVALID else "PermissionDenied"
        if error.kind != kind or not error.message.startswith(said):
            yield f"I83: {tried.deed.verb} was denied with {error.kind}, {error.message}; not {kind}, {said}"
        if error.details != {"action": action, "resource": resource}:
            yield f"I83: {tried.deed.verb} was denied with the details {error.details}"


def _judged(trial: Trial) -> Iterator[tuple[Tried, str, tuple[str, str] | None]]:
    for tried in trial.tried:
        yield tried, *trial.expected(tried)
