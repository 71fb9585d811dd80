"""The registered names as a Python process reaches them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simcore.model import operations
from simcore.model.errors import ArgumentTypeError
from simcore.python.arguments import kind_of, required_text
from simcore.python.request import Request

if TYPE_CHECKING:
    from simcore.model.pid import Pid
    from simcore.python.request import Unawaited


class Registry:
    """The registered names, as a process reaches them: ``process.registry`` (process 11). Each call is a transition
    that others may come before."""

    __slots__ = ("_unawaited",)

    def __init__(self, unawaited: Unawaited) -> None:
        self._unawaited = unawaited

    def __repr__(self) -> str:
        return "<Registry of the names that processes have>"

    def register(self, name: str, pid: str | None = None) -> Request[None]:
        """Bind *name* to *pid*, by default to this process (original page, "Name Registry"; process 11.1).

        Raises:
            AlreadyExists: another process holds the name.
            NotFound: *pid* does not live.
            PermissionDenied: ``process.registry.register`` on the name.
            InvalidArgument: the name is empty, or *pid* is no pid.
        """
        if pid is not None and not isinstance(pid, str):
            raise ArgumentTypeError(f"pid must be a string, not {kind_of(pid)}")
        return Request(self._unawaited, operations.Register(required_text("name", name), pid))

    def lookup(self, name: str) -> Request[Pid]:
        """Return who holds *name* (process 11.5).

        Raises:
            NotFound: nobody does.
        """
        return Request(self._unawaited, operations.Lookup(required_text("name", name)))

    def unregister(self, name: str) -> Request[bool]:
        """Free *name*, whoever holds it; tell whether somebody did (process 11.7).

        Raises:
            PermissionDenied: ``process.registry.unregister`` on the name.
        """
        return Request(self._unawaited, operations.Unregister(required_text("name", name)))
