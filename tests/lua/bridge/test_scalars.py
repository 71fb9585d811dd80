"""Lua strings are bytes: each is a text of its own, and comes back as it was (lua 8.6)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from simcore.lua.bridge.scalars import from_lua, to_lua

if TYPE_CHECKING:
    from tests.lua.conftest import Bench

TEXTS = ["plain", "\xff", "\xc3\xbf", "a\xffb", "\xed\xa0\x80", "\xc3", "\xe2\x82\xac"]


def test_no_two_strings_of_bytes_are_one_text_and_each_comes_back() -> None:
    assert [to_lua(from_lua(text)) for text in TEXTS] == TEXTS
    assert len({from_lua(text) for text in TEXTS}) == len(TEXTS)
    assert from_lua("\xe2\x82\xac") == "€"


@pytest.mark.parametrize("listened", [r"\xff", r"\xc3\xbf"])
def test_a_topic_is_matched_byte_for_byte_and_comes_back_as_it_was(bench: Bench, listened: str) -> None:
    """process 3.5: an exact match only; process 3.8: the original topic."""
    source = f"""
        local mine = process.listen("{listened}", {{message = true}})
        process.send(process.pid(), "\\xff", 1)
        process.send(process.pid(), "\\xc3\\xbf", 2)
        local message = mine:receive()
        return {{message:payload(), message:topic() == "{listened}", #process.inbox():receive():topic()}}
    """

    assert bench.run(source) == ([1, True, 2] if listened == r"\xff" else [2, True, 1])


def test_a_name_is_its_bytes(bench: Bench) -> None:
    """process 11.13."""
    source = r"""
        process.registry.register("\xff")
        local other, problem = process.registry.lookup("\xc3\xbf")
        local mine = process.registry.lookup("\xff")
        return {other == nil, tostring(problem) == "name not registered: \xc3\xbf", mine == process.pid()}
    """

    assert bench.run(source) == [True, True, True]
