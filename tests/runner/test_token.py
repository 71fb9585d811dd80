"""A token says what was run and whether it is whole; its digest of options stays what it was."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from simcore import Options, UsageError
from simcore.model.run import ItemReference, Run
from simcore.runner.token import COVERED, Token, looks_like_token, make_token, options_digest, parse_token

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


def run_of(item: str, strategy: str = "uniform", seed: int = 5647260535833798078) -> Run:
    return Run(item=ItemReference(item, "0f"), seed=seed, strategy=strategy)


TOKEN = "simcore2/uniform/5647260535833798078/3b18cc47/e8be2d67/scenarios/pairs.py::silence"


def test_a_token_has_its_version_and_a_checksum() -> None:
    assert make_token(run_of("scenarios/pairs.py::silence")) == TOKEN


@pytest.mark.parametrize("strategy", ["fifo", "uniform", "pct:3,500"])
@pytest.mark.parametrize("item", ["scenarios/pairs.py::silence", "shop:ships", "a", "é/b c::d", "../x.py::y"])
def test_a_token_says_what_was_run(item: str, strategy: str) -> None:
    run = run_of(item, strategy, seed=2**64 - 1)

    token = parse_token(make_token(run) or "")

    assert (token.item, token.seed, token.strategy, token.version) == (item, run.seed, strategy, 2)
    assert token.options == options_digest(run.options)


@pytest.mark.parametrize(
    ("settle_ns", "written"),
    [(0, ""), (60_000_000_000, "+1m0s"), (90_500_000_000, "+1m30.5s"), (1_500, "+1.5us"), (7, "+7ns")],
)
def test_a_token_says_for_how_long_the_world_is_driven_on(settle_ns: int, written: str) -> None:
    run = msgspec.structs.replace(run_of("shop::a:b"), settle_ns=settle_ns)

    text = make_token(run) or ""

    assert text.isascii()
    assert text.split("/")[3] == f"3b18cc47{written}"
    assert parse_token(text).settle_ns == settle_ns
    assert parse_token(text).options == options_digest(run.options)


@pytest.mark.parametrize("settle", ["-5s", "5", "soon", "1m+1m"])
def test_a_token_with_no_such_duration_is_damaged(settle: str) -> None:
    """One of version 1 has no checksum that says so."""
    with pytest.raises(UsageError, match="the token is damaged: "):
        parse_token(f"simcore1/uniform/7/3b18cc47+{settle}/scenarios/pairs::silence")


@pytest.mark.parametrize("place", range(len(TOKEN)))
def test_a_token_of_which_one_letter_is_another_is_not_taken(place: int) -> None:
    """A digit more or less, a capital for a small letter, a blank; wherever it is."""
    letter = TOKEN[place]
    digit = str((int(letter) + 1) % 10) if letter.isdigit() else "7"
    for other in {digit, letter.swapcase(), " ", "/", "x"} - {letter}:
        damaged = TOKEN[:place] + other + TOKEN[place + 1 :]
        if looks_like_token(damaged):
            with pytest.raises(UsageError, match=r"the token (is damaged|begins with .*damaged)"):
                parse_token(damaged)
        else:
            # Its first word is no token's any more: what is told is that there is no such case file either.
            assert place <= len("simcore2")


@pytest.mark.parametrize("length", range(len("simcore2"), len(TOKEN)))
def test_a_token_that_is_cut_is_damaged(length: int) -> None:
    assert looks_like_token(TOKEN[:length])
    with pytest.raises(UsageError, match=r"the token is damaged: .*copy it anew"):
        parse_token(TOKEN[:length])


@pytest.mark.parametrize("text", [TOKEN + "e", TOKEN.upper(), TOKEN.lower() + "\n", TOKEN + TOKEN, TOKEN * 2_000])
def test_a_token_with_something_more_is_damaged(text: str) -> None:
    with pytest.raises(UsageError, match="the token is damaged: ") as refused:
        parse_token(text)

    assert len(str(refused.value)) < 300


def test_a_token_whose_letters_have_changed_places_is_damaged() -> None:
    with pytest.raises(UsageError, match="the token is damaged: "):
        parse_token(TOKEN.replace("5647", "6547"))


def test_a_token_of_version_1_is_read() -> None:
    token = parse_token("simcore1/uniform/7/3b18cc47/scenarios/pairs::silence")

    assert token == Token("scenarios/pairs::silence", 7, "uniform", "3b18cc47", version=1)


def test_a_token_of_version_2_is_not_read_as_one_of_version_1() -> None:
    with pytest.raises(UsageError, match="the token is damaged: it has a checksum"):
        parse_token(TOKEN.replace("simcore2", "simcore1"))


@pytest.mark.parametrize("item", ["a" * 300, "two\nlines", "\x1b[31mred", "a\ud800b"])
def test_what_cannot_be_typed_has_no_token(item: str) -> None:
    assert make_token(run_of(item)) is None


@pytest.mark.parametrize("text", ["simcore", "simcore/x", "simcore2/x.case.json", "SIMCORE2/X.CASE.JSON", "silence"])
def test_what_may_be_a_file_is_no_token(text: str) -> None:
    assert not looks_like_token(text)
