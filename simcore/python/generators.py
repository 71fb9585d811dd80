"""Async generators of a process: one that is left before its end is closed inside the run, as asyncio would do it."""

from __future__ import annotations

import gc
import sys
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any
from weakref import WeakValueDictionary, ref

from simcore.limits.unraisable import tell_unraised
from simcore.process.end import close_coroutine
from simcore.process.verbs import coroutines
from simcore.python.unstarted import Unstarted

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Generator, Iterator

    from simcore.process.state.record import ProcessRecord


class Generators:
    """The async generators that a process has begun.

    Args:
        record: of the process.
    """

    __slots__ = ("__weakref__", "_begun", "_collected", "record")

    def __init__(self, record: ProcessRecord) -> None:
        self.record: ProcessRecord = record
        # Made when there is one: nearly no process has any, and a table for each would be felt.
        self._begun: dict[int, ref[AsyncGenerator[Any, Any]]] | None = None
        self._collected: dict[int, AsyncGenerator[Any, Any]] | None = None

    def begin(self, generator: AsyncGenerator[Any, Any]) -> None:
        """Know of a generator from its first line on."""
        collected = self._collected or {}
        self._begun = {key: known for key, known in (self._begun or {}).items() if known() or key in collected}
        self._begun[id(generator)] = ref(generator)
        _owners[id(generator)] = self

    def leave(self, generator: AsyncGenerator[Any, Any]) -> None:
        """Close a generator that nobody holds any more."""
        if not self.record.alive:
            _close_now(generator)
        elif _collecting or _of_this_process.get() is not self:
            # When Python collects a circle is no part of a run: the generator is closed when its process ends, whether
            # it was collected before or not.
            self._collected = {**(self._collected or {}), id(generator): generator}
        else:
            closing = Closing(self.record, generator)
            closing.task = coroutines.begin(self.record, closing, creator=None)

    def left_over(self) -> Iterator[Closing]:
        """Give what closes those that are still open when the process ends, the first that was begun first."""
        for key, known in list((self._begun or {}).items()):
            generator = known() or (self._collected or {}).get(key)
            if generator is not None and getattr(generator, "ag_frame", None) is not None:
                yield Closing(self.record, generator)


class Closing(Unstarted):
    """Closes a generator, as a coroutine of its process. One that is ended before its first step begins nevertheless,
    so that the ``finally`` of the generator runs."""

    __slots__ = ()

    def __init__(self, record: ProcessRecord, generator: AsyncGenerator[Any, Any]) -> None:
        super().__init__(record, _close, (generator,))

    def throw(self, error: BaseException, /) -> Any:
        if self.started is None:
            self.send(None)
        return super().throw(error)


async def _close(generator: AsyncGenerator[Any, Any]) -> None:
    await generator.aclose()


def _close_now(generator: AsyncGenerator[Any, Any]) -> None:
    """Close a generator of a process that is no more: whatever it waits for, there is nobody to ask."""

    def raised(error: BaseException) -> None:
        tell_unraised(generator, error)

    closing = _close(generator)
    try:
        closing.send(None)
    except StopIteration:
        return
    except BaseException as error:
        raised(error)
        return
    close_coroutine(closing, raised)


_of_this_process: ContextVar[Generators | None] = ContextVar("simcore_generators", default=None)
_owners: WeakValueDictionary[int, Generators] = WeakValueDictionary()
_collecting: bool = False


def belong_to(record: ProcessRecord) -> Generators:
    """Let the generators that begin in the context of *record*, which is made where there is none, be those of its
    process."""
    generators = Generators(record)
    if record.context is None:
        record.context = record.runtime.context.copy()
        record.context.run(_of_this_process.set, generators)
    else:
        # An upgrade keeps the process, and its variables with it; it happens inside of the context.
        _of_this_process.set(generators)
    return generators


@contextmanager
def watched() -> Generator[None, None, None]:
    """Hear of each generator that begins, and that is left, until the block ends."""
    before = sys.get_asyncgen_hooks()
    sys.set_asyncgen_hooks(firstiter=_begins, finalizer=_is_left)
    try:
        with collections_heard():
            yield
    finally:
        sys.set_asyncgen_hooks(*before)


@contextmanager
def collections_heard() -> Generator[None, None, None]:
    """Know inside the block when Python collects circles."""
    gc.callbacks.append(_collects)
    try:
        yield
    finally:
        gc.callbacks.remove(_collects)


def is_collecting() -> bool:
    """Tell whether Python collects circles at this moment, which is no part of a run."""
    return _collecting


def process_here() -> ProcessRecord | None:
    """Return the Python process in whose context this is called, or None."""
    here = _of_this_process.get()
    return None if here is None else here.record


def _begins(generator: AsyncGenerator[Any, Any]) -> None:
    owner = _of_this_process.get()
    if owner is not None:
        owner.begin(generator)


def _is_left(generator: AsyncGenerator[Any, Any]) -> None:
    owner = _owners.pop(id(generator), None)
    if owner is None:
        _close_now(generator)
    else:
        owner.leave(generator)


def _collects(phase: str, _: dict[str, int]) -> None:
    global _collecting
    _collecting = phase == "start"
