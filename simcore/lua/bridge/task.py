"""One coroutine of a Lua process, driven like a Python one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NoReturn

from lupa import lua54

from simcore.limits.whereabouts import runs_users
from simcore.lua.bridge.operations import ANSWERS, OPERATIONS, failure
from simcore.lua.bridge.scalars import RAISED, Scalars, from_lua, payload
from simcore.model import operations
from simcore.model.errors import (
    INTERNAL,
    UNKNOWN,
    Failure,
    InternalError,
    NotFound,
    ProcessEnded,
    ProcessError,
    StepTimeout,
    process_error,
)
from simcore.model.places import CodePlace
from simcore.model.property_names import LIVELOCK
from simcore.process.state.record import Task
from simcore.process.verbs.at_once import is_served_at_once, serve_at_once

if TYPE_CHECKING:
    from simcore.lua.bridge.process import LuaProcess
    from simcore.model.operations import Operation


class LuaTask:
    """A coroutine of a Lua process: ``send`` and ``throw`` as a Python coroutine has them.

    Args:
        process: whose coroutine it is.
        number: the number by which Lua knows it.
        is_main: whether its end is the end of the process.
    """

    __slots__ = ("_first", "_is_main", "_number", "_operation", "_process")

    def __init__(self, process: LuaProcess, number: int, *, is_main: bool = False) -> None:
        self._process = process
        self._number = number
        self._is_main = is_main
        self._first: Scalars = ()
        self._operation: Operation | None = None

    def send(self, value: Any, /) -> Operation:
        """Go on with the answer of the last operation and return the next one.

        Raises:
            StopIteration: the coroutine has ended; the value is the copied result.
            ProcessError: it ended with an error.
            Failure: property ``livelock``; the step used up its instructions.
            BoundReached: ``lua_memory_max``.
        """
        operation = self._operation
        if operation is None:
            return self._next(self._resume(self._first))
        return self._next(self._resume(ANSWERS[operation.__class__](self._process, value)))

    def throw(self, error: BaseException, /) -> Operation:
        """Go on with a failed operation; with ``ProcessEnded``, free what the process has in Lua and raise it again."""
        if isinstance(error, ProcessError) and self._operation is not None:
            return self._next(self._resume(failure(self._operation, error)))
        if isinstance(error, ProcessEnded):
            self._process.close()
        raise error

    # -- the beginning

    def prepare(self, method: str, arguments: bytes) -> None:
        """Run the module body, as far as the main function with its *arguments* (process 2.2 steps 4, 6).

        Raises:
            ProcessError: process 7.3 rows 7, 8.
        """
        answer: Scalars = ()
        while True:
            words = self._resume(answer)
            if words[0] == "ready":
                break
            if words[0] == "no method":
                raise NotFound(f'method "{method}" not found in module')
            if words[0] == "failed":
                broken = process_error(f"failed to execute script: {from_lua(words[1])}", INTERNAL)
                broken.raised_at = _raised_at(words)
                raise broken
            answer = self._answer_at_once(words)
        self._first = (arguments,)

    def _answer_at_once(self, words: Scalars) -> Scalars:
        """Serve an operation of the module body here and now, or refuse one that would have to wait (process 2.2,
        O30)."""
        process = self._process
        operation = OPERATIONS[words[0]](process, words) if words[0] in OPERATIONS else None
        if operation is None or not is_served_at_once(operation):
            return (RAISED, f"the module body cannot wait; '{words[0]}' belongs into the main function")
        try:
            return ANSWERS[operation.__class__](process, serve_at_once(process.record, Task(self), operation))
        except ProcessError as error:
            return failure(operation, error)

    # -- one turn

    @runs_users
    def _resume(self, answer: Scalars) -> Scalars:
        """Let Lua go on until it yields or ends, and return its words."""
        process = self._process
        state = process.state
        try:
            words: Any = state.resume(self._number, process.begins_step(), *answer)
        except lua54.LuaMemoryError:
            raise state.out_of_memory() from None
        # A leaf has failed. It could not raise there, where the program's pcall would have caught it (lua 8.5).
        if state.trouble is not None:
            trouble, state.trouble = state.trouble, None
            raise _placed(trouble, words)
        # lupa makes no tuple of a single value.
        if words.__class__ is str:
            return (words,)
        if words[0] == "exhausted":
            raise self._exhausted(words[1], words[2] if len(words) > 2 else None)
        turn: Scalars = words
        return turn

    def _next(self, words: Scalars) -> Operation:
        word = words[0]
        read = OPERATIONS.get(word)
        if read is not None:
            operation = read(self._process, words)
        elif word == "go":
            operation = operations.Go(LuaTask(self._process, words[1]))
        else:
            self._end(words)
        self._operation = operation
        return operation

    def _end(self, words: Scalars) -> NoReturn:
        word = words[0]
        if word == "done":
            if self._is_main:
                self._process.second_result = payload(words[2]) if words[2] else None
                self._process.close()
            raise StopIteration(payload(words[1]))
        if word == "failed":
            self._process.close()
            raise _error(words, terminal=self._process.record.runtime.options.returned_error_is_terminal)
        raise InternalError(f"Lua yielded {word!r}, which is no operation")

    def _exhausted(self, bound: str, place: str | None) -> Exception:
        state, record = self._process.state, self._process.record
        if bound == "memory":
            return state.out_of_memory()
        limit = record.runtime.options.lua_instructions_max
        where = f", at last in {from_lua(place)}" if place else ""
        return Failure(
            LIVELOCK,
            f"{record.pid} ({record.id}) ran more than {limit} Lua instructions in one step, and nothing made it wait"
            f"{where}; if this is no endless loop, raise lua_instructions_max",
        )


def _placed(trouble: BaseException, words: Any) -> BaseException:
    """Return *trouble* with the line of the program at which it was stopped by the clock, where *words* say one."""
    if isinstance(trouble, StepTimeout) and words[0] == "exhausted" and len(words) > 2 and words[2]:
        return trouble.placed(from_lua(words[2]))
    return trouble


_PLACE: Final = 5
"""Which of the words of a failed coroutine says where it was raised."""
RETURNED: Final = "returned"
"""Said in place of ``retryable`` of a text that main returned as its error."""


def _error(words: Scalars, *, terminal: bool) -> ProcessError:
    """Return the error of a failed coroutine; of a text that main returned *terminal* says that it is not retryable."""
    _, message, kind, retryable, data = words[:5]
    if retryable == RETURNED:
        retryable = False if terminal else None
    details = payload(data).value() if data is not None else None
    error = process_error(
        from_lua(message),
        from_lua(kind) or UNKNOWN,
        retryable=retryable,
        details=details if isinstance(details, dict) else None,
    )
    error.raised_at = _raised_at(words)
    return error


def _raised_at(words: Scalars) -> tuple[CodePlace, ...]:
    """Return where the error of *words* was raised, if its text does not name that: entry and line."""
    if len(words) <= _PLACE or words[_PLACE] is None:
        return ()
    entry, _, line = from_lua(words[_PLACE]).rpartition(":")
    return (CodePlace(entry, int(line)),)
