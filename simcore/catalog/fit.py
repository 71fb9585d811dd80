"""Whether what is marked, or fed by Hypothesis, can be run as what it says it is; if not, why and the cure."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Any, Final

from simcore.model.markers import PropertyMark, ReportMark, ScenarioMark
from simcore.model.shapes import unrun

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from simcore.model.markers import Mark

_CURES: Final = {
    "an `async def`": "write a plain `def`; what waits is a behaviour, which `world.define` takes",
    "a generator": "take the `yield` out",
    "an async generator": "write a plain `def` without a `yield`",
}
UNREAD: Final = {
    "parametrize": "write a function for each case, or draw the cases",
    "sim": "it has the schedules of `simcore run`; say `@scenario(schedules=...)`, or what the command takes",
    "usefixtures": "no fixture is set up for it; call what it needs",
    "xfail": "say `@scenario(expect='failed')`",
}
"""The marks of pytest that would make something else of an item than the command does, and what to write."""
UNREAD_OF_PROPERTIES: Final = {
    **UNREAD,
    "sim": "it has the examples of `simcore run`; say `@settings(max_examples=...)`, or what the command takes",
    "xfail": "call `pytest.xfail(...)` in it where it is to fail",
}
"""The same of a ``@given`` test."""


def is_given(value: object) -> bool:
    """Tell whether *value* is what ``@given`` makes; Hypothesis itself is not asked, so it is not loaded."""
    try:
        return getattr(value, "is_hypothesis_test", False) is True and not inspect.isclass(value)
    # Any object may stand in a module, also one that answers no question.
    except Exception:
        return False


def unfit(function: Callable[..., Any], mark: Mark) -> str:
    """Say why *function* cannot be what *mark* says, in words that follow its name; empty where it can."""
    if mark.wrong:
        return f"cannot count: {mark.wrong}"
    if inspect.isclass(function):
        return f"is a class; mark a function that takes {_taking(mark)}"
    if is_given(function):
        return "is fed by @given as well; make two functions of it"
    return _not_run(function) or _marked_in_vain(function, UNREAD) or _misfed(function, mark)


def unfit_given(name: str, test: Callable[..., Any]) -> str:
    """Say the same of a ``@given`` test that the file calls *name*."""
    if name.startswith("_"):
        return ""
    if not name.startswith("test_"):
        return f"is not called test_...; name it test_{name}, or _{name} if it is a helper"
    inner = getattr(getattr(test, "hypothesis", None), "inner_test", test)
    return _not_run(inner) or _marked_in_vain(test, UNREAD_OF_PROPERTIES) or _unfed(test)


def _not_run(function: object) -> str:
    what = unrun(function)
    return f"is {what}: a call runs no line of its body; {_CURES[what]}" if what else ""


def _marked_in_vain(function: object, cures: Mapping[str, str]) -> str:
    found = getattr(function, "pytestmark", ())
    for mark in found if isinstance(found, list) else [found]:
        name = getattr(mark, "name", "")
        if name in cures:
            return f"has @pytest.mark.{name}, which is not read here; {cures[name]}"
    return ""


# -- arguments


def takes_changes(function: Callable[..., Any]) -> bool:
    """Tell whether an ``always`` has to be given a second argument; one with a default of its own keeps it."""
    signature = _signature(function)
    if signature is not None and any(each.kind is each.VAR_POSITIONAL for each in signature.parameters.values()):
        # A wrapper hands on whatever it is given: what it wraps says how much that is.
        signature = _signature(function, follow=True)
    return signature is not None and len(_required(signature)) == 2


def _required(signature: inspect.Signature) -> list[inspect.Parameter]:
    positional = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
    return [each for each in signature.parameters.values() if each.kind in positional and each.default is each.empty]


def _signature(function: Callable[..., Any], *, follow: bool = False) -> inspect.Signature | None:
    try:
        signature = inspect.signature(function, follow_wrapped=follow)
    except (TypeError, ValueError):
        return None
    return signature.replace(return_annotation=inspect.Signature.empty)


def _misfed(function: Callable[..., Any], mark: Mark) -> str:
    """Say that *function* does not take what it is called with."""
    signature = _signature(function)
    amount = 2 if mark == PropertyMark("always") and takes_changes(function) else 1
    if signature is None or _takes(signature, amount):
        return ""
    return f"takes {signature}, and is called with {_taking(mark)}"


def _unfed(test: Callable[..., Any]) -> str:
    signature = _signature(test)
    if signature is None or _takes(signature, 0):
        return ""
    return f"takes {signature} besides what @given draws, and there is nobody who gives that; draw it too"


def _takes(signature: inspect.Signature, amount: int) -> bool:
    try:
        signature.bind(*range(amount))
    except TypeError:
        return False
    return True


def _taking(mark: Mark) -> str:
    match mark:
        case ScenarioMark():
            return "one argument, the World"
        case ReportMark():
            return "one argument, the Results"
        case PropertyMark():
            also = ", or two, with the Changes" if mark.kind == "always" else ""
            return f"one argument, the World{also}"
