"""What floor 3 asks of a front end: a definition that can be started, and coroutines that yield operations."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterable

    from simcore.model.errors import ProcessError
    from simcore.model.operations import Operation
    from simcore.model.payload import Payload
    from simcore.process.state.envelope import Envelope
    from simcore.process.state.record import ProcessRecord


class Coroutine(Protocol):
    """One coroutine of a process. A Python coroutine fits as it is."""

    def send(self, value: Any, /) -> Operation:
        """Go on with *value* (None at first) and return the next operation; ``StopIteration`` carries the result."""
        ...

    def throw(self, error: BaseException, /) -> Operation:
        """Go on with a failed operation; ``ProcessEnded`` says that the process is no more."""
        ...


class FrontEnd(Protocol):
    """How one process sees what arrives, and how what it gives is copied out."""

    def present(self, envelope: Envelope) -> Any:
        """Return what a channel of the process carries for *envelope*."""
        ...

    def result(self, value: Any) -> Payload:
        """Return the copied result. Raises ``ProcessError`` where it cannot leave the process."""
        ...

    def error(self, exception: BaseException) -> ProcessError:
        """Return the error that the process ends with, of what left one of its coroutines."""
        ...

    @property
    def unawaited(self) -> object:
        """Something true where the step that ends now has left an operation unawaited."""
        ...

    @property
    def second_result(self) -> Payload | None:
        """What main has returned as a second value that is true and no error, empty where it cannot be copied; of a
        test that is a failure. None where there is no such value."""
        ...

    def closing(self) -> Iterable[Coroutine]:
        """Return the coroutines that close what the process has opened and not closed when it ends."""
        ...

    def not_awaited(self) -> list[str]:
        """Return the operations that were made and may be awaited still, each in words with its place."""
        ...

    def foreign(self, value: object, coroutine: Coroutine) -> ProcessError:
        """Return the error of a coroutine that yielded *value*, which is no operation."""
        ...

    def forgotten(self) -> ProcessError | None:
        """Return the error of an operation that was made in the step that ends now and can never be awaited; or None.
        It is asked where ``unawaited`` is true."""
        ...

    def left_over(self, *, all_over: bool) -> ProcessError | None:
        """Return the error of an operation that was never awaited, where main has returned or an upgrade is asked for;
        or None. *all_over* says that no other coroutine is left who could have awaited it."""
        ...


class Definition(Protocol):
    """What a spawn names: how a process of this id is made."""

    @property
    def id(self) -> str:
        """The source id, ``namespace:name``."""
        ...

    def start(self, record: ProcessRecord, arguments: Payload) -> tuple[FrontEnd, Coroutine]:
        """Run the module body, find the entry function and bind its arguments (process 2.2 steps 4, 6).

        Raises:
            ProcessError: process 7.3 rows 7, 8.
        """
        ...
