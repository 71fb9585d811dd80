"""A coroutine whose every word is written down, in the place of the coroutine itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from simcore.process.upgrade import UpgradeRequested

if TYPE_CHECKING:
    from collections.abc import Callable

    from simcore.model.operations import Operation
    from simcore.process.state.record import ProcessRecord, Task
    from simcore.process.state.scribe import Scribe


class Heard:
    """The coroutine of *task*, whose every word *scribe* is told."""

    __slots__ = ("_coroutine", "_record", "_scribe", "_task")

    def __init__(self, scribe: Scribe, record: ProcessRecord, task: Task) -> None:
        self._scribe = scribe
        self._record = record
        self._task = task
        self._coroutine = task.coroutine

    def send(self, value: Any, /) -> Operation:
        """Go on with *value*; as ``Coroutine.send``."""
        self._scribe.answered(self._record, self._task, value, None)
        return self._told(self._coroutine.send, value)

    def throw(self, error: BaseException, /) -> Operation:
        """Go on with *error*; as ``Coroutine.throw``."""
        self._scribe.answered(self._record, self._task, None, error)
        return self._told(self._coroutine.throw, error)

    def _told(self, go_on: Callable[[Any], Operation], answer: Any) -> Operation:
        try:
            operation = go_on(answer)
        except StopIteration as stop:
            self._scribe.returned(self._record, self._task, stop.value)
            raise
        except UpgradeRequested as request:
            self._scribe.asked(self._record, self._task, request.operation)
            raise
        self._scribe.asked(self._record, self._task, operation)
        return operation
