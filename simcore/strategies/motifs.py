"""How some programs begin: with a few steps that belong together, since by chance they seldom meet. What comes behind
them is drawn as always, and so is the schedule."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from simcore.model.programs import OUTSIDE, Step
from simcore.strategies.weights import BYTES

if TYPE_CHECKING:
    from collections.abc import Sequence

NONE_UNTIL: Final = 144
"""Up to this byte a program begins with nothing in particular."""
MEMBERS: Final = 3
"""So many members a motif is about."""
ONE, OTHER, THIRD = range(MEMBERS)

MOTIFS: Final[tuple[tuple[Step, ...], ...]] = (
    # Two are told of one end, normal or not.
    (
        Step(ONE, "monitor", THIRD),
        Step(OTHER, "monitor", THIRD),
        Step(THIRD, "sleep", value=1),
        Step(THIRD, "return"),
        Step(OTHER, "sleep", value=1),
        Step(OTHER, "unmonitor", THIRD),
    ),
    (
        Step(ONE, "monitor", THIRD),
        Step(OTHER, "link", THIRD),
        Step(OTHER, "monitor", THIRD),
        Step(THIRD, "sleep", value=1),
        Step(THIRD, "raise"),
    ),
    # A notice is read, and then trapped no more.
    (
        Step(ONE, "trap"),
        Step(ONE, "link", THIRD),
        Step(THIRD, "sleep", value=1),
        Step(THIRD, "raise"),
        Step(ONE, "receive", value=3),
        Step(ONE, "untrap"),
    ),
    # The last word of one who fails, and the news of its end.
    (
        Step(ONE, "trap"),
        Step(ONE, "link", THIRD),
        Step(ONE, "monitor", THIRD),
        Step(THIRD, "send", ONE),
        Step(THIRD, "sleep", value=1),
        Step(THIRD, "raise"),
        Step(ONE, "receive", value=3),
        Step(ONE, "receive", value=3),
    ),
    # Who was asked to end does so, or asks back.
    (
        Step(ONE, "monitor", THIRD),
        Step(ONE, "cancel", THIRD),
        Step(THIRD, "receive", value=3),
        Step(THIRD, "cancel", ONE, value=2),
        Step(THIRD, "return"),
    ),
    # Ends that meet each other on one process.
    (
        Step(ONE, "terminate", THIRD),
        Step(OTHER, "terminate", THIRD),
        Step(OTHER, "send", THIRD),
        Step(ONE, "monitor", THIRD),
        Step(ONE, "link", THIRD),
    ),
    (
        Step(THIRD, "return"),
        Step(ONE, "send", THIRD),
        Step(ONE, "monitor", THIRD),
        Step(OTHER, "link", THIRD),
        Step(OTHER, "cancel", THIRD),
    ),
    # A result that never comes, since who is called fails; its number is the first behind those of the start.
    (Step(ONE, "call"), Step(MEMBERS, "raise"), Step(OTHER, "exec"), Step(MEMBERS + 1, "return", value=2)),
    # An upgrade in the middle of it all.
    (
        Step(ONE, "trap"),
        Step(ONE, "register", name=1),
        Step(ONE, "link", OTHER),
        Step(OTHER, "monitor", ONE),
        Step(THIRD, "send", ONE),
        Step(ONE, "upgrade"),
        Step(ONE, "receive", value=2),
        Step(OTHER, "raise"),
    ),
    # Two deadlines for one, which waits.
    (
        Step(ONE, "cancel", THIRD, value=3),
        Step(OTHER, "cancel", THIRD, value=1),
        Step(THIRD, "sleep", value=3),
        Step(THIRD, "receive"),
    ),
    # More has come to a topic than its channel holds, and its reader goes on as something else.
    (
        Step(THIRD, "listen_plain"),
        Step(ONE, "send", THIRD),
        Step(OTHER, "send", THIRD),
        Step(THIRD, "sleep", value=1),
        Step(THIRD, "upgrade"),
        Step(THIRD, "listen"),
    ),
    # Two topics that have something, and one that is listened to no more.
    (
        Step(THIRD, "listen"),
        Step(THIRD, "listen_plain", name=1),
        Step(ONE, "send", THIRD),
        Step(ONE, "send", THIRD, 1),
        Step(OTHER, "send", THIRD),
        Step(THIRD, "sleep", value=1),
        Step(THIRD, "take"),
        Step(THIRD, "unlisten"),
    ),
    # A host that stops while others want something of it.
    (Step(OUTSIDE, "stop_host", value=1), Step(OUTSIDE, "outside_send"), Step(ONE, "spawn"), Step(OTHER, "send", ONE)),
    # A name that goes from one to another.
    (
        Step(ONE, "register"),
        Step(ONE, "sleep", value=1),
        Step(ONE, "return"),
        Step(OTHER, "sleep", value=2),
        Step(OTHER, "register"),
        Step(THIRD, "send_by_name"),
    ),
)


def motif(byte: int, processes: int) -> Sequence[Step]:
    """Return the first steps of a program with so many members at the start; none where these are too few."""
    if byte < NONE_UNTIL or processes < MEMBERS:
        return ()
    begun = MOTIFS[(byte - NONE_UNTIL) * len(MOTIFS) // (BYTES - NONE_UNTIL)]
    more = processes - MEMBERS
    return [
        each if each.process < MEMBERS else Step(each.process + more, each.verb, value=each.value) for each in begun
    ]
