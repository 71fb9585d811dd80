"""The two families of errors: those of the simulated program, and those of the harness itself.

Every class rebuilds from its ``args`` alone, because SimPy re-raises a failed event as ``type(error)(*error.args)``
and because an error that travels between processes has to be pickled.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypeVar

if TYPE_CHECKING:
    from collections.abc import Mapping
    from types import TracebackType

    from simcore.model.places import CodePlace

Raised = TypeVar("Raised", bound=BaseException)

INVALID: Final = "Invalid"
NOT_FOUND: Final = "NotFound"
PERMISSION_DENIED: Final = "PermissionDenied"
ALREADY_EXISTS: Final = "AlreadyExists"
INTERNAL: Final = "Internal"
UNAVAILABLE: Final = "Unavailable"
CANCELED: Final = "Canceled"
CONFLICT: Final = "Conflict"
TIMEOUT: Final = "Timeout"
RATE_LIMITED: Final = "RateLimited"
LIMIT_EXCEEDED: Final = "LimitExceeded"
INVALID_STATE: Final = "InvalidState"
UNKNOWN: Final = "Unknown"

KINDS: Final = (
    INVALID,
    NOT_FOUND,
    PERMISSION_DENIED,
    ALREADY_EXISTS,
    INTERNAL,
    UNAVAILABLE,
    CANCELED,
    CONFLICT,
    TIMEOUT,
    RATE_LIMITED,
    LIMIT_EXCEEDED,
    INVALID_STATE,
    UNKNOWN,
)
"""The kinds of the contract (process 0)."""


class SimcoreError(Exception):
    """The root of every error that simcore raises."""


def first_raised(*errors: Raised | None) -> Raised | None:
    """Return the first of *errors* that is there. They are not asked for more: one of the user's may be false, or raise
    where it is asked whether it is."""
    return next((error for error in errors if error is not None), None)


class ProcessError(SimcoreError):
    """An error that the simulated program meets: an operation that failed, or the error another process ended with
    (process 13).

    Args:
        message: what happened, never empty.
        kind: a kind of the contract as text, such as ``Unavailable`` (process 0). Four have a class of their own.
        retryable: whether trying again may help; None where nobody said.
        details: plain values by name.
    """

    raised_at: tuple[CodePlace, ...] = ()
    """Where the program raised what a process ended with, the innermost place last; for people, and no part of what
    programs see."""
    way: TracebackType | None = None
    """The frames that it went through in the process that it ended, where a debugger wants them."""
    further: tuple[str, ...] = ()
    """What stood below it when it was raised, such as its notes and causes, line by line; for people too."""

    def __init__(
        self,
        message: str,
        kind: str = UNKNOWN,
        retryable: bool | None = None,  # noqa: FBT001 - positional, so that ``type(error)(*error.args)`` rebuilds it
        details: Mapping[str, object] | None = None,
    ) -> None:
        super().__init__(message, kind, retryable, details)
        self.message = message
        self.kind = kind
        self.retryable = retryable
        self.details = details

    def __str__(self) -> str:
        return self.message


class _KnownKind(ProcessError):
    """A ``ProcessError`` whose class says its kind."""

    KIND = UNKNOWN

    def __init__(
        self,
        message: str,
        kind: str | None = None,
        # Every error of the contract says that to try again is no use, but for one timeout (process 13).
        retryable: bool | None = False,  # noqa: FBT001, FBT002 - positional, as its base has it
        details: Mapping[str, object] | None = None,
    ) -> None:
        super().__init__(message, kind or self.KIND, retryable, details)


class InvalidArgument(_KnownKind):
    """An argument is missing, malformed or not allowed there; correct the call. Kind ``Invalid``."""

    KIND = INVALID


class NotFound(_KnownKind):
    """What was named does not exist, or no longer does. Kind ``NotFound``."""

    KIND = NOT_FOUND


class PermissionDenied(_KnownKind):
    """The caller's policies do not allow the operation; nothing was changed. Kind ``PermissionDenied``."""

    KIND = PERMISSION_DENIED


class AlreadyExists(_KnownKind):
    """A name or a monitor is already there; it was left as it was. Kind ``AlreadyExists``."""

    KIND = ALREADY_EXISTS


_CLASSES: Final = {
    INVALID: InvalidArgument,
    NOT_FOUND: NotFound,
    PERMISSION_DENIED: PermissionDenied,
    ALREADY_EXISTS: AlreadyExists,
}


LINK_FAILED: Final = "linked process failed"
"""What a process ends with that a link killed (process 4.6)."""


def process_error(
    message: str,
    kind: str,
    *,
    retryable: bool | None = False,
    details: Mapping[str, object] | None = None,
) -> ProcessError:
    """Return the error of *kind* in the class that stands for that kind."""
    return _CLASSES.get(kind, ProcessError)(message, kind, retryable, details)


class ArgumentTypeError(InvalidArgument):
    """A required text or table has another type. A Lua program sees it raised, never returned (process 13)."""


class UsageError(SimcoreError):
    """The user of simcore made a mistake: a file, an option, a name. The message says where, and what to do."""


class PlayedElsewhere(UsageError):
    """What is to be replayed is of no item of a catalogue, but of a function that somebody explored: the message says
    who replays it."""


class Failure(SimcoreError, AssertionError):
    """A property did not hold.

    Args:
        property_name: the property, ``deadlock``, ``livelock``, ``assert`` or an invariant's name.
        message: what was claimed and what was found instead.
    """

    def __init__(self, property_name: str, message: str) -> None:
        super().__init__(property_name, message)
        self.property_name = property_name
        self.message = message

    def __str__(self) -> str:
        return f"{self.property_name}: {self.message}"


class NotHeld(Failure):
    """What was explored or replayed did not come out as it should.

    Args:
        property_name, message: as of ``Failure``, of the failure that was found.
        told: all that is told of it, line by line.
    """

    def __init__(self, property_name: str, message: str, told: tuple[str, ...] = ()) -> None:
        super().__init__(property_name, message)
        # What it is rebuilt from is more than its base has noted.
        AssertionError.__init__(self, property_name, message, told)
        self.told = told

    def __str__(self) -> str:
        return "\n".join(self.told) or super().__str__()


class Deadlock(Failure, LookupError):
    """A result was promised and nothing can happen any more that would give it (process 15.1.3)."""


class BoundReached(SimcoreError):
    """A bound of the run was reached before its end; nothing can be concluded. Raise the option, or shorten the run.

    Bounds at one instant, ``instant_actions_max`` and ``lua_instructions_max``, are no such error but a ``Failure``,
    ``livelock``.

    Args:
        option: the field of ``Options`` that holds the bound.
        bound: its value.
        found: what there was more of, and whose it is; empty where the option says it all.
    """

    def __init__(self, option: str, bound: int, found: str = "") -> None:
        super().__init__(option, bound, found)
        self.option = option
        self.bound = bound
        self.found = found

    def __str__(self) -> str:
        found = f": {self.found}" if self.found else ""
        return f"the bound {self.option}={self.bound} was reached{found}; raise it in the options of the world"


class ForeignUse(SimcoreError):
    """Something was used that is not part of the simulation; nothing can be concluded. Its first line names it."""


class NondeterminismDetected(SimcoreError):
    """A replay went another way than the recorded run: the program depends on something outside the simulation."""


class InternalError(SimcoreError):
    """Simcore contradicted itself. This is our mistake, not yours: please report it with the case."""


class ProcessEnded(BaseException):
    """Thrown into the coroutines of a process that has ended, so that their ``finally`` blocks run.

    Not an ``Exception``, so that a behaviour's own ``except Exception`` does not stop it.
    """


class EndsItsProcess(BaseException):
    """The user's code wants to end the process that plays it, past all that Python does at an end; raised instead."""


class StepTimeout(BaseException):
    """The user's code did not give control back within the time that one step may take; raised inside of it.

    Not an ``Exception``, so that ``except Exception`` does not stop it, and raised again until control is back, so that
    nothing else does: who catches it all the same is judged by it.

    Args:
        said: whose code it is, and how long it has taken.
        way: the lines of the user's own on the way there, in words, where there are several.
        at: where it was, in words that follow *said*, or empty.
        ended: how it was ended, in words that follow these, or empty.
        advice: what may be done, or empty.
    """

    def __init__(self, said: str, way: tuple[str, ...] = (), at: str = "", ended: str = "", advice: str = "") -> None:
        super().__init__(said, way, at, ended, advice)
        self.message: str = "; ".join(filter(None, (f"{said}{at}{ended}", advice)))
        self.said: str = said
        self.way: tuple[str, ...] = way
        self.at: str = at
        self.ended: str = ended
        self.advice: str = advice

    def placed(self, place: str) -> StepTimeout:
        """Return the same of the innermost *place*, ``file:line`` or the like, where that is known by another."""
        at = f"{self.at}, at last in {place}"
        return StepTimeout(self.said, self.way, at=at, ended=self.ended, advice=self.advice)

    def __str__(self) -> str:
        return self.message
