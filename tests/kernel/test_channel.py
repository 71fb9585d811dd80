"""Channels and select: who gets what, and who runs first afterwards (process 3.14; lua 6.1)."""

from __future__ import annotations

from typing import Any

import pytest

from simcore import InvalidArgument
from simcore.kernel.channel import SUSPEND, KernelChannel, ReceiveCase, SelectedCase, SendCase, select


class Made:
    """Channels with one list of wake-ups; answers and wake-ups are taken down in one log."""

    def __init__(self, *capacities: int) -> None:
        self.wakeups: list[Any] = []
        self.channels = [KernelChannel(self.wakeups, capacity) for capacity in capacities]
        self.log: list[Any] = []

    def answer(self, task: str, value: Any) -> None:
        self.log.append((task, "waits" if value is SUSPEND else value))
        for woken, result, error in self.wakeups:
            self.log.append((f"wake {woken}", result if error is None else str(error)))
        self.wakeups.clear()


def test_a_sender_that_meets_a_receiver_runs_before_it() -> None:
    """lua 6.1: both are queued, sender first, then receiver."""
    made = Made(0)
    (channel,) = made.channels
    made.answer("r", channel.receive("r"))
    made.answer("s", channel.send("s", 1))

    assert made.log == [("r", "waits"), ("s", "waits"), ("wake s", None), ("wake r", (1, True))]


def test_a_receiver_that_meets_a_sender_runs_before_it() -> None:
    """lua 6.1: direct hand-over, receiver first."""
    made = Made(0)
    (channel,) = made.channels
    made.answer("s", channel.send("s", 1))
    made.answer("r", channel.receive("r"))

    assert made.log == [("s", "waits"), ("r", "waits"), ("wake r", (1, True)), ("wake s", None)]


def test_the_value_of_a_blocked_sender_moves_into_the_buffer_and_the_receiver_runs_first() -> None:
    """lua 6.1."""
    made = Made(1)
    (channel,) = made.channels
    made.answer("a", channel.send("a", 1))
    made.answer("b", channel.send("b", 2))
    made.answer("r", channel.receive("r"))
    made.answer("r", channel.receive("r"))

    assert made.log == [
        ("a", None),
        ("b", "waits"),
        ("r", "waits"),
        ("wake r", (1, True)),
        ("wake b", None),
        ("r", (2, True)),
    ]


def test_a_value_with_room_and_a_value_that_waits_need_no_switch() -> None:
    """lua 6.1."""
    made = Made(1)
    (channel,) = made.channels
    made.answer("s", channel.send("s", None))
    made.answer("r", channel.receive("r"))

    assert made.log == [("s", None), ("r", (None, True))]


def test_values_are_taken_in_the_order_they_were_given_and_waiters_in_the_order_they_came() -> None:
    made = Made(2)
    (channel,) = made.channels
    for number in range(4):
        channel.send(f"s{number}", number)
    values = []
    for _ in range(4):
        answer = channel.receive("r")
        values.append(
            next(value for task, value, _ in made.wakeups if task == "r")[0] if answer is SUSPEND else answer[0]
        )
        made.wakeups.clear()
    for name in ("x", "y"):
        channel.receive(name)
    for value in (8, 9):
        channel.offer(value)

    assert values == [0, 1, 2, 3]
    assert [(task, value) for task, value, _ in made.wakeups] == [("x", (8, True)), ("y", (9, True))]


def test_a_close_wakes_senders_then_receivers_then_the_caller() -> None:
    """lua 6.1. Receivers and senders never wait together at one channel, so each has its own here."""
    made = Made(0, 0)
    full, empty = made.channels
    made.answer("s1", full.send("s1", 1))
    made.answer("s2", full.send("s2", 2))
    made.answer("r1", empty.receive("r1"))
    made.answer("r2", empty.receive("r2"))
    made.log.clear()
    made.answer("c", full.close("c"))
    made.answer("c", empty.close("c"))

    assert made.log == [
        ("c", "waits"),
        ("wake s1", "channel closed"),
        ("wake s2", "channel closed"),
        ("wake c", None),
        ("c", "waits"),
        ("wake r1", (None, False)),
        ("wake r2", (None, False)),
        ("wake c", None),
    ]


def test_a_close_without_waiters_and_a_second_close_do_not_switch() -> None:
    made = Made(0)
    (channel,) = made.channels
    made.answer("c", channel.close("c"))
    made.answer("c", channel.close("c"))

    assert made.log == [("c", None), ("c", None)]


def test_a_closed_channel_still_gives_what_is_inside_and_takes_nothing() -> None:
    made = Made(2)
    (channel,) = made.channels
    channel.send("s", 1)
    channel.close("c")
    made.answer("r", channel.receive("r"))
    made.answer("r", channel.receive("r"))

    assert made.log == [("r", (1, True)), ("r", (None, False))]
    assert (channel.offer(2), channel.accepts) == (False, False)
    with pytest.raises(InvalidArgument, match="send on closed channel"):
        channel.send("s", 2)


def test_a_negative_capacity_is_none() -> None:
    """lua 6.1."""
    assert KernelChannel([], -3).capacity == 0


def test_select_takes_the_first_ready_case_in_the_order_given() -> None:
    """G13."""
    made = Made(1, 1, 1)
    a, b, c = made.channels
    b.send("s", "b")
    c.send("s", "c")
    made.answer("t", select("t", [ReceiveCase(a), ReceiveCase(b), ReceiveCase(c)], default=False))
    made.answer("t", select("t", [ReceiveCase(c), ReceiveCase(b)], default=False))

    assert made.log == [("t", SelectedCase(1, "b", True)), ("t", SelectedCase(0, "c", True))]


def test_a_closed_channel_is_a_ready_case_of_receive_and_never_one_of_send() -> None:
    """process 3.14; lua 6.1."""
    made = Made(0, 1)
    closed, room = made.channels
    closed.close("c")
    made.answer("t", select("t", [SendCase(closed, 1), ReceiveCase(closed)], default=False))
    made.answer("t", select("t", [SendCase(closed, 1), SendCase(room, 2)], default=False))
    made.answer("t", select("t", [SendCase(closed, 1)], default=True))
    made.answer("t", select("t", [SendCase(closed, 1)], default=False))

    assert made.log == [
        ("t", SelectedCase(1, None, False)),
        ("t", SelectedCase(1, 2, True)),
        ("t", SelectedCase(-1, None, True)),
        ("t", "waits"),
    ]


def test_a_send_case_is_ready_with_room_or_a_receiver() -> None:
    """lua 6.1; its value is the one that was sent, and the sender runs first."""
    made = Made(0)
    (channel,) = made.channels
    made.answer("t", select("t", [SendCase(channel, 1)], default=True))
    made.answer("r", channel.receive("r"))
    made.answer("t", select("t", [SendCase(channel, 1)], default=True))

    assert made.log == [
        ("t", SelectedCase(-1, None, True)),
        ("r", "waits"),
        ("t", "waits"),
        ("wake t", SelectedCase(0, 1, True)),
        ("wake r", (1, True)),
    ]


def test_a_select_that_was_served_leaves_all_its_other_cases() -> None:
    """process 3.14."""
    made = Made(0, 0)
    a, b = made.channels
    made.answer("t", select("t", [ReceiveCase(a), ReceiveCase(b), SendCase(b, 1), ReceiveCase(a)], default=False))
    made.answer("s", a.send("s", 5))

    assert made.log == [("t", "waits"), ("s", "waits"), ("wake s", None), ("wake t", SelectedCase(0, 5, True))]
    assert not any((a.receivers, a.senders, b.receivers, b.senders))


def test_a_blocked_select_gets_the_offer_of_the_system_as_its_result() -> None:
    made = Made(0, 0)
    a, b = made.channels
    select("t", [ReceiveCase(a), ReceiveCase(b)], default=False)

    assert (b.offer(7), a.offer(8)) == (True, False)
    assert made.wakeups == [("t", SelectedCase(1, 7, True), None)]


def test_closing_the_channel_of_a_blocked_send_case_ends_the_select_with_an_error() -> None:
    """lua 6.1."""
    made = Made(0, 0)
    a, b = made.channels
    select("t", [SendCase(a, 1), ReceiveCase(b)], default=False)
    made.answer("c", a.close("c"))

    assert made.log == [("c", "waits"), ("wake t", "channel closed"), ("wake c", None)]
    assert not b.receivers


def test_closing_the_channel_of_a_blocked_receive_case_is_its_result() -> None:
    """process 3.14."""
    made = Made(0, 0)
    a, b = made.channels
    select("t", [ReceiveCase(a), ReceiveCase(b)], default=False)
    made.answer("c", b.close("c"))

    assert made.log == [("c", "waits"), ("wake t", SelectedCase(1, None, False)), ("wake c", None)]
    assert not a.receivers


def test_a_select_on_both_ends_of_one_channel_meets_only_others() -> None:
    made = Made(0)
    (channel,) = made.channels
    made.answer("t", select("t", [ReceiveCase(channel), SendCase(channel, "t")], default=False))
    made.answer("u", select("u", [ReceiveCase(channel), SendCase(channel, "u")], default=False))

    assert made.log == [
        ("t", "waits"),
        ("u", "waits"),
        ("wake u", SelectedCase(0, "t", True)),
        ("wake t", SelectedCase(1, "t", True)),
    ]


def test_a_value_can_be_taken_without_waiting() -> None:
    made = Made(1, 0)
    buffered, direct = made.channels
    for number in range(2):
        buffered.send(f"b{number}", number)
    direct.send("d", 2)
    taken = [buffered.take(), direct.take(), buffered.take(), buffered.take()]
    direct.close("c")

    assert (taken, direct.take()) == ([(0, True), (2, True), (1, True), None], (None, False))
    assert [task for task, _, _ in made.wakeups] == ["b1", "d"]
