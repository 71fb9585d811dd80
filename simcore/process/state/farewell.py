"""What a coroutine raises on its way out, when nobody is there any more whom that could end."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Farewell:
    """One such error.

    Args:
        whose: the path of the process, or another name of whoever raised it.
        error: what was raised.
        when: at which end, such as ``when its world was over``.
    """

    whose: str
    error: BaseException
    when: str
