"""Which events of SimPy may still come when nothing can happen any more: what an idle server waits for, no other."""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import Any

import pytest
import simpy
from simpy.events import Condition

from simcore.kernel.work import waits_for_work


class Shelf(simpy.Store):
    """A store of the user's own."""


def serving(environment: simpy.Environment) -> simpy.Process:
    store = simpy.Store(environment)

    def serve() -> Generator[simpy.Event, Any, None]:
        while True:
            yield store.get()

    return environment.process(serve())


def waiting(environment: simpy.Environment, event: simpy.Event) -> simpy.Process:
    def wait() -> Generator[simpy.Event, Any, None]:
        yield event

    return environment.process(wait())


def chain(environment: simpy.Environment, first: simpy.Event) -> simpy.Event:
    for _ in range(2_000):
        first = waiting(environment, first)
    return first


def circle(environment: simpy.Environment) -> simpy.Process:
    """Return one of two processes that wait for each other."""
    others: list[simpy.Process] = []

    def wait(place: int) -> Generator[simpy.Event, Any, None]:
        yield environment.timeout(1)
        yield others[place]

    others.extend(environment.process(wait(1 - place)) for place in range(2))
    return others[0]


def taken(environment: simpy.Environment) -> simpy.Event:
    resource = simpy.Resource(environment)
    resource.request()
    return resource.request()


def full(environment: simpy.Environment) -> simpy.Event:
    store = simpy.Store(environment, capacity=1)
    store.put(1)
    return store.put(2)


def get(environment: simpy.Environment) -> simpy.Event:
    return simpy.Store(environment).get()


def free(environment: simpy.Environment) -> simpy.Event:
    return simpy.Resource(environment).request()


COMING: dict[str, Callable[[Any], simpy.Event]] = {
    "a store": get,
    "a filtered store": lambda environment: simpy.FilterStore(environment).get(lambda each: each == 1),
    "a store of priorities": lambda environment: simpy.PriorityStore(environment).get(),
    "a store of the user's own": lambda environment: Shelf(environment).get(),
    "a container": lambda environment: simpy.Container(environment).get(1),
    "a server": serving,
    "the end of who waits for a server": lambda environment: chain(environment, serving(environment)),
    "work or an alarm": lambda environment: get(environment) | environment.event(),
    "work or an alarm, beside another": lambda environment: (
        (get(environment) | environment.event()) | taken(environment)
    ),
    "work and a place that is free": lambda environment: get(environment) & free(environment),
    "work of two kinds": lambda environment: get(environment) & get(environment),
    "work by a rule of the user's own": lambda environment: Condition(
        environment, lambda events, count: count == 1, [environment.event(), get(environment)]
    ),
}
NOT_COMING: dict[str, Callable[[Any], simpy.Event]] = {
    "an event": lambda environment: environment.event(),
    "a place that is taken": taken,
    "room": full,
    "either of two": lambda environment: environment.event() | taken(environment),
    "work and an alarm": lambda environment: get(environment) & environment.event(),
    "work and a place that is taken": lambda environment: get(environment) & taken(environment),
    "one of two, each with an alarm": lambda environment: (
        (get(environment) & environment.event()) | (get(environment) & environment.event())
    ),
    "two who wait for each other": circle,
    "the end of who waits for an event": lambda environment: chain(environment, environment.event()),
}


@pytest.mark.parametrize("what", COMING)
def test_work_may_come(what: str) -> None:
    environment = simpy.Environment()
    event = COMING[what](environment)
    environment.run()

    assert waits_for_work(event)


@pytest.mark.parametrize("what", NOT_COMING)
def test_nothing_else_may(what: str) -> None:
    environment = simpy.Environment()
    event = NOT_COMING[what](environment)
    environment.run()

    assert not waits_for_work(event)
