"""``pytest --pdb``: the prompt opens where the process raised it, as that of ``simcore replay CASE --pdb`` does."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from simcore.model.errors import NotHeld
from simcore.output.text import safe
from simcore.plugin.items import AGAIN
from simcore.runner.debugger import Debugger, debugging

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType

    from simcore.plugin.sitting import Sitting
    from simcore.runner.replay import Replayed


class PostMortem:
    """The hook of who wants to look at what has failed."""

    def __init__(self, _sitting: Sitting) -> None:
        """It is made as the others are, and asks nothing of the session."""

    # Before pytest opens its prompt, at the way that is found then.
    @pytest.hookimpl(tryfirst=True)
    def pytest_exception_interact(self, node: pytest.Item | pytest.Collector, call: pytest.CallInfo[object]) -> None:
        """Let the prompt be where the run was that has failed, which is played again for it."""
        again = node.stash.get(AGAIN, None)
        if again is None or call.excinfo is None or not isinstance(call.excinfo.value, NotHeld):
            return
        said, way = _way_of(again)
        if way is None:
            return
        error = call.excinfo.value.with_traceback(way)
        call.excinfo = pytest.ExceptionInfo.from_exc_info((type(error), error, way))
        terminal: Any = node.config.pluginmanager.getplugin("terminalreporter")
        if terminal is not None:
            terminal.ensure_newline()
            terminal.write_line(safe(f"at the prompt: {said}"))


def _way_of(again: Callable[[], Replayed]) -> tuple[str, TracebackType | None]:
    """Return what is looked at, in words, and the way through the user's frames, from the *again* played run."""
    said: list[str] = []
    ways: list[TracebackType | None] = []
    with debugging(Debugger(at_failure=True, until=None, write=said.append, prompt=ways.append)):
        again()
    return "\n".join(said), next(iter(ways), None)
