"""What pytest's own marks say of a function: that it is not to be tried. What they leave out is no pass."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_NO_REASON: Final = "no reason is given"


def refuse_skipped(function: Callable[..., Any]) -> None:
    """Do what ``pytest.mark.skip`` and ``skipif`` say, above *function* or as the ``pytestmark`` of its file.

    A condition that is a text is Python for pytest to evaluate; here it holds.

    Raises:
        SkipTest: it is not to be tried.
    """
    for mark in _marks(function):
        conditions = [*getattr(mark, "args", ()), *_named(mark, "condition")]
        if getattr(mark, "name", "") == "skip" or (getattr(mark, "name", "") == "skipif" and any(conditions)):
            # Late, as nearly nobody needs it.
            from unittest import SkipTest

            raise SkipTest(_reason(mark, [each for each in conditions if isinstance(each, str)]))


def _marks(function: Callable[..., Any]) -> Iterator[Any]:
    inner = getattr(getattr(function, "hypothesis", None), "inner_test", function)
    module = sys.modules.get(str(getattr(inner, "__module__", "")))
    for holder in (function, module):
        marks = getattr(holder, "pytestmark", ())
        yield from (getattr(each, "mark", each) for each in (marks if isinstance(marks, (list, tuple)) else [marks]))


def _named(mark: Any, name: str) -> list[Any]:
    named = getattr(mark, "kwargs", {})
    return [named[name]] if name in named else []


def _reason(mark: Any, texts: list[Any]) -> str:
    return str(next(iter([*_named(mark, "reason"), *texts]), "") or _NO_REASON)
