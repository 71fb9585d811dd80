"""Why nothing takes a mark: what became of the function that it was put on."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any

from simcore.model.givens import handle_of
from simcore.model.markers import Mark, mark_of, word
from simcore.model.shapes import code_of, name_of
from simcore.model.texts import class_name

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simcore.model.ledger import Marking

_LOCAL = "<locals>"


def lost_name(marking: Marking, names: Mapping[str, Any]) -> str:
    """Return what is called lost: by the name that the file binds to it, where it was written, or else its line."""
    bound = next((name for name, each in names.items() if each is marking.marked), "")
    name = bound or name_of(marking.marked).replace(f".{_LOCAL}", "")
    return f"line_{marking.line}" if marking.waits or "<" in name else name


def why_lost(marking: Marking, names: Mapping[str, Any], shown: str) -> str:
    """Say what is wrong and what is to be done, in words that follow the name.

    Args:
        marking: of a mark that no object has which the file binds to a name.
        names: what the file binds.
        shown: how messages name the file.
    """
    if isinstance(marking.mark, Mark) and marking.mark.wrong:
        return f"cannot count: {marking.mark.wrong}"
    if marking.waits:
        return "has no function; write it with an @ above one"
    holder, _, name = name_of(marking.marked).rpartition(".")
    if holder.endswith(_LOCAL):
        maker = holder.removesuffix(f".{_LOCAL}")
        return f"was made inside {maker}() and no name of the file is bound to it; bind what that returns to one"
    if holder:
        return f"is in the class {holder}, where nothing runs it; move it out as a function of the file"
    return (
        _replaced(marking, names.get(name), shown)
        if name in names
        else _unbound(elsewhere="<" in name or marking.file.startswith("<"))
    )


def _unbound(*, elsewhere: bool) -> str:
    return f"is bound to no name of the file{'; bind it to one' if elsewhere else ' any more; leave it bound'}"


def _twice(other: Mark) -> str:
    return f"is marked as {word(other)} as well, and one function has one mark; make two of it"


def _leads_to(bound: object, marked: object) -> bool:
    """Tell whether *bound* is what was marked, or a wrapper of it."""
    passed: list[object] = []
    while not any(each is bound for each in passed):
        if bound is marked:
            return True
        passed.append(bound)
        bound = getattr(bound, "__wrapped__", bound)
    return False


def _below_given(bound: object) -> object:
    """Return the function that Hypothesis feeds where *bound* is a test of it, or a partial of one; else None."""
    while isinstance(bound, functools.partial):
        bound = bound.func
    return getattr(handle_of(bound), "inner_test", None)


def _replaced(marking: Marking, bound: object, shown: str) -> str:
    """Say what stands where the function stood."""
    below = _below_given(bound)
    if below is not None and isinstance(marking.mark, Mark) and _leads_to(below, marking.marked):
        return "is fed by @given as well; make two functions of it"
    other, code, before = mark_of(bound), code_of(below or bound), code_of(marking.marked)
    if code is not None and code is before:
        if type(bound) is type(marking.marked) and not _leads_to(below or bound, marking.marked):
            return "was made more than once, and only the last one has its name; bind each to a name of its own"
        if isinstance(other, Mark):
            return _twice(other)
        kind = class_name(bound)
        return f"is bound to a {kind} of it, which has no mark; write the mark above all other decorators"
    if code is not None and before is not None and code.co_name == before.co_name:
        lines = f"{shown}:{before.co_firstlineno} and {shown}:{code.co_firstlineno}"
        return f"is defined twice, at {lines}, and only the last would count; rename one of the two"
    return (
        "is bound to something else by now, without the mark; write the mark above all other decorators, no name twice"
    )
