"""Several observers are told as one: each in its turn, of its own kind, and only what it asks for."""

from __future__ import annotations

from typing import Any

import pytest

from simcore import Pid
from simcore.process.state.observer import Observer, together
from simcore.supervision.service import ServiceObserver

PID = Pid("{app:processes|0x00001}")
METHODS = [(kind, name) for kind in (Observer, ServiceObserver) for name in vars(kind) if not name.startswith("_")]


class Names(Observer):
    """Notes which names are bound, with a letter of its own."""

    def __init__(self, letter: str, log: list[str]) -> None:
        self._letter = letter
        self._log = log

    def named(self, name: str, pid: Pid) -> None:
        self._log.append(f"{self._letter} {name}")


class NamesAndServices(Names, ServiceObserver):
    """Is of both kinds."""

    def service_asked(self, service: Any, *, run: bool) -> None:
        self._log.append(f"{self._letter} {service} {run}")


@pytest.mark.parametrize("letters", ["", "a", "ab", "abc", "abcd"])
def test_however_many_look_on_each_is_told_once_in_their_order(letters: str) -> None:
    log: list[str] = []
    observer = together(Observer, [Names(letter, log) for letter in letters])

    observer.named("x", PID)
    observer.unnamed("x", PID)

    assert log == [f"{letter} x" for letter in letters]
    assert isinstance(observer, Observer)


@pytest.mark.parametrize("amount", range(4))
@pytest.mark.parametrize(("kind", "name"), METHODS)
def test_every_method_reaches_who_overrides_it_with_all_that_is_said(kind: type[Any], name: str, amount: int) -> None:
    said: list[Any] = []
    overriding = type("Overriding", (kind,), {name: lambda self, *values, **named: said.append((values, named))})
    observer = together(kind, [kind(), *(overriding() for _ in range(amount)), kind()])

    getattr(observer, name)(1, 2, delivered=True)

    assert said == [((1, 2), {"delivered": True})] * amount


def test_each_kind_is_told_what_is_of_its_kind() -> None:
    log: list[str] = []
    looking_on = [Names("a", log), object(), NamesAndServices("b", log), ServiceObserver()]

    together(ServiceObserver, looking_on).service_asked("app:s", run=True)  # type: ignore[arg-type]
    together(Observer, looking_on).named("x", PID)

    assert log == ["b app:s True", "a x", "b x"]


def test_who_overrides_a_method_by_inheritance_is_told() -> None:
    class Heir(Names): ...

    log: list[str] = []
    together(Observer, [Heir("a", log)]).named("x", PID)

    assert log == ["a x"]


def test_one_who_looks_on_alone_is_called_without_a_detour() -> None:
    one = Names("a", [])

    assert together(Observer, [Observer(), one, ServiceObserver()]).named == one.named
