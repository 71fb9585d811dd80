"""Whether an event of SimPy may still come once nothing can happen any more: an idle server waits for work by one."""

from __future__ import annotations

from typing import Any

import simpy
from simpy.events import Condition
from simpy.resources.container import ContainerGet
from simpy.resources.store import StoreGet


def waits_for_work(event: Any) -> bool:
    """Tell whether *event* is what an idle server waits for: that something is put into a store or a container.

    By itself, among other events of which one is enough or all others have come, or by a SimPy process whose end it is.
    """
    waited_for = _all_in(event)
    come = {each: each.triggered or isinstance(each, StoreGet | ContainerGet) for each in waited_for}
    # What needs another is found before that, and what goes round in a circle is never reached: it cannot come.
    while any([_find_out(each, come) for each in reversed(waited_for)]):
        pass
    return come[event]


def _all_in(event: Any) -> list[Any]:
    """Return *event* and all that it waits for, over any number of steps."""
    found = {event: None}
    waiting = [event]
    while waiting:
        for part in _parts(waiting.pop()):
            if part not in found:
                found[part] = None
                waiting.append(part)
    return list(found)


def _parts(event: Any) -> tuple[Any, ...]:
    if isinstance(event, simpy.Process):
        return (event.target,) if event.is_alive else ()
    return event._events if isinstance(event, Condition) else ()


def _find_out(event: Any, come: dict[Any, bool]) -> bool:
    """See whether *event* may come, now that more is known of its parts; tell whether that is new."""
    parts = [come[part] for part in _parts(event)]
    if come[event] or not parts:
        return False
    needs_all = isinstance(event, Condition) and event._evaluate is Condition.all_events
    come[event] = all(parts) if needs_all else any(parts)
    return come[event]
