"""The permissions that were denied so far, as a read-only sequence."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, overload

if TYPE_CHECKING:
    from simcore.model.effects import Denial


class DenialsView(Sequence["Denial"]):
    """Every denial of the run, oldest first; it grows while the world runs. ``process.can`` is no check and adds none.

    Each has ``path``, ``pid``, ``action``, ``resource`` and ``instant_ns``. *denials* is the runtime's own list.
    """

    def __init__(self, denials: list[Denial]) -> None:
        self._denials = denials

    @overload
    def __getitem__(self, index: int) -> Denial: ...

    @overload
    def __getitem__(self, index: slice) -> list[Denial]: ...

    def __getitem__(self, index: int | slice) -> Denial | list[Denial]:
        return self._denials[index]

    def __len__(self) -> int:
        return len(self._denials)

    def __repr__(self) -> str:
        return f"DenialsView({self._denials!r})"
