"""The situations that programs have to come into, or what is checked of them says little: who does what, to whom in
which state, and how it ends; what meets on one process; what is read after what."""

from __future__ import annotations

from typing import Final

SITUATIONS: Final[tuple[str, ...]] = (
    # Messages.
    "send done itself",
    "send done one that has not begun",
    "send done one that is to end",
    "send NotFound one that is ending",
    "send NotFound one that is gone",
    "send NotFound one that never was",
    "send PermissionDenied another",
    "send_by_name done another",
    "send_by_name NotFound a free name",
    "bare payload received",
    "MESSAGE read after an upgrade",
    "outside_send Unavailable",
    "select with two ready",
    "unlisten with a backlog",
    # Monitors.
    "monitor done itself",
    "monitor done one that has not begun",
    "monitor done one that is to end",
    "monitor done one that is ending",
    "monitor NotFound one that is gone",
    "monitor AlreadyExists one that it watches",
    "unmonitor done one that it watches",
    "unmonitor done one that is gone",
    "monitor_by_name done another",
    "normal end with several watchers",
    "failed end with several watchers",
    # Links.
    "link done itself",
    "link done a peer",
    "link done one that has not begun",
    "link NotFound one that is gone",
    "unlink done a peer",
    "link_by_name done another",
    "failed end with several peers",
    "failed end with a watcher that is a peer",
    "normal end with peer",
    "untrap after LINK_DOWN was read",
    # What is read after what.
    "MESSAGE then EXIT of one sender",
    "MESSAGE then LINK_DOWN of one sender",
    "EXIT then LINK_DOWN of one sender",
    "CANCEL then EXIT of one sender",
    # Cancel and terminate.
    "cancel then cancel of one process by two",
    "cancel then terminate of one process by two",
    "terminate then terminate of one process by two",
    "terminate without an answer itself",
    "terminate done one that has not begun",
    "terminate NotFound one that is gone",
    "terminate_by_name done another",
    "two deadlines for one process",
    "a normal end after CANCEL was read",
    "end before the first step",
    # Names.
    "register AlreadyExists another's name",
    "register_other done another",
    "register_other NotFound one that is gone",
    "unregister done another's name",
    "a name is taken again after its owner ended",
    "several names are held at the end",
    # Starting others.
    "build_spawn done another's name",
    "build_exec AlreadyExists another's name",
    "build_spawn PermissionDenied",
    "spawn LimitExceeded",
    "call Unknown",
    "call PermissionDenied",
    # Upgrades, services and policies.
    "upgrade with a full buffer",
    "upgrade done by who traps links",
    "upgrade done by who is linked",
    "end by upgrade",
    "a service is started again",
    "end by context canceled",
    "revoke done",
)
"""Each as ``seen`` says it of a world in which it has happened."""
