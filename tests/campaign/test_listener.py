"""What is early waits for its turn."""

from __future__ import annotations

from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simcore.campaign.listener import InOrder


@given(st.permutations([(item, event) for item in range(4) for event in ("a", "b", "done")]))
def test_events_happen_in_the_order_of_the_items_and_of_one_item_as_they_came(events: list[tuple[int, str]]) -> None:
    in_order, told, came = InOrder(), list[tuple[int, str]](), dict[int, list[str]]()
    for item, event in events:
        if event == "done":
            in_order.done(item)
        elif item >= in_order.first:
            came.setdefault(item, []).append(event)
            in_order.tell(item, partial(told.append, (item, event)))

    assert told == [(item, event) for item in sorted(came) for event in came[item]]
    assert in_order.first == 4


def test_what_leaves_an_event_makes_it_happen_no_second_time() -> None:
    in_order, told = InOrder(), list[str]()

    def interrupted() -> None:
        told.append("once")
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        in_order.tell(0, interrupted)
    in_order.tell(0, partial(told.append, "next"))

    assert told == ["once", "next"]
