"""What Python cannot raise: what of it is said, and what is not."""

from __future__ import annotations

import gc
import sys
import types
from collections.abc import Generator
from typing import TypeAlias

import pytest

from simcore.limits import unraisable
from simcore.limits.unraisable import is_said, listen
from simcore.model.errors import StepTimeout

Heard: TypeAlias = "list[sys.UnraisableHookArgs]"


@types.coroutine
def wait() -> Generator[None, None, None]:
    yield


async def stubborn() -> None:
    while True:
        try:
            await wait()
        except BaseException:
            continue


class Raises:
    def __init__(self, error: BaseException) -> None:
        self.error = error

    def __del__(self) -> None:
        raise self.error


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch) -> Heard:
    heard: Heard = []
    monkeypatch.setattr(sys, "unraisablehook", heard.append)
    return heard


def test_of_what_was_given_up_nothing_is_said_again(heard: Heard) -> None:
    given_up, other = stubborn(), stubborn()
    given_up.send(None)
    other.send(None)
    is_said([given_up])
    del given_up
    gc.collect()
    assert heard == []

    del other
    gc.collect()
    assert [str(each.exc_value) for each in heard] == ["coroutine ignored GeneratorExit"]


def test_a_timeout_is_raised_again_and_anything_else_is_said(heard: Heard) -> None:
    listen()
    Raises(StepTimeout("it did not end"))
    Raises(ValueError("something else"))

    assert [str(each.exc_value) for each in heard] == ["something else"]


def test_it_listens_once(heard: Heard) -> None:
    listen()
    first = sys.unraisablehook
    listen()

    assert sys.unraisablehook is first


def test_of_what_was_given_up_the_last_alone_are_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unraisable, "SAID_MAX", 3)
    said: dict[int, None] = {}
    monkeypatch.setattr(unraisable, "_said", said)

    given_up = [object() for _ in range(5)]
    is_said(given_up)

    assert list(said) == [id(each) for each in given_up[2:]]
