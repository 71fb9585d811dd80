"""The wildcards of actions and resources: ``*`` alone or at the end, and nothing else (process 12.3.1)."""

from __future__ import annotations

from typing import Final

STAR: Final = "*"


class Wildcards:
    """Several patterns as one question. A value matches if it matches any of them.

    ``*`` matches everything and ``prefix*`` what starts so. The dot of ``prefix.*`` is dropped as well: it matches
    ``prefix`` itself, and also ``prefixed``. A ``*`` anywhere else is a letter like any other.
    """

    __slots__ = ("_prefixes", "_words")

    def __init__(self, patterns: tuple[str, ...]) -> None:
        self._words = frozenset(pattern for pattern in patterns if not pattern.endswith(STAR))
        self._prefixes = tuple(_prefix(pattern) for pattern in patterns if pattern.endswith(STAR))

    def match(self, value: str) -> bool:
        """Tell whether *value* matches one of the patterns."""
        # `startswith` takes a tuple, so both questions are one call each, however many patterns there are.
        return value in self._words or value.startswith(self._prefixes)


def literal_star(pattern: str) -> bool:
    """Tell whether *pattern* has a ``*`` that is no wildcard, as in ``*.read``: legal, and surely a mistake."""
    return STAR in (pattern[:-1] if pattern.endswith(STAR) else pattern)


def _prefix(pattern: str) -> str:
    return pattern.removesuffix(STAR).removesuffix(".")
