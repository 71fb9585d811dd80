"""What a function is, seen from who calls it: whether a call runs its body, where that stands, and what came back."""

from __future__ import annotations

import functools
import inspect
from typing import TYPE_CHECKING, Any, Final

from simcore.model.texts import class_name

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import CodeType

_UNRUN: Final[tuple[tuple[Callable[[Any], bool], str], ...]] = (
    (inspect.isasyncgenfunction, "an async generator"),
    (inspect.iscoroutinefunction, "an `async def`"),
    (inspect.isgeneratorfunction, "a generator"),
)
_PLAIN: Final = (bool, int, float, str, bytes)
_SHOWN_MAX: Final = 60


def unrun(function: object) -> str:
    """Return what *function* is, such as a generator, if a call of it runs no line of its body; else nothing."""
    body = _body(function)
    return next((name for is_one, name in _UNRUN if is_one(body)), "")


def _body(function: object) -> object:
    """Return what a call of *function* calls in the end: behind partials, and of an object its ``__call__``."""
    while isinstance(function, functools.partial):
        function = function.func
    if inspect.isroutine(function) or inspect.isclass(function):
        return function
    return inspect.getattr_static(type(function), "__call__", function)


def code_of(function: object) -> CodeType | None:
    """Return the code that *function* was written as, behind partials, wrappers that say what they wrap, and methods;
    None where it is none of Python's."""
    passed: list[object] = []
    # A wrapper may say that it wraps itself.
    while not any(each is function for each in passed):
        passed.append(function)
        if isinstance(function, functools.partial):
            function = function.func
        else:
            function = getattr(function, "__wrapped__", None) or getattr(function, "__func__", function)
    code: CodeType | None = getattr(function, "__code__", None) or getattr(_body(function), "__code__", None)
    return code


def name_of(function: object) -> str:
    """Return what *function* is called where it was written, with the classes and functions that it stands in."""
    while isinstance(function, functools.partial):
        function = function.func
    name = getattr(function, "__qualname__", "")
    return name if isinstance(name, str) and name else class_name(function)


def came_back(result: object) -> str:
    """Return what is said of a *result* that nobody asked for. What has not run is closed, or Python would complain."""
    if inspect.iscoroutine(result) or inspect.isgenerator(result):
        result.close()
        return f"a {'coroutine' if inspect.iscoroutine(result) else 'generator'} that was never run"
    if inspect.isasyncgen(result):
        return "an async generator that was never run"
    if inspect.isawaitable(result):
        return f"something to be awaited, {class_name(result)}, that never was"
    # Of an object of the user's own the text may hold an address, or be anything at all.
    text = repr(result) if type(result) in _PLAIN else f"an object of {class_name(result)}"
    return text if len(text) <= _SHOWN_MAX else f"{text[:_SHOWN_MAX]}..."
