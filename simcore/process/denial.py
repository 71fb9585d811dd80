"""One denied permission, for those who ask afterwards."""

from __future__ import annotations

import msgspec

from simcore.model.pid import Pid


class Denial(msgspec.Struct, frozen=True):
    """A check that the policies did not allow; the operation that asked had no effect (semantics 12.1, G18).

    Args:
        path: the creator path of the process that asked, such as ``world/app:boss.0``.
        pid: that process.
        action: what was checked, such as ``process.send``.
        resource: on what, such as a resolved pid (12.6).
        instant_ns: the virtual time in nanoseconds.
    """

    path: str
    pid: Pid
    action: str
    resource: str
    instant_ns: int
