"""The events module and the globals subscribe and unsubscribe, from Lua (lua 6.7, 6.14)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from simcore.process.verbs.bus import BUFFER_MAX
from simcore.security.actor import Actor
from simcore.security.frame import Frame
from simcore.security.scope import Scope

if TYPE_CHECKING:
    from tests.lua.conftest import Bench

MODULES = ("events", "time")


def test_an_event_reaches_those_who_want_its_system_and_kind(bench: Bench) -> None:
    body = """
    local one, any = events.subscribe("shop.*", "sold"), events.subscribe("**")
    local sent = {events.send("shop.paris", "sold", "/hat", {price = 5}), events.send("shop.paris", "bought", "/hat"),
        events.send("bank", "sold", "/bond")}
    local event = one:channel():receive()
    local more = channel.select{one:channel():case_receive(), default = true}
    local kinds = {}
    for i = 1, 3 do
        kinds[i] = any:channel():receive().kind
    end
    return {sent, event, more.default, kinds, one:channel() == one:channel()}
    """

    assert bench.run(body, modules=MODULES) == [
        [True, True, True],
        {"system": "shop.paris", "kind": "sold", "path": "/hat", "data": {"price": 5}},
        True,
        ["sold", "bought", "sold"],
        True,
    ]


def test_events_go_to_all_processes_as_copies(bench: Bench) -> None:
    waits = """
    return {main = function(parent)
        local subscription = events.subscribe("s")
        process.send(parent, "ready")
        local event = subscription:channel():receive()
        event.data.n = event.data.n + 1
        return event.data.n
    end}
    """
    bench.add("waits", waits, modules=["events"])
    body = """
    local inbox, ends = process.inbox(), process.events()
    for i = 1, 2 do
        process.spawn_monitored("app:waits", "app:processes", process.pid())
        inbox:receive()
    end
    local data = {n = 1}
    events.send("s", "k", "/", data)
    return {ends:receive().result.value, ends:receive().result.value, data.n}
    """

    assert bench.run(body, modules=MODULES) == [2, 2, 1]
    assert bench.runtime.bus == {}


def test_a_closed_subscription_gives_nothing_more(bench: Bench) -> None:
    body = """
    local subscription = events.subscribe("s")
    local closed, again = subscription:close(), subscription:close()
    events.send("s", "k", "/")
    local value, open = subscription:channel():receive()
    return {closed, again, value == nil, open}
    """

    assert bench.run(body, modules=MODULES) == [True, True, True, False]


def test_what_a_full_buffer_cannot_take_is_dropped(bench: Bench) -> None:
    body = """
    local subscription = events.subscribe("s")
    for i = 1, 80 do events.send("s", "k", "/", i) end
    local last, count = nil, 0
    while true do
        local result = channel.select{subscription:channel():case_receive(), default = true}
        if result.default then return {count, last} end
        last, count = result.value.data, count + 1
    end
    """

    assert bench.run(body, modules=MODULES) == [BUFFER_MAX, BUFFER_MAX]


@pytest.mark.parametrize(
    "call",
    ["events.subscribe('')", "events.subscribe('s', '')", "events.send('', 'k', '/')", "events.send('s', '', '/')",
     "events.send('s', 'k', '')"],
)  # fmt: skip
def test_an_empty_text_is_invalid(bench: Bench, call: str) -> None:
    body = f"local value, problem = {call} return {{value == nil, problem:kind(), problem:retryable()}}"

    assert bench.run(body, modules=MODULES) == [True, "Invalid", False]


@pytest.mark.parametrize("call", ["events.subscribe('s')", "events.send('s', 'k', '/')"])
def test_a_denied_use_of_the_bus_is_invalid(bench: Bench, call: str) -> None:
    frame = Frame(actor=Actor("a"), scope=Scope())
    body = f"local value, problem = {call} return {{value == nil, problem:kind(), problem:message()}}"
    missing, kind, text = bench.run(body, modules=MODULES, frame=frame)

    assert (missing, kind) == (True, "Invalid")
    assert text.startswith("not allowed to ")


def test_a_subscription_ends_with_the_code_that_made_it(bench: Bench) -> None:
    """process 10.2."""
    bench.add("new", "return {main = function() return 'new' end}")

    assert bench.run("events.subscribe('s') process.upgrade('app:new')", modules=MODULES) == "new"
    assert bench.runtime.bus == {}


def test_a_topic_can_have_a_channel_of_the_program(bench: Bench) -> None:
    body = """
    local own, me = channel.new(5), process.pid()
    process.send(me, "t", "early")
    local done = {subscribe("t", own), subscribe("t", own)}
    process.send(me, "t", "late")
    local one, two = own:receive(), own:receive()
    local _, taken = subscribe("t", channel.new())
    local _, reserved = subscribe("@pid/events", channel.new())
    local ended = unsubscribe(own)
    local value, open = own:receive()
    local refused, missing = unsubscribe(own)
    return {done, one, two, taken:kind(), reserved:kind(), ended, open, refused, missing:kind()}
    """

    assert bench.run(body) == [
        [True, True], *("early", "late", "AlreadyExists", "Invalid", True, False, False, "NotFound"),
    ]  # fmt: skip
