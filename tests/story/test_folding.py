"""A long run told shortly: what repeats itself once, with what led to it and how it ended."""

from __future__ import annotations

import random

from simcore.model.trace import TraceEvent
from simcore.story.folding import folded

SECOND = 1_000_000_000


def told(texts: list[str], always: list[int] | None = None) -> list[str]:
    events = [TraceEvent(number, number * SECOND, "send", "world", text) for number, text in enumerate(texts, 1)]
    return [" ".join(line.split()) for line in folded(events, always or [])]


def test_a_short_run_is_told_as_it_is() -> None:
    assert told(["a starts", "b starts"]) == ["1s #1 a starts", "2s #2 b starts"]


def test_of_a_long_run_that_repeats_nothing_the_last_twelve_are_told() -> None:
    lines = told([f"{chr(97 + number)} starts" for number in range(20)])

    assert lines[0] == "9s #9 i starts"
    assert len(lines) == 12


def test_a_cycle_is_told_once_with_what_led_to_it_and_how_it_ended() -> None:
    before, after = [f"{letter} starts" for letter in "abcdefgh"], [f"{letter} ends" for letter in "ijklmnopqrst"]
    cycle = [text.format(number) for number in range(412) for text in ("x sends y tick({})", "y receives tick({})")]

    lines = told([*before, *cycle, *after])

    assert lines[:6] == [f"{number}s #{number} {letter} starts" for number, letter in enumerate("cdefgh", 3)]
    assert lines[6:10] == [
        "from here on again and again:",
        "9s #9 x sends y tick(0)",
        "10s #10 y receives tick(0)",
        "... 412 times in all, the last one from 13m51s #831 on",
    ]
    assert [line.split()[-2] for line in lines[10:]] == list("ijklmnopqrst")


def test_what_lies_between_a_cycle_and_the_end_is_said_to_be_left_out() -> None:
    lines = told([*["x sends y tick(1)"] * 50, *(f"{chr(97 + number)} ends" for number in range(20))])

    assert lines[3] == "(8 events between are left out)"


def test_processes_are_told_apart_by_their_numbers() -> None:
    turn = ["ping#1 sends ping#2 ball(1)", "ping#2 sends ping#1 ball(2)"]

    assert told(turn * 30)[1:3] == ["1s #1 ping#1 sends ping#2 ball(1)", "2s #2 ping#2 sends ping#1 ball(2)"]


def test_a_spawning_loop_is_a_cycle_though_each_child_has_another_number() -> None:
    texts = [f"parent#1 starts child#{number} of app:child, {{app:p|0x{number:05x}}}" for number in range(2, 60)]

    assert told(texts)[-1] == "... 58 times in all, the last one from 58s #58 on"


def test_a_failure_that_is_always_told_is_not_folded_away() -> None:
    lines = told([*["x sends y tick(1)"] * 40, "x fails", *["z sends y tick(1)"] * 40], [40])

    assert "41s #41 x fails" in lines
    assert sum("times in all" in line for line in lines) == 2


def test_a_long_turn_is_cut_and_a_long_cycle_followed_to_where_it_begins() -> None:
    turn = [f"step {letter}" for letter in "abcdefghijklmnopqrst"]

    lines = told(["it starts", *turn * 1_500])

    assert lines[:2] == ["1s #1 it starts", "from here on again and again:"]
    assert lines[13] == "13s #13 step l"
    assert lines[14].startswith("... and 8 events more; 1,500 times in all, the last one from ")


def test_where_there_is_no_cycle_what_came_most_is_told() -> None:
    chance = random.Random(5)

    lines = told([f"x sends {chance.choice('yzvw')} n({number})" for number in range(400)])

    assert lines[0].startswith("(no exact cycle; most often: x sends ")
    assert lines[-1].startswith("6m40s #400 x sends ")
