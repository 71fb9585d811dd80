"""Notes every ``@given`` test that Hypothesis makes, as every mark is noted. Hypothesis is not imported for it: where
that is not loaded yet, its decorator is taken hold of when it is."""

from __future__ import annotations

import functools
import sys
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from typing import TYPE_CHECKING, Any, Final, cast

from simcore.model.ledger import note

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from types import ModuleType

_HOME: Final = "hypothesis.core"
_NOTES: Final = "simcore_notes"


def note_givens() -> None:
    """Let every use of ``@given`` from now on be noted; where that is so already nothing is done."""
    if GivenFinder not in sys.meta_path:
        sys.meta_path.insert(0, GivenFinder)
    for name in (_HOME, "hypothesis"):
        if (module := sys.modules.get(name)) is not None and hasattr(module, "given"):
            _take_hold(module)


class GivenFinder:
    """Finds the module of Hypothesis that holds ``given`` as Python would, and takes hold of that when it is loaded."""

    @staticmethod
    def find_spec(name: str, path: Sequence[str] | None = None, target: ModuleType | None = None) -> ModuleSpec | None:
        """Return where that module is; of any other nothing."""
        if name != _HOME:
            return None
        spec = PathFinder.find_spec(name, path, target)
        if spec is not None and type(spec.loader) is SourceFileLoader:
            spec.loader = _GivenLoader(spec.loader.name, spec.loader.path)
        return spec


class _GivenLoader(SourceFileLoader):
    def exec_module(self, module: ModuleType) -> None:
        super().exec_module(module)
        _take_hold(module)


def _take_hold(module: ModuleType) -> None:
    given = vars(module)["given"]
    if not hasattr(given, _NOTES):
        vars(module)["given"] = _noting(given)


def _noting(given: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(given)
    def noted(*strategies: Any, **named: Any) -> Callable[..., Any]:
        decorate = given(*strategies, **named)

        def decorated(test: Callable[..., Any]) -> Callable[..., Any]:
            made = decorate(test)
            if handle_of(made) is not None:
                note(handle_of(made), test)
            return cast("Callable[..., Any]", made)

        return decorated

    setattr(noted, _NOTES, True)
    return noted


def handle_of(value: object) -> object:
    """Return what Hypothesis attaches to a test that ``@given`` makes, and what every wrapper of it has as well; None
    where *value* is no such test."""
    try:
        is_one = getattr(value, "is_hypothesis_test", False) is True
        return getattr(value, "hypothesis", None) if is_one else None
    # Any object may stand in a module, also one that answers no question.
    except Exception:
        return None
