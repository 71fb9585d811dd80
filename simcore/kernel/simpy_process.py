"""An ordinary SimPy process in a world: a generator whose mistakes and failures are told at its own line."""

from __future__ import annotations

from inspect import iscoroutine
from typing import TYPE_CHECKING, Any, Final

import simpy

from simcore.model.errors import UsageError
from simcore.model.texts import represented

if TYPE_CHECKING:
    from collections.abc import Callable

ATTEMPTS_MAX: Final = 1_000
"""So often a generator is told that it yields what it cannot wait for, before it has failed by that."""


class SimpyProcess(simpy.Process):
    """A ``simpy.Process`` whose failures reach who waits for it, whatever their class asks for to be made.

    Args:
        environment: of the world.
        generator: what it does.
        living: the generators of all such processes that have not ended; this one is among them until it has.

    Raises:
        UsageError: *generator* is a coroutine.
        ValueError: it is no generator either, as SimPy has it.
    """

    def __init__(self, environment: simpy.Environment, generator: Any, living: dict[CheckedGenerator, None]) -> None:
        if iscoroutine(generator):
            # It is not to be told a second time, as one that was never awaited.
            generator.close()
            raise UsageError(
                f"environment.process takes a generator, and {generator.__qualname__} is a coroutine; "
                "define it with world.define and spawn it"
            )
        # What is none is for SimPy to refuse.
        is_one = hasattr(generator, "throw")
        checked: Any = CheckedGenerator(environment, generator, living) if is_one else generator
        super().__init__(environment, checked)

    def _desc(self) -> str:
        # As SimPy shows its own, since this is one.
        return f"Process({self.name})"

    def _resume(self, event: simpy.Event) -> None:
        if not event._ok and not isinstance(event._value, simpy.Interrupt):
            # SimPy hands on a copy that it makes of the class and `args`, which not every class lets itself be made of.
            event.defused = True
            event = Carrying(event)
        super()._resume(event)


class Carrying(simpy.Event):
    """Stands for a failed event before the one SimPy process that is told of it."""

    def __init__(self, failed: simpy.Event) -> None:
        super().__init__(failed.env)
        self._ok = False
        self._value = Carrier(failed._value)


class Carrier(Exception):
    """Any failure, in what SimPy can copy."""


class CheckedGenerator:
    """The generator of a SimPy process; what it yields by mistake is raised where it yields it.

    SimPy would end the whole run by what is no event, and wait for ever for one of another environment.

    Args:
        environment: whose events it may yield.
        generator: what the user wrote.
        living: all that have not ended.
    """

    def __init__(self, environment: simpy.Environment, generator: Any, living: dict[CheckedGenerator, None]) -> None:
        self._environment = environment
        self._generator = generator
        self._living = living
        living[self] = None
        self.__name__: str = getattr(generator, "__name__", type(generator).__name__)

    def send(self, value: Any) -> Any:
        """Go on with *value*, up to the next event."""
        return self._checked(self._generator.send, value)

    def throw(self, error: BaseException) -> Any:
        """Go on with *error*, up to the next event."""
        return self._checked(self._generator.throw, _copy(error.args[0]) if isinstance(error, Carrier) else error)

    @property
    def generator(self) -> Any:
        """What the user wrote."""
        return self._generator

    def _checked(self, go_on: Callable[[Any], Any], value: Any) -> Any:
        try:
            event = go_on(value)
            for _ in range(ATTEMPTS_MAX):
                mistake = self._mistake(event)
                if not mistake:
                    return event
                event = self._generator.throw(UsageError(mistake))
        except BaseException:
            # It has ended, by itself or by what it raises.
            self._living.pop(self, None)
            raise
        raise UsageError(self._mistake(event))

    def _mistake(self, event: Any) -> str:
        if not hasattr(event, "callbacks"):
            return (
                f"a SimPy process yields events of SimPy, and {represented(event)} is none; "
                "what a process gives is for a process of the world to await"
            )
        if getattr(event, "env", None) is not self._environment:
            return f"{represented(event)} is of another environment than world.environment, so it can never come here"
        return ""


def _copy(error: BaseException) -> BaseException:
    """Return a copy of *error*, so that each who is told raises one of its own; itself where none can be made."""
    try:
        copy = type(error)(*error.args)
    except Exception:
        return error
    if type(copy) is not type(error):
        return error
    copy.__cause__ = error
    return copy
