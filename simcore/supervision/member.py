"""What services and hosts have in common: somebody wants them to run, and others need them (process 14.2, 14.13)."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Protocol

from simcore.kernel.action import Action, Label
from simcore.model.errors import INVALID, process_error
from simcore.process.state.runtime import WORLD

if TYPE_CHECKING:
    from simcore.model.errors import ProcessError
    from simcore.process.state.runtime import Runtime


class Orders(Protocol):
    """Who is told how members get on, and decides who begins or stops next."""

    def runs(self, member: Member) -> None:
        """It runs: what needs it may begin."""

    def given_up(self, member: Member) -> None:
        """Its first start came to nothing, for good: what needs it does not begin."""

    def settled(self, member: Member) -> None:
        """It is done with stopping, well or not."""

    def free(self, member: Member) -> None:
        """Nothing is left of its last run: a start that was asked for may begin."""


class Member:
    """A service or a host, as the orders of start and stop see it."""

    __slots__ = ("action", "begun", "error", "id", "orders", "runtime", "start_error", "waiting", "wanted")
    KIND: ClassVar[str] = "member"
    """The first word of the labels of what is done about it."""

    def __init__(self, id: str, runtime: Runtime, orders: Orders) -> None:
        self.id: str = id
        self.runtime: Runtime = runtime
        self.orders: Orders = orders
        self.wanted: bool = False
        """Whether it is to run: the desired status, kept apart from the state (process 14.2)."""
        self.waiting: bool = False
        """Whether a start was asked for that has not begun."""
        self.begun: bool = False
        """Whether it has been Running since it was last asked to run."""
        self.action: Action | None = None
        """The start that is enabled."""
        self.error: ProcessError | None = None
        self.start_error: ProcessError | None = None
        """Why its first start came to nothing, once that is certain."""

    # -- what the orders ask

    @property
    def to_be_stopped(self) -> bool:
        """Whether what there is of it now is to end, even if another start is to follow."""
        return self.waiting or not self.wanted

    @property
    def up(self) -> bool:
        """Whether it has been Running since it was asked to; a later crash is no matter (process 14.11)."""
        return self.begun and not self.to_be_stopped

    @property
    def runs_or_will(self) -> bool:
        """Whether it was asked to run and has not come to an end: a start of it has nothing to do (process 14.2)."""
        raise NotImplementedError

    @property
    def is_free(self) -> bool:
        """Whether nothing is left of an earlier run."""
        return True

    @property
    def has_to_stop(self) -> bool:
        """Whether there is anything to stop; what was not started is stopped without a change (process 14.8)."""
        raise NotImplementedError

    # -- what the orders do

    def ask(self) -> None:
        """From now on it is to run, and waits for what it needs."""
        self.wanted = self.waiting = True
        self.begun = False
        self.error = self.start_error = None

    def refuse(self, message: str) -> None:
        """Give up a start that has not begun (process 14.9, 14.10)."""
        self.waiting = self.wanted = False
        self.disable()
        self.error = self.start_error = process_error(message, INVALID)

    def dismiss(self) -> None:
        """From now on nothing starts it again; what there is of it stops when its turn comes."""
        self.wanted = self.waiting = False
        self.disable()

    def enable(self) -> None:
        """Let it begin from now on, in any order with what else goes on (N28)."""
        self.action = Begin(self)
        self.runtime.kernel.enable(self.action)

    def disable(self) -> None:
        """Take back an enabled start."""
        if self.action is not None:
            self.runtime.kernel.disable(self.action)
            self.action = None

    def begin(self) -> None:
        """Start, as all that it needs runs."""
        raise NotImplementedError

    def stop(self, grace_ns: int | None = None) -> None:
        """Stop, as all that need it have settled.

        Args:
            grace_ns: nanoseconds that the processes of a host have; None is its own stop timeout.
        """
        raise NotImplementedError


class Begin(Action):
    """Start a member whose dependencies run (A5)."""

    __slots__ = ("_member",)

    def __init__(self, member: Member) -> None:
        super().__init__()
        self._member = member

    def label(self) -> Label:
        return Label(f"{self._member.KIND}:start", f"{WORLD}/{self._member.id}")

    def perform(self) -> None:
        self._member.begin()
