"""The process module, from Lua (process 2.4, 3, 4.9, 13)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from simcore.model.errors import ProcessError
from simcore.model.payload import pack
from simcore.process.mailbox import enqueue
from simcore.process.state.envelope import Envelope
from simcore.python.definition import PythonDefinition

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.lua.conftest import Bench


@pytest.mark.parametrize(
    ("returned", "value"),
    [
        ("", None),
        ("return nil", None),
        ("return 1, 2", 1),
        ("return 'v', {}", "v"),
        ("return 'v', false", "v"),
        ("return false", False),
        ("return 1, nil, 'third'", 1),
    ],
)
def test_the_first_returned_value_is_the_result(bench: Bench, returned: str, value: Any) -> None:
    assert bench.run(returned) == value


@pytest.mark.parametrize(
    ("returned", "message", "kind"),
    [
        ("return false, 'no luck'", "no luck", "Unknown"),
        ("return 1, errors.new{message = 'gone', kind = errors.NOT_FOUND}", "gone", "NotFound"),
        ("error('bang')", "app:main:2: bang", "Unknown"),
        ("error('bang', 0)", "bang", "Unknown"),
        ("error(errors.new{message = 'denied', kind = errors.PERMISSION_DENIED})", "denied", "PermissionDenied"),
        ("error(setmetatable({}, {__tostring = function() return 'own' end}))", "own", "Unknown"),
        ("error(nil)", "nil", "Unknown"),
        ("error('', 0)", "error", "Unknown"),
        ("local x = nil + 1", "app:main:2: attempt to perform arithmetic on a nil value", "Unknown"),
        ("assert(false, 'claim')", "app:main:2: claim", "Unknown"),
        ("assert(process.send('nobody', 'x'))", "could not resolve 'nobody' as PID or registered name", "NotFound"),
        ("coroutine.spawn(function() error('other') end) process.inbox():receive()", "app:main:2: other", "Unknown"),
    ],
)
def test_a_failing_end_has_its_error(bench: Bench, returned: str, message: str, kind: str) -> None:
    with pytest.raises(ProcessError) as caught:
        bench.run(returned)
    assert (caught.value.message, caught.value.kind) == (message, kind)


def test_an_error_keeps_retryable_and_details(bench: Bench) -> None:
    with pytest.raises(ProcessError) as caught:
        bench.run(
            "error(errors.new{message = 'later', kind = errors.TIMEOUT, retryable = true, details = {after = 5}})"
        )
    assert (caught.value.retryable, caught.value.details) == (True, {"after": 5})


def test_lua_and_python_processes_talk(bench: Bench) -> None:
    async def asker(process: Any) -> Any:
        pid = await process.spawn("app:answerer", "app:processes", process.pid)
        await process.send(pid, "question", {"n": 20}, "second")
        message = await process.inbox.receive()
        return [message.topic, message.sender == pid, message.payload]

    source = """
    return {main = function(parent)
        local message = process.inbox():receive()
        local both = message:payload()
        process.send(message:from(), "answer:" .. message:topic(), {n = both[1].n + 1, who = both[2],
        same = parent == message:from()})
    end}
    """
    bench.add("answerer", source)
    bench.runtime.define(PythonDefinition("py:asker", asker))

    assert bench.result("py:asker") == ["answer:question", True, {"n": 21, "who": "second", "same": True}]


@pytest.mark.parametrize(
    ("call", "message"),
    [
        ("process.send()", "send requires at least destination and topic arguments"),
        ("process.send('x')", "send requires at least destination and topic arguments"),
        ("process.spawn('x')", "spawn requires at least id and host arguments"),
        ("process.spawn_monitored()", "spawn_monitored requires at least id and host arguments"),
        ("process.spawn_linked()", "spawn_linked requires at least id and host arguments"),
        ("process.spawn_linked_monitored()", "spawn_linked_monitored requires at least id and host arguments"),
        ("process.monitor()", "monitor requires a destination argument"),
        ("process.unlink()", "unlink requires a destination argument"),
        ("process.terminate()", "terminate requires a destination argument"),
        ("process.cancel()", "cancel requires at least destination argument"),
        ("process.cancel(process.pid(), 'soon')", "invalid duration format"),
        ("process.cancel(process.pid(), '5')", "invalid duration format"),
        ("process.cancel(process.pid(), {})", "deadline must be either a duration string or milliseconds number"),
        ("process.send(process.pid(), '@pid/events', 1)", "cannot send to @ topics"),
        ("process.listen('')", "topic cannot be empty"),
        ("process.listen('@x')", "cannot listen to @ topics"),
        ("process.registry.register('n', 5)", "pid must be a string"),
        ("process.registry.register('n', 'x')", "invalid pid"),
        ("funcs.call('nocolon')", "invalid function ID format"),
    ],
)
def test_a_wrong_call_returns_nil_and_an_invalid_error(bench: Bench, call: str, message: str) -> None:
    body = (
        f"local value, problem = {call} return {{value == nil, problem:kind(), problem:message(), problem:retryable()}}"
    )
    missing, kind, text, retryable = bench.run(body, modules=("funcs",))

    assert missing is True
    assert (kind, retryable) == ("Invalid", False)
    assert message in text


@pytest.mark.parametrize(
    ("call", "message"),
    [
        ("process.send(5, 'x')", r"bad argument #1 to send \(string expected, got number\)"),
        ("process.send('x', {})", r"bad argument #2 to send \(string expected, got table\)"),
        ("process.spawn('x', 1)", r"bad argument #2 to spawn \(string expected, got number\)"),
        ("process.monitor({})", r"bad argument #1 to monitor \(string expected, got table\)"),
        ("process.registry.lookup(nil)", r"bad argument #1 to lookup \(string expected, got nil\)"),
        ("process.unlisten('x')", r"bad argument #1 to unlisten \(channel expected\)"),
        ("channel.new().send({}, 1)", r"bad argument #1 to send \(channel expected\)"),
        ("local c = channel.new() c:close() c:send(1)", "send on closed channel"),
    ],
)
def test_a_wrong_type_is_raised_at_the_line_of_the_program(bench: Bench, call: str, message: str) -> None:
    with pytest.raises(ProcessError, match=rf"^app:main:3: {message}"):
        bench.run(f"\n{call}\nreturn 1")


def test_options_are_read_and_refused_with_false(bench: Bench) -> None:
    body = """
    local before = process.get_options().trap_links
    local ok = process.set_options({trap_links = true})
    local after = process.get_options().trap_links
    local answers = {before, ok, after}
    for _, wrong in ipairs({5, {trap_links = 1}, {trap_links = print}, {other = true}}) do
        local refused, problem = process.set_options(wrong)
        answers[#answers + 1] = tostring(refused) .. " " .. problem:kind() .. " " .. problem:message()
    end
    answers[#answers + 1] = process.set_options({[1] = 2})
    return answers
    """

    assert bench.run(body) == [
        *(False, True, True, "false Invalid options parameter must be a table"),
        "false Invalid trap_links must be a boolean",
        *("false Invalid trap_links must be a boolean", "false Invalid option other is not supported", True),
    ]


def test_listen_gives_payloads_or_messages_and_unlisten_ends_it(bench: Bench) -> None:
    body = """
    local me = process.pid()
    local jobs = process.listen("jobs")
    assert(jobs == process.listen("jobs") and jobs ~= process.inbox())
    process.send(me, "jobs", 1)
    local bare, ok = jobs:receive()
    process.listen("jobs", {message = true})
    process.send(me, "jobs", 2)
    local message = jobs:receive()
    local ended = process.unlisten(jobs)
    local _, open = jobs:receive()
    local refused, problem = process.unlisten(jobs)
    return {bare, ok, type(message), message:topic(), message:from() == me, message:payload(), ended, open, refused,
        problem:kind()}
    """

    assert bench.run(body) == [1, True, "userdata", "jobs", True, 2, True, False, False, "NotFound"]


def test_the_same_channel_is_the_same_object_everywhere(bench: Bench) -> None:
    body = """
    local inbox = process.inbox()
    process.send(process.pid(), "x")
    local got = channel.select{inbox:case_receive()}
    return {inbox == process.inbox(), got.channel == inbox, got.ok, got.value:payload() == nil,
        process.events() ~= inbox}
    """

    assert bench.run(body) == [True, True, True, True, True]


def test_events_have_the_fields_of_the_seed(bench: Bench) -> None:
    bench.add("fails", "return {main = function() return nil, errors.new{message = 'oops', kind = 'Timeout'} end}")
    bench.add("works", "return {main = function() return {1} end}")
    body = """
    local events = process.events()
    local one = process.spawn_monitored("app:fails", "app:processes")
    local a = events:receive()
    local two = process.spawn_monitored("app:works", "app:processes")
    local b = events:receive()
    process.cancel(process.pid(), "5s")
    local c = events:receive()
    process.cancel(process.pid())
    local d = events:receive()
    process.cancel(process.pid(), 1500.9)
    local e = events:receive()
    return {a.kind == process.event.EXIT, a.from == one, a.result, b.result, b.result.error == nil, c.kind,
        c.from == process.pid(),
        c.deadline, d.deadline == nil, e.deadline, type(a.at), c.reason == nil}
    """

    assert bench.run(body) == [
        *(True, True, {"error": "oops"}, {"value": [1]}, True, "pid.cancel", True, "2024-01-01T00:00:05Z"),
        *(True, "2024-01-01T00:00:01.5Z", "userdata", True),
    ]


def test_a_link_down_kills_or_is_told(bench: Bench) -> None:
    bench.add("fails", "return {main = function() error('oops', 0) end}")
    bench.add(
        "victim",
        "return {main = function() process.spawn_linked('app:fails', 'app:processes') process.inbox():receive() end}",
    )
    source = """
    return {main = function()
        process.set_options({trap_links = true})
        local events = process.events()
        local pid = process.spawn_linked("app:fails", "app:processes")
        local e = events:receive()
        return {e.kind == process.event.LINK_DOWN, e.from == pid, e.result.error}
    end}
    """
    bench.add("trapper", source)

    with pytest.raises(ProcessError, match="linked process failed"):
        bench.result("victim")
    assert bench.result("trapper") == [True, True, "oops"]


def test_ids_are_those_of_the_process(bench: Bench) -> None:
    assert bench.run("return {process.pid(), process.id()}") == ["{app:processes|0x00001}", "app:main"]


def test_functions_are_called_with_copies_and_answer_their_first_value(bench: Bench) -> None:
    bench.add("sum", "return {main = function(t) t[1] = 100 return t[1] + t[2], 'x' == 'y' end}", "function.lua")
    bench.add(
        "fails",
        "return {main = function() return nil, errors.new{message = 'no', kind = 'Conflict'} end}",
        "function.lua",
    )
    body = """
    local t = {1, 2}
    local sum, none = funcs.call("app:sum", t)
    local missing, problem = funcs.call("app:fails")
    local unknown, other = funcs.call("app:nothing")
    return {sum, none == nil, t[1], missing == nil, problem:kind(), problem:message(), unknown == nil, other:kind()}
    """

    assert bench.run(body, modules=("funcs",)) == [102, True, 1, True, "Conflict", "no", True, "NotFound"]


def test_names_are_shared_operations(bench: Bench) -> None:
    body = """
    local registry, me = process.registry, process.pid()
    local answers = {registry.register("n"), registry.register("n", me), registry.lookup("n") == me,
        registry.unregister("n"),
        registry.unregister("n")}
    local missing, problem = registry.lookup("n")
    answers[#answers + 1] = problem:kind() .. ": " .. problem
    return answers
    """
    result = bench.run(body)

    assert result[:5] == [True, True, True, True, False]
    assert result[5].startswith("NotFound: name not registered")


def test_the_newer_dialect_wraps_payloads_and_has_error_objects(bench_with: Callable[..., Bench]) -> None:
    bench = bench_with(dialect="current")
    bench.add("fails", "return {main = function() error(errors.new{message = 'oops', kind = 'Timeout'}) end}")
    body = """
    local inbox, events, me = process.inbox(), process.events(), process.pid()
    process.send(me, "one", {a = 1})
    local one = inbox:receive():payload()
    process.send(me, "two", 1, "x")
    local two = inbox:receive():payload()
    process.send(me, "none")
    local none = inbox:receive():payload()
    process.spawn_monitored("app:fails", "app:processes")
    local exit = events:receive().result.error
    process.cancel(me, "please")
    local asked = events:receive()
    process.cancel(me, "2s")
    local timed = events:receive()
    return {one:data().a, tostring(one), one:get_format() == payload.format.LUA, two[1]:data(), two[2]:data(),
        none == nil,
        type(exit), exit:kind(), "it says " .. exit, asked.reason, asked.deadline == nil, timed.reason, timed.deadline}
    """

    assert bench.run(body) == [
        *(
            1,
            "payload{format=lua/any}",
            True,
            1,
            "x",
            True,
            "userdata",
            "Timeout",
            "it says oops",
            "please",
            True,
            "2s",
        ),
        "2024-01-01T00:00:02Z",
    ]


def test_the_dialect_is_guessed_from_the_sources(bench: Bench) -> None:
    body = "process.send(process.pid(), 'x', 5) return process.inbox():receive():payload():data()"

    assert bench.run(body) == 5


def test_an_envelope_from_outside_has_no_sender(bench: Bench) -> None:
    bench.add(
        "waits",
        "return {main = function() local m = process.inbox():receive() return {m:from() == nil, m:payload()} end}",
    )
    record = bench.start("waits")
    enqueue(record, Envelope("x", None, pack((1, 2))))
    bench.runtime.kernel.run()

    assert record.outcome is not None
    assert record.outcome.payload.value() == [True, [1, 2]]


@pytest.mark.parametrize(
    "verb", ["process.inbox()", "process.events()", "process.listen('t')", "process.unlisten(mine)"]
)
def test_a_subscription_lets_the_other_coroutines_run_before_its_own_goes_on(bench: Bench, verb: str) -> None:
    """process 3.10, 15.1.1: served in the same step, when the others have run dry."""
    source = f"""
        local log, mine = {{}}, process.listen("mine")
        coroutine.spawn(function()
            log[#log + 1] = "before"
            {verb}
            log[#log + 1] = "after"
        end)
        log[#log + 1] = "main"
        local inbox = process.inbox()
        process.send(process.pid(), "x")
        inbox:receive()
        return table.concat(log, " ")
    """

    assert bench.run(source) == "before main after"


@pytest.mark.parametrize("value", ["false", "0", "''", "{}"])
@pytest.mark.parametrize("listened", [False, True])
def test_the_payload_of_a_message_is_the_value_that_was_sent(bench: Bench, value: str, listened: bool) -> None:
    """process 3.8: one value is itself, also one that is false."""
    channel = "process.listen('t', {message = true})" if listened else "process.inbox()"
    source = f"""
        local channel = {channel}
        process.send(process.pid(), "t", {value})
        local message = channel:receive()
        return {{type(message:payload()), type(message:payload()), type({value})}}
    """

    first, second, sent = bench.run(source)

    assert first == second == sent


@pytest.mark.parametrize("sign", [1, -1])
def test_an_int_that_no_number_of_lua_can_hold_arrives_as_infinite(bench: Bench, sign: int) -> None:
    async def sender(process: Any, receiver: str) -> None:
        await process.send(receiver, "t", sign * 2**9_000, "next")

    source = """
    return {main = function()
        process.spawn("py:sender", "app:processes", process.pid())
        local payload = process.inbox():receive():payload()
        return {payload[1] == math.huge, payload[1] == -math.huge, payload[2]}
    end}
    """
    bench.add("receiver", source)
    bench.runtime.define(PythonDefinition("py:sender", sender))

    assert bench.result("app:receiver") == [sign > 0, sign < 0, "next"]
