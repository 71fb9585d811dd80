"""What was enqueued so far, counted by kind."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from simcore.model.errors import InvalidArgument
from simcore.model.messages import Cancel, Exit, LinkDown, Message
from simcore.model.texts import represented

if TYPE_CHECKING:
    from collections.abc import Mapping

KINDS = (Message, Exit, LinkDown, Cancel)


class History:
    """Looks back over the run. *counts* is kept by the runtime, under the class of the event, of a message NoneType."""

    def __init__(self, counts: Mapping[type, int]) -> None:
        self._counts = counts

    def __repr__(self) -> str:
        counts = ", ".join(f"{kind.__name__}={self.count(kind)}" for kind in KINDS)
        return f"History({counts})"

    def count(self, kind: type[Any]) -> int:
        """Return how many of *kind* were enqueued: ``Message``, ``Exit``, ``LinkDown`` or ``Cancel``.

        Raises:
            InvalidArgument: it is none of them.
        """
        if kind not in KINDS:
            raise InvalidArgument(f"history counts Message, Exit, LinkDown and Cancel, not {represented(kind)}")
        return self._counts[type(None) if kind is Message else kind]
