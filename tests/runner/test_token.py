"""The digest of the options in a token stays what it was, also where a later option is added."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from simcore import Options
from simcore.runner.token import COVERED, options_digest

PINNED: list[tuple[dict[str, Any], str]] = [
    ({}, "3b18cc47"),
    ({"strict_mode": True}, "86773564"),
    ({"dialect": "current", "quirks": ("flat_backoff", "builder_no_copy")}, "2d199fe5"),
    ({"epoch": "1970-01-01T00:00:00Z", "actions_max": 5000, "cancel_deadline": "enforce"}, "b8520e25"),
]


class LaterOptions(Options, frozen=True):
    """The options of a later simcore, which has two more."""

    added: bool = False
    added_list: tuple[str, ...] = ()


@pytest.mark.parametrize(("options", "digest"), PINNED)
def test_the_digest_of_options_stays_what_it_was(options: dict[str, Any], digest: str) -> None:
    assert options_digest(Options(**options)) == digest


@pytest.mark.parametrize(("options", "digest"), PINNED)
def test_an_added_option_at_its_default_leaves_the_digest_as_it_was(options: dict[str, Any], digest: str) -> None:
    assert options_digest(LaterOptions(**options)) == digest


@pytest.mark.parametrize("added", [{"added": True}, {"added_list": ("one",)}])
def test_an_added_option_at_another_value_changes_the_digest(added: dict[str, Any]) -> None:
    assert options_digest(LaterOptions(**added)) != options_digest(Options())


@pytest.mark.parametrize("name", COVERED)
def test_every_covered_option_counts(name: str) -> None:
    another: dict[str, Any] = {
        "dialect": "current",
        "name_conflict": "error",
        "cancel_deadline": "enforce",
        "quirks": ("flat_backoff",),
        "epoch": "1970-01-01T00:00:00Z",
    }
    value = getattr(Options(), name)
    other = another.get(name, not value if isinstance(value, bool) else value + 1 if isinstance(value, int) else None)

    assert options_digest(msgspec.structs.replace(Options(), **{name: other})) != options_digest(Options())
