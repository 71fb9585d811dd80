"""What must hold of what the API answers: I84 to I86 (process 13)."""

from simcore import Change, Changes, ProcessError, Refusal, Sent, World, always
from simcore.words import Answered, Asked

from ._history import NEVER, History, judge

KINDS = (
    "Unknown",
    "NotFound",
    "AlreadyExists",
    "Invalid",
    "PermissionDenied",
    "Unavailable",
    "Internal",
    "Canceled",
    "Conflict",
    "Timeout",
    "RateLimited",
    "LimitExceeded",
    "InvalidState",
)
"""All that the constants of the contract name."""
OTHERS_WORDS = ("runandwait", "callfunction")
"""What is answered with the error of another program, whose kind is its own matter."""


@always
def errors_have_their_shape(world: World, changes: Changes) -> None:
    """An error has a kind and a message, and what is refused as wrong has no effect (I84 to I86)."""
    if changes.at_the_end and world.log:
        judge(world, INVARIANTS)


def an_error_has_kind_and_message(history: History) -> None:
    """I84: every error of the API has a kind that the contract names and a message that is not empty."""
    answers = [(ask.answered, ask.pid, ask.failed) for ask in history.asks if ask.verb not in OTHERS_WORDS]
    refusals = [(at, each.pid, each.error) for at, each in history.effects if isinstance(each, Refusal)]
    for at, pid, error in (*answers, *refusals):
        if error is not None:
            right = isinstance(error, ProcessError) and error.kind in KINDS and error.message != ""
            history.check("I84", right, at, "{} is answered with {!r}", pid, error)


def an_answer_is_a_value_or_an_error(history: History) -> None:
    """I85: ``(nil, err)`` and ``(value, nil)`` exclude each other."""
    for at, effect in history.effects:
        if isinstance(effect, Answered) and effect.error is not None:
            right = effect.value is None and effect.given is None
            history.check(
                "I85", right, at, "{} is answered with {} and with {}", effect.pid, effect.value, effect.error
            )


def what_is_wrong_has_no_effect(history: History) -> None:
    """I86: a failed validation (a reserved topic, a bad duration, a missing argument) has no side effect."""
    for ask in history.asks:
        if ask.error is None or ask.error.kind != "Invalid" or ask.refused == NEVER:
            continue
        since = ask.at if ask.action is None else max(ask.at, ask.action.at)
        between = [each for _, each in history.between(since, ask.refused) if isinstance(each, (Change, Sent, Asked))]
        performed = ask.action is not None and ask.action.entry.action.startswith("do:") and ask.action.at > ask.refused
        right = not between and not performed
        history.check("I86", right, ask.refused, "{} is refused with {}, and does {}", ask, ask.error, between)


INVARIANTS = (an_error_has_kind_and_message, an_answer_is_a_value_or_an_error, what_is_wrong_has_no_effect)
