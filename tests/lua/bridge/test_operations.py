"""The words of the bridge are those that the host yields, and each is complete."""

from __future__ import annotations

import re
from collections import Counter
from importlib.resources import files

import pytest

from simcore.lua.bridge.operations import WORDS, Word
from simcore.lua.bridge.scalars import RAISED, REFUSED, RETURNED, THROWN
from simcore.model import operations
from simcore.model.operations import Operation

HOST = "\n".join(
    file.read_text("utf-8") for file in (files("simcore.lua") / "host").iterdir() if file.name.endswith(".lua")
)


def test_every_operation_has_a_word_but_the_wait_for_an_event_of_simpy() -> None:
    assert {word.operation for word in WORDS} == {*Operation.__subclasses__()} - {operations.WaitEvent}


def test_no_word_stands_twice() -> None:
    assert [word for word, times in Counter(each.word for each in WORDS).items() if times > 1] == []


def test_what_the_host_yields_is_a_word() -> None:
    yielded = re.findall(r'operate(?:_unanswered)?\("([^"]+)"', HOST)

    assert len(yielded) > 15
    assert {*yielded} - {each.word for each in WORDS} == set()


@pytest.mark.parametrize("word", WORDS, ids=lambda each: each.word)
def test_the_host_says_each_word(word: Word) -> None:
    assert f'"{word.word}"' in HOST or re.search(rf"\b{word.word}\b = ", HOST)


@pytest.mark.parametrize("word", WORDS, ids=lambda each: each.word)
def test_the_words_of_one_operation_answer_and_fail_alike(word: Word) -> None:
    alike = [each for each in WORDS if each.operation is word.operation]

    assert {each.answer for each in alike} == {word.answer}
    assert {each.way for each in alike} == {word.way}
    assert word.way in (RETURNED, REFUSED, RAISED, THROWN)
