"""An option that cannot be meant is refused when the options are made, in Python as in a file."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from simcore import Options

WRONG: list[tuple[dict[str, Any], str]] = [
    ({"name_conflict": "errr"}, "the option name_conflict is wrong: Invalid enum value 'errr'"),
    ({"cancel_deadline": "enforced"}, "the option cancel_deadline is wrong"),
    ({"dialect": "curent"}, "the option dialect is wrong"),
    ({"strict_mode": "no"}, "the option strict_mode is wrong: Expected `bool`, got `str`"),
    ({"actions_max": 0}, "actions_max is a whole number from 1 to"),
    ({"lua_instructions_max": 1.5}, "the option lua_instructions_max is wrong: Expected `int`"),
    ({"quirks": ("nonsense",)}, "there is no quirk 'nonsense'"),
    ({"epoch": "yesterday"}, "epoch is an instant with its offset"),
]


@pytest.mark.parametrize(("options", "message"), WRONG, ids=[next(iter(options)) for options, _ in WRONG])
def test_an_option_that_cannot_be_meant_is_refused(options: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Options(**options)


def test_a_file_says_the_same_as_the_constructor() -> None:
    text = b'{"dialect": "seed", "actions_max": 5, "quirks": ["flat_backoff"]}'

    assert msgspec.json.decode(text, type=Options) == Options(dialect="seed", actions_max=5, quirks=("flat_backoff",))
    with pytest.raises(msgspec.ValidationError, match="actions_max"):
        msgspec.json.decode(b'{"actions_max": -1}', type=Options)


def test_values_do_not_change() -> None:
    with pytest.raises(AttributeError, match="immutable"):
        Options().actions_max = 5  # type: ignore[misc]
