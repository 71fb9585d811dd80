"""Of several works at workers that die, the one that kills is told, and no other."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Executor, Future
from typing import Any

import pytest

from simcore.campaign.deaths import WorkerDied
from simcore.campaign.suspects import Suspecting


class Fragile(Executor):
    """Works wait until they are let go on; one that is called ``kill`` takes all with it that are there."""

    def __init__(self) -> None:
        self.there: list[tuple[str, Future[Any]]] = []
        self.begun: list[str] = []

    def submit(self, function: Callable[..., Any], /, *arguments: Any, **named: Any) -> Future[Any]:
        future: Future[Any] = Future()
        self.begun.append(arguments[0])
        self.there.append((arguments[0], future))
        return future

    def go_on(self) -> None:
        """Let all go on that are there."""
        there, self.there = self.there, []
        died = any(name.startswith("kill") for name, _ in there)
        for name, future in there:
            if died:
                future.set_exception(WorkerDied("was ended by SIGKILL"))
            else:
                future.set_result(name)


def outcomes(names: list[str]) -> tuple[dict[str, Any], Fragile]:
    """Give all *names* at once; return what became of each, and the executor."""
    inner = Fragile()
    suspecting = Suspecting(inner)
    futures = {name: suspecting.submit(print, name) for name in names}
    while inner.there:
        inner.go_on()
    return {name: future.exception(0) or future.result(0) for name, future in futures.items()}, inner


@pytest.mark.parametrize(
    "names", [["kill", "a", "b"], ["a", "kill", "b"], ["a", "b", "kill"], ["kill 1", "a", "kill 2", "b"]]
)
def test_only_what_kills_a_worker_is_told_to_have(names: list[str]) -> None:
    became, _ = outcomes(names)

    for name, what in became.items():
        assert isinstance(what, WorkerDied) if name.startswith("kill") else what == name


def test_what_was_alone_when_its_worker_died_is_not_done_again() -> None:
    became, inner = outcomes(["kill"])

    assert isinstance(became["kill"], WorkerDied)
    assert inner.begun == ["kill"]


def test_a_suspect_has_no_company_and_what_comes_meanwhile_waits() -> None:
    inner = Fragile()
    suspecting = Suspecting(inner)
    first, second = suspecting.submit(print, "kill"), suspecting.submit(print, "a")
    inner.go_on()
    third = suspecting.submit(print, "b")

    assert [name for name, _ in inner.there] == ["kill"]
    inner.go_on()
    assert [name for name, _ in inner.there] == ["a"]
    inner.go_on()
    assert [name for name, _ in inner.there] == ["b"]
    inner.go_on()
    assert (type(first.exception(0)), second.result(0), third.result(0)) == (WorkerDied, "a", "b")


def test_where_nobody_dies_all_are_under_way_at_once() -> None:
    became, inner = outcomes(["a", "b", "c"])

    assert became == {"a": "a", "b": "b", "c": "c"}
    assert inner.begun == ["a", "b", "c"]


def test_an_executor_that_takes_nothing_more_is_told_to_who_waits() -> None:
    class Shut(Executor):
        def submit(self, function: Callable[..., Any], /, *arguments: Any, **named: Any) -> Future[Any]:
            raise RuntimeError("shut down")

    with pytest.raises(RuntimeError, match="shut down"):
        Suspecting(Shut()).submit(print).result(0)
