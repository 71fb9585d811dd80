"""Words that are almost others: a key that has no meaning, and may have been meant as one that has."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

LIKENESS_MIN: Final = 0.8
"""From 0 to 1: ``methid`` and ``method`` are alike by 0.83, ``text`` and ``test`` by 0.75."""


def near(written: str, known: Iterable[str]) -> str:
    """Return the *known* word that is most like *written*, or an empty text where none is almost it."""
    words, lowered = sorted(known), written.lower()
    # Two letters that changed their places are one slip, and make a short word very unlike.
    swapped = [word for word in words if sorted(word) == sorted(lowered) and word != written]
    return next(iter(swapped or difflib.get_close_matches(lowered, words, 1, LIKENESS_MIN)), "")
