"""What programs ask for and are answered, word by word, as ``world.log`` holds it: for a model of the semantics.

The effects of an action (``LogEntry.effects``) are in order. What a program does stands there as ``Asked``,
``Returned``, ``Raised``, ``Begun``, ``Subscribed``, ``Unsubscribed``, ``Took``, ``TimerSet``, ``TimerStopped``; what
the runtime does as ``Answered``, ``Born``, ``Ended``, ``Due``, ``Given``, ``HostStands``, ``ServiceStands``,
``ServiceRetries``, and as the other kinds of an ``Effect``. With ``judged`` a model says that it has followed a run of
a program, and what it took as it came: the end of ``simcore run`` tells it.
"""

from simcore.model.reached import judged
from simcore.model.words import (
    Answered,
    Asked,
    Begun,
    Born,
    Built,
    ChannelName,
    Due,
    Ended,
    Given,
    HostStands,
    Opaque,
    Raised,
    Returned,
    ServiceDeclared,
    ServiceRetries,
    ServiceStands,
    Subscribed,
    TimerSet,
    TimerStopped,
    Took,
    Unsubscribed,
    Word,
)

__all__ = [
    "Answered",
    "Asked",
    "Begun",
    "Born",
    "Built",
    "ChannelName",
    "Due",
    "Ended",
    "Given",
    "HostStands",
    "Opaque",
    "Raised",
    "Returned",
    "ServiceDeclared",
    "ServiceRetries",
    "ServiceStands",
    "Subscribed",
    "TimerSet",
    "TimerStopped",
    "Took",
    "Unsubscribed",
    "Word",
    "judged",
]
