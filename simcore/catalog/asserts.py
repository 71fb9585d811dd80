"""Asserts of catalogue files that say what was compared; the one file that knows what pytest keeps to itself.

pytest has rewritten asserts for that since its beginnings, for its own test files. Here its rewriting is used on the
files of a catalogue, and what a rewritten assert calls is in this module: pytest would tell sets in an order that
differs from process to process, and it imports slowly, so it is not touched before the first file with an assert.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Generator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache
from types import MethodType
from typing import TYPE_CHECKING, Any, Final

from simcore.model.interrupts import is_interrupt
from simcore.model.stable import stable
from simcore.model.text import cut
from simcore.model.texts import attempted, represented, text_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import CodeType

VALUE_MAX: Final = 400
"""So many characters of a value are shown, so that the other one is seen as well."""
_RUNTIME: Final = "@pytest_ar"
"""The name under which a rewritten file imports what its asserts call."""
_read: Final[ContextVar[bool]] = ContextVar("read", default=True)
"""Whether anybody reads what an assert says."""


def rewritten(source: bytes, path: str) -> CodeType | None:
    """Return the code of *source* with asserts that show their values; None where it has none or pytest cannot do it.

    What pytest is asked for is no promise of its own: if that is gone or fails, asserts are what they are in Python.
    """
    return _rewritten(source, path) if b"assert" in source else None


# It takes ten times as long as to compile, and one process may read the same files for many commands.
@lru_cache(maxsize=512)
def _rewritten(source: bytes, path: str) -> CodeType | None:
    try:
        from _pytest.assertion.rewrite import rewrite_asserts

        tree = ast.parse(source, path)
        rewrite_asserts(tree, source)
        _redirect(tree)
        code: CodeType = compile(tree, path, "exec", dont_inherit=True)
    except Exception:
        return None
    return code


def _redirect(tree: ast.Module) -> None:
    """Let the rewritten file import this module where it imports pytest's."""
    names = [name for node in tree.body if isinstance(node, ast.Import) for name in node.names]
    for name in names:
        if name.asname == _RUNTIME:
            name.name = __name__


@contextmanager
def unread() -> Generator[None, None, None]:
    """Let asserts inside the block show no values. Whoever asks only whether they hold reads none, and what is shown
    takes longer than the asking, each time that they do not."""
    before = _read.set(False)
    try:
        yield
    finally:
        _read.reset(before)


def shown_value(value: object) -> str:
    """Return *value* as an assert shows it: on one line, the same under every hash seed, and not too long."""
    if not _read.get():
        return ""
    from _pytest._io.saferepr import saferepr_unlimited

    if type(value) in (MethodType, staticmethod, classmethod):
        # Of a method the object that it belongs to is shown already.
        return text_of(getattr(value, "__name__", "a method"))
    # It lets pass what ends a process.
    text = attempted(lambda: saferepr_unlimited(value), lambda error: represented(value))
    # A line feed has a meaning of its own in an explanation.
    return cut(stable(text), VALUE_MAX).replace("\n", "\\n")


def _message(message: object) -> str:
    """Return the user's own text for an assert, whole: how much is shown is decided where it is shown."""
    text = message if isinstance(message, str) else shown_value(message).replace("\\n", "\n")
    return text.replace("\n", "\n~").replace("%", "%%")


def _comparison(_operators: object, results: Sequence[Any], explanations: Sequence[str], _values: object) -> str:
    """Return the explanation of the comparison that did not hold, in a chain of them."""
    return next((said for result, said in zip(results, explanations, strict=True) if not _holds(result)), "")


def _holds(result: Any) -> bool:
    try:
        return bool(result)
    except BaseException as error:
        if is_interrupt(error):
            raise
        return False


_CALLED: Final[dict[str, Callable[..., Any]]] = {
    "_saferepr": shown_value,
    "_format_assertmsg": _message,
    "_call_reprcompare": _comparison,
    # Whether anybody wants to hear of asserts that hold.
    "_check_if_assertion_pass_impl": lambda: False,
}
"""What a rewritten assert calls, under the names that pytest has chosen."""


def __getattr__(name: str) -> Any:
    """Return what a rewritten assert calls: ours, and what is left from pytest itself."""
    if name in _CALLED:
        return _CALLED[name]
    if name.startswith("__"):
        # Python asks so of every module that it imports from.
        raise AttributeError(name)
    from _pytest.assertion import rewrite

    return getattr(rewrite, name)
