"""What a replay answers."""

from __future__ import annotations

from enum import StrEnum


class ReplayAnswer(StrEnum):
    """Whether a failure is still there.

    ``reproduced``: it failed again, in the same way. ``reproduced nearby``: its own schedule, or its own arguments,
    lead there no more, but others do. ``gone``: all of the case fitted to the letter, and neither it nor what was tried
    around it fails. ``cannot tell``: nothing failed, and not all of it fitted, or not all was seen. ``another
    failure``: it fails, but in another way than the case says. ``diverged``: nothing that counts has changed, and it
    went another way.
    """

    REPRODUCED = "reproduced"
    NEARBY = "reproduced nearby"
    GONE = "gone"
    UNKNOWN = "cannot tell"
    OTHER = "another failure"
    DIVERGED = "diverged"
