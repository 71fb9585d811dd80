"""What a catalogue file says about its functions: ``@scenario``, ``@always``, ``@sometimes``, ``@report``.

A decorator leaves the function as it is and attaches one frozen value, which is found by whoever loads the file. The
value is an object of its own for each use, so that it can be told whether anything takes it. A use that makes no sense
is an error where it is written, except while a catalogue is read: there the value says what is wrong, whoever reads the
file refuses what it marks, and the rest of the file counts.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, Literal, TypeVar, cast, overload

import msgspec

from simcore.model.errors import UsageError
from simcore.model.ledger import found_its_function, is_noting, note
from simcore.model.texts import represented

ATTRIBUTE: Final = "__simcore__"
Decorated = TypeVar("Decorated", bound=Callable[..., Any])


class ScenarioMark(msgspec.Struct, frozen=True):
    """A scenario: run with so many *schedules*; *expect* says whether finding a failure is what is wanted.

    Here, as in each mark, *wrong* says why it cannot count; it is empty where it can.
    """

    schedules: int | None = None
    expect: Literal["passed", "failed"] = "passed"
    wrong: str = ""


class PropertyMark(msgspec.Struct, frozen=True):
    """A property: ``always`` holds whenever it is asked, ``sometimes`` held at the end of one run at least."""

    kind: Literal["always", "sometimes"]
    wrong: str = ""


class ReportMark(msgspec.Struct, frozen=True):
    """A renderer of the results of a run into the file *name* of the run folder."""

    name: str
    wrong: str = ""


Mark = ScenarioMark | PropertyMark | ReportMark


def mark_of(function: object) -> Mark | None:
    """Return what a decorator attached to *function*, or None."""
    try:
        mark = getattr(function, ATTRIBUTE, None)
    # Any object may stand in a module, also one that answers no question.
    except Exception:
        return None
    return mark if isinstance(mark, Mark) else None


def word(mark: Mark) -> str:
    """Return the decorator that attaches *mark*, as people write it."""
    match mark:
        case ScenarioMark():
            return "@scenario"
        case PropertyMark():
            return f"@{mark.kind}"
        case ReportMark():
            return "@report"


def _attach(function: Decorated, mark: Mark) -> Decorated:
    if not callable(cast("object", function)):
        # Written with an @, it is given the function next.
        wrong = f"{word(mark)} marks a function, not {_named(function)}"
        return cast("Decorated", _waiting(_checked(mark, wrong)))
    mark = _checked(mark, "")
    if not _took(function, mark):
        mark = _checked(mark, f"{word(mark)} cannot mark {_named(function)}; mark a function that calls it")
    note(mark, function)
    return function


def _took(function: object, mark: Mark) -> bool:
    try:
        setattr(function, ATTRIBUTE, mark)
    # Any object may be given, also one that takes nothing.
    except Exception:
        return False
    return True


def _checked(mark: Mark, wrong: str) -> Mark:
    """Return *mark*, which says what is *wrong* where it does not say so already.

    Raises:
        UsageError: something is, and nobody reads the file as one of a catalogue.
    """
    wrong = mark.wrong or wrong
    if wrong and not is_noting():
        raise UsageError(wrong)
    return msgspec.structs.replace(mark, wrong=wrong)


def _waiting(mark: Mark) -> Callable[[Decorated], Decorated]:
    """Return a decorator that attaches a *mark* like this one to each function that it is given."""

    mark = _checked(mark, "")

    def decorate(function: Decorated) -> Decorated:
        found_its_function(mark)
        return _attach(function, msgspec.structs.replace(mark))

    note(mark, decorate, waits=True)
    return decorate


def _named(function: object) -> str:
    kind = type(function).__name__
    return f"the {kind} {function!r}" if isinstance(function, (str, int)) else f"an object of {kind}"


@overload
def scenario(function: Decorated, /) -> Decorated: ...
@overload
def scenario(
    *, schedules: int | None = None, expect: Literal["passed", "failed"] = "passed", seeds: int | None = None
) -> Callable[[Decorated], Decorated]: ...
def scenario(
    function: Decorated | None = None,
    /,
    *,
    schedules: int | None = None,
    expect: Literal["passed", "failed"] = "passed",
    seeds: int | None = None,
) -> Decorated | Callable[[Decorated], Decorated]:
    """Make a function of one ``World`` a scenario. Works bare and with arguments.

    Args:
        function: where used bare.
        schedules: how many it wants by default; None leaves it to the command.
        expect: ``failed`` where finding a failure is what should happen.
        seeds: the same as *schedules*, as it was called once.

    Raises:
        UsageError: an argument has another value.
    """
    wrong = _wrong(schedules, expect, seeds)
    mark = ScenarioMark(wrong=wrong) if wrong else ScenarioMark(seeds if schedules is None else schedules, expect)
    if function is not None:
        return _attach(function, mark)
    return _waiting(mark)


def _wrong(schedules: object, expect: object, seeds: object) -> str:
    if expect not in ("passed", "failed"):
        return f"@scenario(expect=...) is 'passed' or 'failed', not {represented(expect)}"
    for name, value in (("schedules", schedules), ("seeds", seeds)):
        if value is not None and not _positive(value):
            return f"@scenario({name}=...) is an int of 1 or more, not {represented(value)}"
    if schedules is not None and seeds is not None:
        return "@scenario(schedules=..., seeds=...) says the same thing twice; leave seeds out"
    return ""


def always(function: Decorated) -> Decorated:
    """Let a function of a ``World``, which asserts, hold after every change and at the end of every run.

    It is asked some three times for each process that comes and goes. One that walks through all processes, links or
    names each time makes a large world cost the square of its size. It can take the ``Changes`` since it was asked last
    as a second argument and look at those alone, and at everything ``if changes.at_the_end``.

    Args:
        function: takes the world, or the world and the changes, and only looks at them; an ``AssertionError`` says that
            the property does not hold. Its docstring is what a failure says of it.
    """
    return _attach(function, PropertyMark("always"))


def sometimes(function: Decorated) -> Decorated:
    """Let a function of one ``World``, which asserts, hold at the end of at least one run; else it is listed.

    Args:
        function: takes the world. It is asked at the end of each run until it has held once.
    """
    return _attach(function, PropertyMark("sometimes"))


_TAKEN: Final = frozenset({".", "..", "results.json", "cases", "traces", "messages"})
"""What is no name for a report, in a folder that may not tell large letters from small ones."""


def report(name: str) -> Callable[[Decorated], Decorated]:
    """Let a function of one ``Results``, which returns a text, write the file *name* of every run folder.

    Args:
        name: a plain file name; one of a shipped report replaces that.

    Raises:
        UsageError: the name is no plain file name.
    """
    # simcore writes results.json itself, and all other reports are made of it; the folders are of the failures.
    # The decorator by itself would be given the function.
    plain = isinstance(cast("object", name), str)
    if not plain or not name or "/" in name or "\\" in name or name.lower() in _TAKEN:
        wrong = f'@report("...") takes the name of a file in the run folder, not {represented(name)}'
        # The decorator by itself, which is given the function, has found that: nothing is left to wait for.
        made = _waiting(ReportMark("", wrong))
        return cast("Callable[[Decorated], Decorated]", made(name)) if callable(name) else made
    return _waiting(ReportMark(name))


def _positive(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 1
