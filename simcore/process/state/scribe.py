"""Who writes down what coroutines ask for and are answered: the protocol between the semantics and the log."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from simcore.kernel.channel import KernelChannel
    from simcore.model.errors import ProcessError
    from simcore.model.payload import Payload
    from simcore.process.state.envelope import Form
    from simcore.process.state.record import ProcessRecord, Task
    from simcore.process.state.runtime import Host


class Scribe(Protocol):
    """Writes down programs, word by word. Where nobody does, that costs one look at a field."""

    def defined(self, id: str) -> None:
        """What can be spawned as *id* has been defined."""

    def host_declared(self, host: Host) -> None:
        """There is a host, which stands as it was declared."""

    def handed(self, record: ProcessRecord, arguments: Payload) -> None:
        """The code of a process is about to be started with *arguments*."""

    def looked(self, record: ProcessRecord, what: str, value: Any, about: tuple[Any, ...] = ()) -> None:
        """A program is told something of its own."""

    def asked(self, record: ProcessRecord, task: Task | None, operation: Any) -> None:
        """A coroutine asks for *operation*; of a module body there is no coroutine."""

    def answered(self, record: ProcessRecord, task: Task, value: Any, error: BaseException | None) -> None:
        """A coroutine goes on, or begins, with *value* or *error*."""

    def returned(self, record: ProcessRecord, task: Task, value: Any) -> None:
        """A coroutine has returned."""

    def raised(self, record: ProcessRecord, error: ProcessError) -> None:
        """The program ends by an error of its own."""

    def due(self, record: ProcessRecord, task: Task) -> None:
        """What a coroutine waits for is there."""

    def begun(self, record: ProcessRecord, task: Task) -> None:
        """A process has one more coroutine."""

    def subscribed(self, record: ProcessRecord, topic: str, form: Form, channel: KernelChannel) -> None:
        """A topic has a channel; what waits for it is handed over next."""

    def unsubscribed(self, record: ProcessRecord, channel: KernelChannel) -> None:
        """The subscriptions of a channel are about to end."""

    def took(self, record: ProcessRecord, channel: KernelChannel, taken: tuple[Any, bool]) -> None:
        """A program took a value without waiting."""

    def timer_set(self, record: ProcessRecord, word: str, channel: KernelChannel, due_ns: int) -> None:
        """A timer will fire."""

    def timer_stopped(self, record: ProcessRecord, channel: KernelChannel, *, closed: bool) -> None:
        """A timer was withdrawn; *closed*: for good, so that its channel is closed next."""

    def given(self, record: ProcessRecord, channel: KernelChannel, *, again: bool) -> None:
        """Something is on its way to a channel of its own."""
